import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createPrivateKey, createPublicKey, randomUUID, sign, verify } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { Agent, createServer, request } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const SCHEME = "WECHATPAY2-SHA256-RSA2048";
const here = import.meta.dirname;
const folder = mkdtempSync(join(tmpdir(), "rival-bank-"));
const keys = join(folder, "keys");
const agent = new Agent({ keepAlive: true, maxSockets: 8 });
const running = new Set<ChildProcess>();

interface Bank {
  readonly url: string;
  readonly process: ChildProcess;
}
/** The fields of answers that the tests work with; the rest is only compared. */
interface Told {
  readonly code?: string;
  readonly state?: string;
  readonly posted?: { readonly value: number };
  readonly entries?: readonly { readonly direction: string; readonly amount: { readonly value: number } }[];
  readonly next_cursor?: string;
  readonly [name: string]: unknown;
}
interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: IncomingHttpHeaders;
  readonly json: Told;
}
interface Sending {
  readonly party?: string;
  readonly serial?: string;
  /** Who the caller says it is, when that is not the party whose key signs. */
  readonly claimed?: string;
  readonly nonce?: string;
  readonly timestamp?: string;
  readonly type?: string;
  /** What is sent instead of the body that was signed. */
  readonly sent?: string | Uint8Array;
  readonly chunked?: boolean;
}

async function start(data: string, ...more: string[]): Promise<Bank> {
  const child = spawn(
    process.execPath,
    [join(here, "bank.mjs"), "--port", "0", "--data", join(folder, data), "--keys", keys, ...more],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  running.add(child);
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  const ready: { url: string; pid: number } = JSON.parse(String(line));
  expect(ready.pid).toBe(child.pid);
  return { url: ready.url, process: child };
}

async function kill(bank: Bank): Promise<void> {
  const ended = once(bank.process, "exit");
  bank.process.kill("SIGKILL");
  await ended;
  running.delete(bank.process);
}

const pem = (name: string): string => readFileSync(join(keys, name), "utf8");
const now = (): string => String(Math.floor(Date.now() / 1000));

function authorization(method: string, target: string, body: Buffer, with_: Sending): string {
  const party = with_.party ?? "P1001";
  const timestamp = with_.timestamp ?? now();
  const nonce = with_.nonce ?? randomUUID();
  const base = Buffer.concat([Buffer.from(`${method}\n${target}\n${timestamp}\n${nonce}\n`), body, Buffer.from("\n")]);
  const signature = sign("sha256", base, createPrivateKey(pem(`${party}.key.pem`))).toString("base64");
  return `${SCHEME} mchid="${with_.claimed ?? party}",nonce_str="${nonce}",signature="${signature}",timestamp="${timestamp}",serial_no="${with_.serial ?? `${party}-KEY-1`}"`;
}

/** Sends a signed call and holds that the answer, whatever it says, is signed by the bank. */
async function call(
  bank: Bank,
  method: string,
  target: string,
  body: unknown = "",
  with_: Sending = {},
): Promise<Answer> {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  const sent = Buffer.from(with_.sent ?? bytes);
  const headers: Record<string, string> = { Authorization: authorization(method, target, bytes, with_) };
  if (method === "POST") headers["Content-Type"] = with_.type ?? "application/json";
  if (with_.chunked === true) headers["Transfer-Encoding"] = "chunked";
  else headers["Content-Length"] = String(sent.length);
  const answer = await new Promise<Omit<Answer, "json">>((resolve, reject) => {
    const outgoing = request(`${bank.url}${target}`, { method, headers, agent }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("error", reject);
      incoming.on("end", () =>
        resolve({
          status: incoming.statusCode ?? 0,
          text: Buffer.concat(chunks).toString(),
          headers: incoming.headers,
        }),
      );
    });
    outgoing.on("error", reject);
    outgoing.end(sent);
  });
  const header = (name: string): string => String(answer.headers[name]);
  const base = `${header("wechatpay-timestamp")}\n${header("wechatpay-nonce")}\n${answer.text}\n`;
  expect(
    verify(
      "sha256",
      Buffer.from(base),
      createPublicKey(pem("bank.pub.pem")),
      Buffer.from(header("wechatpay-signature"), "base64"),
    ),
  ).toBe(true);
  expect(header("wechatpay-serial")).toBe("RIVAL-KEY-1");
  expect(header("content-type")).toMatch(/^application\/json/);
  const json: Told = JSON.parse(answer.text);
  return { ...answer, json };
}

