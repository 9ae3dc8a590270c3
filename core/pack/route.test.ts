import { describe, expect, test } from "vitest";
import { checkPack } from "./check.ts";
import { compilePack } from "./compile.ts";
import { openapi } from "./openapi.ts";
import type { SelectReader } from "./selection.ts";
import { smallPack } from "./testing/small-pack.ts";
import type { Interface, PackSource } from "./types.ts";

/** Two interfaces of one path, by their `select`. */
function sharing(...selects: readonly (Interface["http"]["select"] | undefined)[]): PackSource {
  const source = smallPack();
  const [pay] = source.interfaces as readonly [Interface];
  const twins = selects.map((select, index): Interface => ({
    ...pay,
    id: `twin.n${index}`,
    http: { method: "POST", path: "/gateway.do", ...(select === undefined ? {} : { select }) },
  }));
  return { ...source, interfaces: [...source.interfaces, ...twins] };
}

const said =
  (values: Readonly<Record<string, string>>): SelectReader =>
  (place) =>
    values[place];
const found = (source: PackSource, values: Readonly<Record<string, string>>): string => {
  const match = compilePack(source).matchRoute("bank", "POST", "/gateway.do", said(values));
  return match.kind === "match" ? match.interface.id : match.kind;
};
const problems = (source: PackSource): readonly string[] =>
  checkPack(source).map(({ rule, file }) => `${rule} ${file}`);

describe("interfaces of one path", () => {
  const source = sharing({ txnType: "01", txnSubType: "01" }, { txnType: "01", txnSubType: "03" }, { txnType: "04" });

  test("a request is for the interface whose values it has", () => {
    expect(found(source, { txnType: "01", txnSubType: "03" })).toBe("twin.n1");
    expect(found(source, { txnType: "04", other: "x" })).toBe("twin.n2");
  });

  test("a request with another value, or with none, selects no interface", () => {
    expect(found(source, { txnType: "02" })).toBe("unselected");
    expect(found(source, { txnSubType: "01" })).toBe("unselected");
  });

  test("interfaces that one request may mean are a problem of the pack", () => {
    const problem = "route.select interfaces/twin.n1.json";
    expect(problems(sharing({ method: "a" }, { method: "a" }))).toContain(problem);
    expect(problems(sharing({ method: "a" }, { version: "1" }))).toContain(problem);
    expect(problems(sharing({ method: "a" }, undefined))).toContain(problem);
    expect(problems(sharing(undefined, undefined))).toContain("route.duplicate interfaces/twin.n1.json");
    expect(problems(sharing({ "header:MsgTp": "a" }, { "header:MsgTp": "b" }))).not.toContain(problem);
  });

  test("OpenAPI has an operation for each, and the headers that select it", () => {
    const document = openapi(sharing({ "header:MsgTp": "a" }, { "header:MsgTp": "b" }));
    expect(Object.keys(document["paths"] as object)).toEqual(
      expect.arrayContaining(["/gateway.do#twin.n0", "/gateway.do#twin.n1"]),
    );
    expect(JSON.stringify(document)).toContain('{"name":"MsgTp","in":"header","required":true,"schema":{"const":"b"}}');
  });
});
