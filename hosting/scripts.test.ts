import { describe, expect, test } from "vitest";
import type { RawRequest } from "../simulator/http/raw.ts";
import { Scripts } from "./scripts.ts";

const request = (target: string, body = ""): RawRequest => ({
  method: "POST",
  target,
  headers: [],
  body: new TextEncoder().encode(body),
});

describe("scripts of the counterparty", () => {
  const scripts = (): Scripts => new Scripts("http://127.0.0.1:9090/notify");

  test("a target says what to answer to each attempt", () => {
    const some = scripts();
    const answers = Array.from({ length: 3 }, () => some.next(request("/notify/500.ack/N1")));
    expect(answers).toEqual(["500", "ack", "ack"].map((answer) => ({ answer, name: "N1" })));
    expect(some.next(request("/notify/500.ack/N2"))?.answer).toBe("500");
  });

  test("what is arranged for a number is answered wherever it arrives", () => {
    const some = scripts();
    some.arrange("APPLICATION1", ["reset", "204"]);
    const attempt = (number: string) =>
      some.next(request("/notify/registered", JSON.stringify({ application: { number } })));
    expect([attempt("APPLICATION1"), attempt("APPLICATION2"), attempt("APPLICATION1")]).toEqual([
      { answer: "reset", name: "APPLICATION1" },
      undefined,
      { answer: "204", name: "APPLICATION1" },
    ]);
  });

  test("a target's own script comes before that of a number", () => {
    const some = scripts();
    some.arrange("N1", ["500"]);
    expect(some.next(request("/notify/ack/T1", "N1"))?.answer).toBe("ack");
  });
});
