import type { Interface, Scenario } from "../../core/pack/types.ts";
import { isForeign } from "../data/gifts.ts";
import { fieldNames, offersHook, partyField } from "../profile.ts";
import type { Resource } from "../resources/resource.ts";
import { shownIn } from "../resources/shown.ts";
import type { RunScope } from "../run/scope.ts";
import { Session } from "../session.ts";
import { picked } from "../wire/draft.ts";
import type { Fields } from "../wire/draft.ts";
import { callHook } from "../wire/hook.ts";
import { fine, wrong } from "./probe.ts";
import type { Finding, Probe } from "./probe.ts";

/** Something that an earlier use of the fixtures left, with which conforming systems fail checks. */
interface Leftover {
  readonly scenario: string;
  readonly en: string;
  readonly zh: string;
}

/** Less than this, in minor units, does not last for the payments of a run. */
const LEAST_FUNDS = 10_000;

/**
 * What fixtures lose by being used: agreements that a customer may have one of, states that a call has ended, and money.
 * Where the system offers `reset`, it is used; else the run ends here, and says what to make good.
 */
export const leftovers: Probe = {
  name: "leftovers",
  title: {
    en: "no earlier use has used up the test data",
    zh: "测试数据未被先前的使用耗尽",
  },
  async look(scope, session) {
    const found = await leftoverOf(scope, session);
    if (found === undefined) return fine("the fixtures are as they were bound", "测试数据与绑定时一致");
    if (!offersHook(scope.statement, "reset")) return usedUp(found, "");
    await callHook({ ...scope, check: "preflight" }, "reset", {});
    const left = await leftoverOf(scope, session);
    return left === undefined
      ? fine(
          `an earlier use had left something (${found.en}); the hook reset brought the fixtures back`,
          `先前的使用有遗留（${found.zh}）；已通过钩子 reset 复原测试数据`,
        )
      : usedUp(left, " after the hook reset, too");
  },
};

function usedUp({ scenario, en, zh }: Leftover, more: string): Finding {
  return wrong(
    "configuration",
    [
      `the fixture of ${scenario} has been used up by an earlier use${more}: ${en}`,
      `场景 ${scenario} 的测试数据已被先前的使用耗尽：${zh}`,
    ],
    [
      `Bring it back at the system under test, bind other data in /fixtures/${scenario} of the statement, or offer the hook "reset" (docs/hooks.md).`,
      `请在被测系统中将其复原，或在声明的 /fixtures/${scenario} 中绑定其他数据，或提供钩子 "reset"（docs/hooks.zh-CN.md）。`,
    ],
  );
}

