import { eachInterface, interfaceOf } from "../../check.ts";
import type { Check } from "../../check.ts";
import { leaves, put, valueAt } from "../../generators/fields.ts";
import type { Interface } from "../../../core/pack/types.ts";
import type { Leaf } from "../../generators/fields.ts";
import type { PackView } from "../../pack-view.ts";
import type { Draft } from "../../wire/draft.ts";
import type { Exchange } from "../../wire/exchange.ts";
import { inspect } from "../../wire/inspection.ts";
import type { Session } from "../../session.ts";

/** Sensitive values in every place and in every state of being wrong; each answer is looked at for them. */
export const canary: Check = {
  id: "data.canary",
  requirement: "DAT-01",
  title: { en: "Sensitive values never come back whole, not even in refusals", zh: "敏感信息不完整返回，拒绝应答亦然" },
  effort: "smoke",
  isolated: true,
  each: eachInterface((one, { pack }) =>
    leaves(one.request.body, pack.schemas).some(
      (leaf) => leaf.schema["x-sensitive"] !== undefined || maskedIn(one, leaf, pack),
    ),
  ),
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    if (draft.interface.notification !== undefined) return wholeInNotification(session, draft);
    const send = async (label: string, changed: typeof draft): Promise<Exchange> => {
      const exchange = await session.send(changed, { label });
      judge(session, exchange);
      return exchange;
    };
    session.expectSuccess(await send("every value right", draft));
    for (const leaf of leaves(draft.interface.request.body, session.pack.schemas).filter(
      (one) => one.schema["x-sensitive"] !== undefined,
    )) {
      const value = String(valueAt(draft.body, leaf.path));
      const last = value.at(-1) === "7" ? "8" : "7";
      await send(`${leaf.pointer} of another person`, {
        ...draft,
        body: put(
          { ...draft.body, ...numbers(session, draft.interface.idempotency?.key) },
          leaf.path,
          value.slice(0, -1) + last,
        ),
      });
      await send(`${leaf.pointer} against its schema`, {
        ...draft,
        body: put({ ...draft.body }, leaf.path, `${value}!${"0".repeat(64)}`),
      });
      await send(`${leaf.pointer} beside an unknown field`, {
        ...draft,
        body: { ...draft.body, liantiao_extra_field: "x" },
      });
    }
    const secret =
      leaves(draft.interface.request.body, session.pack.schemas)
        .find((one) => one.schema["x-sensitive"] === "account")
        ?.path.at(-1) ?? "account_no";
    const torn = await session.send(draft, {
      label: "cut in the middle",
      tamper: { body: (bytes) => bytes.subarray(0, bytes.length - 2) },
    });
    judge(session, torn);
    judge(session, await session.send(draft, { label: "unsigned", tamper: { claims: () => undefined } }));
    session.run.canaries.add("6222020000001234567");
    judge(
      session,
      await session.send(draft, {
        label: "in the query too",
        tamper: { target: (target) => `${target}?${secret}=6222020000001234567` },
      }),
    );
  },
};

/** Whether a leaf of a notification carries masked what is sensitive elsewhere. */
function maskedIn(one: Interface, { path }: Leaf, pack: PackView): boolean {
  return one.notification !== undefined && pack.sensitiveFields.has(path.at(-1) ?? "");
}

/** A bank that forgets to mask is refused for something else, and the refusal must not repeat what it told. */
async function wholeInNotification(session: Session, draft: Draft): Promise<void> {
  const account = "6222020000001234567";
  session.run.canaries.add(account);
  const notice =
    session.pack.meanings(draft.interface).asked("notice")[0]?.path ??
    session.skip(
      `no field of ${draft.interface.id} is its notice (x-is)`,
      `${draft.interface.id} 中没有字段声明为 notice（x-is）`,
      "not-demanded",
    );
  for (const leaf of leaves(draft.interface.request.body, session.pack.schemas)) {
    if (!maskedIn(draft.interface, leaf, session.pack)) continue;
    const whole = put({ ...draft.body }, leaf.path, account);
    for (const [label, body] of [
      [`${leaf.pointer} whole, and longer than it may be`, put({ ...draft.body }, leaf.path, `${account}!`)],
      [`${leaf.pointer} whole, and an id of the notification that is none`, put(whole, notice, "!")],
    ] as const) {
      const exchange = await session.send({ ...draft, body }, { label });
      judge(session, exchange);
      session.expectRefusal(exchange, session.code("schema"));
    }
  }
  session.expectSuccess(await session.send(draft, { label: "masked, as it is to be" }));
}

function judge(session: Session, { draft, answer, response, label }: Exchange): void {
  if (answer === undefined || response === undefined) return;
  const found = inspect(
    draft.interface,
    answer,
    response,
    { method: "", url: "", headers: [], body: new Uint8Array(), timeoutMs: 0 },
    session.run,
  ).find((one) => one.trait === "unmasked");
  if (found !== undefined)
    session.fail({
      summary: { en: `${label}: a sensitive value came back whole`, zh: `“${label}”完整返回了敏感信息` },
      expected: found.expected,
      seen: found.seen,
      likelyCause: {
        en: "The answer echoes the request, or shows the row as it is stored.",
        zh: "应答回显了请求，或原样展示数据行。",
      },
    });
  session.judged();
}

function numbers(session: Session, names: readonly string[] = []): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, session.fresh()]));
}
