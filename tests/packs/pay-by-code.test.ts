import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import type { CheckFinished } from "../../core/run/event.ts";
import { checkPack } from "../../core/pack/check.ts";
import { loadPack } from "../../core/pack/load.ts";
import type { PackSource } from "../../core/pack/types.ts";
import { at, edited, transitionPath } from "../../simulator/defects/parts/edit-pack.ts";
import type { Edit } from "../../simulator/defects/parts/edit-pack.ts";
import { openTrial } from "../../trials/trial.ts";

/*
 * examples/pay-by-code was written by docs/recipes/interface.md, in JSON alone: interfaces with codes, a one-use prior
 * and a timer of their own. No check was written for it. Added to a copy of the reference pack it is played and judged.
 */

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "liantiao-pay-by-code-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const pack = join(folder, "cooperation");
cpSync(join(root, "specs/cooperation"), pack, { recursive: true });
cpSync(join(root, "examples/pay-by-code"), join(pack, "pay-by-code"), { recursive: true });

const INTERFACES = ["echo", "paycode.*", "codepay.*", "settlement.*", "bill.*"];
const source = loadPack(pack);

/** Judges a bank that plays the pack, or the pack with something wrong in it, by the pack as it is. */
async function judged(
  played: PackSource,
  wanted: (check: string) => boolean,
  stopAfter: (one: CheckFinished) => boolean = () => false,
): Promise<readonly CheckFinished[]> {
  const trial = await openTrial({
    role: "bank",
    scheme: "ed25519",
    packFolder: pack,
    pack: played,
    interfaces: INTERFACES,
  });
  try {
    const lines = await trial.judge({ wanted, stopAfter });
    expect(trial.crashes).toEqual([]);
    return lines;
  } finally {
    await trial.close();
  }
}

const create = transitionPath(source, "codepay.create");
const use = transitionPath(source, "paycode.use");
const postings = [...create, "to", 0, "post"];
const expire = transitionPath(source, "paycode.expire");
const NOT_USED = [...create, "require", 3];

/** Mistakes that a team makes, each with the checks that find it. */
const DEFECTS: readonly (readonly [name: string, edits: readonly Edit[], checks: RegExp])[] = [
  [
    "a code that pays twice",
    [
      { path: [...use, "from"], value: ["OPEN", "USED"] },
      { path: NOT_USED, value: undefined },
    ],
    /^errors\.declared\/PAYCODE_USED$/u,
  ],
  [
    "a code that pays after its time",
    [
      { path: [...use, "from"], value: ["OPEN", "EXPIRED"] },
      { path: NOT_USED, value: undefined },
      { path: [...create, "require", 2], value: undefined },
    ],
    /^errors\.declared\/PAYCODE_EXPIRED$/u,
  ],
  ["a code whose timer never fires", [{ path: expire, value: undefined }], /^lifecycle\.expiry\/paycode$/u],
  [
    "another party's code that pays",
    [{ path: [...create, "require", 0], value: undefined }],
    /^data\.other-party\/codepay\.create$/u,
  ],
  [
    "a refusal with a code that the interface does not declare",
    [{ path: [...NOT_USED, "else"], value: "BILL_NOT_FOUND" }],
    /^errors\.declared\/PAYCODE_USED$/u,
  ],
  [
    "a payment that is booked twice",
    [
      {
        path: postings,
        value: [at(source, [...postings, 0]), { ...(at(source, [...postings, 0]) as object), as: "again" }],
      },
    ],
    /^(?:contract\.(?:valid-request|said-and-shown)\/codepay\.create|laws\.)/u,
  ],
  [
    "a payment that keeps another amount than it was asked for",
    [{ path: [...create, "to", 0, "set", "amount"], value: { "money.of": [1, "CNY"] } }],
    /^contract\.said-and-shown\/codepay\.create$/u,
  ],
];

describe("an interface family added by the recipe, in JSON alone", () => {
  test("the pack with the new module is sound", () => {
    expect(checkPack(source)).toEqual([]);
    expect(source.modules?.find(({ name }) => name === "pay-by-code")?.holds.interfaces).toEqual([
      "codepay.create",
      "codepay.query",
      "paycode.issue",
      "paycode.query",
    ]);
  });

  test("a bank that plays it passes what judges it", async () => {
    const lines = await judged(source, (check) => /paycode|codepay|^laws\./iu.test(check));
    expect(
      lines
        .filter(({ verdict }) => verdict !== "pass" && verdict !== "skipped")
        .map(({ check, reason, finding, error }) => [check, reason?.en ?? error, finding?.expected, finding?.seen]),
    ).toEqual([]);
    const passed = new Set(lines.filter(({ verdict }) => verdict === "pass").map(({ check }) => check));
    for (const check of [
      "contract.valid-request/codepay.create",
      "idempotency.copies/codepay.create",
      "errors.declared/PAYCODE_EXPIRED",
      "errors.declared/PAYCODE_USED",
      "errors.declared/PAYCODE_NOT_FOUND",
      "data.other-party/codepay.create",
      "lifecycle.expiry/paycode",
      "models.sequences/paycode/paycode.customer",
    ])
      expect(passed).toContain(check);
  });

  test.each(DEFECTS)("the suites find %s", async (_name, edits, checks) => {
    const lines = await judged(
      edited(source, edits),
      (check) => checks.test(check),
      ({ verdict }) => verdict === "fail",
    );
    expect(lines.map(({ verdict }) => verdict)).toContain("fail");
  });
});
