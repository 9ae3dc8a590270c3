import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "../hosting/free-port.ts";

/*
 * Real processes: what a person at a terminal meets. One bank serves them all.
 */

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "liantiao-cli-"));
const state = join(folder, "bank");
const sut = join(state, "sut.json");

interface Ready {
  readonly url: string;
  readonly adminUrl: string;
  readonly tokenFile: string;
  readonly pid: number;
}

let bank: ChildProcess | undefined;
let ready: Ready;

async function serve(...words: string[]): Promise<{ readonly child: ChildProcess; readonly ready: Ready }> {
  const child = spawn(process.execPath, [MAIN, "serve", "bank", "--json", "--port", "0", ...words], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  return { child, ready: await readyLine(child) };
}

async function readyLine(child: ChildProcess & { readonly stdout: Readable }): Promise<Ready> {
  const line = once(createInterface({ input: child.stdout }), "line");
  const early = once(child, "exit").then(([code]) =>
    Promise.reject(new Error(`serve ended with ${String(code)} before it was ready`)),
  );
  const [text] = await Promise.race([line, early]);
  // It will end some time; by then that is no failure.
  early.catch(() => {});
  return JSON.parse(String(text)) as Ready;
}

async function interrupt(child: ChildProcess): Promise<number | null> {
  const ended = once(child, "exit");
  child.kill("SIGINT");
  const [code] = await ended;
  return code as number | null;
}

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function run(...words: string[]): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...words], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  });
  return { code: status, out: stdout, err: stderr };
}

/** A user's mistake: exit 2, no stack trace, and the words that mend it. */
function expectMistake(ended: Ended, ...words: string[]): void {
  expect(ended.err).not.toMatch(/\n\s+at /);
  for (const word of [...words, "next:"]) expect(ended.err).toContain(word);
  expect(ended.code).toBe(2);
}

/** The bank's statement with something changed. */
function statementWith(name: string, changes: object): string {
  const file = join(state, name);
  writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(sut, "utf8")) as object), ...changes }));
  return file;
}

beforeAll(async () => {
  ({ child: bank, ready } = await serve("--state", state));
});

afterAll(async () => {
  if (bank?.exitCode === null) await interrupt(bank);
  rmSync(folder, { recursive: true, force: true });
});

