import { execFile, execFileSync, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { randomInt } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { works } from "../../simulator/testing/program.ts";

/*
 * The clients that docs/recipes/client.md prints, as they stand there, against a bank served as the README says. They sign
 * and verify with libraries that are not ours.
 */

const root = fileURLToPath(new URL("../..", import.meta.url));
const main = join(root, "cli/main.ts");
const recipe = readFileSync(join(root, "docs/recipes/client.md"), "utf8");
const run = promisify(execFile);

interface Language {
  readonly name: string;
  /** What runs the client, and with which words the document says it. */
  readonly command: readonly [program: string, ...args: readonly string[]];
  /** What makes a program of it that starts sooner, and how that is run; its first run is as the document says. */
  readonly compiled?: {
    readonly by: readonly string[];
    readonly command: readonly [program: string, ...args: readonly string[]];
  };
  readonly needs: string;
  readonly here: boolean;
}

const hasOpenssl = works("openssl", ["version"]);
const LANGUAGES: readonly Language[] = [
  {
    name: "python",
    command: ["python3", "client.py"],
    needs: "python3 with the package cryptography",
    here: hasOpenssl && works("python3", ["-c", "import cryptography"]),
  },
  {
    name: "java",
    command: ["java", "Client.java"],
    compiled: { by: ["javac", "-d", "classes", "Client.java"], command: ["java", "-cp", "classes", "Client"] },
    needs: "a JDK of 17 or newer",
    // A runtime without the compiler has no `java Client.java`.
    here: hasOpenssl && works("java", ["--list-modules"]) && works("javac", ["-version"]),
  },
  { name: "go", command: ["go", "run", "client.go"], needs: "go", here: hasOpenssl && works("go", ["version"]) },
];

const folder = mkdtempSync(join(tmpdir(), "liantiao-recipe-"));
let bank: ChildProcess;
let url: string;
let port: number;
/** Seconds by which the bank's clock was moved. */
let ahead = 0;

const liantiao = (...words: readonly string[]): string =>
  execFileSync(process.execPath, [main, ...words], { cwd: folder, encoding: "utf8" });

/**
 * A port that stays free between one run of a client and the next: systems hand out higher ones, to programs that listen
 * at any port and to connections.
 */
async function quietPort(): Promise<number> {
  const candidate = randomInt(15_000, 30_000);
  const taken = await new Promise<boolean>((resolve) => {
    const server = createServer().once("error", () => resolve(true));
    server.listen(candidate, "127.0.0.1", () => server.close(() => resolve(false)));
  });
  return taken ? quietPort() : candidate;
}

beforeAll(async () => {
  if (!LANGUAGES.some(({ here }) => here)) return;
  port = await quietPort();
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
  const openssl = (...words: readonly string[]): Buffer =>
    execFileSync("openssl", words, { cwd: folder, stdio: ["ignore", "pipe", "ignore"] });
  openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", "mine.pem");
  openssl("pkey", "-in", "mine.pem", "-pubout", "-out", "mine.pub.pem");
  liantiao("enrol", "SHOP01", "mine.pub.pem", "--serial", "MY-KEY-1", "--notify-allow", `http://127.0.0.1:${port}/`);
});

afterAll(async () => {
  if (bank !== undefined) {
    const ended = new Promise((resolve) => bank.once("exit", resolve));
    bank.kill("SIGINT");
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

/** Moves the bank's clock past the end of its day. */
function endDay(): void {
  ahead += 90_000;
  liantiao("clock", "--advance", "90000");
}

describe.each(LANGUAGES)("the $name client", ({ name, command, compiled, needs, here }) => {
  const [program] = command;
  const skip = !here && process.env["CI"] === undefined;
  const skipNote = here ? "" : ` (SKIPPED: needs ${needs}, and openssl)`;
  const demand = (): void => {
    if (!here) throw new Error(`The client of the recipe needs ${needs}, and openssl; install them on the CI machine.`);
  };

  /** Runs the client as the document says. */
  const printedClient = (...words: readonly string[]): Promise<string> => runClient(command, words);
  const client = (...words: readonly string[]): Promise<string> => runClient(compiled?.command ?? command, words);
  const runClient = async (
    [executable, ...args]: readonly [program: string, ...args: readonly string[]],
    words: readonly string[],
  ): Promise<string> => {
    const { stdout } = await run(executable, [...args, ...words], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, PYTHONUTF8: "1", AHEAD: String(ahead) },
    });
    return stdout;
  };

  beforeAll(() => {
    const [, printed = ""] = new RegExp(`^\`\`\`${name}\n([\\s\\S]*?)^\`\`\`$`, "m").exec(recipe) ?? [];
    expect(printed).toContain('"http://127.0.0.1:8080"');
    expect(printed).toContain("9080");
    writeFileSync(
      join(folder, command.at(-1) ?? ""),
      printed.replace("http://127.0.0.1:8080", url).replace("9080", String(port)),
    );
    if (here && compiled !== undefined)
      execFileSync(compiled.by[0] ?? "", compiled.by.slice(1), { cwd: folder, stdio: "ignore" });
  });

  test.skipIf(skip)(`the ${name} client pays, queries, is notified and refunds${skipNote}`, async () => {
    demand();
    const text = await printedClient();
    const lines = text.trimEnd().split("\n");
    expect(lines, text).toHaveLength(4);
    const [paid = "", queried = "", notified = "", refunded = ""] = lines;
    const number = /"out_trade_no":"(\w+)"/.exec(paid)?.[1] ?? "";
    for (const line of [paid, queried]) expect(line).toMatch(/^200 .*"state":"SUCCEEDED"/);
    expect(notified).toMatch(/^notified .*payment\.result.*SUCCEEDED/);
    expect(refunded).toMatch(/^200 .*"out_refund_no".*"state":"SUCCEEDED"/);
    for (const line of lines) expect(line).toContain(number);
    // Acknowledged, so that the bank does not send it again.
    await expect.poll(() => liantiao("notifications")).not.toContain(number);
  });

  test.skipIf(skip)(`the ${name} client reads a bill, and refuses another one${skipNote}`, async () => {
    demand();
    const paid = await client();
    const [number, date] = [/"out_trade_no":"(\w+)"/, /"business_date":"([\d-]+)"/].map(
      (wanted) => wanted.exec(paid)?.[1] ?? "",
    );
    endDay();
    const bill = await client(date ?? "");
    expect(bill).toMatch(new RegExp(`,payment,${number},credit,19\\.99,CNY,`));
    liantiao("faults", "on", "altered-answer", "--interface", "bill.download", "--times", "1");
    await expect(client(date ?? "")).rejects.toThrow(/not the one that was announced/);
  });

  test.skipIf(skip)(`the ${name} client refuses what the bank has not signed, or long ago${skipNote}`, async () => {
    demand();
    for (const fault of ["altered-answer", "old-answer"]) {
      liantiao("faults", "on", fault, "--interface", "payment.create", "--times", "1");
      await expect(client(), fault).rejects.toThrow(program);
    }
  });

  test.skipIf(skip)(`the ${name} client refuses a notification that others have sent${skipNote}`, async () => {
    demand();
    liantiao("faults", "on", "notification-late", "--set", "delayMs=3000", "--times", "1");
    const ended = new AbortController();
    const waiting = client().finally(() => ended.abort());
    const statuses = new Set<number>();
    const target = `http://127.0.0.1:${port}/notify/payment`;
    const forged = [
      undefined,
      `WECHATPAY2-SHA256-RSA2048 mchid="BANK01",nonce_str="12345678",signature="AAAA",timestamp="1",serial_no="x"`,
    ];
    while (!ended.signal.aborted) {
      for (const authorization of forged)
        await fetch(target, {
          method: "POST",
          body: "{}",
          headers: authorization === undefined ? {} : { Authorization: authorization },
        }).then(
          ({ status }) => statuses.add(status),
          () => undefined,
        );
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(await waiting).toMatch(/^notified .*payment\.result/m);
    expect([...statuses]).toEqual([401]);
  });
});
