import { constantsOf } from "../../core/pack/constants.ts";
import type { Interface, PackSource } from "../../core/pack/types.ts";
import { claimedOf } from "../profile.ts";
import type { Answer } from "../wire/answer.ts";
import type { Draft } from "../wire/draft.ts";
import { fine, wrong } from "./probe.ts";
import type { Probe } from "./probe.ts";

/** A value for path parameters that names nothing existing. */
const NOTHING = "liantiao-none";

/**
 * What the profile claims is there: each interface is asked for once with a request that says nothing, which no schema
 * takes and which therefore does nothing. A system that has no such path says so; any other answer is for the checks.
 */
export const interfaces: Probe = {
  name: "interfaces",
  title: {
    en: "every interface that the profile claims is there",
    zh: "声明范围内的接口均存在",
  },
  async look({ pack, statement }, session) {
    const claimed = claimedOf(pack, statement);
    const { stages } = pack.policies;
    const routing = [stages["route.unknown"], stages["route.method"]];
    const missing: string[] = [];
    for (const one of claimed) {
      const { answer } = await session.send(emptyRequest(session.pack.source, one), {
        label: `preflight: is ${one.id} there`,
      });
      if (answer !== undefined && isNoRoute(answer, routing))
        missing.push(
          `${one.id} (${one.http.method} ${one.http.path}: ${answer.status}${answer.code === undefined ? "" : ` ${answer.code}`})`,
        );
    }
    if (missing.length === 0)
      return fine(`all ${claimed.length} interfaces of the profile are there`, `声明的 ${claimed.length} 个接口均存在`);
    return wrong(
      "configuration",
      [
        `the profile claims what the system under test does not have: ${missing.join(", ")}`,
        `声明的范围包含被测系统没有的接口：${missing.join("、")}`,
      ],
      [
        "Take them out of the profile (profile.except), or correct baseUrl or the pack where they are there under another path.",
        "请在 profile.except 中排除这些接口；若路径不同，请更正 baseUrl 或规范包。",
      ],
    );
  },
};

/** A request without anything but what names its interface. */
function emptyRequest(source: PackSource, one: Interface): Draft {
  const path = Object.fromEntries([...one.http.path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => [name, NOTHING]));
  const fixed = (part: "query" | "body"): Draft["query"] =>
    one.http.select === undefined ? {} : constantsOf(source, one, [part]);
  return {
    interface: one,
    path,
    query: fixed("query"),
    ...(one.request.body === undefined ? {} : { body: fixed("body") }),
  };
}

/** A resource that is not there has a code of its own; 404 and 405 with none are those of a server without the path. */
function isNoRoute({ status, code }: Answer, routing: readonly string[]): boolean {
  return (status === 404 || status === 405 || status === 501) && (code === undefined || routing.includes(code));
}
