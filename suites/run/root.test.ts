import { describe, expect, test } from "vitest";
import { alike } from "../../core/text/alike.ts";
import type { Breach } from "../expectation.ts";
import type { Failure } from "../outcome.ts";
import { CHECKS } from "../checks/index.ts";
import { rootOf, ROOTS, ServerFailures } from "./root.ts";

const failure = (kind?: Breach): Failure => ({
  summary: { en: "it broke", zh: "不符" },
  expected: alike(1),
  seen: alike(2),
  ...(kind === undefined ? {} : { breach: { kind, interface: "echo" } }),
});

const ALL = new Set(Object.values(ROOTS).map(({ check }) => check));

test("each root is a check of the run's end, under its own requirement", () => {
  for (const { check, requirement } of Object.values(ROOTS))
    expect(CHECKS.find(({ id }) => id === check)).toMatchObject({ when: "end", requirement });
});

describe("a fail", () => {
  test("is told of under its root where that is planned", () => {
    const servers = new ServerFailures();
    expect(rootOf(failure("answer-schema"), "a", ALL, servers)?.en).toBe(
      "because of CON-02 (contract.answers), which tells of it for the whole run: it broke",
    );
    expect(rootOf(failure("answer-schema"), "a", new Set(["a"]), servers)).toBeUndefined();
  });

  test("of the check's own matter is its own", () => {
    expect(rootOf(failure(), "a", ALL, new ServerFailures())).toBeUndefined();
  });
});

describe("a server error", () => {
  test("that one check provokes is its own", () => {
    const servers = new ServerFailures();
    for (let times = 0; times < 5; times += 1) servers.answered("echo", "a", 500);
    expect(rootOf(failure("server-error"), "a", ALL, servers)).toBeUndefined();
  });

  test("that other checks met too, with nothing between, is the server's", () => {
    const servers = new ServerFailures();
    servers.answered("echo", "a", 500);
    servers.answered("echo", "b", 503);
    expect(rootOf(failure("server-error"), "b", ALL, servers)?.en).toMatch(/^because of ERR-03/);
    servers.answered("echo", "b", 200);
    servers.answered("echo", "b", 500);
    expect(rootOf(failure("server-error"), "b", ALL, servers)).toBeUndefined();
  });
});

test("what only pages of a failing server show is told of under the server's failure", () => {
  const servers = new ServerFailures();
  expect(rootOf(failure("failure-page"), "signature.answers", ALL, servers)?.en).toMatch(/^because of ERR-03/);
  // Where that check is not run, what the pages lack is told of by itself.
  expect(rootOf(failure("failure-page"), "signature.answers", new Set(), servers)).toBeUndefined();
});
