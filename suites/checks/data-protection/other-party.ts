import { fieldSource } from "../../../core/pack/field-source.ts";
import type { Meaning } from "../../../core/pack/purpose.ts";
import type { Interface } from "../../../core/pack/types.ts";
import { alike } from "../../../core/text/alike.ts";
import type { Json } from "../../../core/unit/unit.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import type { Check } from "../../check.ts";
import { equal, without } from "../../data/comparison.ts";
import { leaves } from "../../generators/fields.ts";
import type { Leaf } from "../../generators/fields.ts";
import type { SchemaObject } from "../../generators/schema-source.ts";
import type { PackView } from "../../pack-view.ts";
import { partyField } from "../../profile.ts";
import type { Session } from "../../session.ts";
import type { Draft } from "../../wire/draft.ts";
import type { Exchange } from "../../wire/exchange.ts";
import { fieldsOf, withFields } from "../../wire/draft.ts";

/**
 * What one party has, another asks for, and gets the answer that a number gets which never was: the same code, the same
 * words. Only what the party itself said may differ.
 */
export const otherParty: Check = {
  id: "data.other-party",
  requirement: "DAT-04",
  title: { en: "Another party's data are answered as if they did not exist", zh: "对他方数据按不存在答复" },
  effort: "smoke",
  roles: ["bank"],
  needs: { parties: 2 },
  each: eachInterface((one, { pack }) => owned(one, pack).length > 0),
  async run(session: Session, instance) {
    const id = interfaceOf(instance);
    const own = await session.request(id);
    const name = partyField(own.interface);
    const party = name === undefined ? {} : { [name]: session.stranger.partyId };
    for (const { name, leaf } of owned(own.interface, session.pack)) {
      const before = await session.observe(own);
      // Each under a number of its own: a pack may keep what a number was refused for.
      const [first, second] = [numbersFor(session, own, name), numbersFor(session, own, name)];
      // Of the form that such numbers have, or it would be refused for its form.
      const guess = session.run.fresh.value(leaf.schema, session.pack.schemas, leaf.document, session.random);
      const known = await session.send(withFields(own, { ...party, ...first }), {
        label: `${session.stranger.partyId} names ${name} of ${session.party.partyId}`,
        signer: session.stranger,
      });
      const unknown = await session.send(withFields(own, { ...party, ...second, [name]: guess }), {
        label: `${session.stranger.partyId} names a ${name} that never was`,
        signer: session.stranger,
      });
      const seen = scrubbed(session, known, [String(fieldsOf(own)[name]), ...Object.values(first)]);
      const expected = scrubbed(session, unknown, [guess, ...Object.values(second)]);
      if (known.answer === undefined || unknown.answer === undefined)
        session.inconclusive("one of the two was not answered", "其中一个请求未得到应答");
      if (known.answer.status !== unknown.answer.status || !equal(seen, expected))
        session.fail({
          summary: {
            en: `${id} tells one party that ${name} of another exists, or what it holds`,
            zh: `${id} 向一方透露了另一方的 ${name} 存在或其内容`,
          },
          expected: alike(`HTTP ${unknown.answer.status} ${JSON.stringify(expected)}`),
          seen: alike(`HTTP ${known.answer.status} ${JSON.stringify(seen)}`),
          likelyCause: {
            en: "The row is looked up by number alone, or the owner is compared after it was found.",
            zh: "仅按编号查找，或找到后才比对归属。",
          },
        });
      // A number that is the party's own to give, such as one to close, means its own; others must be refused.
      if (known.answer.status >= 400)
        session.expectRefusal(
          known,
          session.pack.source.errors
            .filter((error) => error.stage === "guards" && own.interface.errors.includes(error.code))
            .map((error) => error.code),
        );
      await session.expectUnchanged(before, {
        en: `a request of ${session.stranger.partyId} about ${name} of ${session.party.partyId}`,
        zh: `${session.stranger.partyId} 就 ${session.party.partyId} 的 ${name} 发出的请求`,
      });
    }
    session.expectSuccess(await session.send(own, { label: "the party itself asks" }));
  },
};

/** Fields that name what was made before, by anybody: in a path or query, or in a body by reference. */
function owned(one: Interface, pack: PackView): readonly { readonly name: string; readonly leaf: Leaf }[] {
  if (one.notification !== undefined) return [];
  return [one.request.path, one.request.query, one.request.body].flatMap((part) =>
    leaves(part, pack.schemas)
      // An amount that is said again names nothing.
      .filter(({ path, schema }) => path.length === 1 && schema["type"] !== "integer" && namesWhatWasMade(schema))
      .map((leaf) => ({ name: leaf.path[0] ?? "", leaf })),
  );
}

/** Whether a field takes what a call made before, or the handle of what a scenario has there; personal data are no handle. */
function namesWhatWasMade(schema: SchemaObject): boolean {
  const from = fieldSource(String(schema["x-from"] ?? ""));
  if (from?.kind === "prior") return true;
  return (
    from?.kind === "scenario" &&
    schema["x-sensitive"] === undefined &&
    HANDLES.some((meaning) => meaning === schema["x-is"])
  );
}

const HANDLES: readonly Meaning[] = ["id", "of", "account"];

/** Numbers that no request has had, for the fields of the idempotency key other than one. */
function numbersFor(session: Session, { interface: one }: Draft, but: string): Readonly<Record<string, string>> {
  const fields = (one.idempotency?.key ?? []).filter((key) => key !== but);
  return Object.fromEntries(fields.map((key) => [key, session.fresh()]));
}

/**
 * An answer without what may differ: the numbers that were asked for, moments, the help that is given in test mode, and of
 * a refusal what the pack does not have in it, such as an id of the request.
 */
export function scrubbed(
  session: Session,
  { draft, answer }: Pick<Exchange, "draft" | "answer">,
  asked: readonly string[],
): Json | undefined {
  const moments = MOMENTS.flatMap((meaning) => session.pack.meanings(draft.interface).shown(meaning));
  const seen = starred(without(answer?.json, moments), asked);
  if (answer?.code === undefined || typeof seen !== "object" || seen === null || Array.isArray(seen)) return seen;
  return Object.fromEntries(
    Object.entries(seen).map(([name, value]) => [name, OF_REFUSALS.includes(name) ? (value as Json) : "*"]),
  );
}

/** What every refusal says, as suites read it. */
const OF_REFUSALS = ["code", "message", "detail"];

const MOMENTS: readonly Meaning[] = ["created", "settled", "ended", "expires", "occurred", "as-of"];

function starred(json: Json | undefined, asked: readonly string[]): Json | undefined {
  if (typeof json === "string") return asked.reduce((text, one) => text.replaceAll(one, "*"), json);
  if (typeof json !== "object" || json === null) return json;
  if (Array.isArray(json)) return json.map((one: Json) => starred(one, asked) ?? null);
  return Object.fromEntries(
    Object.entries(json).flatMap(([name, value]) =>
      name === "hint" ? [] : [[name, starred(value as Json, asked) ?? null]],
    ),
  );
}
