import type { Interface } from "../../../core/pack/types.ts";
import type { Given } from "../../data/request-builder.ts";
import { mirroredBy } from "../../resources/kinds.ts";
import { shownIn } from "../../resources/shown.ts";
import type { Session } from "../../session.ts";
import { objectOf } from "../../session/context.ts";
import type { Draft } from "../../wire/draft.ts";
import type { Order, Orders } from "../money.ts";

/** Between two rounds. */
const PAUSE_MS = 500;

/** What a platform's query shows of an order. */
export interface RecordShown {
  readonly outcome: string;
  /** Minor units given back so far; undefined where the query shows no such sum. */
  readonly returned: number | undefined;
}

/** How a platform took the news of a load, once the load is over. */
export interface Records {
  /** The last that the query showed, by the number of the order; without an answer there is none. */
  readonly shown: ReadonlyMap<string, RecordShown>;
  /** What was answered in place of an acknowledgement when the news was sent again, by number. */
  readonly answers: ReadonlyMap<string, string>;
  /** Numbers of news that was refused when it was repeated, after it had been acknowledged. */
  readonly refusedAgain: readonly string[];
}

/** What must be given back of an order: what was acknowledged, and at most also what no answer told of. */
export function returnedOf(
  orders: Iterable<Order>,
): ReadonlyMap<string, { readonly least: number; readonly most: number }> {
  const sums = new Map<string, { least: number; most: number }>();
  for (const { of, notified, amount, accepted, outcome } of orders) {
    if (of === undefined || notified !== true) continue;
    const sum = sums.get(of) ?? { least: 0, most: 0 };
    sums.set(of, {
      least: sum.least + (accepted ? amount : 0),
      most: sum.most + (accepted || outcome !== "refused" ? amount : 0),
    });
  }
  return sums;
}

/**
 * Sends again what was not acknowledged, as a bank does, and asks for every order until it shows what was acknowledged of
 * it, or `limits.settleWithinSeconds` have passed since the last that did.
 */
export async function settleRecords(session: Session, orders: Orders): Promise<Records> {
  const { maxConcurrency, settleWithinSeconds } = session.statement.limits;
  const shown = new Map<string, RecordShown>();
  const answers = new Map<string, string>();
  let open = [...orders.values()].filter(({ notified }) => notified === true);
  const refusedAgain = open.flatMap(({ number, accepted, outcome }) =>
    accepted && outcome === "refused" ? [number] : [],
  );
  const { runtime } = session.run;
  let deadline = runtime.now() + settleWithinSeconds * 1000;
  while (open.length > 0 && runtime.now() < deadline) {
    const queue = open.values();
    const work = async (): Promise<void> => {
      for (const order of queue)
        if (!order.accepted) await tellAgain(session, orders, order, answers);
        else if (order.of === undefined) await look(session, order, shown);
    };
    await Promise.all(Array.from({ length: Math.min(maxConcurrency, open.length) }, work));
    const sums = returnedOf(orders.values());
    const still = open.filter(
      (order) => !isSettled(order, shown.get(order.number), sums.get(order.number)?.least ?? 0),
    );
    if (still.length < open.length) deadline = runtime.now() + settleWithinSeconds * 1000;
    open = still;
    if (open.length > 0) await session.sleep(PAUSE_MS);
  }
  return { shown, answers, refusedAgain };
}

function isSettled({ accepted, of }: Order, seen: RecordShown | undefined, returned: number): boolean {
  if (!accepted || of !== undefined) return accepted;
  return seen?.outcome === "succeeded" && (seen.returned ?? returned) === returned;
}

/** The same news once more. */
async function tellAgain(
  session: Session,
  orders: Orders,
  { number, resource, amount, of }: Order,
  answers: Map<string, string>,
): Promise<void> {
  const { pack } = session;
  const found = pack.resources.find(resource);
  const subject = of === undefined && found !== undefined ? mirroredBy(pack, found) : found;
  const one = subject?.notifies;
  if (one === undefined) return;
  const given: Given = {
    number,
    amount: { value: amount, currency: pack.currency },
    ...(of === undefined ? {} : { of }),
  };
  const exchange = await session.send(await session.make(one, given), { label: `the news of ${number} again` });
  const { answer } = exchange;
  if (answer === undefined) {
    answers.delete(number);
    return;
  }
  if (pack.succeeds(one, answer.status)) orders.tell(number, of === undefined ? "open" : "succeeded");
  else answers.set(number, `${answer.status} ${answer.code ?? ""}`.trim());
}

/** What the query shows of an order; an answer that is none leaves it as it was. */
async function look(session: Session, { resource, number }: Order, shown: Map<string, RecordShown>): Promise<void> {
  const { pack } = session;
  const reads: Interface | undefined = pack.resources.find(resource)?.reads;
  if (reads === undefined || !session.claims(reads.id)) return;
  const draft: Draft = await session.make(reads, { number });
  const { answer } = await session.send(draft, { label: `settlement of ${number}` });
  if (answer === undefined || !answer.signature.ok) return;
  if (pack.succeeds(reads, answer.status)) {
    const seen = shownIn(pack, reads, objectOf(answer.json));
    const showsSum = pack.meanings(reads).shown("returned").length > 0;
    shown.set(number, {
      outcome: seen.outcome ?? "unknown",
      returned: showsSum ? seen.minor("returned") : undefined,
    });
  } else if (pack.resources.codes(reads, "not-found").includes(answer.code ?? ""))
    shown.set(number, { outcome: "absent", returned: undefined });
}
