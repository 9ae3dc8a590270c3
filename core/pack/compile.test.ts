import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterAll, describe, expect, it } from "vitest";
import { compilePack } from "./compile.ts";
import { smallPack } from "./testing/small-pack.ts";
import { loadPack } from "./load.ts";
import { PackProblems } from "./problem.ts";
import type { Interface } from "./types.ts";

describe("compilePack", () => {
  const pack = compilePack(smallPack());

  it("matches routes by role, method and path, and says what a known path allows", () => {
    const match = pack.matchRoute("bank", "GET", "/v1/pay/a%20b");
    expect(match.kind === "match" && [match.interface.id, match.parameters]).toEqual(["pay.query", { out_no: "a b" }]);
    expect(pack.matchRoute("bank", "DELETE", "/v1/pay")).toEqual({ kind: "method", allowed: ["POST"] });
    for (const path of ["/v1/pays", "/v1/pay/", "/v1/pay/%zz", "/v1//pay", "v1/pay", "/", ""])
      expect(pack.matchRoute("bank", "GET", path)).toEqual({ kind: "unknown" });
    expect(pack.matchRoute("platform", "POST", "/v1/pay").kind).toBe("unknown");
  });

  it("matches a parameter that a text follows ahead of a bare one", () => {
    const source = smallPack();
    const one = (id: string, method: "GET" | "POST" | "PATCH", path: string) =>
      ({ ...source.interfaces[1], id, http: { method, path } }) as Interface;
    const { matchRoute } = compilePack({
      ...source,
      interfaces: [
        one("read", "GET", "/v1/pay/{out_no}"),
        one("amend", "PATCH", "/v1/pay/{out_no}"),
        one("close", "POST", "/v1/pay/{out_no}:close"),
        one("items", "GET", "/v1/pay/{out_no}:close/items/{item_no}"),
      ],
    });
    const found = (method: string, path: string): unknown => {
      const match = matchRoute("bank", method, path);
      return match.kind === "match" ? [match.interface.id, match.parameters] : match;
    };
    expect(found("POST", "/v1/pay/T-1:close")).toEqual(["close", { out_no: "T-1" }]);
    expect(found("POST", "/v1/pay/a%3Aclose:close")).toEqual(["close", { out_no: "a:close" }]);
    expect(found("GET", "/v1/pay/T-1:close/items/2")).toEqual(["items", { out_no: "T-1", item_no: "2" }]);
    expect(found("PATCH", "/v1/pay/T-1")).toEqual(["amend", { out_no: "T-1" }]);
    expect(found("GET", "/v1/pay/T-1:closed")).toEqual(["read", { out_no: "T-1:closed" }]);
    expect(found("GET", "/v1/pay/T-1:close")).toEqual({ kind: "method", allowed: ["POST"] });
    expect(found("POST", "/v1/pay/:close")).toEqual({ kind: "method", allowed: ["GET", "PATCH"] });
  });

  it("names the first thing wrong with a body and hides its value", () => {
    const { body } = pack.validators("pay.create");
    const good = { party_id: "P1", out_no: "T-0001", account_no: "6222", amount: { value: 1, currency: "CNY" } };
    expect(body(good)).toBeUndefined();
    expect(body({ ...good, amount: undefined })?.field).toBe("/amount");
    expect(body({ ...good, amout: 1 })).toEqual({
      field: "/amout",
      issue: "there is no such field; check its spelling",
      rule: "additionalProperties",
    });
    expect(body({ ...good, amount: { value: "1", currency: "CNY" } })).toEqual({
      field: "/amount/value",
      issue: "must be integer",
      rule: "type",
    });
    expect(body([])?.field).toBe("");
  });

  it("reads parameters strictly as their schemas say", () => {
    const { parameters } = pack.validators("pay.query");
    const query = (given: Readonly<Record<string, string>>) =>
      parameters({ out_no: "T-0001" }, { party_id: "P1", ...given });
    expect(query({ limit: "10", full: "true" })).toEqual({
      ok: true,
      values: { out_no: "T-0001", party_id: "P1", limit: 10, full: true },
    });
    for (const limit of ["010", "+1", "1.0", "1e1", "", " 1", "0x1", "9007199254740993", "-0"]) {
      expect(query({ limit })).toMatchObject({
        ok: false,
        field: "/limit",
        issue: "must be integer",
        location: "query",
      });
    }
    expect(query({ limit: "201" })).toMatchObject({ ok: false, field: "/limit", location: "query" });
    expect(query({ full: "yes" })).toMatchObject({ ok: false, field: "/full" });
    expect(query(Object.fromEntries([["__proto__", "x"]]))).toMatchObject({ ok: false, field: "/__proto__" });
    expect(parameters({ out_no: "x" }, { party_id: "P1" })).toMatchObject({
      ok: false,
      field: "/out_no",
      location: "path",
    });
  });

  it("names the first thing wrong with an operator's input", () => {
    const [close, , open] = pack.lifecycle("account").transitions;
    if (close === undefined || open === undefined) throw new Error("the fixture has lost its operator's transitions");
    expect(pack.operatorInput(open, { account_no: "6222" })).toBeUndefined();
    expect(pack.operatorInput(open, {})?.field).toBe("/account_no");
    expect(pack.operatorInput(open, { account_no: 1 })).toMatchObject({
      field: "/account_no",
      issue: "must be string",
    });
    expect(pack.operatorInput(close, {})).toBeUndefined();
    expect(pack.operatorInput(close, { why: "fraud" })).toEqual({
      field: "/why",
      issue: "this decision takes no input",
    });
  });

  it("looks up what the pack has, and lists the choices for an unknown name", () => {
    expect(pack.triggeredByCall("pay.create")?.transitions.map(({ name }) => name)).toEqual(["create"]);
    expect(pack.triggeredByCall("pay.query")).toBeUndefined();
    expect(pack.requirementsFor("platform").map(({ id }) => id)).toEqual(["PAY-02"]);
    expect(() => pack.error("NOPE")).toThrow(/It has: NO_ROUTE/u);
    expect(() => pack.resolve("messages/pay.json#/$defs/nope")).toThrow(/messages\/<name>.json/u);
  });

  it("compiles an expression once", () => {
    const expression = { eq: [1, 1] };
    expect(pack.expression(expression)).toBe(pack.expression(expression));
    expect(pack.expression("$now")).toBe(pack.expression("$now"));
  });

  it("says which schema fails to compile", () => {
    const source = smallPack();
    expect(() => compilePack({ ...source, messages: {} })).toThrow(PackProblems);
  });
});

