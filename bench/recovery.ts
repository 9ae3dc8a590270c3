import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pairScheme } from "../core/signature/schemes.ts";
import { startBank } from "./bank.ts";
import type { RunningBank } from "./bank.ts";
import { replay } from "./generator.ts";
import { measureOf } from "./measure.ts";
import type { Measure } from "./measure.ts";
import type { BankOrder } from "./order.ts";
import { PARTY } from "./order.ts";
import { presignAll } from "./presign.ts";
import type { Signer } from "./presign.ts";

const CONNECTIONS = 32;

/**
 * How long a bank takes from `kill -9` to its first good answer, with so many payments in its store, against the same from
 * an end in good order. The answer is that of a query of a payment which was made before.
 */
export async function measureRecovery(
  make: Pick<Signer, "envelope" | "offload">,
  token: string,
  payments: number,
): Promise<Measure> {
  const scheme = pairScheme("ed25519");
  const [own, party] = [scheme.generate(), scheme.generate()];
  const folder = mkdtempSync(join(tmpdir(), "liantiao-recovery-"));
  const order: BankOrder = {
    kind: "bank",
    store: join(folder, "bank.sqlite"),
    algorithm: token,
    ownKey: own,
    partyKey: party.publicPem,
  };
  const signer: Signer = { ...make, algorithm: token, key: scheme.privateKey(party.privatePem) };
  const verifier = { envelope: make.envelope, key: scheme.publicKey(own.publicPem) };
  let bank = await startBank(order);
  const pay = async (prefix: string): Promise<void> => {
    const binding = bank.scenarios["customer.funded"]?.["binding_id"] ?? "";
    const requests = await presignAll(signer, payments, (index) => ({
      method: "POST",
      target: "/v1/payments",
      data: {
        party_id: PARTY,
        out_trade_no: `${prefix}${String(index).padStart(10, "0")}`,
        binding_id: binding,
        amount: { value: 1 + (index % 100), currency: "CNY" },
        description: "bench",
        notify_url: "http://127.0.0.1/parked",
      },
    }));
    await replay(bank.url, requests, CONNECTIONS, verifier);
  };
  const again = async (end: (running: RunningBank) => Promise<void>, number: string): Promise<number> => {
    const began = performance.now();
    await end(bank);
    bank = await startBank(order);
    const [query] = await presignAll(signer, 1, () => ({
      method: "GET",
      target: `/v1/payments/${number}?party_id=${PARTY}`,
    }));
    if (query === undefined) throw new Error("nothing was signed");
    await replay(bank.url, [query], 1, verifier);
    return performance.now() - began;
  };
  try {
    await pay("r");
    const ordinary = await again((running) => running.stop(), "r0000000000");
    await pay("s");
    const seen = await again((running) => running.kill(), "s0000000000");
    return measureOf({
      name: `recovery after kill -9, ${2 * payments} payments`,
      seen,
      limit: ordinary,
      unit: "ms",
      against: "an end in good order, and a start",
    });
  } finally {
    await bank.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
