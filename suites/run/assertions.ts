import { stripVTControlCharacters } from "node:util";
import type { Bilingual } from "../../core/run/verdict.ts";
import { alike } from "../../core/text/alike.ts";
import type { Check } from "../check.ts";

/**
 * A vendor's check may assert with vitest's `expect`, or with `node:assert`: what does not hold is then a finding about
 * the SUT. Our own checks assert nothing of it so; an assertion of theirs that fails is an error of the harness.
 */
export function assertionsAreFindings(check: Check): Check {
  return {
    ...check,
    run: async (session, instance) => {
      try {
        await check.run(session, instance);
      } catch (thrown) {
        if (!(thrown instanceof Error) || thrown.name !== "AssertionError") throw thrown;
        const { message, expected, actual } = thrown as Error & {
          readonly expected?: unknown;
          readonly actual?: unknown;
        };
        const said = stripVTControlCharacters(message).split("\n")[0]?.trim() ?? "";
        session.fail({
          summary: { en: said, zh: `断言不成立：${said}` },
          expected: shown(expected),
          seen: shown(actual),
        });
      }
    },
  };
}

function shown(value: unknown): Bilingual {
  if (value === undefined) return { en: "(said in the summary)", zh: "（见摘要）" };
  return alike(typeof value === "string" ? value : (JSON.stringify(value) ?? typeof value));
}
