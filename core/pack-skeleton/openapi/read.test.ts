import { describe, expect, test } from "vitest";
import { DocumentProblem } from "../document.ts";
import { parseText } from "../parse.ts";
import { readOpenapi } from "./read.ts";

const all = (): boolean => true;
const GOOD = { "200": { description: "good" } };

function problemOf(work: () => unknown): DocumentProblem {
  try {
    work();
  } catch (cause) {
    if (cause instanceof DocumentProblem) return cause;
    throw cause;
  }
  throw new Error("nothing was wrong");
}

describe("what is no document for a pack", () => {
  test.each([
    ["Swagger 2.0", '{"swagger":"2.0","paths":{}}', "it is of Swagger 2.0"],
    ["OpenAPI 4", '{"openapi":"4.0.0","paths":{}}', "it is of OpenAPI 4.0.0"],
    ["JSON of another kind", '{"hello":1}', 'it has no "openapi"'],
    ["a list", "[]", "it is no object"],
    ["an OpenAPI document without paths", "openapi: 3.1.0", 'it has no "paths"'],
    ["a text that is neither JSON nor YAML", "a: [1,\nb: }", "it is neither JSON nor YAML"],
    ["JSON that is too deep", `${"[".repeat(200)}${"]".repeat(200)}`, "it has more than 100 levels"],
    ["YAML that is too deep", `${"[".repeat(20_000)}${"]".repeat(20_000)}`, "it has more than 100 levels"],
    [
      "YAML whose aliases explode",
      `a: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefghij"
        .split("")
        .map((name, at) => `${name}: &${name} [${Array(9).fill(`*${"abcdefghij"[at]}`).join(",")}]`)
        .join("\n")}`,
      "it",
    ],
    ["a reference to another file", '{"openapi":"3.1.0","paths":{"/a":{"$ref":"a.yaml"}}}', '"a.yaml"'],
    ["a reference that leads nowhere", '{"openapi":"3.1.0","paths":{"/a":{"$ref":"#/b"}}}', "leads nowhere"],
  ])("refuses %s", (_what, text, words) => {
    const problem = problemOf(() => readOpenapi(parseText(text), all));
    expect(problem.said.en).toContain(words);
    expect(problem.next.zh).not.toBe("");
  });
});

describe("reading an OpenAPI document", () => {
  const document = {
    openapi: "3.0.3",
    paths: {
      "/payments/{id}": { get: { operationId: "getPayment", responses: GOOD } },
      "/payments/{number}": { get: { responses: GOOD } },
      "/files": { post: { requestBody: { content: { "multipart/form-data": {} } }, responses: GOOD } },
    },
  };

  test("takes the operations that are wanted, by path or operation id", () => {
    const ids = (wanted: string): readonly string[] =>
      readOpenapi(document, (names) => names.includes(wanted)).operations.map(({ id }) => id);
    expect([ids("getPayment"), ids("/payments/{id}"), ids("/payments/id"), ids("another")]).toEqual([
      ["get-payment"],
      ["get-payment"],
      ["get-payment"],
      [],
    ]);
  });

  test("leaves out what a pack cannot have, and says why", () => {
    const { operations, leftOut } = readOpenapi(document, all);
    expect(operations.map(({ id }) => id)).toEqual(["get-payment"]);
    expect(leftOut.map(({ operation }) => operation)).toEqual(["GET /payments/{number}", "POST /files"]);
  });

  test("an operation id cannot lead out of the folder of the pack", () => {
    const bad = { openapi: "3.1.0", paths: { "/a": { get: { operationId: "../../etc/passwd", responses: GOOD } } } };
    expect(readOpenapi(bad, all).operations.map(({ id }) => id)).toEqual(["etc-passwd"]);
  });
});
