import { formatOf } from "../../../core/codec/codecs.ts";
import { asJson } from "../../../core/text/alike.ts";
import type { Json } from "../../../core/unit/unit.ts";
import type { Schema } from "../../../core/pack/types.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import type { Check } from "../../check.ts";
import { realValue } from "../../data/real-value.ts";
import { leaves, put } from "../../generators/fields.ts";
import { violations } from "../../generators/violations.ts";
import type { Violation } from "../../generators/violations.ts";
import { partyField } from "../../profile.ts";
import type { Session } from "../../session.ts";
import type { Draft, Fields } from "../../wire/draft.ts";

type Part = "body" | "query" | "path";

interface Broken {
  readonly part: Part;
  readonly violation: Violation;
  readonly draft: Draft;
}

/** One violation of one constraint at a time, over path, query and body; the unbroken request is the neighbour and comes last. */
export const singleViolation: Check = {
  id: "contract.single-violation",
  requirement: "CON-03",
  title: { en: "Each single violation of the schema is refused", zh: "对模式的每一处违反均被拒绝" },
  effort: "standard",
  isolated: true,
  each: eachInterface(),
  async run(session, instance) {
    const { whole, broken } = await everyViolation(session, interfaceOf(instance));
    if (broken.length === 0) session.skip("the interface has no constraint", "该接口没有约束", "not-demanded");
    const before = await session.observe(whole);
    for (const { part, violation, draft } of broken) {
      // Naming another party is another requirement's business, and so is its code.
      const codes =
        violation.pointer === partyPointer(whole)
          ? [session.code("schema"), session.code("party")]
          : session.code("schema");
      session.expectRefusal(await session.send(draft, { label: labelOf(part, violation) }), codes, {
        en: `The constraint ${violation.keyword} is not checked.`,
        zh: `未校验约束 ${violation.keyword}。`,
      });
    }
    await session.expectUnchanged(before, { en: "a request that the schema refuses", zh: "不符合模式的请求" });
    session.expectSuccess(await session.send(whole, { label: "the same request unbroken" }));
  },
};

export const namesTheField: Check = {
  id: "contract.names-the-field",
  requirement: "CON-04",
  title: { en: "The refusal names the field and the part", zh: "拒绝应答指明字段及位置" },
  effort: "standard",
  isolated: true,
  each: eachInterface(),
  async run(session, instance) {
    const { refusal } = session.pack.policies;
    if (refusal !== undefined && (refusal.field === undefined || refusal.location === undefined))
      session.skip(
        "the pack's refusals have no place for the field (field and location of policies.refusal)",
        "规范包的拒绝应答没有指明字段之处（policies.refusal 的 field 与 location）",
        "not-demanded",
      );
    const { whole, broken } = await everyViolation(session, interfaceOf(instance));
    for (const { part, violation, draft } of broken) {
      if (violation.pointer === partyPointer(whole)) continue;
      const exchange = await session.send(draft, {
        label: labelOf(part, violation),
      });
      session.expectRefusal(exchange, session.code("schema"));
      const detail = (
        exchange.answer?.json as { readonly detail?: { readonly field?: Json; readonly location?: Json } } | undefined
      )?.detail;
      const field = typeof detail?.field === "string" ? detail.field : "";
      // A name without its slash is a name too; a place within the object that is wrong names it as well.
      const named =
        field === violation.pointer || `/${field}` === violation.pointer || field.startsWith(`${violation.pointer}/`);
      if (!named || detail?.location !== part)
        session.fail({
          summary: {
            en: `the refusal does not say that ${violation.pointer} of the ${part} was wrong`,
            zh: `拒绝应答未指明 ${part} 的 ${violation.pointer} 有误`,
          },
          expected: asJson({ field: violation.pointer, location: part }),
          seen: detail === undefined ? { en: "no detail", zh: "无 detail" } : asJson(detail),
        });
    }
    session.expectSuccess(await session.send(whole, { label: "the same request unbroken" }));
  },
};

/** Where a message names the party that signs it. */
const partyPointer = (draft: Draft): string => `/${partyField(draft.interface) ?? ""}`;

const labelOf = (part: Part, { keyword, pointer }: Violation): string =>
  `${keyword} violated at ${pointer} of the ${part}`;

/** A request with every optional field that needs nothing from elsewhere, and all single violations of it. */
async function everyViolation(
  session: Session,
  id: string,
): Promise<{ readonly whole: Draft; readonly broken: readonly Broken[] }> {
  const source = session.pack.schemas;
  const realm = { pack: session.pack, random: session.random, now: session.sutNow() };
  const plain = await session.request(id);
  let { body, query } = plain as { body?: Fields; query: Fields };
  const add = (fields: Fields, schema: Schema | undefined): Fields =>
    leaves(schema, source)
      .filter(
        (leaf) =>
          !leaf.required &&
          leaf.path.length === 1 &&
          leaf.schema["x-from"] === undefined &&
          fields[leaf.path[0] ?? ""] === undefined,
      )
      .reduce(
        (made, leaf) => put(made, leaf.path, realValue(leaf.path[0] ?? "", leaf.schema, leaf.document, realm)),
        fields,
      );
  if (plain.interface.notification === undefined) {
    if (body !== undefined) body = add(body, plain.interface.request.body);
    query = add(query, plain.interface.request.query);
  }
  const whole: Draft = { ...plain, query, ...(body === undefined ? {} : { body }) };
  const broken = (["path", "query", "body"] as const).flatMap((part) => {
    const schema = whole.interface.request[part];
    if (schema === undefined || whole[part] === undefined) return [];
    const optional = new Set(leaves(schema, source).flatMap((leaf) => (leaf.required ? [] : [leaf.pointer])));
    return violations(schema, source).flatMap((violation) => {
      const fields = violation.apply(whole[part] as Json) as Fields | undefined;
      const textual = part === "body" && formatOf(whole.interface.request.representation)?.textual === true;
      // Without what selects the interface, the request is for none of them.
      if (part !== "path" && Object.hasOwn(whole.interface.http.select ?? {}, violation.pointer.slice(1))) return [];
      if (fields === undefined || ((part !== "body" || textual) && !tellable(part, violation, fields))) return [];
      // What the envelope does not carry is left out, which an optional field may be.
      const value = fields[violation.pointer.slice(1)];
      if (part === "body" && optional.has(violation.pointer) && value === "" && !session.pack.envelope.carries(value))
        return [];
      return [{ part, violation, draft: { ...whole, [part]: fields } }];
    });
  });
  return { whole, broken };
}

/** In an address and in a form everything is text, and a path without one of its parts is another path. */
function tellable(part: Part, violation: Violation, fields: Fields): boolean {
  const value = fields[violation.pointer.slice(1)];
  // What stands between a caller and an address may refuse a line break there by itself.
  if (part !== "body" && typeof value === "string" && value.endsWith("\n")) return false;
  if (
    part === "path" &&
    (violation.keyword === "required" || violation.keyword === "closed" || value === "" || String(value).includes("/"))
  )
    return false;
  return violation.keyword !== "type" || typeof value !== "number";
}
