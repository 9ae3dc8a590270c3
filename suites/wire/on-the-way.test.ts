import { describe, expect, test } from "vitest";
import type { HttpRequest } from "../../core/runtime/runtime.ts";
import { requestTarget } from "../../core/runtime/wire.ts";
import { Session } from "../session.ts";
import { fakeRun } from "../testing/fake-scope.ts";
import type { FakeAnswer } from "../testing/fake-scope.ts";
import { offenceOf } from "./on-the-way.ts";
import type { Tamper } from "./sealed-request.ts";

const { scope } = fakeRun(() => "timeout");
const session = new Session(scope, "test.way", new AbortController().signal);
const twice: Tamper = { headers: (headers) => [...headers, ...headers.filter(([name]) => name === "Authorization")] };
const unknownPath: Tamper = { target: () => "/v1/nowhere" };

describe("what a server on the way may take offence at", () => {
  test.each<readonly [string, Tamper, ReturnType<typeof offenceOf>]>([
    ["a doubled header", twice, "http"],
    ["a long header", { headers: (headers) => [...headers, ["X-Long", "x".repeat(9_000)]] }, "http"],
    ["a wrong length", { headers: (headers) => [...headers, ["Content-Length", "9"]] }, "http"],
    ["dot segments", { target: (target) => `/v1/..${target}` }, "http"],
    ["an escaped line break", { target: (target) => `${target}?x=%0a` }, "http"],
    ["an unknown path", unknownPath, "route"],
    ["another method", { wire: (request) => ({ ...request, method: "PUT" }) }, "route"],
    ["a body over the pack's limit", { body: () => new Uint8Array(70_000).fill(0x20) }, "route"],
    ["no signature", { claims: () => undefined }, undefined],
    ["a body that is no JSON", { body: () => new TextEncoder().encode("{") }, undefined],
    ["a query that the interface does not take", { target: (target) => `${target}?x=1` }, undefined],
  ])("%s", async (_what, tamper, offence) => {
    const draft = await session.request("echo", { message: "m" });
    expect(offenceOf(session.seal(draft, { tamper }), draft, session.pack)).toBe(offence);
  });

  test("an ordinary request has nothing odd", async () => {
    for (const id of ["echo", "payment.create", "payment.query", "account.statement"]) {
      const draft = await session.request(id, id === "payment.query" ? { out_trade_no: "T12345" } : {});
      expect(offenceOf(session.seal(draft), draft, session.pack), id).toBeUndefined();
    }
  });
});

const page = (server: string): FakeAnswer => ({
  status: 400,
  html: `<html><body><center><h1>400</h1></center><hr><center>${server}</center></body></html>`,
});
const { signature } = scope.pack.policies.stages;
const refused: FakeAnswer = {
  status: scope.pack.error(signature)?.status ?? 401,
  json: { code: signature, message: "no" },
};
const isOdd = (request: HttpRequest): boolean =>
  requestTarget(request.url) === "/v1/nowhere" ||
  request.headers.filter(([name]) => name === "Authorization").length > 1;

/** What is concluded of a tampered request, by how odd and how plain wrong requests are answered. */
async function concluded(tamper: Tamper, odd: FakeAnswer, plain: FakeAnswer): Promise<string> {
  const run = fakeRun((request) => (isOdd(request) ? odd : plain));
  const one = new Session(run.scope, "test.way", new AbortController().signal);
  const exchange = await one.send(await one.request("echo", { message: "m" }), { tamper });
  try {
    one.expectRefusal(exchange, signature);
  } catch {
    return "fail";
  }
  expect(run.events.filter(({ type }) => type === "run.noted")).toHaveLength(exchange.answer === undefined ? 1 : 0);
  return one.onlyOnTheWay() === undefined ? "refused by the SUT" : "refused on the way";
}

describe("a refusal that is neither signed nor in the pack's form", () => {
  test("an unformed refusal of a doubled header comes from a server on the way", async () => {
    expect(await concluded(twice, page("nginx/1.22.1"), refused)).toBe("refused on the way");
    expect(await concluded(twice, { status: 400, html: "" }, refused)).toBe("refused on the way");
  });

  test("an unformed refusal is the SUT's own where it refuses ordinary calls alike", async () => {
    expect(await concluded(twice, page("nginx/1.22.1"), page("nginx/1.22.1"))).toBe("fail");
  });

  test("of an unknown path is another server's only where a page or header names it", async () => {
    expect(await concluded(unknownPath, page("nginx"), refused)).toBe("refused on the way");
    expect(await concluded(unknownPath, { status: 404, html: "<h1>Not Found</h1>" }, refused)).toBe("fail");
    const told: FakeAnswer = { status: 404, html: "no route", headers: [["Server", "gate"]] };
    expect(await concluded(unknownPath, told, refused)).toBe("refused on the way");
    expect(await concluded(unknownPath, told, { ...refused, headers: [["Server", "gate"]] })).toBe("fail");
  });

  test("an unformed refusal of an ordinary request is always the SUT's own", async () => {
    expect(await concluded({ claims: () => undefined }, refused, page("nginx"))).toBe("fail");
  });

  test("a refusal in the pack's form is the SUT's own", async () => {
    expect(await concluded(twice, refused, refused)).toBe("refused by the SUT");
  });
});
