import { formOf } from "../../../core/form/forms.ts";
import { stagesOf } from "../../../core/pack/error-code.ts";
import type { Json } from "../../../core/unit/unit.ts";
import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import { isFreeText, leaves, put } from "../../generators/fields.ts";
import type { Leaf } from "../../generators/fields.ts";
import { amountIn, isAmount, isRuled } from "../../resources/amount-leaf.ts";
import type { Session } from "../../session.ts";
import type { Draft, Fields } from "../../wire/draft.ts";

/** The shortest and the longest that the schema allows are accepted; beyond them is CON-03. */
export const fieldBounds: Check = {
  id: "contract.bounds",
  requirement: "CON-01",
  title: { en: "The least and the greatest value of each field are accepted", zh: "各字段的最小值与最大值均被接受" },
  effort: "standard",
  isolated: true,
  each: eachInterface(
    (one, { pack }) =>
      one.notification === undefined && leaves(one.request.body ?? one.request.query, pack.schemas).some(hasBounds),
  ),
  async run(session, instance) {
    const id = interfaceOf(instance);
    const one = session.pack.interface(id);
    const part = session.pack.interface(id).request.body === undefined ? "query" : "body";
    for (const leaf of leaves(session.pack.interface(id).request[part], session.pack.schemas).filter(hasBounds)) {
      for (const keyword of BOUNDS) {
        const bound = leaf.schema[keyword];
        // The greatest amount is no ordinary one: what the guards say of it is their business.
        if (typeof bound !== "number" || (keyword === "maximum" && isAmount(session.pack, one, leaf))) continue;
        // Nor is the least one where a rule asks for more.
        if (keyword === "minimum" && isRuled(session.pack, one, leaf)) continue;
        const value = keyword.endsWith("Length") ? text(session, leaf, bound) : numberAt(session, leaf, bound);
        const draft = await session.request(id);
        const said: Draft = { ...draft, [part]: put({ ...(draft[part] as Fields) }, leaf.path, value) };
        session.expectSuccess(await session.send(said, { label: `${leaf.pointer} at its ${keyword} of ${bound}` }));
      }
    }
    const amount = amountIn(session.pack, one)?.leaf;
    const greatest = amount?.schema["maximum"];
    if (amount === undefined || typeof greatest !== "number") return;
    const draft = await session.request(id);
    const exchange = await session.send(
      { ...draft, body: put({ ...draft.body }, amount.path, numberAt(session, amount, greatest)) },
      { label: `${amount.pointer} at its maximum of ${greatest}` },
    );
    const guards = session.pack.source.errors
      .filter((error) => stagesOf(error).includes("guards") && draft.interface.errors.includes(error.code))
      .map((error) => error.code);
    if (session.pack.succeeds(draft.interface, exchange.answer?.status)) session.expectSuccess(exchange);
    else session.expectRefusal(exchange, guards);
  },
};

const BOUNDS = ["minLength", "maxLength", "minimum", "maximum"] as const;

function hasBounds(leaf: Leaf): boolean {
  if (BOUNDS.every((keyword) => leaf.schema[keyword] === undefined)) return false;
  if (leaf.schema["x-from"] === "fresh") return true;
  if (leaf.schema["x-from"] !== undefined) return false;
  return isFreeText(leaf) || leaf.schema["type"] === "integer" || formOf(leaf.schema)?.holds === "integer";
}

/** A number as the field writes it. */
function numberAt({ pack }: Session, { schema }: Leaf, value: number): Json {
  return formOf(schema)?.write(value, pack.schemas.forms) ?? value;
}

/** A text of exactly so many characters; a number of the party's own is one that no request has carried. */
function text(session: Session, leaf: Leaf, length: number): string {
  if (leaf.schema["x-from"] !== "fresh") return "\u4e2d".repeat(length);
  const { pattern } = leaf.schema;
  const made = Array.from({ length: Math.ceil(length / 24) }, () => session.nonce())
    .join("")
    .slice(0, length);
  // Numbers of another form are written in theirs.
  return typeof pattern !== "string" || new RegExp(pattern, "u").test(made) ? made : session.fresh().slice(-length);
}
