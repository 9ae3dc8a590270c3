import { describe, expect, test } from "vitest";
import type { CheckFinished } from "../../core/run/event.ts";
import { runPlanned } from "../run/runner.ts";
import { echoBank, lenientJson } from "../testing/echo-bank.ts";
import type { Laxity } from "../testing/echo-bank.ts";
import { CANONICAL } from "./canonical/index.ts";
import { REPLAY } from "./replay/index.ts";
import { SIGNATURE } from "./signature/index.ts";

/** Every check of the three areas, or those named, put to the echo interface of a bank; the flood is left out. */
async function judged(lax: Laxity, only?: readonly string[]): Promise<ReadonlyMap<string, CheckFinished>> {
  const { scope } = echoBank(lax);
  const { pack } = scope;
  const echo = pack.interface("echo");
  const found = new Map<string, CheckFinished>();
  for (const check of [SIGNATURE, REPLAY, CANONICAL].flat()) {
    if (
      check.effort === "exhaustive" ||
      check.when === "end" ||
      check.needs !== undefined ||
      only?.includes(check.id) === false
    )
      continue;
    for (const instance of check.each?.({ pack, role: "bank", provided: [echo], effort: "standard" }) ?? []) {
      if (instance.absent !== undefined) continue;
      const id = `${check.id}/${instance.id}`;
      const requirement = pack.requirement(check.requirement);
      if (requirement === undefined) throw new Error(check.requirement);
      found.set(
        id,
        await runPlanned(
          { id, check, instance, requirement: check.requirement, level: requirement.level, title: check.title },
          { scope, stop: new AbortController().signal, deadline: undefined },
        ),
      );
    }
  }
  return found;
}

const utf8 = new TextDecoder();

const LAXITIES: readonly { readonly name: string; readonly lax: Laxity; readonly caughtBy: readonly string[] }[] = [
  {
    name: "takes the first of two credentials",
    lax: { credentials: (all) => all[0] },
    caughtBy: ["signature.two-signatures"],
  },
  {
    name: "takes the last of two credentials",
    lax: { credentials: (all) => all.at(-1) },
    caughtBy: ["signature.two-signatures"],
  },
  {
    name: "serialises the body again before it verifies",
    lax: {
      covers: (parts) => ({ ...parts, body: new TextEncoder().encode(JSON.stringify(lenientJson(parts.body)) ?? "") }),
    },
    caughtBy: ["canonical.serialisation"],
  },
  {
    name: "leaves the first part of the path out of what it verifies",
    lax: { covers: (parts) => ({ ...parts, target: parts.target.replace(/^\/v1/, "") }) },
    caughtBy: ["replay.elsewhere"],
  },
  {
    name: "reads base64 leniently and remembers signatures",
    lax: {
      base64: (text) => new Uint8Array(Buffer.from(text, "base64")),
      remembers: (_nonce, request) => JSON.stringify(request.headers),
    },
    caughtBy: ["signature.base64"],
  },
  {
    name: "remembers a nonce together with its body",
    lax: { remembers: (nonce, request) => nonce + utf8.decode(request.body) },
    caughtBy: ["replay.nonce-once"],
  },
  {
    name: "reads timestamps as far as it can",
    lax: { seconds: (text) => Number.parseInt(text, 10) },
    caughtBy: ["replay.timestamp-form"],
  },
  {
    name: "takes any timestamp ahead",
    lax: { fresh: (age) => age <= 300 },
    caughtBy: ["replay.window", "replay.edge"],
  },
  {
    name: "keeps a window ten seconds wider",
    lax: { fresh: (age) => Math.abs(age) <= 310 },
    caughtBy: ["replay.edge"],
  },
  { name: "takes any nonce", lax: { goodNonce: () => true }, caughtBy: ["replay.nonce-form"] },
  {
    name: "reads JSON leniently",
    lax: { body: lenientJson },
    caughtBy: ["canonical.duplicate-key", "canonical.disguised-key", "canonical.encoding"],
  },
  {
    name: "takes two media types",
    lax: { mediaTypes: (all) => all[0]?.startsWith("application/json") === true },
    caughtBy: ["canonical.doubled-header", "canonical.encoding"],
  },
  {
    name: "normalises text",
    lax: { echoes: (message) => message.normalize("NFC") },
    caughtBy: ["canonical.text-kept"],
  },
];

describe("the checks of messages", () => {
  test("the checks of messages pass a conforming bank", async () => {
    const verdicts = [...(await judged({})).values()].filter(
      ({ verdict }) => verdict !== "pass" && verdict !== "skipped",
    );
    expect(verdicts).toEqual([]);
  });

  test.each(LAXITIES)("the checks of messages catch a bank that $name", async ({ lax, caughtBy }) => {
    const found = await judged(lax, caughtBy);
    const failed = new Set([...found].flatMap(([id, { verdict }]) => (verdict === "fail" ? [id.split("/")[0]] : [])));
    expect([...failed]).toEqual(expect.arrayContaining([...caughtBy]));
  });

  test.each(["accept", "refuse"] as const)(
    "the checks of messages fail a bank that does nothing but %s",
    async (always) => {
      const passed = [...(await judged({ always }))].flatMap(([id, { verdict }]) => (verdict === "pass" ? [id] : []));
      expect(passed).toEqual([]);
    },
  );
});
