import { readsOnly } from "../reads.ts";
import type { Interface } from "../../core/pack/types.ts";
import type { PackView } from "../pack-view.ts";
import { fieldNames, claimedOf, partyField } from "../profile.ts";
import type { RunScope } from "../run/scope.ts";
import type { Session } from "../session.ts";
import type { Draft, Fields } from "../wire/draft.ts";
import { fine, wrong } from "./probe.ts";
import type { Probe } from "./probe.ts";
import { isForeign } from "../data/gifts.ts";
import { UNREGISTERED_TARGET } from "../data/unregistered-target.ts";
import { picked } from "../wire/draft.ts";

/** Every scenario of the role is bound or declared as none; what is bound is there; what is open is said once, here. */
export const fixtures: Probe = {
  name: "fixtures",
  title: {
    en: "the system knows the test data of every scenario that is bound",
    zh: "被测系统中存在各场景所绑定的测试数据",
  },
  async look(scope, session) {
    const { pack, statement } = scope;
    const scenarios = pack.source.scenarios.filter((one) => one.role === statement.role);
    const open = scenarios.filter((one) => statement.fixtures[one.id] === undefined).map((one) => one.id);
    for (const { id } of scenarios) {
      const absent = (await unknownFixture(id, scope, session)) ?? (await untaken(id, scope, session));
      if (absent !== undefined)
        return wrong(
          "configuration",
          [
            `the system under test does not know the fixture of ${id}: ${absent}`,
            `被测系统中不存在场景 ${id} 的测试数据：${absent}`,
          ],
          [
            `Make it there, or correct /fixtures/${id} in the statement; where the system has none, say {"none": "why"}.`,
            `请在被测系统中准备该数据，或更正声明中的 /fixtures/${id}；若确无此场景，请写 {"none": "原因"}。`,
          ],
        );
    }
    const said =
      open.length === 0
        ? ""
        : `; not bound and not declared as none: ${open.join(", ")} (checks that need them are skipped, and leave their requirements unproved)`;
    return fine(
      `${scenarios.length - open.length} of ${scenarios.length} scenarios bound or declared${said}`,
      `${scenarios.length} 个场景中 ${scenarios.length - open.length} 个已绑定或声明${open.length === 0 ? "" : `；未绑定：${open.join("、")}`}`,
    );
  },
};

/** What the SUT says when asked for a fixture and knows nothing of it: every interface that reads it answers 404. */
export async function unknownFixture(
  id: string,
  { pack, statement, signers }: Asking,
  session: Session,
): Promise<string | undefined> {
  const bound = boundTo(id, { pack, statement, signers });
  if (bound === undefined) return undefined;
  return absentFor(
    id,
    readersOf(bound, pack, statement),
    (one) => session.request(one.id, picked(bound, namedBy(pack, one))),
    pack,
    session,
  );
}

/** The same of what no interface reads, such as an account: every interface that takes it, kept from doing anything by a target that is not registered, answers 404. */
async function untaken(
  id: string,
  { pack, statement, signers }: Asking,
  session: Session,
): Promise<string | undefined> {
  const bound = boundTo(id, { pack, statement, signers });
  if (bound === undefined || readersOf(bound, pack, statement).length > 0) return undefined;
  const takers = claimedOf(pack, statement).filter(
    (one) =>
      one.request.path === undefined &&
      pack.meanings(one).asked("target").length > 0 &&
      fieldNames(pack, one, "body", "required").some((name) => bound[name] !== undefined),
  );
  return absentFor(
    id,
    takers,
    (one) =>
      session.request(one.id, picked(bound, fieldNames(pack, one, "body")), { given: { target: UNREGISTERED_TARGET } }),
    pack,
    session,
  );
}

function readersOf(bound: Fields, pack: PackView, statement: Asking["statement"]): readonly Interface[] {
  return claimedOf(pack, statement).filter((one) => {
    if (!readsOnly(one)) return false;
    const path = namedBy(pack, one);
    return (
      path.length > 0 &&
      path.every((name) => bound[name] !== undefined) &&
      fieldNames(pack, one, "query", "required").every((name) => name === partyField(one))
    );
  });
}

/** The fields by which a request names what it reads. */
const namedBy = (pack: PackView, one: Interface): readonly string[] => [
  ...fieldNames(pack, one, "path"),
  ...fieldNames(pack, one, "body", "required").filter((name) => name !== partyField(one)),
];

type Asking = Pick<RunScope, "pack" | "statement" | "signers">;

/** Whose data they are is known of the first party's only. */
function boundTo(id: string, { pack, statement, signers }: Asking): Fields | undefined {
  const bound = statement.fixtures[id];
  return bound === undefined || "none" in bound || signers[0] === undefined || isForeign(pack, id)
    ? undefined
    : bound.values;
}

async function absentFor(
  id: string,
  interfaces: readonly Interface[],
  made: (one: Interface) => Promise<Draft>,
  pack: PackView,
  session: Session,
): Promise<string | undefined> {
  const answers: string[] = [];
  for (const one of interfaces) {
    const { answer } = await session.send(await made(one), { label: `preflight: ${one.id} of ${id}` });
    if (answer?.status !== 404 || answer.code === pack.policies.stages["route.unknown"]) return undefined;
    answers.push(`${one.id} answers ${answer.status} ${answer.code ?? ""}`.trim());
  }
  return answers.length === 0 ? undefined : answers.join(", ");
}
