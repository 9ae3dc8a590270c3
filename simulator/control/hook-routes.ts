import { Hono } from "hono";
import { joinKey, rowCollection } from "../../core/lifecycle/rows.ts";
import { fieldWord, wordsOf } from "../../core/pack/words.ts";
import type { Redaction } from "../../core/redaction/redaction.ts";
import type { Json, Unit } from "../../core/unit/unit.ts";
import { Workspace } from "../../core/unit/workspace.ts";
import type { Simulator } from "../simulator.ts";
import { reset, setClock } from "./clock-routes.ts";
import { ControlError, body } from "./control-error.ts";
import { enrol, readEnrolment } from "./enrolment.ts";
import { readCall } from "./peer-call.ts";
import { rotate } from "./rotation.ts";

/** The hook protocol of docs/hooks.md, which any SUT may offer. */
export function hookRoutes(
  simulator: Simulator,
  redact: Redaction,
  onRestart: (() => Promise<void>) | undefined,
): Hono {
  const routes = new Hono();
  routes.post("/reset", async (context) => {
    await reset(simulator);
    await simulator.restore();
    return context.body(null, 204);
  });
  routes.post("/clock", async (context) => {
    setClock(simulator, await body(context));
    return context.body(null, 204);
  });
  routes.post("/restart", async (context) => {
    if (onRestart === undefined)
      throw new ControlError("nothing here can restart the simulator; serve it with a store on disk", 404);
    await onRestart();
    return context.body(null, 204);
  });
  routes.post("/sms-code", async (context) => {
    const wanted = await body(context);
    const code = await smsCode(simulator, String(wanted["party_id"]), String(wanted["binding_id"]));
    if (code === undefined)
      throw new ControlError(`party ${String(wanted["party_id"])} has no binding ${String(wanted["binding_id"])}`, 404);
    return context.json({ sms_code: code });
  });
  routes.post("/fixtures", async (context) => {
    const wanted = await body(context);
    const partyId =
      typeof wanted["party_id"] === "string"
        ? wanted["party_id"]
        : (simulator.identity.peers[0]?.record.party_id ?? "");
    const { copy } = wanted;
    if (copy !== undefined && (typeof copy !== "number" || !Number.isInteger(copy) || copy < 1))
      throw new ControlError(`"copy" is ${JSON.stringify(copy)}; it must be a whole number from 1`);
    const bound = await simulator.situation(partyId, String(wanted["scenario"]), copy);
    if (bound === undefined)
      throw new ControlError(
        `party ${partyId} has no scenario "${String(wanted["scenario"])}"${copy === undefined ? "" : `, or no copy ${copy} of it`}; it has: ${Object.keys(simulator.scenarios(partyId)).join(", ")}`,
        404,
      );
    return context.json(bound);
  });
  routes.post("/keys", async (context) => {
    // A test's key: it is gone when the server is.
    await enrol(simulator, readEnrolment(await body(context), simulator));
    return context.body(null, 204);
  });
  routes.post("/rotate", async (context) => {
    rotate(simulator, await body(context));
    return context.body(null, 204);
  });
  routes.post("/call", async (context) =>
    context.json(redact.json(await simulator.call(readCall(await body(context), simulator))) as Json),
  );
  return routes;
}

async function smsCode(simulator: Simulator, partyId: string, bindingId: string): Promise<string | undefined> {
  const row = await simulator.store.transact(function* (): Unit<Json | undefined> {
    const work = new Workspace();
    return work.outcome(yield* work.get(rowCollection("binding"), joinKey([partyId, bindingId])));
  });
  const code = (row as Readonly<Record<string, Json>> | undefined)?.[
    fieldWord(wordsOf(simulator.pack.source.manifest), "sms_code")
  ];
  return typeof code === "string" ? code : undefined;
}
