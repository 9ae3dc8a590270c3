import { describe, expect, test } from "vitest";
import { compilePack } from "../../core/pack/compile.ts";
import { smallPack } from "../../core/pack/testing/small-pack.ts";
import type { RawRequest } from "../http/raw.ts";
import { saidBy } from "./said-by.ts";

const pack = compilePack(smallPack());
const FORM = "application/x-www-form-urlencoded;charset=UTF-8";
const read = (place: string, { target = "/g.do", type = FORM, body = "", headers = [] as RawRequest["headers"] }) =>
  saidBy(pack, { method: "POST", target, headers: [["Content-Type", type], ...headers], body: Buffer.from(body) })(
    place,
  );

describe("what a request says ahead of its signature", () => {
  test("a parameter is read from the query, from a form and from JSON", () => {
    expect(read("method", { target: "/g.do?method=a.b&x=%E4" })).toBe("a.b");
    expect(read("method", { body: "x=1&method=a%2Eb" })).toBe("a.b");
    expect(read("/head/code", { type: "application/json", body: '{"head":{"code":7}}' })).toBe("7");
  });

  test("a header is read by its name in any case", () => {
    expect(read("header:MsgTp", { headers: [["msgtp", "epcc.201"]] })).toBe("epcc.201");
  });

  test("two values at one place are none, even in query and body", () => {
    expect(read("method", { target: "/g.do?method=a&method=b" })).toBeUndefined();
    expect(read("method", { target: "/g.do?method=a", body: "method=a" })).toBeUndefined();
    expect(read("header:A", { headers: [["a", "1"], ["A", "1"]] })).toBeUndefined(); // prettier-ignore
  });

  test("a body that is broken, too large or of another type says nothing", () => {
    for (const body of ["method=a&method=b", "method=%zz", `method=a&x=${"x".repeat(70_000)}`])
      expect(read("method", { body }), body.slice(0, 20)).toBeUndefined();
    expect(read("method", { type: "text/plain", body: "method=a" })).toBeUndefined();
  });
});
