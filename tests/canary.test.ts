import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request as httpRequest } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

/*
 * People's data, followed through real processes: whatever goes in, in whatever disguise, nothing of it may come out
 * of anything that is printed, logged, shown or reported. Only the store, the statement and the scenarios that a tester
 * asks for by name hold it.
 */

const MAIN = fileURLToPath(new URL("../cli/main.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "liantiao-canary-"));
const state = join(folder, "bank");
const SENSITIVE = ["holder_name", "account_no", "id_no", "mobile", "payee_name", "payee_account_no"];

interface Ready {
  readonly url: string;
  readonly adminUrl: string;
  readonly tokenFile: string;
}
interface Statement {
  readonly baseUrl: string;
  readonly fixtures: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}
interface Ended {
  readonly code: number | null;
  readonly out: string;
}

let bank: ChildProcess;
let ready: Ready;
let statement: Statement;
/** A bank that tells everybody's data wherever it can, in front of the real one. */
let indiscreet: Server;
/** Everything that was put out, by where it came from. */
const shown = new Map<string, string>();

async function run(name: string, ...words: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, ...words], { cwd: folder, env: { ...process.env, NO_COLOR: "1" } });
  let out = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => void (out += text));
  const [code] = (await once(child, "close")) as [number | null];
  shown.set(name, out);
  return { code, out };
}

/** The people of the fixtures: exactly the values that the pack calls sensitive. */
function canaries(): readonly string[] {
  return Object.values(statement.fixtures)
    .flatMap((fixture) => Object.entries(fixture))
    .flatMap(([name, value]) => (SENSITIVE.includes(name) && typeof value === "string" ? [value] : []));
}

const person = (): Readonly<Record<string, string>> =>
  statement.fixtures["customer.applies"] as Readonly<Record<string, string>>;
