import { execFile, execFileSync, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { freePort } from "../../hosting/free-port.ts";
import { works } from "../../simulator/testing/program.ts";

/* The platform that docs/recipes/client.md prints, judged as the document says. */

const root = fileURLToPath(new URL("../..", import.meta.url));
const main = join(root, "cli/main.ts");
const [, section = ""] = readFileSync(join(root, "docs/recipes/client.md"), "utf8").split(
  "\n## A platform that `verify` passes\n",
);
const here = works("python3", ["-c", "import cryptography"]) && works("openssl", ["version"]);
const skip = !here && process.env["CI"] === undefined;
const skipNote = here ? "" : " (SKIPPED: needs python3 with the package cryptography, and openssl)";

const printed = (language: string): string =>
  new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, "m").exec(section)?.[1] ?? "";

describe("the platform of the recipe", () => {
  const folder = mkdtempSync(join(tmpdir(), "liantiao-receiver-"));
  let platform: ChildProcess | undefined;

  const stop = async (): Promise<void> => {
    if (platform?.exitCode !== null) return;
    const ended = new Promise((resolve) => platform?.once("exit", resolve));
    platform.kill();
    await ended;
  };

  afterEach(stop);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const start = async (change: (code: string) => string = (code) => code): Promise<void> => {
    const [port, hooks] = [await freePort("127.0.0.1"), await freePort("127.0.0.1")];
    const at = (text: string): string => text.replaceAll("9080", String(port)).replaceAll("9081", String(hooks));
    for (const name of ["SHOP01", "BANK01", "BANK02"]) {
      const openssl = (...words: readonly string[]): Buffer =>
        execFileSync("openssl", words, { cwd: folder, stdio: ["ignore", "pipe", "ignore"] });
      openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", `${name}.pem`);
      openssl("pkey", "-in", `${name}.pem`, "-pubout", "-out", `${name}.pub.pem`);
    }
    writeFileSync(join(folder, "receiver.json"), at(printed("json")));
    writeFileSync(join(folder, "receiver.py"), change(at(printed("python"))));
    const child = spawn("python3", ["receiver.py"], { cwd: folder, stdio: ["ignore", "pipe", "ignore"] });
    platform = child;
    await new Promise<void>((resolve, reject) => {
      child.stdout.once("data", () => resolve());
      child.once("exit", () => reject(new Error("the platform did not start")));
    });
  };

  /** The exit code of the judge, and what it said. */
  const judged = (...words: readonly string[]): Promise<{ readonly code: number; readonly text: string }> =>
    new Promise((resolve) => {
      execFile(
        process.execPath,
        [main, "verify", "platform", "--sut", "receiver.json", "--seed", "7", ...words],
        {
          cwd: folder,
          encoding: "utf8",
          maxBuffer: 1 << 24,
          env: { ...process.env, LC_ALL: "C.UTF-8", NO_COLOR: "1" },
        },
        (error, stdout) => resolve({ code: error === null ? 0 : Number(error.code), text: stdout }),
      );
    });

  test.skipIf(skip)(`the platform of the recipe passes for what it claims${skipNote}`, async () => {
    if (!here) throw new Error("The platform of the recipe needs python3 with cryptography, and openssl.");
    await start();
    const { code, text } = await judged();
    expect(text).not.toMatch(/^(?:fail|inconclusive|error) /m);
    expect(text).toMatch(/passed every MUST requirement that was judged \(6\d\)/);
    expect(code, text).toBe(0);
  });

  test.skipIf(skip)(`a platform of the recipe that verifies no signature fails${skipNote}`, async () => {
    if (!here) throw new Error("The platform of the recipe needs python3 with cryptography, and openssl.");
    await start((code) => code.replace(".verify(signature, base, padding.PKCS1v15(), hashes.SHA256())", ""));
    const { code, text } = await judged("--only", "SIG-02");
    expect(code, text).toBe(1);
    expect(text).toMatch(/^FAIL SIG-02 /m);
    // What each case saw is the same, so it is one finding for each interface.
    expect(text.match(/^FAIL /gm)?.length).toBe(2);
    expect(text).toMatch(/^ {2}alike +\d+ more \(signature\.flipped × 6/m);
  });
});
