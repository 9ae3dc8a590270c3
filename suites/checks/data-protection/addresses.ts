import type { Json } from "../../../core/unit/unit.ts";
import type { Check } from "../../check.ts";
import { nothingSeen } from "../incidents.ts";

/** Every address that any answer of the run gave out. */
export const addresses: Check = {
  id: "data.addresses",
  requirement: "DAT-06",
  title: { en: "No address given out holds anything sensitive", zh: "返回的地址不含敏感信息" },
  effort: "smoke",
  when: "end",
  async run(session) {
    if (session.run.seen.length === 0) nothingSeen(session, "no answer", "应答");
    session.judged();
    for (const { json, interface: id } of session.run.seen) {
      for (const address of texts(json).filter((text) => /^(?:https?:\/\/|\/[\w-])/.test(text))) {
        const canary = [...session.run.canaries].find(
          (one) => address.includes(one) || address.includes(encodeURIComponent(one)),
        );
        // 15 to 19 digits standing alone are an account or identity number.
        const digits =
          canary === undefined
            ? /(?<![0-9A-Za-z_-])(?:[0-9]{16,19}|[0-9]{17}X|1[3-9][0-9]{9})(?![0-9A-Za-z_-])/.exec(address)?.[0]
            : undefined;
        if (canary !== undefined || digits !== undefined)
          session.fail({
            summary: {
              en: `an address in an answer of ${id} holds a sensitive value`,
              zh: `${id} 应答中的地址含敏感信息`,
            },
            expected: "addresses without accounts, identity and mobile numbers",
            seen: address.replaceAll(canary ?? digits ?? "", "***"),
            evidence: [],
          });
      }
    }
  },
};

function texts(json: Json | undefined): readonly string[] {
  if (typeof json === "string") return [json];
  return typeof json === "object" && json !== null ? Object.values(json).flatMap((one: Json) => texts(one)) : [];
}
