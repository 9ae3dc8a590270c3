import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { calendar } from "../core/calendar/calendar.ts";
import { renderTable } from "../core/table/table.ts";
import type { Scope } from "../core/expression/scope.ts";
import type { RawRequest } from "../simulator/http/raw.ts";
import { startBank } from "../simulator/testing/bank.ts";
import type { TestBank } from "../simulator/testing/bank.ts";
import type { Breakage, TestClient } from "../simulator/testing/client.ts";
import { namedKey } from "../simulator/testing/keys.ts";
import { cooperationPack } from "../simulator/testing/packs.ts";
import { textOf } from "./documents.ts";

/*
 * The recipe for providers says which code is answered to what. Each row is sent to the simulated bank here.
 */

const ENGLISH = "docs/recipes/provider.md";
const LANGUAGES = [ENGLISH, "docs/recipes/provider.zh-CN.md"];

/** Rows of the table of codes: what is wrong, and the codes that are named for it. */
function rowsOf(file: string): readonly { readonly what: string; readonly codes: readonly string[] }[] {
  return textOf(file)
    .split("\n")
    .flatMap((line) => {
      const [, what = "", first = "", also = ""] = line.split("|").map((cell) => cell.trim());
      const codes = [first, also].map((cell) => /^`([A-Z_]+)`$/.exec(cell)?.[1] ?? "");
      return line.startsWith("|") && line.split("|").length === 5 && codes[0] !== "" ? [{ what, codes }] : [];
    });
}

const utf8 = new TextEncoder();
const ECHO = "/v1/echo";
const KEYS = "/v1/keys?party_id=P1001";

/** A request of the echo with a body of these bytes, signed as it is. */
const text =
  (body: string | Uint8Array, broken: Breakage = {}) =>
  (client: TestClient): RawRequest =>
    client.request("POST", ECHO, typeof body === "string" ? utf8.encode(body) : body, broken);
const right = { party_id: "P1001", message: "x" };
const broken =
  (how: Breakage) =>
  (client: TestClient): RawRequest =>
    client.request("POST", ECHO, right, how);
const got =
  (target: string) =>
  (client: TestClient): RawRequest =>
    client.request("GET", target);
const twice =
  (name: string) =>
  (client: TestClient): RawRequest => {
    const request = client.request("POST", ECHO, right);
    return { ...request, headers: request.headers.flatMap((one) => (one[0] === name ? [one, one] : [one])) };
  };
const packed = (client: TestClient): RawRequest => {
  const request = client.request("POST", ECHO, gzipSync(utf8.encode(JSON.stringify(right))));
  return { ...request, headers: [...request.headers, ["Content-Encoding", "gzip"]] };
};
const USED = "nonce-used-in-the-recipe";
const items = (count: number): string => JSON.stringify({ ...right, list: Array.from({ length: count }, () => 1) });
const levels = (depth: number): string =>
  `{"party_id":"P1001","message":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}}`;

/** What each row of the table means, as requests. */
const SENT: Readonly<Record<string, readonly ((client: TestClient) => RawRequest)[]>> = {
  "the path": [got("/v1/paiments")],
  "the method; the answer has `Allow`": [(client) => client.request("PUT", ECHO, right)],
  "a target of more than 2,048 bytes": [got(`${KEYS}&`.padEnd(2_049, "x"))],
  "a body of more than 65,536 bytes": [broken({ body: "too-large" })],
  "Content-Type is missing, or of another type or charset": [
    broken({ contentType: null }),
    broken({ contentType: "text/plain" }),
    broken({ contentType: "application/json; charset=gbk" }),
  ],
  "Content-Type twice": [twice("Content-Type")],
  "no Authorization, or two": [broken({ authorization: null }), twice("Authorization")],
  "an unknown key, or one that has ended": [broken({ serial: "NO-KEY" })],
  "a signature that does not fit": [broken({ key: namedKey("another") }), broken({ base: (base) => `${base}x` })],
  "a nonce of another form": [broken({ nonce: "short" }), broken({ nonce: "a nonce with spaces" })],
  "a timestamp more than 300 s away": [broken({ timestamp: "1000000000" })],
  "a timestamp that is not whole seconds": [broken({ timestamp: "1700000000.5" })],
  "a nonce that this party has used": [broken({ nonce: USED })],
  "a body that is no JSON, has a key twice, or is not UTF-8": [
    text('{"party_id":'),
    text('{"party_id":"P1001","message":"x","message":"y"}'),
    text(Uint8Array.of(0x22, 0xff, 0x22)),
  ],
  "a fraction, an exponent or `-0` in place of an integer": ["1.5", "1e2", "-0"].map((number) =>
    text(`{"party_id":"P1001","message":"x","n":${number}}`),
  ),
  "more than 16 levels, the outer object counted": [text(levels(17))],
  "more than 1,000 members and items in all": [text(items(1_000))],
  "a body where the interface takes none, as with GET": [
    (client) => client.request("GET", KEYS, right, { contentType: "application/json" }),
  ],
  "a body that Content-Encoding packs": [packed],
  "a field that is missing, wrong, null or unknown": [
    text('{"party_id":"P1001"}'),
    text('{"party_id":"P1001","message":7}'),
    text('{"party_id":"P1001","message":null}'),
    text('{"party_id":"P1001","message":"x","more":"y"}'),
    // The bounds themselves are within.
    text(levels(16)),
    text(items(997)),
  ],
  "a query where the interface has none, or an unknown parameter": [
    (client) => client.request("POST", `${ECHO}?party_id=P1001`, right),
    got(`${KEYS}&more=x`),
  ],
  "a query parameter twice, or a broken escape": [got(`${KEYS}&party_id=P1001`), got(`${KEYS}&more=%zz`)],
  "`party_id` is not the signer's": [text('{"party_id":"P1002","message":"x"}')],
};

