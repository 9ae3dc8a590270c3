import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Whether the `openssl` command can be run here. */
export function opensslIsInstalled(): boolean {
  return spawnSync("openssl", ["version"], { stdio: "ignore" }).status === 0;
}

/**
 * What the `openssl` command says of an RSA signature (PKCS#1 v1.5, SHA-256) over `base`. Throws when the command
 * cannot be run or cannot read the key, so that a broken set-up is never a "false".
 */
export function opensslVerifies(publicPem: string, base: string, signatureBase64: string): boolean {
  const folder = mkdtempSync(join(tmpdir(), "liantiao-openssl-"));
  try {
    const [key, message, signature] = [join(folder, "key.pem"), join(folder, "base"), join(folder, "signature")];
    writeFileSync(key, publicPem);
    writeFileSync(message, base);
    writeFileSync(signature, Buffer.from(signatureBase64, "base64"));
    // Reading the key alone first: `dgst -verify` ends with 1 for a wrong signature and for an unreadable key alike.
    execFileSync("openssl", ["pkey", "-pubin", "-in", key, "-noout"], { stdio: "pipe" });
    const verdict = spawnSync("openssl", ["dgst", "-sha256", "-verify", key, "-signature", signature, message], {
      encoding: "utf8",
    });
    return verdict.status === 0 && verdict.stdout.includes("Verified OK");
  } finally {
    rmSync(folder, { recursive: true });
  }
}
