import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { checkPack } from "../../core/pack/check.ts";
import { loadPack } from "../../core/pack/load.ts";
import type { Meanings, PackSource } from "../../core/pack/types.ts";
import { wordsOf } from "../../core/pack/words.ts";
import { packView } from "../pack-view.ts";
import { dialectOf } from "./dialect.ts";
import { retell } from "./retell.ts";
import { wordsIn } from "../../core/pack/schema-words.ts";

const reference = loadPack(fileURLToPath(new URL("../../specs/cooperation", import.meta.url)));

/** The reference pack's words, and what another bank has in their place. */
const OTHER: Required<Meanings> = {
  fields: {
    out_trade_no: "mer_order_id",
    state: "status",
    party_id: "mer_id",
    settled_at: "key",
    description: "title",
    binding_id: "agreement_no",
  },
  states: { SUCCEEDED: "TRADE_OK", PROCESSING: "WAIT" },
  codes: { INSUFFICIENT_FUNDS: "E_FUNDS", PARAM_ERROR: "E_PARAM" },
};

const turned = (means: Required<Meanings>): Required<Meanings> => {
  const turn = (words: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
    Object.fromEntries(Object.entries(words).map(([one, other]) => [other, one]));
  return { fields: turn(means.fields), states: turn(means.states), codes: turn(means.codes) };
};

/** The reference pack as that bank writes it, with what its words mean. */
function bankPack(): PackSource {
  const told = retell(reference, wordsOf({ means: OTHER }));
  return { ...told, manifest: { ...told.manifest, means: turned(OTHER) } };
}

describe("a pack in other words", () => {
  test("a dialect pack told in the suites' words is the reference pack to the letter", () => {
    const {
      manifest: { means: _, ...manifest },
      ...rest
    } = dialectOf(bankPack()).told;
    expect({ ...rest, manifest }).toEqual(reference);
  });

  test("a dialect changes words on the wire, and keeps ids and texts for people", () => {
    const pack = bankPack();
    const pay = pack.interfaces.find(({ id }) => id === "payment.create");
    const { properties, required } = (
      pack.messages["payment"] as { $defs: Record<string, { properties: object; required: string[] }> }
    ).$defs["create"] ?? { properties: {}, required: [] };
    expect(Object.keys(properties)).toContain("mer_order_id");
    expect(Object.keys(properties)).toContain("title");
    expect(required).toContain("agreement_no");
    expect([...wordsIn(pack.messages, pack)].filter((word) => word in OTHER.fields || word in OTHER.states)).toEqual(
      [],
    );
    expect(pay?.errors).toContain("E_FUNDS");
    expect(pay?.description).toEqual(reference.interfaces.find(({ id }) => id === "payment.create")?.description);
    // A row's party and state are the engine's, whatever a message calls them.
    expect(pack.lifecycles.find(({ resource }) => resource === "payment")?.key).toEqual(["party_id", "mer_order_id"]);
    expect(
      JSON.stringify(pay?.response.answer ?? pack.interfaces.find(({ id }) => id === "payment.query")?.read),
    ).toContain('"status":"$payment.state"');
  });

  test("a dialect pack is sound once the key of an operator's creation is said", () => {
    expect(checkPack(bankPack()).map(({ rule, file }) => `${rule} ${file}`)).toEqual([
      "expression.path lifecycles/order.json",
    ]);
  });
});

describe("the translation between checks and the wire", () => {
  const view = packView(bankPack());
  const { dialect } = view;

  test("a dialect spells a request at any depth, and leaves free text alone", () => {
    const draft = {
      interface: view.interface("notify.payment_result"),
      path: {},
      query: { out_trade_no: "A1" },
      body: { notify_id: "N1", payment: { out_trade_no: "A1", state: "SUCCEEDED", description: "SUCCEEDED" } },
    };
    expect(dialect.spell(draft)).toMatchObject({
      query: { mer_order_id: "A1" },
      body: { notify_id: "N1", payment: { mer_order_id: "A1", status: "TRADE_OK", title: "SUCCEEDED" } },
    });
  });

  test("a dialect reads an answer, and a refusal with its code and field", () => {
    expect(
      dialect.read({ mer_order_id: "A1", status: "WAIT", list: [{ key: "2026-11-25T00:00:00+08:00", title: "WAIT" }] }),
    ).toEqual({
      out_trade_no: "A1",
      state: "PROCESSING",
      list: [{ settled_at: "2026-11-25T00:00:00+08:00", description: "WAIT" }],
    });
    expect(
      dialect.readRefusal({
        code: "E_PARAM",
        message: "E_PARAM",
        detail: { field: "/mer_order_id", issue: "too long" },
      }),
    ).toEqual({ code: "PARAM_ERROR", message: "E_PARAM", detail: { field: "/out_trade_no", issue: "too long" } });
    expect(dialect.readRefusal("not an object")).toBe("not an object");
  });

  test("an answer is held against the schema in its own words", () => {
    const query = view.interface("payment.query");
    expect(view.answerProblems(query, { status: "SUCCEEDED" }).join("\n")).toContain(
      "/status must be equal to one of the allowed values",
    );
  });

  test("people are told in the bank's words", () => {
    expect(dialect.say('state "SUCCEEDED" of out_trade_no, or INSUFFICIENT_FUNDS')).toBe(
      'status "TRADE_OK" of mer_order_id, or E_FUNDS',
    );
    expect([dialect.word("out_trade_no"), dialect.word("PARAM_ERROR"), dialect.word("amount")]).toEqual([
      "mer_order_id",
      "E_PARAM",
      "amount",
    ]);
  });

  test("of several words for a thing, a dialect chooses the one of the interface", () => {
    const pack = bankPack();
    const refund = pack.messages["refund"];
    const renamed = {
      ...pack,
      messages: {
        ...pack.messages,
        refund: JSON.parse(JSON.stringify(refund).replaceAll('"mer_order_id"', '"orig_order_id"')) as typeof refund &
          object,
      },
    };
    const both = packView({
      ...renamed,
      manifest: {
        ...pack.manifest,
        means: { ...pack.manifest.means, fields: { ...pack.manifest.means?.fields, orig_order_id: "out_trade_no" } },
      },
    });
    const spelled = (id: string): readonly string[] =>
      Object.keys(
        both.dialect.spell({ interface: both.interface(id), path: {}, query: {}, body: { out_trade_no: "A1" } }).body ??
          {},
      );
    expect([spelled("payment.create"), spelled("refund.create")]).toEqual([["mer_order_id"], ["orig_order_id"]]);
    expect(both.dialect.read({ mer_order_id: "A1" })).toEqual(both.dialect.read({ orig_order_id: "A1" }));
  });
});

describe("the reference pack", () => {
  test("the reference pack is its own dialect, passed through unchanged", () => {
    const { dialect } = packView(reference);
    const value = { out_trade_no: "A1" };
    expect(dialect.told).toBe(reference);
    expect(dialect.read(value)).toBe(value);
    expect(dialect.say("SUCCEEDED")).toBe("SUCCEEDED");
  });
});
