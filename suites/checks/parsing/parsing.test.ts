import { describe, expect, test } from "vitest";
import type { CheckFinished } from "../../../core/run/event.ts";
import { runPlanned } from "../../run/runner.ts";
import { echoBank, lenientJson } from "../../testing/echo-bank.ts";
import type { Laxity } from "../../testing/echo-bank.ts";
import { CONTRACT } from "../contract/index.ts";
import { ERRORS } from "../errors/index.ts";
import { PARSING } from "./index.ts";

/** What needs a socket, a second interface, or detail in refusals, which the echo bank does not give. */
const ELSEWHERE = [
  "parsing.cut-short",
  "contract.names-the-field",
  "errors.declared",
  "errors.truth",
  "errors.limited",
  "errors.in-flight",
  "errors.after-lost-answer",
];

/** Checks of parsing, errors and contract, or those named, put to the echo interface of a bank in process. */
async function judged(lax: Laxity, only?: readonly string[]): Promise<readonly CheckFinished[]> {
  const { scope } = echoBank(lax);
  const { pack } = scope;
  const found: CheckFinished[] = [];
  for (const check of [PARSING, ERRORS, CONTRACT].flat()) {
    if (
      check.effort === "exhaustive" ||
      check.when === "end" ||
      (check.needs !== undefined && check.id !== "contract.echoed") ||
      ELSEWHERE.includes(check.id) ||
      only?.includes(check.id) === false
    )
      continue;
    for (const instance of check.each?.({
      pack,
      role: "bank",
      provided: [pack.interface("echo")],
      effort: "standard",
    }) ?? [{ id: "" }]) {
      found.push(
        await runPlanned(
          {
            id: `${check.id}/${instance.id}`,
            check,
            instance,
            requirement: check.requirement,
            level: "MUST",
            title: check.title,
          },
          { scope, stop: new AbortController().signal, deadline: undefined },
        ),
      );
    }
  }
  return found;
}

/** JSON that may end an object with a comma. */
function commaTolerant(bytes: Uint8Array): unknown {
  return lenientJson(new TextEncoder().encode(new TextDecoder().decode(bytes).replace(/,\s*\}/g, "}")));
}

const LAXITIES: readonly { readonly name: string; readonly lax: Laxity; readonly caughtBy: readonly string[] }[] = [
  {
    name: "takes a comma at the end",
    lax: { body: commaTolerant },
    caughtBy: ["parsing.spoilt-json", "parsing.invalid-json"],
  },
  { name: "trims text", lax: { echoes: (message) => message.trim() }, caughtBy: ["parsing.naughty-strings"] },
  {
    name: "normalises text",
    lax: { echoes: (message) => message.normalize("NFKC") },
    caughtBy: ["parsing.naughty-strings"],
  },
  {
    name: "cuts text at a NUL",
    lax: { echoes: (message) => message.split("\0")[0] ?? "" },
    caughtBy: ["parsing.naughty-strings"],
  },
  { name: "keeps half of a pair", lax: { echoes: (message) => message.slice(0, 255) }, caughtBy: ["parsing.lengths"] },
  {
    name: "takes any media type",
    lax: { mediaTypes: () => true },
    caughtBy: ["errors.wrong-route", "errors.every-pair"],
  },
  {
    name: "doubles long texts",
    lax: { echoes: (message) => (message.length > 40 ? `${message}${message}` : message) },
    caughtBy: ["contract.echoed"],
  },
];

describe("the checks of parsing, errors and contract", () => {
  test("the checks of parsing, errors and contract pass a conforming bank", async () => {
    expect((await judged({})).filter(({ verdict }) => verdict !== "pass" && verdict !== "skipped")).toEqual([]);
  });

  test.each(LAXITIES)(
    "the checks of parsing, errors and contract catch a bank that $name",
    async ({ lax, caughtBy }) => {
      const failed = new Set(
        (await judged(lax, caughtBy)).flatMap(({ check, verdict }) =>
          verdict === "fail" ? [check.split("/")[0]] : [],
        ),
      );
      expect(failed).toEqual(new Set(caughtBy));
    },
  );

  test("a broken connection counts against a body only when that body always breaks it", async () => {
    const commaBreaks = await judged({ breaks: (body) => /,\s*\}/.test(new TextDecoder().decode(body)) }, [
      "parsing.spoilt-json",
    ]);
    expect(commaBreaks.map(({ verdict }) => verdict)).toEqual(["fail"]);
    for (const every of [4, 5, 7, 9]) {
      let calls = 0;
      const byChance = await judged({ breaks: () => (calls += 1) % every === 0 }, [
        "parsing.spoilt-json",
        "parsing.invalid-json",
      ]);
      expect(byChance.map(({ verdict }) => verdict)).not.toContain("fail");
    }
  });

  test("a generated request that is refused is shown shrunk", async () => {
    const [finished] = await judged({ echoes: (message) => (message.length > 40 ? "other" : message) }, [
      "contract.echoed",
    ]);
    const smallest = String(
      (finished?.finding?.minimal?.value as { readonly "/message"?: string } | undefined)?.["/message"],
    );
    expect(smallest.length).toBeLessThanOrEqual(42);
    expect(smallest.length).toBeGreaterThan(40);
    expect(finished?.finding?.minimal?.description).toMatch(/fast-check seed -?\d+/);
  });

  test.each(["accept", "refuse"] as const)(
    "the checks of parsing, errors and contract fail a bank that does nothing but %s",
    async (always) => {
      const passed = (await judged({ always })).flatMap(({ check, verdict }) => (verdict === "pass" ? [check] : []));
      expect(
        passed.filter((id) => !/^contract\.(?:valid-request|times|generated|bounds|said)|^parsing\.respelt/.test(id)),
      ).toEqual([]);
    },
  );
});

describe("a limit of time", () => {
  const ofBounds = async (takes: NonNullable<Laxity["takes"]>): Promise<CheckFinished | undefined> =>
    (await judged({ takes }, ["parsing.bounds"]))[0];

  test("a limit of time allows for the slowness of ordinary calls over the same line", async () => {
    expect(await ofBounds(() => 1_050)).toMatchObject({ verdict: "pass" });
    // A line that takes its time for each piece of a body.
    expect(await ofBounds((body) => 400 + 400 * Math.ceil(body.length / 16_384))).toMatchObject({ verdict: "pass" });
  });

  test("a limit of time is broken by a body that takes long on any line", async () => {
    const deep = (body: Uint8Array): boolean => new TextDecoder().decode(body).includes("[[[[");
    for (const line of [0, 1_050])
      expect(await ofBounds((body) => line + (deep(body) ? 1_200 : 0))).toMatchObject({
        verdict: "fail",
        requirement: "PAR-04",
      });
  });
});
