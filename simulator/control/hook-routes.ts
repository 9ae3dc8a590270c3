import { Hono } from "hono";
import type { Bilingual } from "../../core/run/verdict.ts";
import type { Redaction } from "../../core/redaction/redaction.ts";
import type { Json } from "../../core/unit/unit.ts";
import type { Conclusion } from "../caller/caller.ts";
import type { Simulator } from "../simulator.ts";
import { reset, setClock } from "./clock-routes.ts";
import { ControlError, body, secondsIn } from "./control-error.ts";
import { enrol, readEnrolment } from "./enrolment.ts";
import type { ControlOptions } from "./control.ts";
import { mustBeTaken, readDecision } from "./decision.ts";
import { drillRoutes } from "./drill-routes.ts";
import { oneTimeCode } from "./one-time-code.ts";
import { readCall } from "./peer-call.ts";
import { rotate } from "./rotation.ts";

const NO_RESTART: Bilingual = {
  en: "nothing here can restart the simulator; serve it with a store on disk",
  zh: "此处无法重启模拟器；请以磁盘存储启动服务",
};

/** The hook protocol of docs/hooks.md, which any SUT may offer. */
export function hookRoutes(
  simulator: Simulator,
  redact: Redaction,
  { onRestart, clientCa, hostHooks = {} }: Pick<ControlOptions, "onRestart" | "clientCa" | "hostHooks">,
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
    if (onRestart === undefined) throw new ControlError(NO_RESTART, 404);
    await onRestart(1000 * secondsIn(await body(context), "awaySeconds", 0));
    return context.body(null, 204);
  });
  routes.post("/sms-code", async (context) => {
    return context.json({ sms_code: await oneTimeCode(simulator, await body(context)) });
  });
  routes.post("/fixtures", async (context) => {
    const wanted = await body(context);
    const partyId =
      typeof wanted["party_id"] === "string"
        ? wanted["party_id"]
        : (simulator.identity.peers[0]?.record.party_id ?? "");
    const { copy } = wanted;
    if (copy !== undefined && (typeof copy !== "number" || !Number.isInteger(copy) || copy < 1))
      throw new ControlError({
        en: `"copy" is ${JSON.stringify(copy)}; it must be a whole number from 1`,
        zh: `“copy”现为 ${JSON.stringify(copy)}；须为不小于 1 的整数`,
      });
    const bound = await simulator.situation(partyId, String(wanted["scenario"]), copy);
    if (bound === undefined)
      throw new ControlError(
        {
          en: `party ${partyId} has no scenario "${String(wanted["scenario"])}"${copy === undefined ? "" : `, or no copy ${copy} of it`}; it has: ${Object.keys(simulator.scenarios(partyId)).join(", ")}`,
          zh: `参与方 ${partyId} 没有场景“${String(wanted["scenario"])}”${copy === undefined ? "" : `，或没有其第 ${copy} 份`}；现有：${Object.keys(simulator.scenarios(partyId)).join("、")}`,
        },
        404,
      );
    return context.json(bound);
  });
  routes.post("/keys", async (context) => {
    // A test's key: it is gone when the server is.
    await enrol(simulator, readEnrolment(await body(context), simulator), clientCa);
    return context.body(null, 204);
  });
  routes.post("/rotate", async (context) => {
    rotate(simulator, await body(context));
    return context.body(null, 204);
  });
  routes.post("/decide", async (context) => {
    const order = readDecision(await body(context), simulator);
    mustBeTaken(order, await simulator.operate(order));
    return context.body(null, 204);
  });
  routes.post("/call", async (context) => {
    const order = readCall(await body(context), simulator);
    const conclusion = await new Promise<Conclusion>((resolve, reject) => {
      simulator.call(order, resolve).then(resolve, reject);
    });
    return context.json(redact.json(conclusion) as Json);
  });
  routes.route("/", drillRoutes(simulator, hostHooks));
  return routes;
}
