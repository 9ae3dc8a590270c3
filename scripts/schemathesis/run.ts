import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/*
 * A pass of Schemathesis over the OpenAPI document of the served bank, with signing: npm run schemathesis -- -n 50
 *
 * Optional tooling: it wants python3 with venv, and installs into a temporary folder. What it has remarked is in
 * docs/schemathesis.md.
 */

const PACKAGES = ["schemathesis==4.32.5", "cryptography"];
const MAIN = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));
const HOOKS = fileURLToPath(new URL(".", import.meta.url));

const folder = mkdtempSync(join(tmpdir(), "liantiao-schemathesis-"));

/** Runs a program of the tooling; one that fails ends the pass. */
function run(program: string, words: readonly string[]): void {
  const { status, error } = spawnSync(program, words, { stdio: "inherit", cwd: folder });
  if (status !== 0)
    throw new Error(`${program} ${words.join(" ")} failed${error === undefined ? "" : `: ${error.message}`}`);
}

/** Runs Schemathesis over the bank at `url`; gives its exit code. */
function judge(url: string, statement: string): number {
  const document = spawnSync(process.execPath, [MAIN, "pack", "openapi"], { encoding: "utf8", maxBuffer: 64 << 20 });
  writeFileSync(join(folder, "openapi.json"), document.stdout);
  const words = ["run", "openapi.json", "--url", url, "--include-tag", "bank", "--continue-on-failure"];
  // That check takes a documented refusal by a rule for a mistake; stateful tests need links, which packs have not.
  const own = ["--exclude-checks", "positive_data_acceptance", "--phases", "examples,coverage,fuzzing"];
  const { status } = spawnSync(join(folder, "venv/bin/schemathesis"), [...words, ...own, ...process.argv.slice(2)], {
    stdio: "inherit",
    cwd: folder,
    env: {
      ...process.env,
      LIANTIAO_STATEMENT: statement,
      PYTHONPATH: HOOKS,
      PYTHONDONTWRITEBYTECODE: "1",
      SCHEMATHESIS_HOOKS: "signing",
    },
  });
  return status ?? 1;
}

try {
  run("python3", ["-m", "venv", "venv"]);
  run(join(folder, "venv/bin/pip"), ["install", "--quiet", "--disable-pip-version-check", ...PACKAGES]);
  const words = ["serve", "bank", "--json", "--port", "0", "--store", "memory", "--algorithm", "WECHATPAY2-ED25519"];
  const bank = spawn(process.execPath, [MAIN, ...words, "--state", join(folder, "state")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const [line] = (await once(createInterface({ input: bank.stdout }), "line")) as [string];
    const { url, statement } = JSON.parse(line) as { readonly url: string; readonly statement: string };
    console.log(`${(JSON.parse(readFileSync(statement, "utf8")) as { readonly name: string }).name} at ${url}`);
    process.exitCode = judge(url, statement);
  } finally {
    bank.kill("SIGINT");
    await once(bank, "exit");
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
