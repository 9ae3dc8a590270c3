import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import { compilePack } from "../core/pack/compile.ts";
import type { Headers } from "../core/envelope/headers.ts";
import { readPack } from "../hosting/packs.ts";
import { openState } from "../hosting/state/state.ts";
import type { KeyPair } from "../hosting/state/key-pair.ts";
import { runProgram } from "./program.ts";

/* Captured messages that are verified with the keys of a statement: those of the parties, and those of the system itself. */

const folder = mkdtempSync(join(tmpdir(), "liantiao-explain-sut-"));
afterAll(() => rmSync(folder, { recursive: true }));
const pack = compilePack(readPack("cooperation", process.cwd(), "--pack"));
const SM2 = Object.entries(pack.envelope.algorithms).find(([, scheme]) => scheme === "sm2")?.[0] ?? "";
const state = openState(folder, "bank", pack, [Object.keys(pack.envelope.algorithms)[0] ?? "", SM2]);
const pairOf = (at: number): KeyPair => state.peers[at]?.keys as KeyPair;
const own = state.own[0] as (typeof state.own)[number];

const statement = (more: object = {}): string => {
  const file = join(folder, "sut.json");
  const content = {
    name: "a bank",
    role: "bank",
    pack: "cooperation",
    baseUrl: "https://bank.test",
    sutPartyId: "BANK01",
    parties: state.peers.map(({ partyId, algorithm }, at) => ({
      partyId,
      serial: pairOf(at).serial,
      algorithm,
      privateKey: pairOf(at).privateFile,
    })),
    sutKeys: [{ serial: own.serial, algorithm: own.algorithm, publicKey: own.publicFile }],
    ...more,
  };
  writeFileSync(file, JSON.stringify(content));
  return file;
};

interface Captured {
  readonly target: string;
  readonly headers: Headers;
  readonly body: string;
}

const BODY = '{"party_id":"P1001","message":"it\'s 中文"}';

/** A request as a party, or the bank itself, signs it; `change` makes the mistake. */
function requestOf(
  from: "P1001" | "P1002" | "BANK01",
  {
    target = "/v1/echo",
    called,
    change = (base) => base,
  }: { target?: string; called?: string; change?: (base: Uint8Array) => Uint8Array } = {},
): Captured {
  const at = from === "P1002" ? 1 : 0;
  const [pair, algorithm] = from === "BANK01" ? [own, own.algorithm] : [pairOf(at), state.peers[at]?.algorithm ?? ""];
  const message = {
    method: "POST",
    target,
    party: from,
    serial: pair.serial,
    algorithm,
    timestamp: "1764600000",
    nonce: "0123456789abcdef",
    body: Buffer.from(BODY),
  };
  const { headers, body } = pack.envelope.sealRequest(
    message,
    pair.privateKey.sign(change(pack.envelope.requestBase(message))),
  );
  return {
    target: called ?? target,
    headers: [["Host", "bank.test"], ["Content-Type", "application/json"], ...headers],
    body: Buffer.from(body).toString(),
  };
}

/** An answer of the bank. */
function answerOf(change: (base: Uint8Array) => Uint8Array = (base) => base): Omit<Captured, "target"> {
  const message = {
    serial: own.serial,
    algorithm: own.algorithm,
    timestamp: "1764600000",
    nonce: "0123456789abcdef",
    status: 200,
    body: Buffer.from(BODY),
  };
  const { headers, body } = pack.envelope.sealAnswer(
    message,
    own.privateKey.sign(change(pack.envelope.answerBase(message))),
  );
  return { headers, body: Buffer.from(body).toString() };
}

const lines = (headers: Headers): string => headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
const harHeaders = (headers: Headers) => headers.map(([name, value]) => ({ name, value }));

const WRITTEN: Readonly<Record<string, (message: Captured) => string>> = {
  "raw message": ({ target, headers, body }) => `POST ${target} HTTP/1.1\r\n${lines(headers)}\r\n${body}`,
  "HAR entry": ({ target, headers, body }) =>
    JSON.stringify({
      request: {
        method: "POST",
        url: `https://bank.test${target}`,
        headers: harHeaders(headers),
        postData: { mimeType: "application/json", text: body },
      },
    }),
  "curl command": ({ target, headers, body }) =>
    `curl 'https://bank.test${target}' ${headers
      .map(([name, value]) => `-H '${name}: ${value}'`)
      .join(" ")} --data-raw '${body.replaceAll("'", String.raw`'\''`)}'`,
};

