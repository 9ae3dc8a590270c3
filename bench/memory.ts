import { codecsOf } from "../core/codec/codecs.ts";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { envelopeOf } from "../core/envelope/styles.ts";
import { loadPack } from "../core/pack/load.ts";
import { liveRuntime } from "../core/runtime/live.ts";
import { pairScheme } from "../core/signature/schemes.ts";
import { startBank } from "./bank.ts";
import { replay } from "./generator.ts";
import { PARTY } from "./order.ts";
import { presignAll } from "./presign.ts";

/**
 * Resident memory of the bank after a tenth of the payments and after all of them. What grows between the two is kept
 * for each payment: a leak. Ends with 1 when the ratio is above 1.3.
 */
const LARGEST_RATIO = 1.3;
const CONNECTIONS = 32;
/** Signed ahead at a time, so that no timestamp is old when it is sent. */
const CHUNK = 5_000;

const { values: flags } = parseArgs({ options: { payments: { type: "string", default: "1000000" } } });
const payments = Number(flags.payments);
if (!Number.isSafeInteger(payments) || payments < 10 * CHUNK || payments % (10 * CHUNK) !== 0)
  throw new Error(`--payments must be a multiple of ${10 * CHUNK}, not ${flags.payments}`);

const { policies } = loadPack(new URL("../specs/cooperation", import.meta.url).pathname).manifest;
const envelope = envelopeOf(policies.envelope, codecsOf(policies));
const token = Object.entries(envelope.algorithms).find(([, name]) => name === "ed25519")?.[0] ?? "";
const scheme = pairScheme("ed25519");
const [own, party] = [scheme.generate(), scheme.generate()];
const signer = {
  envelope,
  algorithm: token,
  key: scheme.privateKey(party.privatePem),
  offload: liveRuntime({ signingThreads: availableParallelism() }).offload,
};
const folder = mkdtempSync(join(tmpdir(), "liantiao-memory-"));
const store = join(folder, "bank.sqlite");
const bank = await startBank(
  { kind: "bank", store, algorithm: token, ownKey: own, partyKey: party.publicPem },
  { nodeOptions: ["--expose-gc"] },
);
const bytes: Record<number, number> = {};
try {
  const binding = bank.scenarios["customer.funded"]?.["binding_id"] ?? "";
  const started = performance.now();
  for (let done = 0; done < payments; done += CHUNK) {
    const requests = await presignAll(signer, CHUNK, (index) => ({
      method: "POST",
      target: "/v1/payments",
      data: {
        party_id: PARTY,
        out_trade_no: `memory${String(done + index).padStart(10, "0")}`,
        binding_id: binding,
        amount: { value: 1 + (index % 100), currency: "CNY" },
        description: "bench",
        notify_url: "http://127.0.0.1/parked",
      },
    }));
    await replay(bank.url, requests, CONNECTIONS, { envelope, key: scheme.publicKey(own.publicPem) });
    const after = done + CHUNK;
    if (after === payments / 10 || after === payments) bytes[after] = await bank.memory();
    else if (after % 50_000 === 0)
      console.error(
        `${after} payments, ${Math.round(after / ((performance.now() - started) / 1000))}/s, resident ${Math.round((await bank.memory()) / 1e6)} MB`,
      );
  }
  const [early = 0, late = 0] = [bytes[payments / 10], bytes[payments]];
  const ratio = Math.round((late / early) * 1000) / 1000;
  console.log(
    JSON.stringify(
      {
        payments,
        afterATenth: { payments: payments / 10, rssBytes: early },
        afterAll: { payments, rssBytes: late },
        ratio,
        allowed: LARGEST_RATIO,
        storeBytes: statSync(store).size,
      },
      undefined,
      2,
    ),
  );
  if (ratio > LARGEST_RATIO) {
    console.error(
      `resident memory grew by ${ratio} between ${payments / 10} and ${payments} payments; at most ${LARGEST_RATIO} is allowed`,
    );
    process.exitCode = 1;
  }
} finally {
  await bank.stop();
  rmSync(folder, { recursive: true, force: true });
}
