import { describe, expect, test } from "vitest";
import { checkPack } from "../../core/pack/check.ts";
import { loadPack } from "../../core/pack/load.ts";
import type { CheckFinished, ExchangeSeen, RunEvent } from "../../core/run/event.ts";
import type { Role } from "../../core/pack/types.ts";
import type { Defect } from "../../simulator/defects/defect.ts";
import { DEFECTS } from "../../simulator/defects/index.ts";
import { sdkPack } from "../../trials/sdk-pack.ts";
import { openTrial } from "../../trials/trial.ts";

/*
 * A pack in the ways of real SDKs, made of the reference pack by words of packs alone: no check was written for it.
 */

const packFolder = sdkPack();
const source = loadPack(packFolder);

const CLAIMED: Readonly<Record<Role, readonly string[]>> = {
  bank: ["echo", "payment.*", "refund.*", "key.list", "bill.*", "settlement.*"],
  platform: ["notify.payment_result", "notify.refund_result", "order.query"],
};

async function judged(
  role: Role,
  wanted: (check: string) => boolean,
  wrappers?: Defect,
  onEvent?: (event: RunEvent) => void,
): Promise<readonly CheckFinished[]> {
  const trial = await openTrial({
    role,
    scheme: "ed25519",
    packFolder,
    interfaces: CLAIMED[role],
    ...(wrappers === undefined ? {} : { wrappers }),
  });
  try {
    const lines = await trial.judge({ wanted, ...(onEvent === undefined ? {} : { onEvent }) });
    expect(trial.crashes).toEqual([]);
    return lines;
  } finally {
    await trial.close();
  }
}

const alarms = (lines: readonly CheckFinished[]): readonly unknown[] =>
  lines
    .filter(({ verdict }) => verdict !== "pass" && verdict !== "skipped")
    .map(({ check, reason, finding, error }) => [check, reason?.en ?? error, finding?.expected, finding?.seen]);

describe("a pack in the ways of real SDKs", () => {
  test("the pack is sound", () => {
    expect(checkPack(source)).toEqual([]);
  });

  test("a bank that plays it passes what judges its notifications", async () => {
    const lines = await judged("bank", (check) => check.startsWith("notification."));
    expect(alarms(lines)).toEqual([]);
    const passed = new Set(lines.filter(({ verdict }) => verdict === "pass").map(({ check }) => check));
    for (const check of ["notification.sound/payment", "notification.all-sound", "notification.agreement/payment"])
      expect(passed).toContain(check);
  });

  test("a bank that plays it passes what judges its keys", async () => {
    const lines = await judged("bank", (check) =>
      /^(?:signature\.(?:asked-key|rotation|own-rotation|answers|unknown-serial)|contract\..*key\.list)/u.test(check),
    );
    expect(alarms(lines)).toEqual([]);
    const passed = new Set(lines.filter(({ verdict }) => verdict === "pass").map(({ check }) => check));
    for (const check of ["signature.asked-key/echo", "contract.keys/key.list", "signature.own-rotation/key.list"])
      expect(passed).toContain(check);
  });

  test("a bank that plays it passes what judges its bills and answers", async () => {
    const lines = await judged("bank", (check) =>
      /^(?:reconciliation\.(?:packed|bill-|totals|yuan)|contract\.|data\.)/u.test(check),
    );
    expect(alarms(lines)).toEqual([]);
    const passed = new Set(lines.filter(({ verdict }) => verdict === "pass").map(({ check }) => check));
    for (const check of ["reconciliation.packed-bill/GZIP", "reconciliation.totals", "reconciliation.bill-address"])
      expect(passed).toContain(check);
  });

  test("an acknowledgement without a body has the type that the pack gives it, and an id", async () => {
    const acknowledged: ExchangeSeen[] = [];
    const lines = await judged(
      "platform",
      (check) => check === "contract.valid-request/notify.payment_result",
      undefined,
      (event) => {
        if (event.type === "exchange" && event.exchange.response?.status === 204) acknowledged.push(event);
      },
    );
    expect(alarms(lines)).toEqual([]);
    const told = acknowledged.find((event) => event.interface === "notify.payment_result");
    const headers = new Map(told?.exchange.response?.headers.map(([name, value]) => [name.toLowerCase(), value]));
    expect([headers.get("content-type"), headers.get("request-id")]).toEqual([
      "application/json",
      expect.stringMatching(/^[0-9A-F]{24}$/u),
    ]);
  });

  test("a platform that plays it passes what judges receivers", async () => {
    const lines = await judged("platform", () => true);
    expect(alarms(lines)).toEqual([]);
    const passed = new Set(lines.filter(({ verdict }) => verdict === "pass").map(({ check }) => check));
    for (const check of [
      "signature.sealed-parts/notify.payment_result",
      "signature.flipped/notify.payment_result/body",
    ])
      expect(passed).toContain(check);
  });

  const FEEDING = /^contract\.valid-request\/(?:payment|notify)/u;
  const CHECKS_OF: Readonly<Record<string, RegExp>> = {
    "NOT-16": /^notification\.(?:sound|all-sound)/u,
    "SIG-03": /^signature\.sealed-parts/u,
    "SIG-25": /^signature\.asked-key/u,
    "REC-07": /^reconciliation\.(?:packed-bill|totals)/u,
  };

  test.each(DEFECTS.filter(({ needs }) => needs?.sdk === true))("$name fails by $requirement", async (defect) => {
    const { requirement, role } = defect;
    const lines = await judged(
      role,
      (check) => FEEDING.test(check) || CHECKS_OF[requirement]?.test(check) === true,
      defect,
    );
    expect(
      lines.some((one) => one.requirement === requirement && one.verdict === "fail"),
      JSON.stringify(lines.map(({ check, verdict, reason, error }) => [check, verdict, reason?.en ?? error])),
    ).toBe(true);
  });
});
