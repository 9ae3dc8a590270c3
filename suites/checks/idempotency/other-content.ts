import { constantsOf } from "../../../core/pack/constants.ts";
import { formOf } from "../../../core/form/forms.ts";
import type { Interface } from "../../../core/pack/types.ts";
import type { Json } from "../../../core/unit/unit.ts";
import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import { otherText } from "../../generators/other-text.ts";
import { alternatives, documentOf, flatten } from "../../generators/schema-source.ts";
import type { SchemaObject } from "../../generators/schema-source.ts";
import type { PackView } from "../../pack-view.ts";
import { fieldNames, partyField } from "../../profile.ts";
import { moneyAt } from "../../resources/shown.ts";
import { fieldsOf, withFields } from "../../wire/draft.ts";
import type { Fields } from "../../wire/draft.ts";

export const otherContent: Check = {
  id: "idempotency.other-content",
  requirement: "IDM-02",
  title: { en: "The same number with other content is refused", zh: "同号异内容被拒绝" },
  effort: "smoke",
  isolated: true,
  each: eachInterface((one) => one.idempotency !== undefined && one.idempotency.fingerprint === "all"),
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    const rule = draft.interface.idempotency;
    session.expectSuccess(await session.send(draft, { label: "first" }));
    const before = await session.observe(draft);
    // Beside a body the query says how the message is to be read, and constants which interface it is for.
    const said = draft.body ?? fieldsOf(draft);
    const constants = constantsOf(session.pack.source, draft.interface);
    for (const name of new Set([...Object.keys(said), ...fieldNames(session.pack, draft.interface, "body")])) {
      if (rule === undefined || rule.key.includes(name) || name === partyField(draft.interface)) continue;
      if (Object.hasOwn(constants, name)) continue;
      const value = said[name];
      const property = propertyOf(session.pack, draft.interface, name);
      const other =
        value === undefined
          ? added(property)
          : (otherAmount(session.pack, draft.interface, name, value) ?? altered(value, property, session.pack));
      if (other === undefined) continue;
      const exchange = await session.send(withFields(draft, { [name]: other }), {
        label: `the same number with another ${name}`,
      });
      session.expectRefusal(exchange, rule.mismatch, {
        en: "A repetition is recognised by its number alone; its content is not compared.",
        zh: "仅凭编号识别重复请求，未比对内容。",
      });
    }
    await session.expectUnchanged(before, { en: "the same number with other content", zh: "单号相同而内容不同的请求" });
  },
};

function propertyOf(pack: PackView, one: Interface, name: string): SchemaObject {
  const document = (one.request.body ?? {}) as SchemaObject;
  const flat = alternatives(flatten({ schema: document, document }, pack.schemas), pack.schemas)[0];
  const property = (flat?.schema["properties"] as Readonly<Record<string, SchemaObject>> | undefined)?.[name];
  return flat === undefined || property === undefined
    ? {}
    : flatten({ schema: property, document: documentOf(property, flat.document) }, pack.schemas).schema;
}

/** A value for a field that was left out: content that is there is other content than none. Only for texts that mean nothing to the receiver. */
function added(schema: SchemaObject): Json | undefined {
  const free =
    schema["type"] === "string" &&
    ["pattern", "format", "enum", "const", "x-as", "x-from", "x-sensitive"].every((key) => schema[key] === undefined);
  return free ? "added" : undefined;
}

/** A fen more, however the pack writes an amount; undefined for a field that is none. */
function otherAmount(pack: PackView, one: Interface, name: string, value: Json): Json | undefined {
  if (
    pack
      .meanings(one)
      .asked("amount")
      .every(({ path }) => path[0] !== name || path.length > 1)
  )
    return undefined;
  const shape = moneyAt(pack, one.request.body, [name]);
  const money = shape?.read(value);
  return money === undefined ? undefined : shape?.write({ ...money, value: money.value + 1 });
}

/** Another value that the schema takes as well: a digit changed where there is one, another text, a fen more. */
function altered(value: Json, schema: SchemaObject, { schemas }: PackView): Json | undefined {
  if (schema["const"] !== undefined) return undefined;
  if (Array.isArray(schema["enum"])) return (schema["enum"] as Json[]).find((one) => one !== value);
  if (typeof value === "string" && formOf(schema) !== undefined) return otherText(value, schema, schemas);
  if (typeof value === "string") {
    const at = value.search(/[0-8]\D*$/);
    if (at < 0 && schema["pattern"] === undefined && schema["format"] === undefined)
      return value.length > Number(schema["minLength"] ?? 0) ? value.slice(0, -1) : `${value}1`;
    return at < 0 ? undefined : value.slice(0, at) + String(Number(value[at]) + 1) + value.slice(at + 1);
  }
  if (typeof value === "number" && Number.isInteger(value)) {
    const most = typeof schema["maximum"] === "number" ? schema["maximum"] : Number.MAX_SAFE_INTEGER;
    const least = typeof schema["minimum"] === "number" ? schema["minimum"] : 0;
    return value < most ? value + 1 : value > least ? value - 1 : undefined;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  // Of money, whatever its members are called, the one that is a whole number.
  const member = Object.entries(value as Fields).find(
    ([, inner]) => typeof inner === "number" && Number.isInteger(inner),
  );
  return member === undefined ? undefined : { ...(value as Fields), [member[0]]: (member[1] as number) + 1 };
}