async function leftoverOf(scope: RunScope, session: Session): Promise<Leftover | undefined> {
  for (const scenario of scope.pack.source.scenarios.filter((one) => one.role === scope.statement.role)) {
    const found = (await endedState(scenario, scope, session)) ?? (await noFunds(scenario, scope, session));
    if (found !== undefined) return found;
  }
  for (const resource of scope.pack.resources.of(scope.statement.role)) {
    const found = await takenAgreement(resource, scope);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A fixture that a scenario wants to be open or in force, and that the system shows at another end. */
async function endedState({ id, seed }: Scenario, scope: RunScope, session: Session): Promise<Leftover | undefined> {
  const { pack, statement } = scope;
  const bound = boundTo(id, { pack, statement });
  if (bound === undefined) return undefined;
  for (const { resource: name, state } of seed) {
    const resource = pack.resources.find(name);
    const wanted = resource?.outcome(state);
    if (resource?.reads === undefined || (wanted !== "open" && !(wanted === "succeeded" && !resource.isFinal(state))))
      continue;
    const body = await shown(resource.reads, bound, session);
    const seen = body === undefined ? undefined : shownIn(pack, resource.reads, body).state;
    if (seen === undefined || seen === state || !resource.isFinal(seen)) continue;
    if (await isSoFromTheBeginning({ scenario: id, reads: resource.reads, bound, seen }, scope, session)) continue;
    return {
      scenario: id,
      en: `its ${name} is ${seen}, where the scenario wants ${state}`,
      zh: `其 ${name} 状态为 ${seen}，而场景要求 ${state}`,
    };
  }
  return undefined;
}

/** Whether what was just made for the scenario shows the same state: then no use has ended it, and the checks tell. */
async function isSoFromTheBeginning(
  {
    scenario,
    reads,
    bound,
    seen,
  }: { readonly scenario: string; readonly reads: Interface; readonly bound: Fields; readonly seen: string },
  scope: RunScope,
  session: Session,
): Promise<boolean> {
  if (!offersHook(scope.statement, "fixtures")) return false;
  let made: unknown;
  try {
    made = await callHook({ ...scope, check: "preflight" }, "fixtures", {
      scenario,
      party_id: scope.signers[0]?.partyId ?? "",
    });
  } catch {
    // A hook that makes nothing is found by its own probe.
    return false;
  }
  if (typeof made !== "object" || made === null) return false;
  const fresh = made as Fields;
  // A bank gives the customers of the statement again.
  if (fieldNames(session.pack, reads, "path").every((name) => fresh[name] === bound[name])) return false;
  const body = await shown(reads, fresh, session);
  return body !== undefined && shownIn(session.pack, reads, body).state === seen;
}

/** A fixture with which ordinary payments are made, and in whose account there is nothing for them. */
async function noFunds(
  { id, plays }: Scenario,
  { pack, statement }: RunScope,
  session: Session,
): Promise<Leftover | undefined> {
  const bound = boundTo(id, { pack, statement });
  const balance = pack.resources.thing("reads", "balance", "customer");
  if (bound === undefined || balance === undefined) return undefined;
  if (plays?.some((one) => one.as === "ordinary" && isPaidFrom(pack.resources.find(one.resource), balance)) !== true)
    return undefined;
  const body = await shown(balance, bound, session);
  const available = body === undefined ? undefined : shownIn(pack, balance, body).money("available");
  return available === undefined || available.value >= LEAST_FUNDS
    ? undefined
    : {
        scenario: id,
        en: `its account has ${available.value} ${available.currency} (minor units) left, of which the payments of a run need at least ${LEAST_FUNDS}`,
        zh: `其账户仅余 ${available.value}（最小单位，${available.currency}），而一次运行的支付至少需要 ${LEAST_FUNDS}`,
      };
}

/** An agreement of which a customer may have one at a time, and which the applicant has already: it is made and ended once. */
async function takenAgreement(resource: Resource, scope: RunScope): Promise<Leftover | undefined> {
  const { creates, confirms, ends, lifecycle } = resource;
  const [scenario] = scope.pack.resources.scenarios(resource.name, "ordinary");
  const codes = (lifecycle.unique ?? []).map((one) => one.else);
  if (creates === undefined || confirms === undefined || ends === undefined || codes.length === 0) return undefined;
  if (scenario === undefined || boundTo(scenario.id, scope) === undefined) return undefined;
  // What it makes is given back by a session of its own.
  const session = new Session(scope, "preflight", new AbortController().signal);
  try {
    const { answer } = await session.send(await session.make(confirms, {}, { scenario: scenario.id }), {
      label: `preflight: ${confirms.id}`,
    });
    return answer?.code !== undefined && codes.includes(answer.code)
      ? {
          scenario: scenario.id,
          en: `${confirms.id} answers ${answer.status} ${answer.code}: the customer has a ${resource.name} already`,
          zh: `${confirms.id} 返回 ${answer.status} ${answer.code}：该客户已有 ${resource.name}`,
        }
      : undefined;
  } finally {
    await session.close();
  }
}

/** Whether money moves from the account whose balance an interface tells when a resource comes about. */
function isPaidFrom(resource: Resource | undefined, balance: Interface): boolean {
  return (
    resource?.law !== undefined &&
    "moves" in resource.law &&
    resource.law.moves.from === (balance.purpose?.account ?? "")
  );
}

/** What the system shows of a fixture; undefined where it shows nothing or asks for more than the fixture gives. */
async function shown(one: Interface, bound: Fields, session: Session): Promise<Fields | undefined> {
  const { pack } = session;
  const path = fieldNames(pack, one, "path");
  if (
    !session.claims(one.id) ||
    path.some((name) => bound[name] === undefined) ||
    fieldNames(pack, one, "query", "required").some((name) => name !== partyField(one))
  )
    return undefined;
  const { answer } = await session.send(await session.request(one.id, picked(bound, path)), {
    label: `preflight: ${one.id}`,
  });
  const { json } = answer ?? {};
  return answer?.status === one.response.status && typeof json === "object" && json !== null && !Array.isArray(json)
    ? (json as Fields)
    : undefined;
}

/** What the statement binds to a scenario of its first party. */
function boundTo(id: string, { pack, statement }: Pick<RunScope, "pack" | "statement">): Fields | undefined {
  const bound = statement.fixtures[id];
  return bound === undefined || "none" in bound || isForeign(pack, id) ? undefined : bound.values;
}
