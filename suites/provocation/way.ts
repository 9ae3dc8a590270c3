import { compileExpression } from "../../core/expression/expression.ts";
import type { ExpressionHost } from "../../core/expression/scope.ts";
import { feeOf } from "../../core/money/fee.ts";
import type { Outcome } from "../../core/pack/purpose.ts";
import type { Expression, Interface, Step, Way } from "../../core/pack/types.ts";
import type { Json } from "../../core/unit/unit.ts";
import { momentText, written } from "../data/request-builder.ts";
import { flatten } from "../generators/schema-source.ts";
import type { LocatedSchema } from "../generators/schema-source.ts";
import { withValueAt } from "../resources/meant.ts";
import { askedIn } from "../resources/draft-fields.ts";
import { schemasAt } from "../resources/schemas-at.ts";
import { moneyAt, shownIn } from "../resources/shown.ts";
import type { Making, Session } from "../session.ts";
import { fieldsOf } from "../wire/draft.ts";
import type { Draft, Fields } from "../wire/draft.ts";
import type { Exchange } from "../wire/exchange.ts";

/** What a step left behind, by the names that later steps know it by. */
type Records = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Whether the statement claims every interface of a way and binds every scenario. */
export function canGo(session: Session, way: Way): boolean {
  const steps = [{ call: way.in, scenario: way.scenario }, ...(way.after ?? [])];
  const decides = (way.after ?? []).some(({ decided }) => decided !== undefined);
  if (decides && !session.offers("decide")) return false;
  return steps.every(
    ({ call, scenario }) =>
      session.claims(call) && (scenario === undefined || "values" in (session.statement.fixtures[scenario] ?? {})),
  );
}

/** The call that a way says is refused, made after the steps that lead to it; it is not sent yet. */
export async function refusedCall(session: Session, way: Way): Promise<Draft> {
  let records: Records = {};
  for (const step of way.after ?? []) records = { ...records, ...(await taken(session, step, records)) };
  return drafted(session, way.in, way, records);
}

/** Goes a way to its end: what the last call was answered. */
export async function provoked(session: Session, way: Way, label = way.in): Promise<Exchange> {
  return session.send(await refusedCall(session, way), { label });
}

/** What a way sets in its last call, without the steps before it: to be laid over another request of the interface. */
export async function settings(session: Session, way: Way): Promise<(draft: Draft) => Draft> {
  const values = await valuesOf(session, way.in, way, {});
  return (draft) => laid(draft, values);
}

/** One step, as often as it says. What is done once must succeed; of a repetition only that it was answered. */
async function taken(session: Session, step: Step, records: Records): Promise<Records> {
  let last: Records = {};
  for (let turn = 1; turn <= (step.times ?? 1); turn += 1) {
    const draft = await drafted(session, step.call, step, records);
    const label = `arrange: ${step.call}${step.times === undefined ? "" : ` ${turn} of ${step.times}`}`;
    const exchange = await session.send(draft, { label });
    if (
      exchange.answer === undefined ||
      (step.times === undefined && !session.pack.succeeds(draft.interface, exchange.answer.status))
    )
      session.inconclusive(
        `${step.call}, on which this check builds, was answered ${String(exchange.answer?.status ?? "nothing")} ${exchange.answer?.code ?? ""}`.trim(),
        `本检查所依赖的 ${step.call} 返回 ${String(exchange.answer?.status ?? "无应答")} ${exchange.answer?.code ?? ""}`.trim(),
      );
    if (step.decided !== undefined) await session.decide(step.decided, { ...fieldsOf(draft), ...bodyOf(exchange) });
    if (step.until !== undefined) await comesTo(session, draft, step.until);
    const record = recordOf(session, draft, exchange);
    last = { before: record, ...(step.as === undefined ? {} : { [step.as]: record }) };
  }
  return last;
}

/** Waits until what a step has made is no longer open; inconclusive where it then is otherwise than the way says. */
async function comesTo(session: Session, draft: Draft, until: Outcome): Promise<void> {
  const resource = session.pack.resources.about(draft.interface)?.resource;
  const query = resource?.reads;
  const number = askedIn(session.pack, draft, "number");
  if (query === undefined || number === undefined) return;
  const end = shownIn(session.pack, query, await session.settleDraft(await session.make(query, { number })));
  if (end.outcome !== until)
    session.inconclusive(
      `what ${draft.interface.id} made, on which this check builds, is ${String(end.state)}`,
      `本检查所依赖的 ${draft.interface.id} 的结果为 ${String(end.state)}`,
    );
}

