import { describe, expect, test } from "vitest";
import { checkPack } from "../../core/pack/check.ts";
import { compilePack } from "../../core/pack/compile.ts";
import { loadPack } from "../../core/pack/load.ts";
import type { CheckFinished, ExchangeSeen } from "../../core/run/event.ts";
import { simulatedRuntime } from "../../core/runtime/simulated.ts";
import { sealPart, spelled, unspelled } from "../../core/sealing/part.ts";
import type { ReceiverSealingPolicy } from "../../core/sealing/policy.ts";
import { pairScheme } from "../../core/signature/schemes.ts";
import { startBank } from "../../simulator/testing/bank.ts";
import { RSA, SM2 } from "../../simulator/testing/keys.ts";
import type { TestKey } from "../../simulator/testing/keys.ts";
import { bankInWorld, BANK_ORIGIN, START } from "../../simulator/testing/world.ts";
import { receiverSealedPack } from "../../trials/receiver-sealed-pack.ts";
import { openTrial } from "../../trials/trial.ts";

/* Fields under the receiver's public key, played and judged, with the key named in a header and in the body. */

const alarms = (lines: readonly CheckFinished[]): readonly unknown[] =>
  lines
    .filter(({ verdict }) => verdict !== "pass" && verdict !== "skipped")
    .map(({ check, reason, finding, error }) => [check, reason?.en ?? error, finding?.expected, finding?.seen]);

const WANTED = /^(?:contract\.valid-request|signature\.sealed-parts)\/(?:binding\.apply|payout\.create)/u;

describe.each([
  ["header", "rsa2048"],
  ["field", "sm2"],
] as const)("fields sealed for the receiver, its key named in a %s, keys of %s", (namedIn, scheme) => {
  const packFolder = receiverSealedPack(namedIn);

  test(`the pack that names keys in a ${namedIn} is sound`, () => {
    expect(checkPack(loadPack(packFolder))).toEqual([]);
  });

  test(`a bank opens what the judge seals with ${scheme}, and refuses what was changed`, async () => {
    const trial = await openTrial({ role: "bank", scheme, packFolder });
    const seen: ExchangeSeen[] = [];
    try {
      const lines = await trial.judge({
        wanted: (id) => WANTED.test(id),
        onEvent: (event) => {
          if (event.type === "exchange" && event.interface === "payout.create") seen.push(event);
        },
      });
      expect(trial.crashes).toEqual([]);
      expect(alarms(lines)).toEqual([]);
      const passed = lines.filter(({ verdict }) => verdict === "pass").map(({ check }) => check);
      expect(passed).toEqual(
        expect.arrayContaining([
          "contract.valid-request/binding.apply",
          "contract.valid-request/payout.create",
          "signature.sealed-parts/payout.create",
        ]),
      );
      const body = JSON.parse(String(seen[0]?.exchange.request.body)) as Readonly<Record<string, string>>;
      // A ciphertext of RSA-2048 in base64; of SM2 in hexadecimal a point, a hash and as many bytes as the text.
      expect(body["payee_account_no"]).toHaveLength(namedIn === "header" ? 344 : 2 * (64 + 32 + 19));
    } finally {
      await trial.close();
    }
  });

  test(`a platform seals with ${scheme} what it calls the bank with`, async () => {
    const world = simulatedRuntime({ seed: 3, startAt: START });
    const pack = compilePack(loadPack(packFolder));
    const [ours, theirs] = [keyOf(scheme, "P1001-KEY"), keyOf(scheme, "BANK01-KEY")];
    const bank = await world.runUntil(
      bankInWorld(world, {
        pack,
        parties: [{ id: "P1001", key: ours }],
        ownKeys: [theirs],
        options: { deliver: false },
      }),
    );
    const platform = await world.runUntil(
      startBank({ pack, role: "platform", runtime: world, parties: [{ id: "BANK01", key: theirs }], ownKeys: [ours] }),
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
    const [sent] = platform.simulator.journal.entries().filter((one) => one.interface === "payout.create");
    expect(JSON.stringify(sent)).not.toContain(payee["payee_account_no"]);
    for (const one of [bank, platform]) {
      one.simulator.stop();
      expect(one.internalErrors).toEqual([]);
    }
  });

  test(`a bank refuses whatever ${scheme} cannot open with the same bytes`, async () => {
    const pack = compilePack(loadPack(packFolder));
    const [ours, theirs] = [keyOf(scheme, "P1001-KEY"), keyOf(scheme, "BANK01-KEY")];
    const bank = await startBank({ pack, parties: [{ id: "P1001", key: ours }], ownKeys: [theirs] });
    const policy = pack.source.manifest.policies.receiverSealing as ReceiverSealingPolicy;
    const to = { serial: theirs.serial, algorithm: theirs.algorithm, publicPem: theirs.publicPem };
    const place = { path: [], key: "receiver" } as const;
    const sealed = (text: string | Uint8Array, receiver = to): string =>
      String(sealPart({ receiver: { policy, to: receiver } }, place, Buffer.from(text)));
    const payee = bank.scenario("payout.payee");
    const name = sealed(payee["payee_name"] ?? "");
    const right = sealed(payee["payee_account_no"] ?? "");
    let number = 0;
    const answer = async (account: unknown, serial: string | undefined = theirs.serial): Promise<string> => {
      number += 1;
      const request = bank.client.request("POST", "/v1/payouts", {
        party_id: "P1001",
        out_payout_no: `payout-${number}`,
        payee_name: name,
        payee_account_no: account,
        purpose: "01",
        amount: { value: 100, currency: "CNY" },
        ...(namedIn === "field" && serial !== undefined ? { enc_key_id: serial } : {}),
      });
      const headers = namedIn === "header" && serial !== undefined ? [["Wechatpay-Serial", serial] as const] : [];
      const { status, text } = await bank.client.send({ ...request, headers: [...request.headers, ...headers] });
      return `${status} ${text}`;
    };
    expect(await answer(right)).toMatch(/^200 /u);
    const bytes = unspelled(policy, right) as Uint8Array;
    const cannot = [
      spelled(policy, Buffer.from(bytes).fill(0)),
      spelled(policy, bytes.subarray(1)),
      spelled(
        policy,
        bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte)),
      ),
      sealed("1", { ...to, publicPem: ours.publicPem }),
      sealed(Uint8Array.of(0xff)),
      `${right} `,
      payee["payee_account_no"],
      17,
      null,
    ];
    const refusals = new Set(await Promise.all(cannot.map((account) => answer(account))));
    expect([...refusals]).toEqual([expect.stringMatching(/^400 .*cannot be opened/u)]);
    // A key that is not ours is named before any field is opened, so the first sealed field is what is refused.
    const unnamed = new Set([await answer(right, "ANOTHER"), await answer(right, "")]);
    expect([...unnamed]).toEqual([expect.stringMatching(/^400 .*cannot be opened/u)]);
    bank.simulator.stop();
  });
});

function keyOf(scheme: string, serial: string): TestKey {
  const pair = pairScheme(scheme).generate();
  return {
    serial,
    algorithm: scheme === "sm2" ? SM2 : RSA,
    ...pair,
    privateKey: pairScheme(scheme).privateKey(pair.privatePem),
    publicKey: pairScheme(scheme).publicKey(pair.publicPem),
  };
}
