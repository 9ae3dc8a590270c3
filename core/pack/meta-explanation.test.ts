import { describe, expect, it } from "vitest";
import { smallPack } from "./testing/small-pack.ts";
import { metaValidators } from "./meta-schema.ts";

const validators = metaValidators();

/** What is said of an interface or a lifecycle of the small pack with some members replaced. */
function said(kind: "interface" | "lifecycle", changes: object): readonly string[] {
  const { interfaces, lifecycles } = smallPack();
  const whole = { ...(kind === "interface" ? interfaces[1] : lifecycles[1]), ...changes };
  return validators(kind)(whole, "x.json").problems.map(({ pointer, message }) => `${pointer} ${message.en}`);
}
const loading = (load: object): object => ({ read: { load: { pay: load } } });

describe("what a meta-schema has against a file", () => {
  it("a sound file has no problems", () => {
    expect([said("interface", {}), said("lifecycle", {})]).toEqual([[], []]);
  });

  it("suggests a near key for a misspelt one and lists the allowed keys", () => {
    expect(said("interface", { idempotancy: {} })).toEqual([
      expect.stringMatching(/^ There is no "idempotancy" here\. Did you mean "idempotency"\? Allowed: .*caller/u),
    ]);
  });

  it("explains only the alternative that was meant", () => {
    expect(said("interface", loading({ resource: "pay", kye: { out_no: "$request.out_no" } }))).toEqual([
      "/read/load/pay It must have required property 'key'.",
      '/read/load/pay There is no "kye" here. Did you mean "key"? Allowed: resource, key, else.',
    ]);
    expect(said("interface", loading({ ledger: "customer:1", curency: "CNY" }))).toEqual([
      "/read/load/pay It must have required property 'currency'.",
      '/read/load/pay There is no "curency" here. Did you mean "currency"? Allowed: ledger, currency.',
    ]);
  });

  it("says what a constant and a list of words allow", () => {
    expect(said("lifecycle", { initial: "NONE" })).toEqual(['/initial It must be "ABSENT".']);
    expect(said("lifecycle", { role: "banks" })).toEqual([
      '/role It must be equal to one of the allowed values: ["bank","platform"].',
    ]);
  });
});
