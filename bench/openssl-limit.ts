import { execFileSync } from "node:child_process";

/** What `openssl speed` calls the algorithm of a scheme. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  rsa2048: ["rsa2048"],
  "rsa-pss-sha256": ["rsa2048"],
  "rsa-pss-sha512": ["rsa2048"],
  sm2: ["sm2"],
  ed25519: ["ed25519"],
  "ecdsa-p256-sha256": ["ecdsap256"],
  // Of this length, since a MAC costs what its text is long.
  "hmac-sha256": ["-hmac", "sha256", "-bytes", "512"],
  "hmac-sm3": ["-hmac", "sm3", "-bytes", "512"],
};

const MAC_BYTES = 512;

/** Signatures a second of one core, as `openssl speed` measures them now on this machine; of a MAC, of texts of 512 bytes. */
export function signLimit(scheme: string, environment: Readonly<Record<string, string>> = {}): number {
  const algorithm = NAMES[scheme];
  if (algorithm === undefined)
    throw new Error(`no limit is known for ${scheme}: add what openssl speed calls it to bench/openssl-limit.ts`);
  const output = execFileSync("openssl", ["speed", "-seconds", "2", ...algorithm], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, ...environment },
  });
  const lines = output.trim().split("\n");
  // The table's last line has signs/s ahead of verifies/s; of a MAC, thousands of bytes a second.
  const line = lines.findLast((one) => /\d+\.\d\s+\d+\.\d\s*$/.test(one));
  const rate = /(\d+\.\d)\s+\d+\.\d\s*$/.exec(line ?? "")?.[1];
  const thousands = /\s(\d+\.\d+)k\s*$/.exec(lines.at(-1) ?? "")?.[1];
  if (algorithm[0] === "-hmac" && thousands !== undefined) return (Number(thousands) * 1000) / MAC_BYTES;
  if (rate === undefined) throw new Error(`openssl speed ${algorithm.join(" ")} printed no rate:\n${output}`);
  return Number(rate);
}

/**
 * Has OpenSSL, here the command and the copy inside Node, do without the AVX-512 IFMA instructions: bit 21 of the second
 * word of `OPENSSL_ia32cap`. Processors of other kinds have none and take no notice of it.
 */
export const WITHOUT_IFMA: Readonly<Record<string, string>> = { OPENSSL_ia32cap: ":~0x200000" };
