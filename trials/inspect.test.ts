import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { DOWN_RULES } from "../core/inspection/down-rule.ts";
import type { DownRule } from "../core/inspection/down-rule.ts";
import { isAsAgreed } from "../core/inspection/round.ts";
import type { Look } from "../core/inspection/round.ts";
import type { Role } from "../core/pack/types.ts";
import { loadPack } from "../core/pack/load.ts";
import { freePort } from "../hosting/free-port.ts";
import { LOOPBACK } from "../hosting/party.ts";
import { inspect } from "../suites/inspection/inspection.ts";
import { MODULES } from "./module-needs.ts";
import { openTrial, PACK_FOLDER } from "./trial.ts";
import type { Variant } from "./trial.ts";

const [RULE] = DOWN_RULES as [DownRule];

let open = new AsyncDisposableStack();
afterEach(async () => {
  await open.disposeAsync();
  open = new AsyncDisposableStack();
});

/** One round of a variant, and the paths that it was asked for. */
async function looked(
  role: Role,
  restated: NonNullable<Variant["restated"]> = (statement) => statement,
): Promise<{ readonly looks: readonly Look[]; readonly asked: readonly string[]; readonly called: readonly string[] }> {
  const called: string[] = [];
  const trial = await openTrial({
    modules: MODULES,
    role,
    scheme: "ed25519",
    restated,
    wrappers: {
      handle: (inner) => (request) => {
        called.push(`${request.method} ${request.target.split("?")[0] ?? ""}`);
        return inner(request);
      },
    },
  });
  open.defer(() => trial.close());
  const folder = mkdtempSync(join(tmpdir(), "liantiao-inspection-"));
  open.defer(() => rmSync(folder, { recursive: true, force: true }));
  let looks: readonly Look[] = [];
  let asked: readonly string[] = [];
  await inspect({
    packDirectory: PACK_FOLDER,
    statementFile: trial.statementFile,
    rule: RULE,
    everySeconds: 1,
    once: true,
    keepDays: 1,
    seed: 1,
    outDirectory: folder,
    signal: new AbortController().signal,
    onStart: (start) => (asked = start.asked),
    onRound: (round) => (looks = round.looks),
  });
  return { looks, asked, called };
}

const idsOf = (role: Role, verbs: readonly string[]): readonly string[] =>
  loadPack(PACK_FOLDER)
    .interfaces.filter(({ provider, purpose }) => provider === role && verbs.some((verb) => verb in (purpose ?? {})))
    .map(({ id }) => id)
    .toSorted();

test.each(["bank", "platform"] as const)("a conforming %s answers each look as agreed", async (role) => {
  const { looks, asked } = await looked(role);
  expect([...asked].toSorted()).toEqual(idsOf(role, ["reads", "lists", "files", "probes"]));
  expect(looks.filter((look) => !isAsAgreed(look))).toEqual([]);
  expect(looks).toHaveLength(asked.length);
});

test("an inspection sends nothing but reads and the probe of the channel", async () => {
  const { called } = await looked("bank");
  const probe = loadPack(PACK_FOLDER).interfaces.find(({ purpose }) => purpose?.probes !== undefined)?.http;
  expect(called.filter((one) => !one.startsWith("GET "))).toEqual([`${probe?.method} ${probe?.path}`]);
});

test("a bank that is gone is told as unanswered", async () => {
  const baseUrl = `http://${LOOPBACK}:${await freePort(LOOPBACK)}`;
  const { looks } = await looked("bank", (statement) => Object.assign({}, statement, { baseUrl }));
  expect(new Set(looks.map(({ ending }) => ending))).toEqual(new Set(["unanswered"]));
});
