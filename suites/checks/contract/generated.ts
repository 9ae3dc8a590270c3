import { asJson } from "../../../core/text/alike.ts";
import * as fc from "fast-check";
import { boundsOf, formOf } from "../../../core/form/forms.ts";
import type { Interface } from "../../../core/pack/types.ts";
import type { Json } from "../../../core/unit/unit.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import type { Check } from "../../check.ts";
import type { Effort } from "../../effort.ts";
import { arbitrary } from "../../generators/arbitrary.ts";
import { buildsOnPrior, usesUpPrior } from "../../data/priors.ts";
import { leaves, put } from "../../generators/fields.ts";
import { momentWriting } from "../../generators/moments.ts";
import type { Leaf } from "../../generators/fields.ts";
import { CheckFailed } from "../../outcome.ts";
import type { PackView } from "../../pack-view.ts";
import { isAmount, isRuled } from "../../resources/amount-leaf.ts";
import { askedIn } from "../../resources/draft-fields.ts";
import type { Session } from "../../session.ts";
import { withFields } from "../../wire/draft.ts";
import type { Draft, Fields } from "../../wire/draft.ts";

const RUNS: Readonly<Record<Effort, number>> = { smoke: 5, standard: 25, exhaustive: 300 };
/** Requests spent on making a failing one smaller. */
const SHRINKS = 200;
/** What is generated is moved: amounts stay small, so that the fixture's money outlasts many runs. */
const MOST = 1_000;

/**
 * Requests made from the schema alone: free fields of every allowed length and character, optional fields there and not
 * there. What must name something that exists stays as the situation has it. A failing request is shrunk before it is
 * shown.
 */
export const generated: Check = {
  id: "contract.generated",
  requirement: "CON-01",
  title: { en: "Requests generated from the schema are accepted", zh: "按模式生成的请求被接受" },
  effort: "standard",
  isolated: true,
  each: eachInterface(
    (one, { pack }) =>
      one.notification === undefined &&
      [one.request.body, one.request.query].some((part) => leaves(part, pack.schemas).some(isFree)),
  ),
  async run(session, instance) {
    await hold(
      session,
      interfaceOf(instance),
      async (draft) => void session.expectSuccess(await session.send(draft, { label: "a generated request" })),
    );
  },
};

/** The same for a text that has only to come back. */
export const echoed: Check = {
  id: "contract.echoed",
  requirement: "CON-07",
  title: { en: "Echo returns any text unchanged", zh: "自测接口原样返回任意文本" },
  effort: "standard",
  isolated: true,
  each: eachInterface(({ purpose }) => purpose?.probes !== undefined),
  async run(session, instance) {
    await hold(session, interfaceOf(instance), async (draft) => {
      const answer = session.expectShown(await session.send(draft, { label: "a generated text" }));
      const said = askedIn(session.pack, draft, "remark");
      if (answer.value("remark") !== said)
        session.fail({
          summary: { en: "the channel test gave another text back", zh: "自测接口返回的文本不同" },
          expected: asJson(said),
          seen: asJson(answer.value("remark")),
        });
    });
  },
};

/** Holds a property over generated requests; fails the check with the smallest request that breaks it. */
async function hold(session: Session, id: string, holds: (draft: Draft) => Promise<void>): Promise<void> {
  const { pack } = session;
  const one = pack.interface(id);
  const part = one.request.body === undefined ? "query" : "body";
  const free = leaves(one.request[part], pack.schemas).filter((leaf) => isFree(leaf) && !isRuled(pack, one, leaf));
  const made = fc.record(
    Object.fromEntries(
      free.map((leaf) => [
        leaf.pointer,
        leaf.required ? value(leaf, one, pack) : fc.option(value(leaf, one, pack), { nil: undefined }),
      ]),
    ),
    { noNullPrototype: true },
  );
  let failed: CheckFailed | undefined;
  let left = SHRINKS;
  let other: unknown;
  // What builds on something made before builds on its own each time: a payment bears only so many refunds.
  const builds = usesUpPrior(one, pack) || (one.request.body !== undefined && buildsOnPrior(one, pack));
  const shared = await session.request(id);
  const property = fc.asyncProperty(made, async (values) => {
    // Spent: what is smallest so far is shown.
    if (other !== undefined || (failed !== undefined && left-- <= 0)) return;
    try {
      const template = builds ? await session.request(id) : shared;
      await holds(filled(session, template, part, free, values as Readonly<Record<string, Json | undefined>>));
    } catch (thrown) {
      if (!(thrown instanceof CheckFailed)) {
        // Neither a pass nor a counterexample: it ends the check as it is.
        other = thrown;
        return;
      }
      failed = thrown;
      throw thrown;
    }
  });
  const outcome = await fc.check(property, {
    seed: session.random.below(2 ** 31),
    numRuns: RUNS[session.run.effort],
    endOnFailure: false,
  });
  if (other !== undefined) throw other;
  if (!outcome.failed || failed === undefined) return;
  const smallest = Object.fromEntries(
    Object.entries(outcome.counterexample?.[0] ?? {}).filter(([, each]) => each !== undefined),
  );
  session.fail({
    ...failed.failure,
    minimal: {
      description: {
        en: `the generated fields of ${id}, shrunk ${outcome.numShrinks} times (fast-check seed ${outcome.seed}, path ${outcome.counterexamplePath ?? ""})`,
        zh: `${id} 的生成字段，缩减 ${outcome.numShrinks} 次（fast-check 种子 ${outcome.seed}，路径 ${outcome.counterexamplePath ?? ""}）`,
      },
      value: smallest as Json,
    },
  });
}

/** The template with generated fields and with numbers of its own, so that no two are the same request. */
function filled(
  session: Session,
  template: Draft,
  part: "body" | "query",
  free: readonly Leaf[],
  values: Readonly<Record<string, Json | undefined>>,
): Draft {
  const { purpose, idempotency } = template.interface;
  // Only what makes something has a number of its own to make up; elsewhere the number names what is there.
  const own = purpose === undefined || purpose.creates !== undefined;
  const numbers = Object.fromEntries((own ? (idempotency?.key ?? []) : []).map((name) => [name, session.fresh()]));
  let fields: Fields = { ...(part === "body" ? template.body : template.query) };
  for (const leaf of free) {
    const each = values[leaf.pointer];
    const name = leaf.path[0] ?? "";
    if (each !== undefined) fields = put(fields, leaf.path, each);
    else if (leaf.path.length === 1)
      fields = Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name));
  }
  return withFields(part === "body" ? { ...template, body: fields } : { ...template, query: fields }, numbers);
}

function value(leaf: Leaf, one: Interface, pack: PackView): fc.Arbitrary<Json> {
  if (isAmount(pack, one, leaf)) {
    const { least } = boundsOf({ minimum: 1, ...leaf.schema });
    return fc
      .integer({ min: least, max: MOST })
      .map((minor): Json => formOf(leaf.schema)?.write(minor, pack.schemas.forms) ?? minor);
  }
  return arbitrary(leaf.schema, pack.schemas, leaf.document);
}

/**
 * Fields that may hold anything the schema allows: they name nothing existing, match nothing and identify no person.
 */
function isFree({ schema, path }: Leaf): boolean {
  return (
    schema["x-from"] === undefined &&
    schema["x-sensitive"] === undefined &&
    schema["format"] === undefined &&
    formOf(schema)?.holds !== "time" &&
    momentWriting(schema, path.at(-1)) === undefined
  );
}