const fen = (value: number) => ({ value, currency: "CNY" });
/** A date of the bank's zone, so many days from today. */
const day = (offset: number): string =>
  new Date(Date.now() + 28_800_000 + offset * 86_400_000).toISOString().slice(0, 10);
const number = (): string => randomUUID().replaceAll("-", "").slice(0, 24);
const payment = (out_trade_no: string, value: number, more: object = {}) => ({
  party_id: "P1001",
  out_trade_no,
  binding_id: "RB-P1001-FUNDED",
  amount: fen(value),
  description: "茶",
  ...more,
});
const refund = (out_trade_no: string, out_refund_no: string, value: number, more: object = {}) => ({
  party_id: "P1001",
  out_trade_no,
  out_refund_no,
  amount: fen(value),
  ...more,
});
const pay = (bank: Bank, body: object): Promise<Answer> => call(bank, "POST", "/v1/payments", body);
const query = (bank: Bank, out_trade_no: string): Promise<Answer> =>
  call(bank, "GET", `/v1/payments/${out_trade_no}?party_id=P1001`);
const close = (bank: Bank, out_trade_no: string): Promise<Answer> =>
  call(bank, "POST", `/v1/payments/${out_trade_no}/close`, { party_id: "P1001" });
const echoBody = { party_id: "P1001", message: "hello" };
const verdict = (answer: Answer): string => `${answer.status} ${answer.json.code ?? answer.json.state ?? "ok"}`;

async function posted(bank: Bank, binding = "RB-P1001-FUNDED"): Promise<number> {
  const answer = await call(bank, "GET", `/v1/bindings/${binding}/balance?party_id=P1001`);
  return answer.json.posted?.value ?? Number.NaN;
}

