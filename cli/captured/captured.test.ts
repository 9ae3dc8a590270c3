import { Buffer } from "node:buffer";
import { describe, expect, test } from "vitest";
import { readCurl } from "./curl.ts";
import { readHar } from "./har.ts";
import { readRawAnswer, readRawHttp } from "./raw-http.ts";

const BODY = '{"out_trade_no":"T1","memo":"中文"}';
const WANTED = { method: "POST", target: "/v1/pay?a=%E4%B8%AD", body: Buffer.from(BODY).toString("hex") };
const seen = ({ method, target, body }: ReturnType<typeof readCurl>): unknown => ({
  method,
  target,
  body: Buffer.from(body).toString("hex"),
});

describe("a captured request", () => {
  test("a raw HTTP message is read to its bytes, whatever ends its lines", () => {
    for (const end of ["\r\n", "\n"]) {
      const text = ["POST /v1/pay?a=%E4%B8%AD HTTP/1.1", "Host: bank.test", "Authorization:  A b ", "", BODY].join(end);
      const read = readRawHttp(Buffer.from(text));
      expect(seen(read)).toEqual(WANTED);
      expect(read.headers).toEqual([
        ["Host", "bank.test"],
        ["Authorization", "A b"],
      ]);
    }
  });

  test("the stated length ends the body of a raw message, and must not be longer", () => {
    const read = readRawHttp(Buffer.from("POST /x HTTP/1.1\nContent-Length: 2\n\nab\n"));
    expect(Buffer.from(read.body).toString()).toBe("ab");
    expect(() => readRawHttp(Buffer.from("POST /x HTTP/1.1\nContent-Length: 9\n\nab"))).toThrow(/says 9 bytes, and 2/);
    expect(() => readRawHttp(Buffer.from("hello"))).toThrow(/no request line/);
    expect(() => readRawHttp(Buffer.from("GET / HTTP/1.1\nnonsense\n\n"))).toThrow(/line 2 is no header/);
  });

  test("an archive, its entry and its request read alike", () => {
    const request = {
      method: "POST",
      url: "https://bank.test/v1/pay?a=%E4%B8%AD",
      headers: [
        { name: ":authority", value: "bank.test" },
        { name: "Authorization", value: "A b" },
      ],
      postData: { mimeType: "application/json", text: BODY },
    };
    for (const value of [request, { request }, { log: { entries: [{ request }] } }]) {
      const { request: read } = readHar(JSON.stringify(value));
      if (read === undefined) throw new Error("the archive has no request");
      expect([seen(read), read.headers]).toEqual([WANTED, [["Authorization", "A b"]]]);
    }
    expect(() => readHar(JSON.stringify({ log: { entries: [] } }))).toThrow(/0 entries/);
    expect(() => readHar("{")).toThrow(/no JSON/);
    expect(() => readHar('{"a":1}')).toThrow(/no HTTP archive/);
    expect(() => readHar('{"method":"GET","url":"bank.test/x","headers":[]}')).toThrow(/does not begin with http/);
  });

  test("the answer of an entry is read to its bytes", () => {
    const request = { method: "GET", url: "https://bank.test/x", headers: [] };
    const headers = [{ name: "Signature", value: "s" }];
    const content = { text: Buffer.from(BODY).toString("base64"), encoding: "base64" };
    const { answer } = readHar(JSON.stringify({ request, response: { status: 200, headers, content } }));
    expect(answer).toEqual({ status: 200, headers: [["Signature", "s"]], body: Buffer.from(BODY) });
    expect(readHar(JSON.stringify({ request, response: { status: 0, headers: [] } })).answer).toBeUndefined();
  });

  test("a raw answer is read to its bytes", () => {
    const read = readRawAnswer(Buffer.from(`HTTP/1.1 200 OK\r\nSignature: s\r\n\r\n${BODY}`));
    expect(read).toMatchObject({ status: 200, headers: [["Signature", "s"]] });
    expect(Buffer.from(read.body).toString()).toBe(BODY);
    expect(() => readRawAnswer(Buffer.from("HTTP/1.1 hello\n\n"))).toThrow(/no status line/);
  });

  test("a curl command is read as a shell reads it", () => {
    for (const data of [
      `'${BODY}'`,
      `"${BODY.replaceAll('"', '\\"')}"`,
      String.raw`$'{"out_trade_no":"T1","memo":"\u4e2d\u6587"}'`,
    ]) {
      const read = readCurl(
        `curl -s -X POST \\\n  'https://bank.test/v1/pay?a=%E4%B8%AD' -H 'Authorization: A b' --max-time 5 --data-raw ${data} -o out`,
      );
      expect([seen(read), read.headers]).toEqual([WANTED, [["Authorization", "A b"]]]);
    }
    expect(readCurl("curl https://bank.test").method).toBe("GET");
    expect(readCurl("curl https://bank.test --data=x")).toMatchObject({ method: "POST", target: "/" });
    expect(() => readCurl("curl https://x/y -d @file")).toThrow(/reads a file/);
    expect(() => readCurl("curl 'https://x/y")).toThrow(/not closed/);
    expect(() => readCurl("curl -X POST")).toThrow(/no URL/);
    expect(() => readCurl("curl -F a=b https://x")).toThrow(/inside curl/);
  });
});