describe("the table of codes in the recipe for providers", () => {
  let bank: TestBank;
  beforeAll(async () => {
    bank = await startBank();
    await bank.client.call("POST", ECHO, right, { nonce: USED });
  });
  afterAll(() => {
    bank.simulator.stop();
    expect(bank.internalErrors).toEqual([]);
  });

  test("the table of codes has a row for each request that is sent here", () => {
    expect(rowsOf(ENGLISH).map(({ what }) => what)).toEqual(Object.keys(SENT));
  });

  test("the table of codes is the same in both languages", () => {
    const [english, chinese] = LANGUAGES.map((file) => rowsOf(file).map(({ codes }) => codes));
    expect(chinese).toEqual(english);
  });

  test.each(rowsOf(ENGLISH).map(({ what, codes }) => [what, codes[0]] as const))(
    "the bank answers to %s with %s",
    async (what, code) => {
      for (const request of SENT[what] ?? []) {
        const answer = await bank.client.send(request(bank.client));
        expect([answer.code, answer.signed]).toEqual([code, true]);
        if (what.includes("`Allow`")) expect(answer.headers["allow"]).toBe("POST");
      }
    },
  );
});

describe("the bill in the recipe for providers", () => {
  const pack = cooperationPack();
  const table = pack.interface("bill.download").response.table;
  const money = (value: number): unknown => ({ value, currency: "CNY" });
  const entry = (number: number, kind: string, direction: string, value: number, after: number): unknown => ({
    entry_id: `E00000${number}`,
    transfer_id: `T00000${number}`,
    at: Date.parse("2026-11-22T21:00:00+08:00"),
    kind,
    reference: "ORDER0001",
    direction,
    amount: money(value),
    balance_after: money(after),
  });
  const rendered = (entries: readonly unknown[]): string => {
    const { timeZone, policies, currencies } = pack.source.manifest;
    const scope = {
      roots: { entries: { items: entries } },
      host: { currencies, calendar: calendar(timeZone, policies.cutover.at) },
    } as unknown as Scope;
    if (table === undefined) throw new Error("bill.download has no table");
    return new TextDecoder().decode(renderTable(pack, table, scope).bytes);
  };
  const [header = ""] = rendered([]).split("\r\n");

  test.each(LANGUAGES)("the bill of %s is what the pack's table writes", (file) => {
    const shown = /^```csv\n([\s\S]*?)^```$/m.exec(textOf(file))?.[1]?.replaceAll("\n", "\r\n");
    expect(shown).toBe(
      rendered([entry(1, "payment", "credit", 1_999, 101_999), entry(2, "fee", "debit", 12, 101_987)]),
    );
  });

  test.each(LANGUAGES)("the bill of a day without entries is as %s says", (file) => {
    const [, totals = ""] = /`(0,[\d.,]+)`/.exec(textOf(file)) ?? [];
    expect(rendered([])).toBe(`${header}\r\n${totals}\r\n`);
  });
});