describe("loadPack", () => {
  const folder = mkdtempSync(`${tmpdir()}/pack-`);
  afterAll(() => rmSync(folder, { recursive: true }));
  const write = (name: string): string => {
    const { manifest, interfaces, lifecycles, messages, errors, requirements, scenarios, loads } = smallPack();
    const root = `${folder}/${name}`;
    for (const part of ["interfaces", "lifecycles", "messages", "requirements", "scenarios"])
      mkdirSync(`${root}/${part}`, { recursive: true });
    const put = (file: string, value: unknown): void => writeFileSync(`${root}/${file}`, JSON.stringify(value));
    put("pack.json", { $schema: "../meta/manifest.schema.json", ...manifest });
    put("errors.json", { errors });
    put("loads.json", loads);
    put("requirements/pay.json", { requirements });
    for (const one of interfaces) put(`interfaces/${one.id}.json`, one);
    for (const one of lifecycles) put(`lifecycles/${one.resource}.json`, one);
    for (const one of scenarios) put(`scenarios/${one.id}.json`, one);
    for (const [id, schema] of Object.entries(messages)) put(`messages/${id}.json`, schema);
    return root;
  };

  it("loadPack returns what the files say, with a digest of names and bytes", () => {
    const first = loadPack(write("a"));
    const { directory: _directory, digest, ...rest } = first;
    const { directory: _none, digest: _empty, ...wanted } = smallPack();
    expect({ ...rest, interfaces: rest.interfaces.map(({ id }) => id).toSorted() }).toEqual({
      ...wanted,
      interfaces: wanted.interfaces.map(({ id }) => id).toSorted(),
    });
    expect(digest).toMatch(/^[0-9a-f]{64}$/u);
    const other = write("b");
    expect(loadPack(other).digest).toBe(digest);
    writeFileSync(`${other}/scenarios/funded.json`, `${JSON.stringify(smallPack().scenarios[0])} `);
    expect(loadPack(other).digest).not.toBe(digest);
  });

  it("loadPack reports everything that is wrong at once, with file and pointer", () => {
    const root = write("c");
    writeFileSync(`${root}/errors.json`, JSON.stringify({ errors: [{ code: "with blank" }] }));
    writeFileSync(`${root}/interfaces/other.json`, JSON.stringify(smallPack().interfaces[0]));
    writeFileSync(`${root}/messages/pay.json`, `{"a": 1, "a": 2}`);
    const thrown = (() => {
      try {
        loadPack(root);
      } catch (error) {
        return error;
      }
      return undefined;
    })();
    const found =
      thrown instanceof PackProblems
        ? thrown.problems.map(({ rule, file, pointer }) => `${rule} ${file}#${pointer}`)
        : [];
    expect(found).toEqual(
      expect.arrayContaining([
        "file.schema errors.json#/errors/0/code",
        "file.schema errors.json#/errors/0",
        "file.name interfaces/other.json#",
        "file.json messages/pay.json#",
      ]),
    );
    expect(() => loadPack(`${folder}/nowhere`)).toThrow(/pack\.json/u);
  });
});
