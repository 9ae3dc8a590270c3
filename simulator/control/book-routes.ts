import { Hono } from "hono";
import { joinKey, rowCollection } from "../../core/lifecycle/rows.ts";
import { maskAccountNumbers } from "../../core/redaction/mask.ts";
import type { Redaction } from "../../core/redaction/redaction.ts";
import type { Json } from "../../core/unit/unit.ts";
import type { Simulator } from "../simulator.ts";
import { ControlError, body } from "./control-error.ts";
import { rows } from "./rows.ts";

const OPERATE_STATUS = { done: 200, absent: 404, "not-now": 409, refusal: 409, "bad-input": 400 } as const;

/** The books: accounts, rows, waiting notifications, scenarios, and an operator's decisions. */
export function bookRoutes(simulator: Simulator, redact: Redaction): Hono {
  const routes = new Hono();
  routes.get("/ledger", async (context) => {
    const accounts = await rows(simulator, "account");
    const totals: Record<string, number> = {};
    for (const { key, value } of accounts) {
      const [account = "", currency = ""] = key.split("/").map(decodeURIComponent);
      const kind = simulator.pack.source.manifest.accounts[account.slice(0, account.indexOf(":"))];
      const { posted } = value as { posted: number };
      totals[currency] = (totals[currency] ?? 0) + (kind?.normal === "debit" ? posted : -posted);
    }
    return context.json(
      redact.json({
        // Debits less credits: zero for every currency, or the books are wrong.
        balance_of_books: totals,
        accounts: accounts.map(({ key, value }) => ({
          account: maskAccountNumbers(decodeURIComponent(key.split("/")[0] ?? "")),
          currency: key.split("/")[1],
          ...(value as object),
        })),
      }) as Json,
    );
  });

  routes.get("/notifications", async (context) =>
    context.json({
      waiting: (await rows(simulator, "outbox")).map(({ value }) => redact.json(value)) as Json,
      given_up: (await rows(simulator, "outbox-ended")).map(({ value }) => redact.json(value)) as Json,
    }),
  );

  routes.get("/scenarios", (context) =>
    context.json(
      // Whole they are given to those who ask for one by its name: the hook fixtures.
      Object.fromEntries(
        simulator.identity.peers.map(({ record }) => [
          record.party_id,
          redact.json(simulator.scenarios(record.party_id)) as Json,
        ]),
      ),
    ),
  );

  routes.get("/rows/:resource", async (context) => {
    const resource = known(simulator, context.req.param("resource"));
    return context.json({
      rows: (await rows(simulator, rowCollection(resource))).map(({ key, value }) => ({
        key: shownKey(simulator, resource, key, redact),
        row: redact.json(value),
      })) as Json,
    });
  });

  routes.post("/operate", async (context) => {
    const order = await body(context);
    const resource = known(simulator, String(order["resource"]));
    const { key, input } = order;
    if (key !== undefined && !Array.isArray(key))
      throw new ControlError({
        en: `"key" must be the list of the row's key: [${simulator.pack.lifecycle(resource).key.join(", ")}]; leave it out where the transition makes the row`,
        zh: `“key”须为该行主键的列表：[${simulator.pack.lifecycle(resource).key.join(", ")}]；若该变更会新建行，请省去`,
      });
    const result = await simulator.operate({
      resource,
      transition: String(order["transition"]),
      ...(key === undefined ? {} : { key: joinKey(key as string[]) }),
      ...(typeof input === "object" && input !== null ? { input: input as Readonly<Record<string, Json>> } : {}),
    });
    return context.json(redact.json(result) as Json, OPERATE_STATUS[result.kind]);
  });
  return routes;
}

function known(simulator: Simulator, resource: string): string {
  const names = simulator.pack.source.lifecycles.map((lifecycle) => lifecycle.resource);
  if (!names.includes(resource))
    throw new ControlError(
      {
        en: `there is no resource "${resource}"; the pack has: ${names.join(", ")}`,
        zh: `没有业务对象“${resource}”；规范包中有：${names.join("、")}`,
      },
      404,
    );
  return resource;
}

/** A row's key with those of its parts masked that are sensitive fields. */
function shownKey(simulator: Simulator, resource: string, key: string, redact: Redaction): string {
  const names = simulator.pack.lifecycle(resource).key;
  const parts = key.split("/").map((part, index) => [names[index] ?? String(index), decodeURIComponent(part)]);
  return Object.values(redact.json(Object.fromEntries(parts)) as Record<string, string>).join("/");
}