async function explained(content: string, ...words: string[]): Promise<readonly [status: unknown, text: string]> {
  const file = join(folder, "captured");
  writeFileSync(file, content);
  let text = "";
  const log = vi.spyOn(console, "log").mockImplementation((line: unknown) => void (text += `${String(line)}\n`));
  const before = process.exitCode;
  process.exitCode = 0;
  const code = await runProgram(["explain", "signature", "--request", file, ...words], {
    complain: (complaint) => void (text += `${complaint}\n`),
  });
  process.exitCode = before;
  log.mockRestore();
  return [code, text];
}

const cut = (base: Uint8Array): Uint8Array => base.subarray(0, -1);
const written = (form: string, message: Captured): string => WRITTEN[form]?.(message) ?? "";

describe("explain signature with the keys of a statement", () => {
  test.each(Object.keys(WRITTEN))("a request to the bank as a %s is verified, or explained", async (form) => {
    const sut = statement();
    const right = await explained(written(form, requestOf("P1001")), "--sut", sut);
    expect(right).toEqual([0, expect.stringContaining("it verifies with the key of P1001")]);
    const wrong = await explained(written(form, requestOf("P1001", { change: cut })), "--state", folder);
    expect(wrong).toEqual([1, expect.stringContaining("why: the signed text lacks its last line feed")]);
  });

  test("a request under SM2 is verified with the public half of the party's key", async () => {
    const right = await explained(written("raw message", requestOf("P1002")), "--sut", statement());
    expect(right).toEqual([0, expect.stringContaining("it verifies with the key of P1002")]);
  });

  test("a path that a gateway changes is verified as the bank sees it", async () => {
    const sut = statement({ baseUrl: "https://gateway.test/bank", signedPrefix: "/inner" });
    const request = requestOf("P1001", { target: "/inner/v1/echo", called: "/bank/v1/echo" });
    const right = await explained(written("raw message", request), "--sut", sut, "--json");
    expect([right[0], JSON.parse(right[1])]).toEqual([0, { ok: true, interface: "echo" }]);
  });

  test("a notification of the bank is verified with the bank's own keys", async () => {
    const sut = statement();
    const target = "/anywhere/told?x=1";
    const right = await explained(written("raw message", requestOf("BANK01", { target })), "--sut", sut);
    expect(right).toEqual([0, expect.stringContaining("it verifies with the key of BANK01")]);
    const wrong = await explained(written("raw message", requestOf("BANK01", { target, change: cut })), "--sut", sut);
    expect(wrong).toEqual([1, expect.stringContaining("why: the signed text lacks its last line feed")]);
  });

  test("an answer of the bank is verified and explained, raw and in an entry", async () => {
    const sut = statement();
    const raw = ({ headers, body }: ReturnType<typeof answerOf>): string =>
      `HTTP/1.1 200 OK\r\n${lines(headers)}\r\n${body}`;
    expect(await explained(raw(answerOf()), "--sut", sut)).toEqual([
      0,
      expect.stringContaining("it verifies with the key of BANK01"),
    ]);
    expect(await explained(raw(answerOf(cut)), "--sut", sut)).toEqual([
      1,
      expect.stringContaining("why: the signed text lacks its last line feed"),
    ]);
    const entry = (answer: ReturnType<typeof answerOf>): string =>
      JSON.stringify({
        ...(JSON.parse(written("HAR entry", requestOf("P1001"))) as object),
        response: { status: 200, headers: harHeaders(answer.headers), content: { text: answer.body } },
      });
    expect((await explained(entry(answerOf(cut)), "--sut", sut))[0]).toBe(0);
    expect((await explained(entry(answerOf()), "--sut", sut, "--answer"))[0]).toBe(0);
    expect(await explained(entry(answerOf(cut)), "--sut", sut, "--answer")).toEqual([
      1,
      expect.stringContaining("lacks its last line feed"),
    ]);
  });

  test("an answer that is not there is complained of", async () => {
    const none = await explained(written("raw message", requestOf("P1001")), "--sut", statement(), "--answer");
    expect(none).toEqual([2, expect.stringContaining("the file has no answer")]);
  });
});