async function until<T>(probe: () => Promise<T> | T, done: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await probe();
    if (done(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

let bank: Bank;
beforeAll(async () => {
  await once(spawn(process.execPath, [join(here, "make-keys.mjs"), keys], { stdio: "inherit" }), "exit");
  bank = await start("plain");
});
afterAll(() => {
  agent.destroy();
  for (const child of running) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

const by = async (binding_id: string, more: object = {}): Promise<string> =>
  verdict(await pay(bank, payment(number(), 101, { binding_id, ...more })));
const send = async (body: unknown, with_: Sending = {}): Promise<string> =>
  verdict(await call(bank, "POST", "/v1/echo", body, with_));
const echo = (message: string): string => `{"party_id":"P1001","message":${message}}`;

describe("money", () => {
  it("pays a number once, however often it is sent, and refuses it with other content", async () => {
    const body = payment(number(), 1000);
    const before = await posted(bank);
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => pay(bank, body)));
    expect(new Set(answers.map((answer) => answer.text)).size).toBe(1);
    expect(answers[0]?.json).toMatchObject({ state: "SUCCEEDED", amount: fen(1000), fee: fen(6), refunded: fen(0) });
    expect(verdict(await pay(bank, { ...body, amount: fen(1001) }))).toBe("422 CONTEXT_INCONSISTENT");
    expect((await query(bank, body.out_trade_no)).text).toBe(answers[0]?.text);
    expect(await posted(bank)).toBe(before - 1000);
  });

  it("refunds up to what was paid, and the statement adds up to the balance", async () => {
    const paid = payment(number(), 500);
    await pay(bank, paid);
    const [one, two] = [number(), number()];
    expect(verdict(await call(bank, "POST", "/v1/refunds", refund(paid.out_trade_no, one, 300)))).toBe("200 SUCCEEDED");
    expect(verdict(await call(bank, "POST", "/v1/refunds", refund(paid.out_trade_no, one, 300)))).toBe("200 SUCCEEDED");
    expect(verdict(await call(bank, "POST", "/v1/refunds", refund(paid.out_trade_no, two, 201)))).toBe(
      "403 REFUND_EXCEEDS_PAYMENT",
    );
    expect(verdict(await call(bank, "GET", `/v1/refunds/${one}?party_id=P1001`))).toBe("200 SUCCEEDED");
    expect(verdict(await call(bank, "GET", `/v1/refunds/${two}?party_id=P1001`))).toBe("404 REFUND_NOT_FOUND");
    expect((await query(bank, paid.out_trade_no)).json["refunded"]).toEqual(fen(300));

    let [sum, cursor, pages] = [0, "", 0];
    do {
      const page = await call(
        bank,
        "GET",
        `/v1/bindings/RB-P1001-FUNDED/statement?party_id=P1001&from_date=${day(-15)}&to_date=${day(15)}&limit=2${cursor}`,
      );
      expect(page.status).toBe(200);
      for (const entry of page.json.entries ?? [])
        sum += entry.direction === "credit" ? entry.amount.value : -entry.amount.value;
      cursor = page.json.next_cursor === undefined ? "" : `&cursor=${page.json.next_cursor}`;
      pages += 1;
    } while (cursor !== "");
    expect(pages).toBeGreaterThan(1);
    expect(sum).toBe(await posted(bank));
  });

  it("refuses a statement of no range, of too long a one, and from an unknown cursor", async () => {
    const ask = (from: number, to: number, more = ""): Promise<Answer> =>
      call(
        bank,
        "GET",
        `/v1/bindings/RB-P1001-FUNDED/statement?party_id=P1001&from_date=${day(from)}&to_date=${day(to)}${more}`,
      );
    for (const refused of [await ask(1, 0), await ask(-31, 0), await ask(0, 0, "&cursor=999999999")])
      expect(verdict(refused)).toBe("400 STATEMENT_RANGE");
    expect((await ask(-30, 0)).status).toBe(200);
  });

  it("takes fifty refunds of one payment and refuses one more", async () => {
    const paid = payment(number(), 51);
    await pay(bank, paid);
    const answers: string[] = [];
    for (let index = 0; index < 51; index += 1)
      answers.push(verdict(await call(bank, "POST", "/v1/refunds", refund(paid.out_trade_no, number(), 1))));
    expect(answers.slice(0, 50).every((answer) => answer === "200 SUCCEEDED")).toBe(true);
    expect(answers[50]).toBe("403 REFUND_COUNT_EXCEEDED");
  });

  it("closes an unknown number for good and refuses to close a paid one", async () => {
    const [closed, paid] = [number(), number()];
    const first = await close(bank, closed);
    expect(Object.keys(first.json).sort((a, b) => a.localeCompare(b))).toEqual([
      "created_at",
      "out_trade_no",
      "party_id",
      "state",
    ]);
    expect((await close(bank, closed)).text).toBe(first.text);
    expect(verdict(await pay(bank, payment(closed, 5)))).toBe("409 ORDER_CLOSED");
    expect(verdict(await call(bank, "POST", "/v1/refunds", refund(closed, number(), 5)))).toBe("404 ORDER_NOT_FOUND");
    await pay(bank, payment(paid, 5));
    expect(verdict(await close(bank, paid))).toBe("409 ORDER_PAID");
  });

  it("refuses what its bindings forbid", async () => {
    expect(await by("RB-P1001-LOW")).toBe("403 INSUFFICIENT_FUNDS");
    expect(await by("RB-P1001-LOW", { amount: fen(100) })).toBe("200 SUCCEEDED");
    expect(await by("RB-P1001-FROZEN")).toBe("403 ACCOUNT_FROZEN");
    expect(await by("RB-P1001-CANCELLED")).toBe("403 BINDING_NOT_ACTIVE");
    expect(await by("RB-P1002-FUNDED")).toBe("404 BINDING_NOT_FOUND");
    expect(await by("RB-P1001-FUNDED", { amount: { value: 101, currency: "USD" } })).toBe("400 CURRENCY_NOT_SUPPORTED");
    expect(await by("RB-P1001-FUNDED", { notify_url: "http://127.0.0.1/" })).toBe("403 NOTIFY_URL_NOT_ALLOWED");
  });

  it("keeps one party out of the orders of another", async () => {
    const paid = payment(number(), 7);
    await pay(bank, paid);
    expect(
      verdict(await call(bank, "GET", `/v1/payments/${paid.out_trade_no}?party_id=P1002`, "", { party: "P1002" })),
    ).toBe("404 ORDER_NOT_FOUND");
    expect(verdict(await call(bank, "GET", `/v1/payments/${paid.out_trade_no}?party_id=P1002`))).toBe(
      "403 PARTY_MISMATCH",
    );
  });
});

describe("the door", () => {
  it("echoes what is well signed, byte for byte", async () => {
    const message = 'naïve 茶 😀 \u0000 "\\ \u2028';
    expect((await call(bank, "POST", "/v1/echo", { ...echoBody, message })).json["message"]).toBe(message);
    expect((await pay(bank, payment(number(), 1, { description: message, attach: "" }))).json).toMatchObject({
      description: message,
      attach: "",
    });
    const answer = await call(bank, "GET", "/v1/keys?party_id=P1001");
    expect(answer.json["keys"]).toMatchObject([{ serial: "RIVAL-KEY-1", public_key: pem("bank.pub.pem") }]);
  });

  it("refuses what another key than this party's signed", async () => {
    expect(await send(echoBody, { sent: JSON.stringify({ ...echoBody, message: "hallo" }) })).toBe("401 SIGN_ERROR");
    expect(await send(echoBody, { sent: `${JSON.stringify(echoBody)} ` })).toBe("401 SIGN_ERROR");
    expect(await send(echoBody, { serial: "P1002-KEY-1" })).toBe("401 SIGN_ERROR");
    expect(await send(echoBody, { party: "P1002", claimed: "P1001" })).toBe("401 SIGN_ERROR");
    expect(await send(echoBody, { serial: "UNKNOWN" })).toBe("401 SIGN_ERROR");
    expect(await send(echoBody, { nonce: "short" })).toBe("401 SIGN_ERROR");
    expect(await send("{", { serial: "UNKNOWN" })).toBe("401 SIGN_ERROR");
  });

  it("refuses a timestamp that is stale, ahead or written in another form", async () => {
    const seconds = Number(now());
    for (const timestamp of [
      String(seconds - 310),
      String(seconds + 310),
      `0${seconds}`,
      `+${seconds}`,
      `${seconds}.0`,
      `${seconds}000`,
      "",
    ])
      expect(await send(echoBody, { timestamp })).toBe("401 TIMESTAMP_OUT_OF_WINDOW");
    expect(await send(echoBody, { timestamp: String(seconds - 280) })).toBe("200 ok");
    expect(await send(echoBody, { timestamp: String(seconds + 280) })).toBe("200 ok");
  });

  it("takes a nonce once a party, even for a call it refused", async () => {
    const nonce = randomUUID();
    expect(await send("{", { nonce })).toBe("400 MALFORMED_BODY");
    expect(await send(echoBody, { nonce })).toBe("401 NONCE_REUSED");
    expect(await send({ ...echoBody, party_id: "P1002" }, { nonce, party: "P1002" })).toBe("200 ok");
  });

  it("reads strict JSON only", async () => {
    const bad = [
      "",
      "{",
      "[",
      `${echo('"a"')}x`,
      echo('"a","message":"b"'),
      echo('"a","mess\\u0061ge":"b"'),
      echo("9007199254740993"),
      echo("1.0"),
      echo("1e2"),
      echo("-0"),
      echo("01"),
      `\ufeff${echo('"a"')}`,
      echo('"\\ud800"'),
      echo('"a\u0001"'),
      echo(`${"[".repeat(16)}${"]".repeat(16)}`),
      echo(`[${"1,".repeat(1000)}1]`),
      Buffer.from([0x7b, 0xff, 0x7d]),
      "{'a':1}",
      echo('"a",'),
    ];
    for (const body of bad) expect(await send(body), String(body)).toBe("400 MALFORMED_BODY");
    expect(await send(echo('"\u007f\u0085"'))).toBe("200 ok");
    for (const body of [
      echo('"a","__proto__":{}'),
      echo("1"),
      "[]",
      "null",
      '"a"',
      echo(`${"[".repeat(15)}${"]".repeat(15)}`),
    ])
      expect(await send(body), body).toBe("400 PARAM_ERROR");
    expect(await send(echoBody)).toBe("200 ok");
  });

  it("refuses fields that the schema lacks, and says where", async () => {
    const where = async (body: object): Promise<unknown> => (await pay(bank, body)).json["detail"];
    expect(await where(payment(number(), 0))).toMatchObject({ field: "/amount/value", location: "body" });
    expect(await where({ ...payment(number(), 1), amount: { ...fen(1), unit: "fen" } })).toMatchObject({
      field: "/amount/unit",
      location: "body",
    });
    expect(await where(payment(number(), 1, { descripton: "x" }))).toMatchObject({
      field: "/descripton",
      location: "body",
    });
    expect(await where(payment("short", 1))).toMatchObject({ field: "/out_trade_no", location: "body" });
    const twice = await call(bank, "GET", "/v1/keys?party_id=P1001&party_id=P1001");
    expect([verdict(twice), twice.json["detail"]]).toMatchObject([
      "400 PARAM_ERROR",
      { field: "/party_id", location: "query" },
    ]);
  });

  it("judges the route, the method, the type and the size before anything else", async () => {
    const big = Buffer.alloc(64 * 1024 + 1, " ");
    expect(await send(big)).toBe("413 PAYLOAD_TOO_LARGE");
    expect(await send(big, { chunked: true })).toBe("413 PAYLOAD_TOO_LARGE");
    expect(await send(big.subarray(1), { chunked: true })).toBe("400 MALFORMED_BODY");
    expect(await send(echoBody, { type: "text/plain" })).toBe("415 UNSUPPORTED_MEDIA_TYPE");
    expect(await send(echoBody, { type: "application/json; charset=utf-8" })).toBe("200 ok");
    expect(verdict(await call(bank, "GET", "/v1/nothing", "", { serial: "UNKNOWN" }))).toBe("404 ROUTE_NOT_FOUND");
    const wrong = await call(bank, "DELETE", "/v1/payments/ABCDEF?party_id=P1001");
    expect([verdict(wrong), wrong.headers.allow]).toEqual(["405 METHOD_NOT_ALLOWED", "GET"]);
  });
});

describe("time and crashes", () => {
  it("still knows payments, tombstones, nonces and what it owes after kill -9", async () => {
    const owner = await start("killed");
    const [paid, late, failing] = [
      payment(number(), 900),
      payment(number(), 40, { binding_id: "RB-P1001-LATE-SUCCESS" }),
      payment(number(), 40, { binding_id: "RB-P1001-LATE-FAILURE" }),
    ];
    const [closed, nonce] = [number(), randomUUID()];
    const answer = await pay(owner, paid);
    await close(owner, closed);
    const lateBefore = await posted(owner, "RB-P1001-LATE-SUCCESS");
    expect(verdict(await pay(owner, late))).toBe("200 PROCESSING");
    expect(verdict(await pay(owner, failing))).toBe("200 PROCESSING");
    expect(verdict(await close(owner, late.out_trade_no))).toBe("409 ORDER_PROCESSING");
    expect(verdict(await call(owner, "POST", "/v1/echo", echoBody, { nonce }))).toBe("200 ok");
    const balance = await posted(owner);
    await kill(owner);

    const heir = await start("killed");
    expect((await pay(heir, paid)).text).toBe(answer.text);
    expect(verdict(await call(heir, "POST", "/v1/echo", echoBody, { nonce }))).toBe("401 NONCE_REUSED");
    expect(verdict(await pay(heir, payment(closed, 1)))).toBe("409 ORDER_CLOSED");
    expect(await posted(heir)).toBe(balance);
    const ended = (body: { out_trade_no: string }) =>
      until(
        () => query(heir, body.out_trade_no),
        (view) => view.json.state !== "PROCESSING",
      );
    expect(verdict(await ended(late))).toBe("200 SUCCEEDED");
    expect(verdict(await ended(failing))).toBe("200 FAILED");
    expect(await posted(heir, "RB-P1001-LATE-SUCCESS")).toBe(lateBefore - 40);
    await kill(heir);
  });

  it("sends signed notifications of commits to registered targets, redirects ignored", async () => {
    const seen: { url: string; authorization: string; body: string }[] = [];
    const sink = createServer((incoming, response) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("end", () => {
        seen.push({
          url: incoming.url ?? "",
          authorization: incoming.headers.authorization ?? "",
          body: Buffer.concat(chunks).toString(),
        });
        if (incoming.url === "/notify/moved") response.writeHead(302, { Location: "/elsewhere" });
        else response.writeHead(204);
        response.end();
      });
    });
    sink.listen(0, "127.0.0.1");
    await once(sink, "listening");
    const address = sink.address();
    const origin = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
    const notifier = await start("notifier", "--notify-allow", `${origin}/notify/`);
    for (const outside of [`${origin}/other`, `${origin}/notify/../other`, `${origin.replace("//", "//x@")}/notify/`])
      expect(verdict(await pay(notifier, payment(number(), 3, { notify_url: outside })))).toBe(
        "403 NOTIFY_URL_NOT_ALLOWED",
      );

    expect(verdict(await pay(notifier, payment(number(), 3, { notify_url: "file:///notify/" })))).toBe(
      "400 PARAM_ERROR",
    );

    const moved = payment(number(), 20, { notify_url: `${origin}/notify/moved` });
    const paid = payment(number(), 20, { notify_url: `${origin}/notify/pay?x=1` });
    await pay(notifier, moved);
    const view = await pay(notifier, paid);
    const refunded = await call(
      notifier,
      "POST",
      "/v1/refunds",
      refund(paid.out_trade_no, number(), 5, { notify_url: `${origin}/notify/refund` }),
    );
    await until(
      () => seen.length,
      (length) => length >= 3,
    );
    expect(seen.map(({ url }) => url).sort((a, b) => a.localeCompare(b))).toEqual([
      "/notify/moved",
      "/notify/pay?x=1",
      "/notify/refund",
    ]);

    for (const { url, authorization: header, body } of seen) {
      const field = (name: string): string => new RegExp(`${name}="([^"]*)"`).exec(header)?.[1] ?? "";
      const base = `POST\n${url}\n${field("timestamp")}\n${field("nonce_str")}\n${body}\n`;
      expect(
        verify(
          "sha256",
          Buffer.from(base),
          createPublicKey(pem("bank.pub.pem")),
          Buffer.from(field("signature"), "base64"),
        ),
      ).toBe(true);
      expect([field("mchid"), field("serial_no")]).toEqual(["BANK01", "RIVAL-KEY-1"]);
    }
    const bodyOf = (url: string): unknown => JSON.parse(seen.find((one) => one.url === url)?.body ?? "null");
    expect(bodyOf("/notify/pay?x=1")).toMatchObject({ event: "payment.result", payment: view.json });
    expect(bodyOf("/notify/refund")).toMatchObject({ event: "refund.result", refund: refunded.json });
    await kill(notifier);
    sink.close();
  });
});

describe("--careless", () => {
  it("pays twice for copies sent at once, and once for copies sent in turn", async () => {
    const careless = await start("careless", "--careless");
    const before = await posted(careless);
    const inTurn = payment(number(), 100);
    await pay(careless, inTurn);
    await pay(careless, inTurn);
    expect(await posted(careless)).toBe(before - 100);

    const atOnce = payment(number(), 100);
    const answers = await Promise.all([pay(careless, atOnce), pay(careless, atOnce)]);
    expect(answers.map(verdict)).toEqual(["200 SUCCEEDED", "200 SUCCEEDED"]);
    expect(await posted(careless)).toBe(before - 300);
    await kill(careless);
  });
});
