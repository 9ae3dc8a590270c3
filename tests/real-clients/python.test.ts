import { execFileSync, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { works } from "../../simulator/testing/program.ts";

/*
 * The client that docs/recipes/client.md prints, as it stands there, against a bank served as the README says. It signs and
 * verifies with libraries that are not ours.
 */

const root = fileURLToPath(new URL("../..", import.meta.url));
const main = join(root, "cli/main.ts");
const runnable = works("python3", ["-c", "import cryptography"]) && works("openssl", ["version"]);

describe.runIf(runnable)("the client of the recipe", () => {
  const folder = mkdtempSync(join(tmpdir(), "liantiao-python-"));
  let bank: ChildProcess;
  let url: string;

  beforeAll(async () => {
    bank = spawn(process.execPath, [main, "serve", "bank", "--port", "0", "--store", "memory", "--json"], {
      cwd: folder,
      stdio: ["ignore", "pipe", "ignore"],
    });
    url = await new Promise<string>((resolve, reject) => {
      let text = "";
      bank.stdout?.on("data", (bytes: Buffer) => {
        text += bytes.toString();
        if (text.includes("\n")) resolve((JSON.parse(text) as { readonly url: string }).url);
      });
      bank.once("exit", () => reject(new Error("the bank did not start")));
    });
    execFileSync("openssl", ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", "mine.pem"], {
      cwd: folder,
      stdio: "ignore",
    });
    execFileSync("openssl", ["pkey", "-in", "mine.pem", "-pubout", "-out", "mine.pub.pem"], { cwd: folder });
    execFileSync(process.execPath, [main, "enrol", "SHOP01", "mine.pub.pem", "--serial", "MY-KEY-1"], {
      cwd: folder,
      stdio: "ignore",
    });
  });

  afterAll(async () => {
    const ended = new Promise((resolve) => bank.once("exit", resolve));
    bank.kill("SIGINT");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });

  const clientWith = (change: (text: string) => string): readonly string[] => {
    const [, printed = ""] =
      /```python\n([\s\S]*?)```/.exec(readFileSync(join(root, "docs/recipes/client.md"), "utf8")) ?? [];
    expect(printed).toContain('"http://127.0.0.1:8080"');
    writeFileSync(join(folder, "client.py"), change(printed.replace("http://127.0.0.1:8080", url)));
    return execFileSync("python3", ["client.py"], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, PYTHONUTF8: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    })
      .trimEnd()
      .split("\n");
  };

  test("the Python client pays and queries, and every answer verifies", () => {
    const [paid, queried] = clientWith((text) => text);
    for (const line of [paid, queried]) expect(line).toMatch(/^\(200, .*'state': 'SUCCEEDED'/);
  });

  test("the Python client verifies refusals too, and refuses a changed answer", () => {
    expect(clientWith((text) => text.replace("bnd_seed_010003", "nobody")).at(0)).toMatch(
      /^\(404, .*BINDING_NOT_FOUND/,
    );
    expect(() =>
      clientWith((text) => text.replace("verify(answer.headers, content)", 'verify(answer.headers, content + b" ")')),
    ).toThrow(/InvalidSignature/);
  });
});
