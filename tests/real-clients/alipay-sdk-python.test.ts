import { execFile } from "node:child_process";
import { createPrivateKey } from "node:crypto";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "vitest";
import { works } from "../../simulator/testing/program.ts";
import { testsOfTheDay } from "../../trials/tests-of-the-day.ts";
import { PARTY, rsaKey, startAlipay } from "./alipay-gateway.ts";

/*
 * Alipay's own client for Python against the pack alipay-v2, unmodified but for address and keys: it pays, queries and
 * refunds, verifies every answer and one notification, and refuses an answer and a notification that are not Alipay's.
 */

const RUN = fileURLToPath(new URL("alipay-sdk-python/run", import.meta.url));
/** The text between the marks of a PEM file. */
const bare = (pem: string): string => pem.replaceAll(/-----[^-]+-----|\s/g, "");
/** As that client takes private keys. */
const pkcs1 = (pem: string): string => bare(createPrivateKey(pem).export({ type: "pkcs1", format: "pem" }).toString());

/** Writes a body for the client to read, which finds it whole or not at all. */
async function keptAt(file: string, body: Promise<string>): Promise<void> {
  writeFileSync(`${file}.part`, await body);
  renameSync(`${file}.part`, file);
}

/** A merchant's day; the client's `run` says loudly where Python is missing, and then this fails in CI. */
async function merchantsDay(): Promise<void> {
  if (!works("python3", ["-c", "import venv, ensurepip"]) && process.env["CI"] === undefined) {
    console.warn("NOT RUN: alipay-sdk-python against alipay-v2, which needs python3 with venv and pip");
    return;
  }
  const [alipayKey, partyKey, strangeKey] = [rsaKey("ALIPAY-1"), rsaKey("P1001-1"), rsaKey("STRANGE-1")];
  const alipay = await startAlipay(alipayKey, partyKey);
  const folder = mkdtempSync(join(tmpdir(), "liantiao-alipay-sdk-python-"));
  try {
    const notification = join(folder, "notification");
    const told = keptAt(notification, alipay.notified);
    const settings = join(folder, "settings.json");
    writeFileSync(
      settings,
      JSON.stringify({
        gateway: alipay.url,
        appId: PARTY,
        privateKey: pkcs1(partyKey.privatePem),
        alipayPublicKey: bare(alipayKey.publicPem),
        strangePublicKey: bare(strangeKey.publicPem),
        notifyUrl: alipay.notifyUrl,
        authCode: alipay.bank.scenario("buyer.funded")["auth_code"],
        prefix: "PY-",
        notification,
      }),
    );
    const { stdout } = await promisify(execFile)(RUN, [settings]);
    await told;
    expect(JSON.parse(stdout)).toMatchObject({
      paid: { code: "10000", total_amount: "12.34" },
      queried: { code: "10000", trade_status: "TRADE_SUCCESS" },
      refunded: { code: "10000", refund_fee: "2.34" },
      refundQueried: { code: "10000", refund_amount: "2.34" },
      unknown: { code: "40004", sub_code: "ACQ.TRADE_NOT_EXIST" },
      strangeAnswer: "refused",
      notified: true,
      changedNotification: false,
    });
  } finally {
    await alipay.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

// Its package is large, so that most days leave it out.
testsOfTheDay("a client of Alipay's for Python", 7, {
  "alipay-sdk-python pays, refunds, and believes what Alipay signed alone": merchantsDay,
});
