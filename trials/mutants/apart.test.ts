import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { loadPack } from "../../core/pack/load.ts";
import type { PackSource } from "../../core/pack/types.ts";
import { apart, apartFigures } from "./apart.ts";
import { MUTATORS } from "./mutators/index.ts";

const packOf = (name: string): PackSource => loadPack(fileURLToPath(new URL(`../../specs/${name}`, import.meta.url)));

/** Why a mutant of a pack is set apart. */
function whyOf(source: PackSource, id: string): string | undefined {
  const one = MUTATORS.flatMap((mutator) => mutator.mutants(source)).find((each) => each.id === id);
  if (one === undefined) throw new RangeError(`the pack has no mutant ${id}`);
  return apart(source, one)?.why;
}

describe("a mutant that shows in nothing", () => {
  const vocabulary = packOf("vocabulary");
  const [first] = vocabulary.interfaces;

  test("kind and reference of a posting show where an interface lists entries", () => {
    const listing = {
      ...vocabulary,
      interfaces: [...vocabulary.interfaces, { ...first, purpose: { lists: "entries" } }],
    };
    for (const id of [
      "preauth.create/to/0/post/0/kind:other-kind",
      "preauth.create/to/0/post/0/reference:other-reference",
    ]) {
      expect(whyOf(vocabulary, id)).toMatch(/no interface lists entries/u);
      expect(whyOf(listing as PackSource, id)).toBeUndefined();
    }
  });

  test("the side of a posting shows where an interface shows that kind of account", () => {
    const id = "exchange.create/to/0/post/0/credit:to-clearing";
    const purpose = { reads: "balance", account: "position" };
    const showing = { ...vocabulary, interfaces: [...vocabulary.interfaces, { ...first, purpose }] };
    expect(whyOf(vocabulary, id)).toMatch(/no interface shows an account of the kind position/u);
    expect(whyOf(showing as PackSource, id)).toBeUndefined();
    expect(whyOf(vocabulary, "preauth.create/to/0/post/0/credit:to-clearing")).toBeUndefined();
  });

  test("a status of an acknowledgement shows where the policy takes one alone", () => {
    const id = "notify.application_decision/response/status:other-status";
    const { manifest } = vocabulary;
    const notification = { ...manifest.policies.notification, acknowledgeStatus: [204] };
    const strict = { ...vocabulary, manifest: { ...manifest, policies: { ...manifest.policies, notification } } };
    expect(whyOf(vocabulary, id)).toMatch(/HTTP 200 and 204/u);
    expect(whyOf(strict, id)).toBeUndefined();
    expect(whyOf(vocabulary, "preauth.create/response/status:other-status")).toBeUndefined();
  });

  test("the end of a day shows where the pack tells a business date", () => {
    const id = "pack/policies/cutover/at:eleven-at-night";
    const told = { type: "string", "x-is": "date" };
    const dated = { ...vocabulary, messages: { ...vocabulary.messages, more: { $defs: { told } } } };
    expect(whyOf(vocabulary, id)).toMatch(/no business date/u);
    expect(whyOf(dated as unknown as PackSource, id)).toBeUndefined();
    expect(whyOf(packOf("cooperation"), id)).toBeUndefined();
  });

  test("a field of a row shows where something reads it", () => {
    const id = "preauth.create/to/0/set/account_no:drop";
    const views = { defined: {}, uses: [], more: "$preauth.account_no" };
    expect(whyOf(vocabulary, id)).toMatch(/read by no rule/u);
    expect(whyOf({ ...vocabulary, views } as unknown as PackSource, id)).toBeUndefined();
    expect(whyOf(vocabulary, "preauth.create/to/0/set/amount:drop")).toBeUndefined();
  });

  test("the status of a code shows where a rule answers with it", () => {
    expect(whyOf(vocabulary, "SERVICE_UNAVAILABLE/status:other-status")).toMatch(/no rule of the pack answers/u);
    expect(whyOf(vocabulary, "QUOTE_EXPIRED/status:other-status")).toBeUndefined();
    expect(whyOf(vocabulary, "FREQUENCY_LIMITED/status:other-status")).toBeUndefined();
  });

  test("postings of the reference pack show in its statements", () => {
    expect(whyOf(packOf("cooperation"), "payment.create/to/0/post/0/kind:other-kind")).toBeUndefined();
  });
});

test("figures tell how many are set apart, and why", () => {
  const [kind, why] = ["unobservable", "nothing reads it"] as const;
  expect(
    apartFigures([
      { kind, why },
      { kind, why },
      { kind: "equivalent", why: "the same" },
    ]),
  ).toBe(["2 unobservable", "     2 nothing reads it", "1 equivalent", "     1 the same"].join("\n"));
});
