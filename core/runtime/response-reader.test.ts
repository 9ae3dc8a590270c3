import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ResponseReader } from "./response-reader.ts";
import type { HttpResponse } from "./runtime.ts";

const WHOLE: readonly [string, string, string][] = [
  ["a length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "hello"],
  [
    "chunks with extension and trailer",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nhe\r\n3\r\nllo\r\n0\r\nX: y\r\n\r\n",
    "hello",
  ],
  ["no body by status", "HTTP/1.1 204 No Content\r\n\r\n", ""],
  [
    "interim answers first",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200\r\nContent-Length: 0\r\n\r\n",
    "",
  ],
];

describe("the reader of answers", () => {
  test.each(WHOLE)("reads %s, however the bytes are cut", (_what, text, body) => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(text.length), { maxLength: 12 }), (cuts) => {
        const answers = fed(
          text,
          cuts.sort((one, other) => one - other),
        );
        expect(answers.slice(0, -1).every((answer) => answer === undefined)).toBe(true);
        expect(Buffer.from(answers.at(-1)?.body ?? []).toString()).toBe(body);
      }),
    );
  });

  test("reads a body that has no length to the end of its connection", () => {
    const open = new ResponseReader("POST");
    expect(open.push(Buffer.from("HTTP/1.0 200 OK\r\nX:  a \r\n\r\nhel"))).toBeUndefined();
    expect(open.push(Buffer.from("lo"))).toBeUndefined();
    expect(open.end()).toMatchObject({ status: 200, headers: [["X", "a"]], body: Buffer.from("hello") });
    const cut = new ResponseReader("POST");
    cut.push(Buffer.from("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel"));
    expect(cut.end()).toBeUndefined();
    expect(new ResponseReader("POST").end()).toBeUndefined();
  });

  test("reads an answer to HEAD as one that has no body", () => {
    expect(
      new ResponseReader("HEAD").push(Buffer.from("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"))?.body.length,
    ).toBe(0);
  });

  test.each([
    ["a status line of another protocol", "HTTP/2 200\r\n\r\n", /not an HTTP\/1.1 status line/],
    ["two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", /more than once/],
    [
      "a length beside chunks",
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
      /more than once/,
    ],
    ["a length that is none", "HTTP/1.1 200 OK\r\nContent-Length: 0x1\r\n\r\n", /not a number of bytes/],
    ["an unknown coding", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", /only "chunked"/],
    ["a folded line", "HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n", /not a header line/],
    ["a blank before the colon", "HTTP/1.1 200 OK\r\nX : a\r\n\r\n", /not a header line/],
    ["a chunk size that is none", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", /not a chunk size/],
    [
      "a chunk longer than its size",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
      /longer than its size/,
    ],
    ["a body too long", "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", /longer than 8388608 bytes/],
    ["a head without an end", `HTTP/1.1 200 OK\r\nX: ${"x".repeat(70_000)}`, /head is longer/],
  ])("the response reader refuses %s", (_what, text, message) => {
    expect(() => new ResponseReader("POST").push(Buffer.from(text))).toThrow(message);
  });
});

function fed(text: string, cuts: readonly number[]): (HttpResponse | undefined)[] {
  const reader = new ResponseReader("POST");
  const bytes = Buffer.from(text, "latin1");
  const edges = [0, ...cuts.filter((cut) => cut > 0 && cut < text.length), text.length];
  return edges.slice(1).map((edge, at) => reader.push(bytes.subarray(edges[at], edge)));
}