/** A request as a step says: with the scenario's data, and the values that it sets. */
async function drafted(
  session: Session,
  call: string,
  step: Pick<Step, "scenario" | "set">,
  records: Records,
): Promise<Draft> {
  const values = await valuesOf(session, call, step, records);
  // What is set at the top is known to the builder, which then makes nothing for it first.
  const top = Object.fromEntries(
    values.filter(({ path }) => path.length === 1).map(({ path, value }) => [path[0] ?? "", value]),
  );
  const making: Making = step.scenario === undefined ? {} : { scenario: step.scenario };
  const draft = await session.request(call, top, making);
  return laid(
    draft,
    values.filter(({ path }) => path.length > 1),
  );
}

interface Placed {
  readonly path: readonly string[];
  readonly value: Json;
}

async function valuesOf(
  session: Session,
  call: string,
  { scenario, set }: Pick<Step, "scenario" | "set">,
  records: Records,
): Promise<readonly Placed[]> {
  const one = session.pack.interface(call);
  const roots = {
    ...records,
    ...(scenario === undefined ? {} : { scenario: session.fixture(scenario) }),
    party: { party_id: session.party.partyId },
    now: session.sutNow(),
    today: session.pack.calendar.businessDate(session.sutNow()),
  };
  return Object.entries(set ?? {}).map(([pointer, expression]) => {
    const path = pointer
      .split("/")
      .slice(1)
      .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
    const value = evaluated(session, expression, { ...roots, fresh: session.fresh() });
    const money = written(value, moneyHere(session, one, path), session.pack.currency);
    return { path, value: formedAt(session, one, path, money) };
  });
}

/** A moment or a date in the form of its field (`x-as`). */
function formedAt({ pack }: Session, one: Interface, path: readonly string[], value: Json): Json {
  const [found] = [one.request.path, one.request.query, one.request.body].flatMap((schema) =>
    schema === undefined ? [] : schemasAt(schema, schema, path, pack.schemas),
  );
  return found === undefined
    ? value
    : momentText(value, flatten(found as LocatedSchema, pack.schemas).schema, pack.schemas.forms);
}

function evaluated(session: Session, expression: Expression, roots: Readonly<Record<string, unknown>>): Json {
  const value = compileExpression(expression)({ roots, host: hostOf(session) });
  if (value === undefined)
    session.inconclusive(
      `${JSON.stringify(expression)} of a way in errors.json gives nothing here`,
      `errors.json 中的 ${JSON.stringify(expression)} 在此没有值`,
    );
  return value as Json;
}

const laid = (draft: Draft, values: readonly Placed[]): Draft =>
  values.reduce<Draft>((made, { path, value }) => {
    const [name = ""] = path;
    const part = name in made.path ? "path" : name in made.query || made.body === undefined ? "query" : "body";
    return { ...made, [part]: withValueAt(made[part], path, value) };
  }, draft);

/** What was sent and answered in one object, with money in minor units whatever its shape on the wire. */
function recordOf(session: Session, draft: Draft, exchange: Exchange): Readonly<Record<string, unknown>> {
  const { interface: one } = draft;
  const { answer } = exchange;
  const body = bodyOf(exchange);
  return {
    ...withMoney(fieldsOf(draft), (path) => moneyHere(session, one, path)),
    ...(answer?.status === one.response.status
      ? withMoney(body, (path) => moneyAt(session.pack, one.response.body, path))
      : {}),
  };
}

const bodyOf = ({ answer }: Exchange): Fields =>
  typeof answer?.json === "object" && answer.json !== null && !Array.isArray(answer.json)
    ? (answer.json as Fields)
    : {};

/** Fields with money in minor units, at whatever depth it stands. */
function withMoney(
  fields: Fields,
  shapeAt: (path: readonly string[]) => ReturnType<typeof moneyAt>,
  above: readonly string[] = [],
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      const path = [...above, name];
      const money = shapeAt(path)?.read(value);
      if (money !== undefined || typeof value !== "object" || value === null || Array.isArray(value))
        return [name, money ?? value];
      return [name, withMoney(value as Fields, shapeAt, path)];
    }),
  );
}

function moneyHere(session: Session, one: Interface, path: readonly string[]): ReturnType<typeof moneyAt> {
  for (const part of ["path", "query", "body"] as const) {
    const found = moneyAt(session.pack, one.request[part], path);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What expressions of a pack ask for, outside of any unit. */
export function hostOf(session: Session): ExpressionHost {
  const { source, calendar } = session.pack;
  return {
    currencies: source.manifest.currencies,
    fee: (rule, amount) => feeOf(source.manifest.fees, rule, amount),
    calendar,
    draw: (kind, argument) =>
      kind === "id"
        ? `${String(argument)}${session.fresh()}`
        : Array.from({ length: Number(argument) }, () => String(session.random.below(10))).join(""),
    table: () => {
      throw new TypeError("a way to a code cannot ask for a file's hash");
    },
  };
}
