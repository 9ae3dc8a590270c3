import { execFileSync } from "node:child_process";

/** Signatures a second of one core, as `openssl speed` measures them now on this machine: rsa2048, sm2 (curveSM2), ed25519. */
export function signLimit(scheme: string, environment: Readonly<Record<string, string>> = {}): number {
  const algorithm = scheme === "sm2" ? "sm2" : scheme;
  // With -mr the last fields of the +F line are machine readable; the table's last lines hold signs/s in the columns before verifies/s.
  const output = execFileSync("openssl", ["speed", "-seconds", "2", algorithm], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, ...environment },
  });
  const line = output
    .trim()
    .split("\n")
    .findLast((one) => /\d+\.\d\s+\d+\.\d\s*$/.test(one));
  const rate = /(\d+\.\d)\s+\d+\.\d\s*$/.exec(line ?? "")?.[1];
  if (rate === undefined) throw new Error(`openssl speed ${algorithm} printed no signs per second:\n${output}`);
  return Number(rate);
}

/**
 * Has OpenSSL, here the command and the copy inside Node, do without the AVX-512 IFMA instructions: bit 21 of the second
 * word of `OPENSSL_ia32cap`. Processors of other kinds have none and take no notice of it.
 */
export const WITHOUT_IFMA: Readonly<Record<string, string>> = { OPENSSL_ia32cap: ":~0x200000" };
