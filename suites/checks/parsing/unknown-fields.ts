import { formatOf } from "../../../core/codec/codecs.ts";
import type { Interface } from "../../../core/pack/types.ts";
import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import { leaves, put, valueAt } from "../../generators/fields.ts";
import type { Leaf } from "../../generators/fields.ts";
import type { SchemaObject } from "../../generators/schema-source.ts";
import type { PackView } from "../../pack-view.ts";
import { fieldNames } from "../../profile.ts";
import { withFields } from "../../wire/draft.ts";
import type { Draft, Fields } from "../../wire/draft.ts";

export const unknownFields: Check = {
  id: "parsing.unknown-fields",
  requirement: "PAR-15",
  title: { en: "Unknown fields are refused, and null is not absence", zh: "未知字段被拒绝，null 不等于缺省" },
  effort: "standard",
  isolated: true,
  each: eachInterface(),
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    const before = await session.observe(draft);
    const refused = async (label: string, changed: typeof draft): Promise<void> =>
      session.expectRefusal(await session.send(changed, { label }), session.code("schema"));
    // What the pack lets be empty is not refused for being so.
    const empty = leaves(draft.interface.request.query, session.pack.schemas)
      .filter(({ schema }) => takesEmpty(schema))
      .map(({ path }) => path.join("."));
    const codec = session.pack.codecOf(draft.interface.request.representation);
    // In a form everything is a text, and there is no null.
    const textual = formatOf(draft.interface.request.representation)?.textual === true;
    if (draft.interface.notification !== undefined) {
      if (textual) session.skip("a form has no null", "表单没有 null", "not-demanded");
      // A bank may tell more than the pack has; what the pack has is told as it says.
      for (const path of places(draft, leaves(draft.interface.request.body, session.pack.schemas)))
        await refused(`/${path.join("/")} is null`, { ...draft, body: put(draft.body ?? {}, path, null) });
      await session.expectUnchanged(before, { en: "a field that is null", zh: "值为 null 的字段" });
      session.expectSuccess(await session.send(draft, { label: "the same without null" }));
      return;
    }
    const part = draft.body === undefined ? "query" : "body";
    for (const name of ["liantiao_extra_field", "LIANTIAO", "x", ...ordinaryNames(session.pack, draft)])
      await refused(`an unknown field "${name}" in the ${part}`, withFields(draft, { [name]: "x" }));
    if (draft.body !== undefined) {
      if (!textual) await refused("an unknown field that is null", withFields(draft, { liantiao_extra_field: null }));
      // A name that is right but for its case or a space is an unknown one.
      const first = Object.keys(draft.body)[0];
      if (first !== undefined)
        for (const name of [first.toUpperCase(), `${first} `].filter((one) => codec?.names?.(one) !== false))
          await refused(`"${name}" besides "${first}"`, withFields(draft, { [name]: draft.body[first] ?? "x" }));
      for (const [name, value] of Object.entries(draft.body))
        if (typeof value === "object" && value !== null && !Array.isArray(value))
          await refused(
            `an unknown field within ${name}`,
            withFields(draft, { [name]: { ...(value as Fields), liantiao_extra_field: 1 } }),
          );
      for (const name of textual ? [] : fieldNames(session.pack, draft.interface, "body"))
        await refused(`"${name}" is null`, withFields(draft, { [name]: null }));
    } else if (Object.keys(draft.query).length > 0) {
      for (const name of fieldNames(session.pack, draft.interface, "query", "required").filter(
        (one) => !empty.includes(one),
      ))
        await refused(`"${name}" is empty`, withFields(draft, { [name]: "" }));
    }
    // A query upon a POST is no part of any interface that has none.
    if (draft.body !== undefined && draft.interface.request.query === undefined)
      session.expectRefusal(
        await session.send(draft, {
          label: "an unknown field in the query",
          tamper: { target: (target) => `${target}?liantiao_extra_field=x` },
        }),
        session.code("schema"),
      );
    await session.expectUnchanged(before, { en: "an unknown field", zh: "未知字段" });
    session.expectSuccess(await session.send(draft, { label: "the fields that the interface knows" }));
  },
};

/** Names that requests have elsewhere, and this one has not. */
const ORDINARY = ["remark", "extra", "channel"];

/** How many names of other interfaces of the pack are tried. */
const MOST_OF_OTHERS = 4;

/** Names as a caller sends them by mistake: those of a request of the same pack, and such as many interfaces have. */
function ordinaryNames(pack: PackView, { interface: one }: Draft): readonly string[] {
  const named = (each: Interface): readonly string[] =>
    (["path", "query", "body"] as const).flatMap((part) => fieldNames(pack, each, part));
  const own = new Set(named(one));
  const others = pack
    .provided(one.provider)
    .filter((each) => each.id !== one.id && each.notification === undefined)
    .flatMap(named);
  const foreign = [...new Set(others)].filter((name) => !own.has(name));
  return [...ORDINARY.filter((name) => !own.has(name)), ...foreign.slice(0, MOST_OF_OTHERS)];
}

/** Where a leaf stands; where the object around it is left out, that object's place. */
function places({ body }: Draft, found: readonly Leaf[]): readonly (readonly string[])[] {
  const all = found
    .filter(({ schema }) => schema["type"] !== undefined && schema["type"] !== "null")
    .map(({ path }) => {
      const around = path.slice(0, -1);
      return around.length === 0 || valueAt(body, around) !== undefined ? path : around;
    });
  return [...new Map(all.map((path) => [path.join("/"), path])).values()];
}

/** Whether a schema holds of the empty text, as far as the keywords for texts say. */
function takesEmpty({ type, minLength = 0, pattern, enum: values, format, ...others }: SchemaObject): boolean {
  if (type !== "string" || Number(minLength) > 0 || format !== undefined || others["const"] !== undefined) return false;
  if (Array.isArray(values) && !values.includes("")) return false;
  return typeof pattern !== "string" || new RegExp(pattern, "u").test("");
}
