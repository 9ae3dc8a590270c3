import { describe, expect, test } from "vitest";
import { checkPack } from "../../core/pack/check.ts";
import { compilePack } from "../../core/pack/compile.ts";
import { loadPack } from "../../core/pack/load.ts";
import type { CheckFinished, ExchangeSeen } from "../../core/run/event.ts";
import { simulatedRuntime } from "../../core/runtime/simulated.ts";
import { encrypted, placed } from "../../core/sealing/body/carried.ts";
import { generateBodySecret, openBodyKey } from "../../core/sealing/body/key.ts";
import type { BodySealingPolicy, SealedBody } from "../../core/sealing/body/policy.ts";
import { redaction } from "../../core/redaction/redaction.ts";
import { journalView } from "../../simulator/control/journal-view.ts";
import { bodyOpener } from "../../simulator/control/opened-bodies.ts";
import { startBank } from "../../simulator/testing/bank.ts";
import { namedKey } from "../../simulator/testing/keys.ts";
import { bankInWorld, BANK_ORIGIN, START } from "../../simulator/testing/world.ts";
import { encryptedPack } from "../../trials/encrypted-pack.ts";
import { openTrial } from "../../trials/trial.ts";

/* Whole bodies that are encrypted, played and judged: SM4-CBC in a member, and AES-CBC in the parameter biz_content. */

const FOLDERS = { cooperation: encryptedPack("cooperation"), "alipay-v2": encryptedPack("alipay-v2") };

const alarms = (lines: readonly CheckFinished[]): readonly unknown[] =>
  lines
    .filter(({ verdict }) => verdict !== "pass" && verdict !== "skipped")
    .map(({ check, reason, finding, error }) => [check, reason?.en ?? error, finding?.expected, finding?.seen]);

const judgedBy = async (
  trial: Awaited<ReturnType<typeof openTrial>>,
  wanted: RegExp,
  seen: ExchangeSeen[] = [],
): Promise<readonly string[]> => {
  const lines = await trial.judge({
    wanted: (id) => wanted.test(id),
    onEvent: (event) => void (event.type === "exchange" && seen.push(event)),
  });
  expect(trial.crashes).toEqual([]);
  expect(alarms(lines)).toEqual([]);
  return lines.filter(({ verdict }) => verdict === "pass").map(({ check }) => check);
};

