import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { checkPack } from "./check.ts";
import { loadPack } from "./load.ts";
import { CODES } from "./testing/breaks/codes.ts";
import { EXPRESSIONS } from "./testing/breaks/expressions.ts";
import { INTERFACES } from "./testing/breaks/interfaces.ts";
import { LIFECYCLES } from "./testing/breaks/lifecycles.ts";
import { MESSAGES } from "./testing/breaks/messages.ts";
import { smallPack } from "./testing/small-pack.ts";
import type { PackSource } from "./types.ts";

/** A copy of the small pack with the member at a JSON Pointer replaced; `undefined` removes it. */
function broken(pointer: string, value: unknown): PackSource {
  const source = smallPack();
  const tokens = pointer
    .split("/")
    .slice(1)
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
  const last = tokens.pop() ?? "";
  let holder: unknown = source;
  for (const token of tokens) {
    if (typeof holder !== "object" || holder === null) throw new Error(`the fixture has no ${pointer}`);
    holder = Reflect.get(holder, token);
  }
  if (typeof holder !== "object" || holder === null) throw new Error(`the fixture has no ${pointer}`);
  if (value === undefined) Reflect.deleteProperty(holder, last);
  else Reflect.set(holder, last, value);
  return source;
}

const BREAKS = [...CODES, ...MESSAGES, ...INTERFACES, ...LIFECYCLES, ...EXPRESSIONS];

describe("checkPack", () => {
  it("checkPack accepts a sound pack", () => {
    expect(checkPack(smallPack())).toEqual([]);
  });

  it.each(BREAKS)("checkPack finds %s", (_what, at, value, expected) => {
    const found = checkPack(broken(at, value));
    expect(found.map(({ rule, file, pointer }) => `${rule} ${file}#${pointer}`)).toContain(expected);
    for (const { message, remedy } of found) {
      for (const text of [message.en, message.zh, remedy.en, remedy.zh]) expect(text.trim()).not.toBe("");
    }
  });

  it("checkPack keeps reporting a question until it is answered", () => {
    const asked = {
      id: "envelope",
      file: "pack.json",
      pointer: "/policies/envelope",
      question: { en: "How are messages signed?", zh: "报文如何签名？" },
      guessed: { en: "as the reference pack has it", zh: "同参考规范包" },
    };
    const found = (answer?: string): readonly string[] =>
      checkPack({ ...smallPack(), questions: [answer === undefined ? asked : { ...asked, answer }] }).map(
        ({ rule, file, pointer }) => `${rule} ${file}#${pointer}`,
      );
    expect([found(), found(" "), found("RSA-PSS")]).toEqual([
      ["question.open pack.json#/policies/envelope"],
      ["question.open pack.json#/policies/envelope"],
      [],
    ]);
  });

  it("checkPack finds a timer that notifies of a row without a party", () => {
    const source = smallPack();
    const [account, pay] = source.lifecycles;
    if (account === undefined || pay === undefined) throw new Error("the small pack has two lifecycles");
    const { party_id: _gone, ...fields } = pay.fields;
    const found = checkPack({ ...source, lifecycles: [account, { ...pay, key: ["payer_id"], fields }] });
    expect(found.map(({ rule, pointer }) => `${rule} ${pointer}`)).toContain("lifecycle.party /transitions/1/to");
  });

  it.each([
    [
      "a timer that only some rows have",
      "/lifecycles/1/transitions/1/on/after",
      { if: [{ exists: "$pay.settled_at" }, 2] },
    ],
    ["a timer at a moment that may be missing", "/lifecycles/1/transitions/1/on", { at: "$pay.settled_at" }],
    ["a number said in a policy", "/lifecycles/1/transitions/1/on/after", "$policies.cutover.billReadyAfterSeconds"],
    ["rows in order", "/interfaces/1/read/load/all", { resource: "pay", where: { state: "PAID" }, by: "settled_at" }],
    [
      "a value that is there, or the call is refused",
      "/interfaces/1/read/load/moment",
      { value: { "time.parse": "$request.out_no" }, else: "NO_PAY" },
    ],
    ["a field of any JSON", "/lifecycles/1/fields/goods", "json?"],
    ["a code at a second stage", "/errors/1/also", [{ stage: "freshness", status: 408 }]],
    ["a header that may be missing", "/manifest/policies/headers", { "X-Party": "$party.party_id" }],
    ["a notification that is only acknowledged", "/interfaces/2/read", undefined],
    ["a pattern in two alternatives", "/messages/pay/$defs/number/pattern", "^[0-9A-Z]{6}$|^[|()\\$]{6}$"],
    ["a prior with its field and state", "/messages/pay/$defs/number/x-from", "prior.pay.create#out_no@PAID"],
    [
      "a gift that a request takes",
      "/messages/pay/$defs/create/properties/account_no",
      { type: "string", pattern: "^[0-9]{8}$", "x-from": "scenario.account_no" },
    ],
    ["a refusal that notifies", "/lifecycles/1/transitions/0/require/0/onRefuse", { notify: ["notify.pay"] }],
  ])("checkPack accepts %s", (_what, at, value) => {
    expect(checkPack(broken(at, value))).toEqual([]);
  });

  it("checkPack names a cause before its consequences", () => {
    const found = checkPack(broken("/lifecycles/1/transitions/0/on", { call: "pay.craete" }));
    expect(found[0]?.message.en).toBe('There is no interface "pay.craete".');
    expect(found[0]?.remedy.en).toMatch(/^Did you mean "pay\.create"\?/u);
    expect(found.map(({ rule }) => rule)).toContain("interface.idle");
  });

  describe("unknown fields of requests", () => {
    /** The small pack with a requirement that refuses unknown fields, and with one object changed. */
    const demanding = (pointer: string, value: unknown): PackSource => {
      const source = broken(pointer, value);
      const [first] = source.requirements;
      if (first === undefined) throw new Error("the fixture has no requirement");
      return { ...source, requirements: [...source.requirements, { ...first, id: "PAR-15", role: "both" }] };
    };
    const places = (source: PackSource): readonly string[] =>
      checkPack(source)
        .filter(({ rule }) => rule === "request.closed")
        .map(({ file, pointer }) => `${file}#${pointer}`);

    it("checkPack finds an open object where a requirement has unknown fields refused", () => {
      const schema = "/messages/pay/$defs/create";
      expect(places(demanding(`${schema}/additionalProperties`, undefined))).toEqual([
        "messages/pay.json#/$defs/create",
      ]);
      expect(places(demanding(`${schema}/properties/goods`, { type: "object" }))).toEqual([
        "messages/pay.json#/$defs/create/properties/goods",
      ]);
      expect(
        places(
          demanding(`${schema}/properties/goods`, { oneOf: [{ type: "object", properties: {} }, { type: "string" }] }),
        ),
      ).toEqual(["messages/pay.json#/$defs/create/properties/goods/oneOf/0"]);
    });

    it("checkPack takes closed objects, and open ones without that requirement", () => {
      const closed = { type: "object", additionalProperties: false };
      const goods = "/messages/pay/$defs/create/properties/goods";
      expect(places(demanding(goods, closed))).toEqual([]);
      expect(places(demanding(goods, { allOf: [{ $ref: "#/$defs/number" }, { maxLength: 6 }] }))).toEqual([]);
      expect(places(broken("/messages/pay/$defs/create/additionalProperties", undefined))).toEqual([]);
    });
  });

  it.each(["cooperation", "vocabulary"])("checkPack accepts the pack %s", (name) => {
    expect(checkPack(loadPack(fileURLToPath(new URL(`../../specs/${name}`, import.meta.url))))).toEqual([]);
  });
});
