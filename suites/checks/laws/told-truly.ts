import type { Check } from "../../check.ts";
import { kindOf, observationOfTold } from "../../data/history.ts";
import type { ToldSeen } from "../../laws/history.ts";
import { isResource } from "../../laws/sights.ts";
import { toldIsTrue } from "../../laws/told.ts";
import { claimedOf } from "../../profile.ts";
import type { Resource } from "../../resources/resource.ts";
import { shownIn } from "../../resources/shown.ts";
import type { Session } from "../../session.ts";
import { objectOf } from "../../session/context.ts";
import { counterparty } from "../../wire/counterparty.ts";
import { nothingSeen } from "../incidents.ts";
import { judge } from "./judge.ts";

/** How many numbers are asked for at most whose end was told, and shown by no answer yet. */
const MOST_ASKED = 50;

/** Between two looks at what is still open. */
const PAUSE_MS = 200;

/** Everything that the run was told of, held against everything that answers showed: not only the last word on each number. */
export const toldTruly: Check = {
  id: "laws.told-is-true",
  requirement: "LAW-09",
  title: { en: "What was told is what answers show, in the whole run", zh: "全程通知内容与应答一致" },
  effort: "smoke",
  when: "end",
  roles: ["bank"],
  needs: { notify: true },
  async run(session) {
    const { pack, run, statement } = session;
    const spokenOf = claimedOf(pack, statement).filter(
      (one) => kindOf(pack, pack.resources.about(one)?.resource) !== undefined,
    );
    if (!spokenOf.some((one) => pack.meanings(one).asked("target").length > 0))
      session.skip(
        "no interface of the profile leads to a notification of a payment, refund or payout",
        "声明范围内没有会引起支付、退款或代付通知的接口",
        "not-demanded",
      );
    const told = await allTold(session);
    if (told.length === 0) nothingSeen(session, "no sound notification", "正确的通知", ["contract.valid-request"]);
    const deadline = run.runtime.now() + statement.limits.settleWithinSeconds * 1000;
    for (const { resource, one } of unshown(session, told)) await askFor(session, resource, one, deadline);
    judge(session, toldIsTrue([...run.history.observations(), ...told.map(({ one }) => one)]));
  },
};

interface Told {
  readonly resource: Resource;
  readonly one: ToldSeen;
}

/**
 * What was told of, as far as the counterparty still knows it; what was not sound says nothing. One that is found stale
 * was rightly signed: where checks have moved the SUT's clock its timestamps are of another time.
 */
async function allTold(session: Session): Promise<readonly Told[]> {
  const { pack, party } = session;
  const stale = session.run.sutClock.mostMs === 0 ? undefined : session.pack.policies.stages["freshness.timestamp"];
  return (await counterparty(session).all()).flatMap(({ interface: id, code, body, at }) => {
    if (id === undefined || (code !== undefined && code !== stale) || !pack.hasInterface(id)) return [];
    const notifies = pack.interface(id);
    const resource = pack.resources.about(notifies)?.resource;
    const one = observationOfTold(pack, notifies, body, { at, party: party.partyId });
    return resource === undefined || one === undefined ? [] : [{ resource, one }];
  });
}

/** What was told to have come to its end, while no answer has shown how it ended: each number once. */
function unshown(session: Session, told: readonly Told[]): readonly Told[] {
  const keyOf = (of: string, party: string, number: string): string => JSON.stringify([of, party, number]);
  const ended = new Set(
    session.run.history
      .observations()
      .filter(isResource)
      .flatMap(({ kind, party, number, state }) => (state === "open" ? [] : [keyOf(kind, party, number)])),
  );
  const open = told.filter(({ one }) => one.state !== "open" && !ended.has(keyOf(one.of, one.party, one.number)));
  return [...new Map(open.map((each) => [keyOf(each.one.of, each.one.party, each.one.number), each])).values()].slice(
    0,
    MOST_ASKED,
  );
}

/**
 * Asks for a number, as the party whose it is, until it is no longer open or the time is over; the run's history keeps
 * what is shown. What was told too soon is still open when it is asked for at once.
 */
async function askFor(
  session: Session,
  { reads }: Resource,
  { party, number }: ToldSeen,
  deadline: number,
): Promise<void> {
  const signer = session.run.signers.find(({ partyId }) => partyId === party);
  if (reads === undefined || signer === undefined || !session.claims(reads.id)) return;
  if (session.pack.meanings(reads).asked("number").length === 0) return;
  for (;;) {
    const { answer } = await session.ask(reads, { number }, `what became of ${number}, which was told of`, { signer });
    const open =
      session.pack.succeeds(reads, answer?.status) &&
      shownIn(session.pack, reads, objectOf(answer?.json)).outcome === "open";
    if (!open || session.run.runtime.now() >= deadline) return;
    await session.sleep(PAUSE_MS);
  }
}