describe.each([
  ["cooperation", "payment.create", "ed25519"],
  ["alipay-v2", "trade.pay", "rsa2048"],
] as const)("the pack %s with its bodies encrypted", (name, pays, scheme) => {
  const packFolder = FOLDERS[name];

  test(`the encrypted form of ${name} is sound`, () => {
    expect(checkPack(loadPack(packFolder))).toEqual([]);
  });

  test(`a bank of ${name} reads what the judge encrypts, and answers alike`, async () => {
    const trial = await openTrial({ role: "bank", scheme, packFolder });
    const seen: ExchangeSeen[] = [];
    const wanted = [
      `contract.valid-request/${pays}`,
      `signature.sealed-parts/${pays}`,
      `signature.refused-alike/${pays}`,
    ];
    try {
      const passed = await judgedBy(trial, new RegExp(`^(?:${wanted.join("|")}|notification\\.sound)`, "u"), seen);
      expect(passed).toEqual(expect.arrayContaining(wanted));
      const paid = seen.find((event) => event.interface === pays)?.exchange;
      const [asked, answered] = [paid?.request.body, paid?.response?.body].map(String);
      expect(asked).toMatch(name === "cooperation" ? /^\{"bizContent":"[0-9a-f]+"\}$/u : /^biz_content=[\w%]+&/u);
      expect(answered).toMatch(
        name === "cooperation" ? /^\{"bizContent":"[0-9a-f]+"\}$/u : /^\{"alipay_trade_pay_response":"[\w+/]+=*",/u,
      );
    } finally {
      await trial.close();
    }
  });
});

test("a platform reads notifications that are encrypted", async () => {
  const trial = await openTrial({ role: "platform", scheme: "ed25519", packFolder: FOLDERS.cooperation });
  try {
    const passed = await judgedBy(trial, /^(?:contract\.valid-request|signature\.sealed-parts)\/notify\.payment/u);
    expect(passed).toHaveLength(2);
  } finally {
    await trial.close();
  }
});

test("an answer in clear is no answer of a pack that encrypts answers", async () => {
  const clear = loadPack(FOLDERS.cooperation);
  const { policies } = clear.manifest;
  const { bodySealing } = policies;
  const { answers: _clear, ...carried } = bodySealing?.carried ?? {};
  const played = {
    ...clear,
    manifest: {
      ...clear.manifest,
      policies: { ...policies, bodySealing: { ...(bodySealing as BodySealingPolicy), carried } },
    },
  };
  const trial = await openTrial({ role: "bank", scheme: "ed25519", packFolder: FOLDERS.cooperation, pack: played });
  try {
    const [line] = await trial.judge({ wanted: (id) => id === "contract.valid-request/payment.create" });
    expect(line).toMatchObject({ verdict: "fail" });
    expect(line?.finding?.expected.toString()).toContain("not encrypted");
  } finally {
    await trial.close();
  }
});

describe("bodies under SM4-CBC", () => {
  const pack = compilePack(loadPack(FOLDERS.cooperation));
  const policy = pack.source.manifest.policies.bodySealing as BodySealingPolicy;
  const key = openBodyKey(policy, generateBodySecret(policy));
  const [ours, theirs] = [namedKey("P1001-KEY-1"), namedKey("BANK01-KEY-1")];

  test("a platform encrypts its call, and its journal shows what was said", async () => {
    const world = simulatedRuntime({ seed: 3, startAt: START });
    const bank = await world.runUntil(
      bankInWorld(world, {
        pack,
        parties: [{ id: "P1001", key: ours, sealing: key }],
        ownKeys: [theirs],
        options: { deliver: false },
      }),
    );
    const platform = await world.runUntil(
      startBank({
        pack,
        role: "platform",
        runtime: world,
        parties: [{ id: "BANK01", key: theirs, sealing: key }],
        ownKeys: [ours],
      }),
    );
    const payee = bank.scenario("payout.payee");
    const data = { party_id: "P1001", purpose: "01", amount: { value: 100, currency: "CNY" }, ...payee };
    const called = await world.runUntil(
      platform.simulator.call({
        interface: "payout.create",
        party: "BANK01",
        url: BANK_ORIGIN,
        data: { ...data, out_payout_no: "payout-1" },
      }),
    );
    expect(called).toMatchObject({ outcome: "answered", answer: { out_payout_no: "payout-1" } });
    for (const one of [bank, platform]) {
      const { journal, identity } = one.simulator;
      const [entry] = journal.entries().filter((each) => each.interface === "payout.create");
      if (entry === undefined) throw new Error("the call is not in the journal");
      const shown = journalView(entry, redaction(pack.source), bodyOpener(pack, identity)(entry));
      expect(shown.request.body).toMatch(/^\{"bizContent":"[0-9a-f*]+"\}$/u);
      expect(shown.request.opened).toContain('"out_payout_no":"payout-1"');
      expect(shown.request.opened).not.toContain(payee["payee_account_no"]);
      expect(shown.response?.opened).toContain('"out_payout_no":"payout-1"');
      one.simulator.stop();
      expect(one.internalErrors).toEqual([]);
    }
  });

  test("a bank refuses whatever cannot be opened or read with the same bytes", async () => {
    const bank = await startBank({ pack, parties: [{ id: "P1001", key: ours, sealing: key }], ownKeys: [theirs] });
    const place = policy.carried.requests as SealedBody;
    const fresh = (count: number): Uint8Array => new Uint8Array(count).fill(3);
    const plain = Buffer.from(JSON.stringify({ party_id: "P1001", message: "hello" }));
    const right = encrypted(policy, key, plain, fresh);
    const other = openBodyKey(policy, generateBodySecret(policy));
    const carried = (ciphertext: Uint8Array): Uint8Array => placed({ policy, place }, ciphertext);
    const answer = async (body: Uint8Array): Promise<string> => {
      const { status, text } = await bank.client.call("POST", "/v1/echo", body);
      return `${status} ${text}`;
    };
    expect(await answer(carried(right))).toMatch(/^200 \{"bizContent":"[0-9a-f]+"\}$/u);
    const cannot = [
      plain,
      Buffer.from(`{"bizContent":"${Buffer.from(right).toString("hex")}","more":1}`),
      Buffer.from("{"),
      carried(right.subarray(0, -1)),
      carried(right.subarray(0, -16)),
      carried(right.map((byte, at) => (at === right.length - 1 ? byte ^ 1 : byte))),
      carried(new Uint8Array(48)),
      carried(new Uint8Array()),
      carried(encrypted(policy, other, plain, fresh)),
      carried(encrypted(policy, key, plain.subarray(0, -1), fresh)),
      carried(encrypted(policy, key, Buffer.from('{"a":1,"a":2}'), fresh)),
      carried(encrypted(policy, key, new Uint8Array(), fresh)),
    ];
    const refusals = new Set(await Promise.all(cannot.map(answer)));
    expect([...refusals]).toEqual([expect.stringMatching(/^400 .*cannot be opened/u)]);
    bank.simulator.stop();
  });

  test("a party without a secret is refused, and nothing is told to it", async () => {
    const bank = await startBank({ pack, parties: [{ id: "P1001", key: ours }], ownKeys: [theirs] });
    const { status, text } = await bank.client.call("POST", "/v1/echo", { party_id: "P1001", message: "hello" });
    expect(`${status} ${text}`).toMatch(/^400 .*cannot be opened/u);
    bank.simulator.stop();
  });
});
