import type { Json } from "../../core/unit/unit.ts";
import { isForeign, tellingGifts } from "../data/gifts.ts";
import { unknownFixture } from "../preflight/fixtures.ts";
import { Session } from "../session.ts";
import type { Fixture, Statement } from "../statement/statement.ts";
import type { Fields } from "../wire/draft.ts";
import { callHook } from "../wire/hook.ts";
import { sensitiveValues } from "../wire/inspection.ts";
import type { Lane } from "./lane.ts";
import type { RunScope } from "./scope.ts";
import { offersHook } from "../profile.ts";

/**
 * More gain nothing on a small machine: judging and the SUT then wait for the processor and no longer for each other.
 */
const MOST_LANES = 4;
/**
 * So many requests at once are counted for a lane, so that all together keep to `limits.maxConcurrency`: four wrong
 * forms, or the readings of one state.
 */
const AT_ONCE_A_LANE = 5;

/**
 * Opens lanes beside the first, whose customers are the statement's: at most `wanted` in all. Further customers come from
 * the hook `fixtures`, asked for copies of each scenario. Where there is no such hook, or it gives a number or id that
 * another lane has or the SUT denies, there are fewer lanes: the checks then take longer and judge the same.
 */
export async function openLanes(scope: RunScope, wanted: number): Promise<void> {
  const { statement, lanes } = scope;
  if (!offersHook(statement, "fixtures")) return;
  const telling = tellingGifts(scope.pack);
  const most = Math.min(wanted, MOST_LANES, Math.floor(statement.limits.maxConcurrency / AT_ONCE_A_LANE));
  while (lanes.length < most) {
    const fixtures = await copies(scope, lanes.length, telling);
    if (fixtures === undefined || lanes.some((lane) => overlap(lane.statement.fixtures, fixtures, telling))) break;
    const lane: Lane = { statement: { ...statement, fixtures: { ...statement.fixtures, ...fixtures } } };
    if (!(await knows(scope, lane, Object.keys(fixtures)))) break;
    lanes.push(lane);
    for (const { values } of Object.values(fixtures))
      for (const value of sensitiveValues(values, scope.pack.sensitiveFields)) scope.canaries.add(value);
  }
}

/** Fixtures by scenario, all of them there. */
type Copies = Readonly<Record<string, Extract<Fixture, { readonly values: unknown }>>>;

/** The n-th copy of every scenario that names customers; undefined when the SUT has none. */
async function copies(scope: RunScope, copy: number, telling: ReadonlySet<string>): Promise<Copies | undefined> {
  const { statement, signers, pack } = scope;
  // What belongs to the second party is shared by lanes; only checks that have the SUT to themselves use it.
  const named = Object.entries(statement.fixtures).flatMap(([id, fixture]) =>
    "values" in fixture && !isForeign(pack, id) && numbersOf(fixture, telling).length > 0
      ? [{ id, values: fixture.values }]
      : [],
  );
  if (named.length === 0) return undefined;
  try {
    const made = await Promise.all(
      named.map(async ({ id, values }) => {
        const answer = await callHook({ ...scope, check: "preflight" }, "fixtures", {
          scenario: id,
          party_id: signers[0]?.partyId ?? "",
          copy,
        });
        const given = typeof answer === "object" && answer !== null && !Array.isArray(answer) ? (answer as Fields) : {};
        return Object.keys(values).every((name) => given[name] !== undefined)
          ? ([id, { values: given }] as const)
          : undefined;
      }),
    );
    return made.every((one) => one !== undefined) ? Object.fromEntries(made) : undefined;
  } catch {
    // A SUT without copies says so in any way it likes; whatever else is wrong with it is for the checks to find.
    return undefined;
  }
}

/**
 * Whether the SUT knows a lane's customers, as preflight has asked about the statement's: what the hook made up must
 * not become a fail.
 */
async function knows(scope: RunScope, { statement }: Lane, scenarios: readonly string[]): Promise<boolean> {
  const session = new Session(scope, "preflight", new AbortController().signal, { statement });
  // What keeps it from being asked is met again by the checks, which can say so.
  const unknown = await Promise.all(
    scenarios.map((id) => unknownFixture(id, { ...scope, statement }, session).catch(() => "not asked")),
  );
  return unknown.every((one) => one === undefined);
}

/** Whether two lanes' customers have a number or id in common. */
function overlap(one: Statement["fixtures"], other: Copies, telling: ReadonlySet<string>): boolean {
  return Object.entries(other).some(([id, fixture]) => {
    const taken = new Set<Json>(numbersOf(one[id], telling));
    return numbersOf(fixture, telling).some((number) => taken.has(number));
  });
}

/** What tells a customer from another: the id of a binding, an account number. */
function numbersOf(fixture: Fixture | undefined, telling: ReadonlySet<string>): readonly Json[] {
  return fixture === undefined || "none" in fixture
    ? []
    : Object.entries(fixture.values).flatMap(([name, value]) =>
        typeof value === "string" && telling.has(name) ? [value] : [],
      );
}
