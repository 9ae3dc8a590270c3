import { oneOf } from "../../core/text/alike.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import type { OrderLine } from "./orders.ts";

/** An order of a load, as far as it is known. */
export interface Order {
  readonly number: string;
  readonly resource: string;
  readonly amount: number;
  readonly account?: string;
  readonly of?: string;
  readonly notified?: true;
  /** What was told last: an outcome, `refused`, `unknown`, or `untold` where the load ended before an answer. */
  outcome: string;
  /** Whether an answer ever told that it was taken: succeeded, or open. */
  accepted: boolean;
  /** How often its request was sent again since no answer had come. */
  again: number;
}

/** Outcomes that an answer can accept an order with. */
const ACCEPTING: readonly string[] = ["succeeded", "open"];

/** Outcomes after which nothing more comes. */
const SETTLED: readonly string[] = ["succeeded", "failed", "closed", "returned", "refused", "absent"];

export const isSettled = ({ outcome }: Order): boolean => SETTLED.includes(outcome);

/** Gathers the orders of a load from the lines that its generators wrote. */
export class Orders {
  readonly #orders = new Map<string, Order>();

  take(line: OrderLine): void {
    if (line.kind === "intent") {
      const { kind: _kind, ...order } = line;
      this.#orders.set(line.number, { ...order, outcome: "untold", accepted: false, again: 0 });
      return;
    }
    if (line.kind === "again") {
      const order = this.#orders.get(line.number);
      if (order !== undefined) order.again += 1;
      return;
    }
    this.tell(line.number, line.outcome);
  }

  /** What an answer or a query told of an order. */
  tell(number: string, outcome: string): void {
    const order = this.#orders.get(number);
    if (order === undefined) return;
    // A later answer that says nothing leaves what was known.
    if (outcome !== "unknown" || order.outcome === "untold") order.outcome = outcome;
    if (ACCEPTING.includes(outcome)) order.accepted = true;
  }

  get(number: string): Order | undefined {
    return this.#orders.get(number);
  }

  values(): IterableIterator<Order> {
    return this.#orders.values();
  }

  get size(): number {
    return this.#orders.size;
  }
}

/** What the books hold under one number, on the account of the order. */
export interface Booked {
  /** Credits less debits. */
  readonly moved: number;
  readonly entries: number;
}

/** Money of a load that is not where it must be. */
export interface MoneyFault {
  readonly kind: "lost" | "doubled" | "wrong-amount" | "unaccepted" | "unsettled" | "forgotten";
  readonly number: string;
  readonly expected: Bilingual;
  readonly seen: Bilingual;
}

/** By how much an order moves its account when it succeeds: out of it, or back into it. */
const effectOf = ({ amount, of }: Order): number => (of === undefined ? -amount : amount);

/**
 * Holds settled orders against the books: what succeeded is booked once, whatever else is not booked at all, and what
 * was accepted has not been forgotten. Orders that are not settled are told as such, and not judged by the books.
 */
export function moneyFaults(
  orders: Iterable<Order>,
  bookedOf: (order: Order) => Booked | undefined,
): readonly MoneyFault[] {
  const faults: MoneyFault[] = [];
  for (const order of orders) {
    const fault = faultOf(order, bookedOf(order));
    if (fault !== undefined) faults.push({ number: order.number, ...fault });
  }
  return faults;
}

function faultOf(order: Order, booked: Booked | undefined): Omit<MoneyFault, "number"> | undefined {
  const { outcome, accepted } = order;
  if (!isSettled(order))
    return {
      kind: "unsettled",
      expected: { en: "an outcome that is final", zh: "终态" },
      seen: { en: `still ${outcome}`, zh: `仍为 ${outcome}` },
    };
  if (accepted && (outcome === "absent" || outcome === "refused"))
    return {
      kind: "forgotten",
      expected: { en: "an order that was accepted is known", zh: "已受理的订单可查询" },
      seen: oneOf([outcome]),
    };
  if (booked === undefined) return undefined;
  const seen = {
    en: `${booked.moved} in ${booked.entries} entries`,
    zh: `${booked.entries} 笔分录，共 ${booked.moved}`,
  };
  if (outcome !== "succeeded")
    return booked.moved === 0
      ? undefined
      : { kind: "unaccepted", expected: { en: `nothing booked (${outcome})`, zh: `未入账（${outcome}）` }, seen };
  const effect = effectOf(order);
  if (booked.moved === effect) return undefined;
  const kind = booked.moved === 0 ? "lost" : booked.moved % effect === 0 ? "doubled" : "wrong-amount";
  return { kind, expected: { en: `${effect}, booked once`, zh: `${effect}，入账一次` }, seen };
}
