import type { Role } from "../../core/pack/types.ts";
import type { Session } from "../session.ts";
import { counterparty } from "../wire/counterparty.ts";
import type { Draft, Fields } from "../wire/draft.ts";
import { lastBilled } from "../resources/bill.ts";
import { shownIn } from "../resources/shown.ts";
import { decisionTo } from "../session/decisions.ts";
import { buildRequest } from "./request-builder.ts";
import type { Given } from "./request-builder.ts";
import { situationFor } from "./situation.ts";

/** Who the SUT calls. */
export const peerRole = (role: Role): Role => (role === "bank" ? "platform" : "bank");

/** Where a SUT is told of what it asks for with an interface; no one tells it. */
function ownTarget({ pack, statement }: Session, interfaceId: string): string {
  const told = pack.resources.about(pack.interface(interfaceId))?.resource?.notifies;
  return statement.baseUrl.replace(/\/$/u, "") + (told?.http.path ?? "/");
}

/**
 * A valid request that the SUT may make of its peer: filled as the pack's schemas say, from situations of our
 * counterparty. `made` gives what a request builds on, the SUT having made it.
 */
export async function peerRequest(
  session: Session,
  interfaceId: string,
  made: (interfaceId: string) => Promise<Fields>,
  given: Given = {},
): Promise<Draft> {
  const { pack, statement } = session;
  const peer = counterparty(session);
  const now = session.sutNow();
  const today = pack.calendar.businessDate(now);
  const fixtures = new Map<string, Promise<Fields>>();
  const priors = new Map<string, Promise<Fields>>();
  const once = (
    known: Map<string, Promise<Fields>>,
    id: string,
    make: (id: string) => Promise<Fields>,
  ): Promise<Fields> => {
    const found = known.get(id) ?? make(id);
    known.set(id, found);
    return found;
  };
  const situation = (name: string): string | undefined =>
    situationFor(name, { strange: false }, pack, { ...statement, role: peerRole(statement.role) });
  return buildRequest(
    pack.interface(interfaceId),
    {},
    {
      pack,
      given,
      now,
      today,
      fresh: session.run.fresh,
      random: session.random,
      party: statement.sutPartyId,
      yesterday: lastBilled(pack, now),
      // The counterparty sends no notifications, so that the SUT learns the outcome from the answer or by a query.
      notifyUrl: undefined,
      requiredTarget: ownTarget(session, interfaceId),
      gives: (name) => situation(name) !== undefined,
      scenario: async (name) => {
        const id = situation(name);
        const value = id === undefined ? undefined : (await once(fixtures, id, (one) => peer.fixture(one)))[name];
        return (
          value ?? session.skip(`no scenario of the peer gives "${name}"`, `对端没有场景提供 "${name}"`, "fixture")
        );
      },
      prior: async (id, state) => {
        const prior = await once(priors, id, made);
        const seen = shownIn(pack, pack.interface(id), prior).state;
        if (state === undefined || seen === state) return prior;
        const lifecycle = pack.resources.about(pack.interface(id))?.resource?.lifecycle;
        const decision = lifecycle === undefined ? undefined : decisionTo(lifecycle, seen, state);
        if (decision !== undefined) {
          await peer.decide(decision, prior);
          return prior;
        }
        return session.inconclusive(
          `${id}, which the SUT was to call first, came to the state ${seen ?? "(none)"} and not to ${state}`,
          `被测系统应先调用的 ${id} 状态为 ${seen ?? "（无）"}，而非 ${state}`,
        );
      },
    },
  );
}