const grouped = (digits: string, between: string): string => digits.replaceAll(/\d{4}(?=\d)/g, `$&${between}`);
const escaped = (text: string): string =>
  text
    .split("")
    .map((character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");

beforeAll(async () => {
  const serving = spawn(
    process.execPath,
    [
      MAIN,
      "serve",
      "bank",
      "--port",
      "0",
      "--state",
      state,
      "--store",
      "memory",
      "--log",
      join(folder, "exchanges.log"),
    ],
    { cwd: folder, env: { ...process.env, NO_COLOR: "1" } },
  );
  bank = serving;
  const said = (name: string): string => shown.get(name) ?? "";
  for (const [name, stream] of [
    ["serve stdout", serving.stdout],
    ["serve stderr", serving.stderr],
  ] as const)
    stream.setEncoding("utf8").on("data", (text: string) => void shown.set(name, said(name) + text));
  while (!said("serve stdout").includes("Ctrl-C ends it")) {
    await Promise.race([once(serving.stdout, "data"), once(serving, "close")]);
    if (serving.exitCode !== null) throw new Error(`serve ended: ${said("serve stdout")}${said("serve stderr")}`);
  }
  const { url, adminUrl } = JSON.parse(readFileSync(join(state, "server.json"), "utf8")) as Ready;
  ready = { url, adminUrl, tokenFile: join(state, "control-token") };
  statement = JSON.parse(readFileSync(join(state, "sut.json"), "utf8")) as Statement;

  indiscreet = createServer((request, response) => {
    const onward = httpRequest(
      ready.url + (request.url ?? ""),
      { method: request.method, headers: request.headers },
      (answer) => {
        const chunks: Buffer[] = [];
        answer
          .on("data", (chunk: Buffer) => void chunks.push(chunk))
          .on("end", () => {
            const { holder_name: name = "", account_no: account = "", mobile = "", id_no: identity = "" } = person();
            if (!(request.url ?? "").startsWith("/v1/bindings") || request.method !== "POST") {
              response.writeHead(answer.statusCode ?? 500, answer.rawHeaders).end(Buffer.concat(chunks));
              return;
            }
            const body = `{"binding_id":"b","description":"for ${name}","account_no":"${account}","display":"${grouped(account, " ")} / ${grouped(account, "-")}","debug":"card ${escaped(account)} of ${escaped(name)}, ${mobile}","trace":{"x":["${identity}"]}}`;
            response
              .writeHead(answer.statusCode ?? 500, {
                "content-type": "application/json",
                "x-trace": `mobile=${mobile}; account ${account}`,
                location: `/x?who=${encodeURIComponent(name)}&card=${account}`,
              })
              .end(body);
          });
      },
    );
    onward.on("error", () => response.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => void indiscreet.listen(0, "127.0.0.1", resolve));
});

afterAll(async () => {
  indiscreet.closeAllConnections();
  indiscreet.close();
  rmSync(folder, { recursive: true, force: true });
  if (bank.exitCode === null) bank.kill("SIGKILL");
});

test("personal data stay out of every output of serve, call, verify and the reports", async () => {
  const { holder_name: name = "", account_no: account = "", mobile = "", id_no: identity = "" } = person();
  const sut = join(state, "sut.json");
  expect(canaries().length).toBeGreaterThan(6);

  // Sound calls, so that the data go all the way in.
  expect((await run("(not held)", "call", "binding.apply", "--sut", sut)).code).toBe(0);
  expect((await run("(not held)", "call", "payout.create", "--sut", sut)).code).toBe(0);

  // In every disguise, refused and journalled.
  const url = `${ready.url}/v1/bindings`;
  const post = async (body: string | Buffer, headers: Readonly<Record<string, string>> = {}): Promise<void> => {
    const answer = await fetch(url, {
      method: "POST",
      body,
      headers: { "content-type": "application/json", ...headers },
    });
    shown.set(`answer ${shown.size}`, `${await answer.text()} ${JSON.stringify([...answer.headers])}`);
  };
  const whole = JSON.stringify({
    party_id: "P1001",
    holder_name: name,
    account_no: account,
    mobile,
    id_no: identity,
  });
  await post(JSON.stringify({ ...person(), description: `${name} ${account}`, nested: [{ free: `call ${mobile}` }] }));
  await post(
    JSON.stringify({ ...person(), description: "x" })
      .replace(`"${account}"`, `"${escaped(account)}"`)
      .replace(`"${name}"`, `"${escaped(name)}"`),
  );
  await post(`{"account_no":"${account}","attach":"card ${escaped(account)} and \\u0036${account.slice(1)}"}`);
  await post(whole.slice(0, -9));
  await post(whole.replaceAll('"', "'"));
  await post(whole.replaceAll('":"', '":'));
  await post(Buffer.concat([Buffer.from(whole.slice(0, -1)), Buffer.from([0x2c, 0xff, 0xfe, 0x7d])]));
  for (const wide of [Buffer.from(whole, "utf16le"), Buffer.from(`\ufeff${whole}`, "utf16le").swap16()])
    await post(wide);
  await post(whole, { "x-customer": `mobile=${mobile}`, "x-debug": account, cookie: `account_no=${account}` });
  for (const query of [
    `account_no=${account}`,
    `q=${account}&mobile=${mobile}`,
    `who=${encodeURIComponent(name)}&holder_name=${encodeURIComponent(name)}`,
    `id_no=${identity}`,
    account,
  ]) {
    await (await fetch(`${ready.url}/v1/keys?party_id=P1001&${query}`)).text();
  }

  // The control plane, apart from what gives a tester the fixtures.
  for (const path of [
    "/requests?limit=1000",
    "/health",
    "/metrics",
    "/keys",
    "/ledger",
    "/notifications",
    "/faults",
    "/clock",
    "/rows/binding",
    "/rows/account",
    "/rows/payout",
    "/rows/payment",
  ]) {
    const answer = await fetch(`${ready.adminUrl}/__admin${path}`, {
      headers: { authorization: `Bearer ${readFileSync(ready.tokenFile, "utf8").trim()}` },
    });
    expect(answer.status, path).toBe(200);
    shown.set(`control ${path}`, await answer.text());
  }

  // Mistakes of the one who types.
  const file = (label: string, text: string): string => {
    writeFileSync(join(state, `${label}.json`), text);
    return join(state, `${label}.json`);
  };
  const raw = readFileSync(sut, "utf8");
  expect(
    (await run("cut --data", "call", "binding.apply", "--sut", sut, "--data", `{"account_no":"${account}`)).code,
  ).toBe(2);
  expect(
    (await run("bare --data", "call", "binding.apply", "--sut", sut, "--data", `{"mobile":x${mobile}}`)).code,
  ).toBe(2);
  expect(
    (
      await run(
        "cut statement",
        "verify",
        "bank",
        "--sut",
        file("cut", raw.slice(0, raw.indexOf(account) + account.length)),
      )
    ).code,
  ).toBe(2);
  expect(
    (
      await run(
        "wrong statement",
        "verify",
        "bank",
        "--sut",
        file(
          "wrong",
          raw.replace(`"${mobile}"`, mobile).replace(`"holder_name": "${name}"`, `"holder_name": ["${name}"]`),
        ),
      )
    ).code,
  ).toBe(2);
  expect(
    (
      await run(
        "peer",
        "serve",
        "platform",
        "--port",
        "0",
        "--peer",
        file("peer", `{"account_no":"${account}" ${mobile}`),
      )
    ).code,
  ).toBe(2);

  // A run over a sound bank, and one over a bank that tells everything.
  const telling = file(
    "telling",
    JSON.stringify({
      ...(JSON.parse(raw) as object),
      baseUrl: `http://127.0.0.1:${(indiscreet.address() as AddressInfo).port}`,
    }),
  );
  for (const [label, of] of [
    ["sound", sut],
    ["telling", telling],
  ] as const) {
    await run(
      `verify ${label}`,
      "verify",
      "bank",
      "--sut",
      of,
      "--only",
      "*/binding.apply",
      "--out",
      join(folder, label),
    );
    for (const report of readdirSync(join(folder, label)))
      shown.set(`${label} ${report}`, readFileSync(join(folder, label, report), "utf8"));
    await run(`report ${label}`, "report", join(folder, label));
  }
  // They were there to be hidden, and something was found.
  expect(shown.get("sound events.ndjson")).toContain(`${account.slice(0, 6)}*********${account.slice(-4)}`);
  expect(shown.get("telling report.html")).toContain("x-trace");
  expect(JSON.parse(shown.get("telling report.json") ?? "") as { outcome: string }).toMatchObject({
    outcome: "failed",
  });
  for (const wanted of ["events.ndjson", "report.html", "junit.xml", "report.json", "summary.md", "report.sarif"])
    expect([...shown.keys()]).toContain(`telling ${wanted}`);

  bank.kill("SIGINT");
  await once(bank, "exit");
  shown.set("pino log", readFileSync(join(folder, "exchanges.log"), "utf8"));
  expect(shown.get("pino log")?.split("\n").length).toBeGreaterThan(20);
  expect(shown.get("serve stdout")).toContain("/v1/keys");

  shown.delete("(not held)");
  const leaks = [...shown].flatMap(([where, text]) =>
    canaries().flatMap((value) =>
      forms(value)
        .filter((form) => everythingIn(text).includes(form))
        .map((form) => `${form} in ${where}: ${around(everythingIn(text), form)}`),
    ),
  );
  expect(leaks).toEqual([]);
});

/** A value as it could be written. */
function forms(value: string): readonly string[] {
  return [
    ...new Set([
      value,
      escaped(value),
      escaped(value).toUpperCase().replaceAll("\\U", "\\u"),
      encodeURIComponent(value),
      Buffer.from(value).toString("base64"),
      Buffer.from(value).toString("hex"),
      ...wideForms(value),
      ...(/^\d{11,}$/.test(value) ? [grouped(value, " "), grouped(value, "-")] : []),
    ]),
  ];
}

/** UTF-16 and UTF-32 as bytes, in which every check of encodings sends a body, and as what reading them as UTF-8 makes of ASCII. */
function wideForms(value: string): readonly string[] {
  const little = Buffer.from(value, "utf16le");
  const four = Buffer.from(
    Array.from(value).flatMap((sign) => [sign.charCodeAt(0) & 0xff, sign.charCodeAt(0) >> 8, 0, 0]),
  );
  const read = /^[\x20-\x7e]+$/.test(value)
    ? ["\\u0000", "\\u0000\\u0000\\u0000"].map((nul) => value.split("").join(nul))
    : [];
  return [...[little, Buffer.from(little).swap16(), four].map((bytes) => bytes.toString("latin1")), ...read];
}

/** A text, and after it what the base64 bodies in it hold. */
function everythingIn(text: string): string {
  const bodies = [...text.matchAll(/"body":"([A-Za-z0-9+/=]{24,})","bodyEncoding":"base64"/g)].map(([, body = ""]) =>
    Buffer.from(body, "base64").toString("latin1"),
  );
  // An escape inside of a document that stands in a document has two backslashes.
  return `${text}\n${bodies.join("\n")}`.replaceAll("\\\\u", "\\u");
}

function around(text: string, value: string): string {
  const at = text.indexOf(value);
  return text.slice(Math.max(0, at - 120), at + value.length + 20);
}