describe("inspect", () => {
  const record = (): string => join(folder, "inspection");

  test("inspect goes on in its folder and prints one document", () => {
    expect(run("inspect", "bank", "--sut", sut, "--once", "--out", record()).out).toContain("1 round");
    const { code, out } = run("inspect", "bank", "--sut", sut, "--once", "--out", record(), "--json");
    expect(JSON.parse(out)).toMatchObject({ exitCode: 0, rounds: 2, outages: [] });
    expect(code).toBe(0);
  });

  test("inspect ends in good order on Ctrl-C", async () => {
    const words = ["inspect", "bank", "--sut", sut, "--every", "1s", "--out", join(folder, "interrupted")];
    const child = spawn(process.execPath, [MAIN, ...words], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
    await expect.poll(() => existsSync(join(folder, "interrupted", "inspection.html"))).toBe(true);
    expect(await interrupt(child)).toBe(0);
  });

  test("inspect refuses an unknown rule, a length without unit and a strange folder", () => {
    expectMistake(run("inspect", "bank", "--sut", sut, "--rule", "uk-open-bankin"), 'did you mean "uk-open-banking"?');
    expectMistake(run("inspect", "bank", "--sut", sut, "--every", "5"), "such as 30s, 5m");
    const other = statementWith("other-inspected.json", { baseUrl: "http://127.0.0.1:9" });
    expectMistake(run("inspect", "bank", "--sut", other, "--once", "--out", record()), "another baseUrl", "--out");
  });
});

describe("serve", () => {
  test("serve keeps private keys and the statement to their owner", () => {
    const modes = spawnSync("stat", ["-c", "%a", join(state, "keys", "P1001.key.pem"), sut], { encoding: "utf8" })
      .stdout.trim()
      .split("\n");
    expect(modes).toEqual(["600", "600"]);
  });

  test("serve prints the control token to a terminal only", () => {
    const token = readFileSync(ready.tokenFile, "utf8").trim();
    expect(JSON.stringify(ready)).not.toContain(token);
    expect(token).toMatch(/^[0-9a-f]{48}$/);
  });

  test("serve names the port that is in use, and the way out", () => {
    const port = new URL(ready.url).port;
    expectMistake(
      run("serve", "bank", "--port", port, "--state", join(folder, "other"), "--store", "memory"),
      `port ${port}`,
      "in use",
      "--port",
    );
  });

  test("serve refuses a store that another process has open", () => {
    expectMistake(
      run("serve", "bank", "--port", "0", "--state", join(folder, "other"), "--store", join(state, "store.sqlite")),
      "store cannot be opened",
      "--store memory",
    );
  });

  test("serve refuses a file that is another thing than a store", () => {
    const file = join(folder, "not-a-store.sqlite");
    writeFileSync(file, "this is not a database, however long one looks at it ".repeat(100));
    expectMistake(
      run("serve", "bank", "--port", "0", "--state", join(folder, "other"), "--store", file),
      "store cannot be opened",
      file,
    );
  });

  test("serve refuses a served state directory and names the process that serves it", () => {
    expectMistake(run("serve", "bank", "--port", "0", "--state", state), "served already", ready.url, "--state");
  });

  test("serve refuses an unwritable log and a foreign address before it listens", () => {
    const other = ["--state", join(folder, "other"), "--store", "memory", "--port", "0"];
    expectMistake(run("serve", "bank", ...other, "--log", folder), "--log", "log cannot be written");
    expectMistake(run("serve", "bank", ...other, "--host", "192.0.2.1"), "192.0.2.1", "address of this machine");
  });

  test("serve refuses half a key pair and keeps the other half", async () => {
    const half = join(folder, "half");
    const { child } = await serve("--state", half, "--store", "memory");
    expect(await interrupt(child)).toBe(0);
    const privateKey = readFileSync(join(half, "keys", "P1001.key.pem"), "utf8");
    rmSync(join(half, "keys", "P1001.pub.pem"));
    expectMistake(run("serve", "bank", "--port", "0", "--state", half), "P1001.pub.pem is missing");
    expect(readFileSync(join(half, "keys", "P1001.key.pem"), "utf8")).toBe(privateKey);
  });

  test("serve refuses a damaged key file", async () => {
    const damaged = join(folder, "damaged");
    const { child } = await serve("--state", damaged, "--store", "memory");
    expect(await interrupt(child)).toBe(0);
    writeFileSync(
      join(damaged, "keys", "P1001.pub.pem"),
      "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
    );
    expectMistake(run("serve", "bank", "--port", "0", "--state", damaged), "P1001", "delete both");
  });

  test("suggests near names for roles, faults, packs and flags", () => {
    expectMistake(run("serve", "bnak"), 'did you mean "bank"?');
    expectMistake(run("serve", "bank", "--fault", "latncy"), 'did you mean "latency"?');
    expectMistake(run("serve", "bank", "--pack", "coperation"), 'did you mean "cooperation"?');
    expectMistake(run("serve", "bank", "--prot", "1"), "--port");
    expectMistake(run("serv", "bank"), "serve");
  });

  test("serve keeps its keys and its books over a restart", async () => {
    const kept = join(folder, "kept");
    const first = await serve("--state", kept);
    const before = readFileSync(join(kept, "sut.json"), "utf8");
    const paid = run(
      "call",
      "payment.create",
      "--sut",
      join(kept, "sut.json"),
      "--data",
      '{"out_trade_no":"KEPT0001"}',
    );
    expect(paid.code, paid.err).toBe(0);
    expect(await interrupt(first.child)).toBe(0);
    const second = await serve("--state", kept);
    try {
      const after = JSON.parse(readFileSync(join(kept, "sut.json"), "utf8")) as { sutKeys: unknown };
      expect(after.sutKeys).toEqual((JSON.parse(before) as { sutKeys: unknown }).sutKeys);
      const found = run(
        "call",
        "payment.query",
        "--sut",
        join(kept, "sut.json"),
        "--data",
        '{"out_trade_no":"KEPT0001"}',
      );
      expect(found.out).toContain('"state": "SUCCEEDED"');
    } finally {
      await interrupt(second.child);
    }
  });
});

describe("call", () => {
  test("call makes up a valid request, verifies the answer and ends with 0", () => {
    const { code, out, err } = run("call", "payment.create", "--sut", sut);
    expect(err).toBe("");
    expect(out).toContain("signature verified");
    expect(out).toContain('"state": "SUCCEEDED"');
    expect(code).toBe(0);
  });

  test("call explains a refusal in both languages and ends with 1", () => {
    const { code, out } = run("call", "payment.create", "--sut", sut, "--scenario", "customer.frozen");
    expect(out).toContain("ACCOUNT_FROZEN");
    expect(out).toMatch(/[\u4e00-\u9fff]{4}/);
    expect(code).toBe(1);
  });

  test("call ignores the profile, and warns of a field that the interface lacks", () => {
    const small = statementWith("small-call.json", { profile: { interfaces: ["payment.create"] } });
    const { code, err } = run("call", "echo", "--sut", small, "--data", '{"mesage":"hello"}');
    expect(err).toContain('Did you mean "message"?');
    expect(code).toBe(1);
    expect(run("call", "echo", "--sut", small).code).toBe(0);
  });

  test("call ends with 3 when the SUT is unreachable", () => {
    expect(run("call", "echo", "--sut", statementWith("nobody.json", { baseUrl: "http://127.0.0.1:1" })).code).toBe(3);
  });

  test("call suggests the interface that was meant, and lists the others", () => {
    expectMistake(run("call", "payment.creat", "--sut", sut), 'did you mean "payment.create"?', "refund.query");
    expectMistake(run("call", "notify.payment_result", "--sut", sut), "provided by the platform");
  });

  test("call refuses malformed data and an unknown party or scenario", () => {
    expectMistake(run("call", "echo", "--sut", sut, "--data", "{message"), "--data is not JSON");
    expectMistake(run("call", "echo", "--sut", sut, "--party", "P1003"), "P1001, P1002");
    expectMistake(
      run("call", "echo", "--sut", sut, "--scenario", "customer.fundet"),
      'did you mean "customer.funded"?',
    );
  });

  test("call with a wrong key of ours shows the SUT's refusal and ends with 1", () => {
    const parties = (JSON.parse(readFileSync(sut, "utf8")) as { parties: { privateKey: string }[] }).parties;
    const file = statementWith("wrong-key.json", { parties: [{ ...parties[0], privateKey: "keys/P1002.key.pem" }] });
    const { code, out } = run("call", "echo", "--sut", file);
    expect(out).toContain("SIGN_ERROR");
    expect(code).toBe(1);
  });

  test("call with a wrong key of the SUT reports an unverified answer", () => {
    const keys = (JSON.parse(readFileSync(sut, "utf8")) as { sutKeys: object[] }).sutKeys;
    const { code, out } = run(
      "call",
      "echo",
      "--sut",
      statementWith("wrong-sut-key.json", { sutKeys: [{ ...keys[0], publicKey: "keys/P1001.pub.pem" }] }),
    );
    expect(out).toContain("signature NOT verified");
    expect(code).toBe(1);
  });
});

describe("verify", () => {
  test("verify names every problem of a statement at once, with its place", () => {
    const bad = statementWith("bad.json", {
      baseUrl: "ftp://x",
      nmae: "x",
      sutKeys: [{ serial: "1", algorithm: "x", publicKey: "keys/none.pem" }],
    });
    expectMistake(run("verify", "bank", "--sut", bad), "/baseUrl", "/nmae", "/sutKeys/0/publicKey");
    expectMistake(run("verify", "bank", "--sut", join(folder, "none.json")), "cannot be read");
    expectMistake(run("verify", "bank"), "--sut");
  });

  test("verify refuses the other role's statement, unknown efforts and unmatched globs", () => {
    expectMistake(run("verify", "platform", "--sut", sut), "statement is of a bank");
    expectMistake(run("verify", "bank", "--sut", sut, "--effort", "smok"), 'did you mean "smoke"?');
    expectMistake(run("verify", "bank", "--sut", sut, "--only", "NOPE-*"), "NOPE-*", "--list");
  });

  test("verify names line and column of broken JSON, and what a wrong value is", () => {
    const file = join(state, "syntax.json");
    writeFileSync(file, '{\n  "name": "x",\n  "role": bank\n}\n');
    expectMistake(run("verify", "bank", "--sut", file), `${file}:3:11`, "line 3, column 11");
    expectMistake(
      run("verify", "bank", "--sut", statementWith("types.json", { limits: { timeoutMs: "5" }, sutKeys: [] })),
      '/limits/timeoutMs: is "5", not a whole number',
      "/sutKeys: is empty",
    );
  });

  test("verify tells the remedy for an unwritable folder and misspelt words", () => {
    expectMistake(
      run("verify", "bank", "--sut", sut, "--only", "CON-05", "--out", sut),
      "the folder of the run cannot be written",
      "--out",
    );
    expectMistake(
      run(
        "verify",
        "bank",
        "--sut",
        statementWith("nothing.json", { profile: { interfaces: ["paymnt.*"] } }),
        "--only",
        "CON-05",
      ),
      "paymnt.*",
      "payment.create",
    );
    expectMistake(
      run("verify", "bank", "--sut", statementWith("near.json", { basUrl: "x", fixtures: {} })),
      'Did you mean "baseUrl"?',
    );
    expectMistake(
      run(
        "verify",
        "bank",
        "--sut",
        statementWith("near-scenario.json", { fixtures: { "customer.fundd": { none: "x" } } }),
      ),
      'Did you mean "customer.funded"?',
    );
    expectMistake(
      run(
        "verify",
        "bank",
        "--sut",
        statementWith("day.json", {
          baseUrl: "127.0.0.1:1",
          waivers: [{ requirement: "IDM-01", owner: "us", reason: "soon", expires: "31.12.2026" }],
        }),
      ),
      "2026-12-31",
      "https://bank.example",
    );
  });

  test("verify reports missing, broken and empty check modules where they are named", () => {
    writeFileSync(join(state, "broken.mjs"), "export const checks = [");
    writeFileSync(
      join(state, "odd.mjs"),
      'const one = { id: "ours.echo", requirement: "CON-99", title: { en: "e", zh: "z" }, effort: "smoke", run() {} };\nexport const checks = [{}, one, { ...one, requirement: "CON-01", effort: "quick" }];',
    );
    const { code, err } = run(
      "verify",
      "bank",
      "--sut",
      statementWith("own-checks.json", { checks: ["none.mjs", "broken.mjs", "odd.mjs"] }),
    );
    for (const part of [
      "/checks/0: ",
      "none.mjs",
      "/checks/1: ",
      "/checks/2: ",
      "checks[0]",
      'requirement of ours.echo is "CON-99"',
      'effort of ours.echo is "quick"',
    ])
      expect(err).toContain(part);
    expect(err).not.toContain("    at ");
    expect(code).toBe(2);
  });

  test("verify --list with an unmatched pattern suggests a near one", () => {
    expectMistake(run("verify", "bank", "--list", "--only", "IDM-99"), "IDM-09");
  });

  test("verify with an unmatched pattern suggests a near one", () => {
    expectMistake(run("verify", "bank", "--sut", sut, "--only", "IDM-99"), "IDM-09");
  });

  test("verify --list with a statement lists what it claims and what is skipped", () => {
    const small = statementWith("small.json", { profile: { interfaces: ["echo", "payment.create", "payment.query"] } });
    const { code, out } = run("verify", "bank", "--sut", small, "--list");
    expect(out).toContain("signature.absent/payment.create");
    expect(out).not.toContain("signature.absent/refund.create");
    expect(out).toMatch(/laws\.statement-equals-bill.*skipped: the interface bill\.get is not in the profile/);
    expect(code).toBe(0);
    expectMistake(run("verify", "platform", "--sut", small, "--list"), "statement is of a bank");
  });

  test("verify --modules judges the modules that are chosen, and tells which there are", () => {
    const { code, out } = run("verify", "bank", "--sut", sut, "--modules", "payout", "--list");
    expect(out).toContain("signature.absent/payout.create");
    expect(out).toContain("signature.absent/binding.apply");
    expect(out).not.toContain("signature.absent/payment.create");
    expect(code).toBe(0);
    expectMistake(run("verify", "bank", "--sut", sut, "--modules", "payuot", "--list"), 'Did you mean "payout"?');
    const small = statementWith("modules.json", { profile: { modules: ["payout"] } });
    expectMistake(run("verify", "bank", "--sut", small, "--list"), "/profile/modules/0", 'Add "account"');
  });

  test("verify --list works alone, before there is a statement", () => {
    const { code, out } = run("verify", "bank", "--list");
    expect(out).toContain("IDM-01");
    expect(code).toBe(0);
  });

  test("verify with a wrong key ends with 2 before anything is judged", () => {
    const parties = (JSON.parse(readFileSync(sut, "utf8")) as { parties: { privateKey: string }[] }).parties;
    const file = statementWith("wrong-key-verify.json", {
      parties: [{ ...parties[0], privateKey: "keys/P1002.key.pem" }],
    });
    const { code, out } = run("verify", "bank", "--sut", file, "--only", "SIG-*", "--out", join(folder, "wrong-key"));
    expect(out).toContain("refuses the signature of P1001");
    expect(code).toBe(2);
  });

  test("verify writes every report, and keeps an earlier run's folder", () => {
    const out = join(folder, "judged");
    const first = run("verify", "bank", "--sut", sut, "--only", "signature.absent/echo", "--out", out, "--json");
    const summary = JSON.parse(first.out) as { readonly exitCode: number; readonly files: readonly string[] };
    expect(first.code).toBe(summary.exitCode);
    expect(summary.files.map((file) => readFileSync(file).length > 0)).not.toContain(false);
    expectMistake(
      run("verify", "bank", "--sut", sut, "--only", "signature.absent/echo", "--out", out),
      "holds a run already",
    );
    expect(run("report", out, "--format", "junit").code).toBe(summary.exitCode);
    expectMistake(run("report", out, "--format", "junt"), 'did you mean "junit"?');
  });

  test("Ctrl-C ends a run in good order, and its log says that it is partial", async () => {
    const out = join(folder, "interrupted");
    const child = spawn(process.execPath, [MAIN, "verify", "bank", "--sut", sut, "--out", out], {
      cwd: folder,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const lines = createInterface({ input: child.stdout });
    for await (const line of lines) if (line.includes("pass")) break;
    const ended = once(child, "exit");
    child.kill("SIGINT");
    child.stdout.resume();
    const [code] = await ended;
    expect([1, 3]).toContain(code);
    const last = readFileSync(join(out, "events.ndjson"), "utf8").trim().split("\n").at(-1) ?? "";
    expect(JSON.parse(last)).toMatchObject({ type: "run.finished", partial: true });
  });
});

describe("output", () => {
  test("a closed pipe, as after head, changes neither the work nor the exit code", async () => {
    const child = spawn(process.execPath, [MAIN, "verify", "--help"], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let complaint = "";
    child.stderr.on("data", (bytes: Buffer) => (complaint += bytes.toString()));
    child.stdout.destroy();
    const [code] = (await once(child, "close")) as [number];
    expect({ code, complaint }).toEqual({ code: 0, complaint: "" });
  });
});

describe("enrol and faults", () => {
  test("enrol takes a stranger's public key, and refuses a private one", () => {
    const key = join(folder, "mine.pem");
    spawnSync("openssl", ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", key]);
    expectMistake(run("enrol", "P2001", key, "--state", state), "private key", "-pubout");
    expectMistake(run("enrol", "P2001", sut, "--state", state), "no public key", sut);
    expectMistake(
      run("enrol", "P2001", join(state, "keys", "P1001.pub.pem"), "--admin", ready.adminUrl, "--token", "wrong"),
      "refuses the token",
    );
    const pub = join(folder, "mine.pub.pem");
    spawnSync("openssl", ["pkey", "-in", key, "-pubout", "-out", pub]);
    const enrolled = run("enrol", "P2001", pub, "--serial", "MINE", "--state", state);
    expect(enrolled.out).toContain("customer.funded");
    const fixtures = JSON.parse(enrolled.out.slice(enrolled.out.indexOf("{"))) as object;
    const mine = statementWith("mine.json", {
      parties: [{ partyId: "P2001", serial: "MINE", algorithm: "WECHATPAY2-SHA256-RSA2048", privateKey: key }],
      fixtures,
    });
    expect(run("call", "payment.create", "--sut", mine).code).toBe(0);
  });

  test("a fault for an unknown interface is refused with the known ones", () => {
    expectMistake(run("faults", "on", "latency", "--interface", "payment.creat", "--state", state), "payment.create");
  });

  test("a fault is switched on and off while the bank runs", () => {
    expect(run("faults", "on", "server-error", "--interface", "echo", "--state", state).code).toBe(0);
    expect(run("call", "echo", "--sut", sut).code).toBe(1);
    expect(run("faults", "off", "--state", state).code).toBe(0);
    expect(run("call", "echo", "--sut", sut).code).toBe(0);
  });
});

describe("explain", () => {
  test("explain covers interfaces, codes and requirements", () => {
    expect(run("explain", "payment.create").out).toMatch(
      /POST \/v1\/payments[\s\S]+out_trade_no[\s\S]+INSUFFICIENT_FUNDS/,
    );
    expect(run("explain", "INSUFFICIENT_FUNDS").out).toContain("answered by: payment.create");
    expect(run("explain", "IDM-03").out).toMatch(/idempotency\.copies \(\d+ cases\)/);
    expectMistake(run("explain", "payment.creat"), 'did you mean "payment.create"?');
  });
});

describe("packs", () => {
  test("the reference pack is sound, and exports as OpenAPI 3.1", () => {
    expect(run("pack", "check").out).toContain("cooperation");
    const document = JSON.parse(run("pack", "openapi").out) as {
      openapi: string;
      paths: object;
      components: { schemas: object };
    };
    expect(document.openapi).toBe("3.1.0");
    expect(Object.keys(document.paths)).toContain("/v1/payments");
    const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(
      ([, name]) => name ?? "",
    );
    expect(references.length).toBeGreaterThan(10);
    expect(references.filter((name) => !Object.hasOwn(document.components.schemas, name))).toEqual([]);
  });

  test("pack new writes a pack that pack check accepts", () => {
    const made = run("pack", "new", "our-bank", "--out", folder);
    expect([made.code, made.out]).toEqual([0, expect.stringContaining(join(folder, "our-bank"))]);
    expect(run("pack", "check", join(folder, "our-bank")).out).toContain("ok our-bank");
    expectMistake(run("pack", "new", "our-bank", "--out", folder), "exists already", "another name");
  });

  test("pack check refuses a folder that holds something else than a pack", () => {
    expectMistake(run("pack", "check", "./nowhere"), "nowhere", "cooperation");
  });
});

describe("bank and platform together", () => {
  test("the bank's signed notification of a payment reaches the platform's order", async () => {
    const port = await freePort("127.0.0.1");
    const both = join(folder, "both");
    const served = await serve(
      "--state",
      join(both, "bank"),
      "--store",
      "memory",
      "--peer",
      `http://127.0.0.1:${port}`,
    );
    const child = spawn(
      process.execPath,
      [
        MAIN,
        "serve",
        "platform",
        "--json",
        "--port",
        String(port),
        "--admin-port",
        "0",
        "--store",
        "memory",
        "--state",
        join(both, "platform"),
        "--peer",
        join(both, "bank", "sut.json"),
      ],
      { cwd: folder, stdio: ["ignore", "pipe", "inherit"] },
    );
    try {
      const platform = await readyLine(child);
      const { fixtures } = JSON.parse(readFileSync(join(both, "platform", "sut.json"), "utf8")) as {
        fixtures: Record<string, object>;
      };
      const paid = run(
        "call",
        "payment.create",
        "--sut",
        join(both, "bank", "sut.json"),
        "--data",
        JSON.stringify({ ...fixtures["order.created"], notify_url: `${platform.url}/notify/payment` }),
      );
      expect(paid.code, paid.out).toBe(0);
      const requests = async (): Promise<
        readonly {
          readonly interface?: string;
          readonly party?: string;
          readonly response?: { readonly status: number };
        }[]
      > => {
        const answer = await fetch(`${platform.adminUrl}/__admin/requests`, {
          headers: { authorization: `Bearer ${readFileSync(platform.tokenFile, "utf8").trim()}` },
        });
        return ((await answer.json()) as { requests: [] }).requests;
      };
      await expect
        .poll(requests)
        .toMatchObject([{ interface: "notify.payment_result", party: "BANK01", response: { status: 204 } }]);
    } finally {
      await interrupt(child);
      await interrupt(served.child);
    }
  });
});
