import { above, rowCollection } from "../../../core/lifecycle/rows.ts";
import type { Lifecycle } from "../../../core/pack/types.ts";
import type { Json } from "../../../core/unit/unit.ts";
import type { Check, Instance, PlanContext } from "../../check.ts";
import { equal } from "../../data/comparison.ts";
import { leaves, put, valueAt } from "../../generators/fields.ts";
import { universe } from "../../models/world.ts";
import type { Universe, World } from "../../models/world.ts";
import type { Session } from "../../session.ts";
import { withFields } from "../../wire/draft.ts";
import type { Draft, Fields } from "../../wire/draft.ts";
import { NEEDS, NOTIFY, carried, order, saying, waiting } from "./received.ts";
import type { Waiting } from "./received.ts";

/*
 * Whatever a bank tells of, in any order and then otherwise, while the pack's own rules are played beside the platform:
 * they say what contradicts what was told before. Most records of a platform are shown by no interface, so that what it
 * kept shows in what it refuses.
 */

/** The rules of the pack, and the rows that they have made so far. */
class Rules {
  readonly #universe: Universe;
  readonly #lifecycles: readonly Lifecycle[];
  #world: World;

  private constructor(rules: Universe, lifecycles: readonly Lifecycle[], world: World) {
    this.#universe = rules;
    this.#lifecycles = lifecycles;
    this.#world = world;
  }

  /** The initial rows: orders that are not paid yet. */
  static async of(session: Session, orders: readonly Waiting[]): Promise<Rules> {
    const { source } = session.pack;
    const { role } = session.statement;
    const scenario = session.pack.scenario("order.created");
    if (scenario === undefined)
      session.skip("the pack has no order.created", "规范中没有场景 order.created", "capability");
    const rules = await session.shared("notification.rules", () =>
      Promise.resolve(
        universe(source, role, { party_id: session.party.partyId, index: "01", notify_prefixes: [] }, session.sutNow()),
      ),
    );
    const seed = orders.flatMap(({ draft, number }) => {
      const { value, currency } = carried(draft, "payment")["amount"] as Fields;
      return scenario.seed.map((row) => ({
        ...row,
        fields: { ...row.fields, out_trade_no: number, amount: { "money.of": [Number(value), String(currency)] } },
      }));
    });
    return new Rules(
      rules,
      source.lifecycles.filter((one) => one.role === role),
      rules.begin({ ...scenario, seed }, {}, [])[0] as World,
    );
  }

  /** Whether it would be acknowledged, without taking it in. */
  acknowledges(draft: Draft): boolean {
    return this.#universe.call(this.#world, draft.interface.id, draft.body ?? {}).outcome.kind === "answer";
  }

  /** Takes it in as the rules say. `news`: it made a row, or brought one into another state. */
  take(draft: Draft): { readonly acknowledged: boolean; readonly news: boolean } {
    const { world, outcome } = this.#universe.call(this.#world, draft.interface.id, draft.body ?? {});
    const before = this.#states();
    this.#world = world;
    return { acknowledged: outcome.kind === "answer", news: before !== this.#states() };
  }

  /** What an interface that only reads would answer. */
  reads(id: string, request: Fields): Fields {
    const { outcome } = this.#universe.call(this.#world, id, request);
    return outcome.kind === "answer" ? (outcome.bodies[0] as Fields) : {};
  }

  #states(): string {
    return JSON.stringify(
      this.#lifecycles.map(({ resource }) =>
        this.#world.twins[0]
          .scan({ collection: rowCollection(resource), from: "", below: above(""), limit: 100 })
          .values.map((row) => (row as Fields)["state"]),
      ),
    );
  }
}

/** What a notification carries, and the states that it may tell of. */
interface Carried {
  readonly id: string;
  readonly name: string;
  readonly states: readonly string[];
}

function carriedBy({ pack, provided }: Pick<PlanContext, "pack" | "provided">): readonly Carried[] {
  return provided
    .filter((one) => one.notification !== undefined)
    .flatMap((one) => {
      const state = leaves(one.request.body, pack.schemas).find(
        ({ path, schema }) => path.length === 2 && path[1] === "state" && Array.isArray(schema["enum"]),
      );
      return state === undefined
        ? []
        : [{ id: one.id, name: state.path[0] ?? "", states: state.schema["enum"] as readonly string[] }];
    });
}

/** The notification of something new; a refund needs an order that was paid. */
async function untold(
  session: Session,
  { id, name }: Carried,
): Promise<{ readonly draft: Draft; readonly rules: Rules; readonly number: string; readonly stray: string }> {
  // The other order is one that it could be mistaken to be about.
  const [own, other] = [await waiting(session), await waiting(session)];
  const { draft: payment, number } = own;
  const stray = other.number;
  const rules = await Rules.of(session, number === stray ? [own] : [own, other]);
  if (id === NOTIFY) return { draft: payment, rules, number, stray };
  const made = await session.request(id);
  if (carried(made, name)["out_trade_no"] === undefined) return { draft: made, rules, number, stray };
  session.expectSuccess(await session.send(payment, { label: "the payment" }));
  rules.take(payment);
  return {
    draft: saying(session, made, name, { out_trade_no: number, amount: carried(payment, "payment")["amount"] as Json }),
    rules,
    number,
    stray,
  };
}

/** The same under new numbers: each of the notification's own numbers is replaced. */
function another(session: Session, draft: Draft, name: string, shared: readonly string[]): Draft {
  const own = Object.keys(carried(draft, name)).filter(
    (field) => /_(?:no|id)$/.test(field) && field !== "party_id" && !shared.includes(field),
  );
  return saying(session, draft, name, Object.fromEntries(own.map((field) => [field, session.fresh()])));
}

/**
 * Tells of it; false when the platform did not take it. What brings something new must be taken, of older news it may
 * say what it likes.
 */
async function tell(session: Session, rules: Rules, draft: Draft, label: string): Promise<boolean> {
  const { acknowledged, news } = rules.take(draft);
  const exchange = await session.send(draft, { label });
  if (acknowledged && news) session.expectSuccess(exchange);
  if (session.pack.succeeds(draft.interface, exchange.answer?.status)) {
    session.expectSuccess(exchange);
    return true;
  }
  session.expectRefusal(exchange, draft.interface.errors);
  return false;
}

/** What was told once is not told otherwise: whatever the rules compare with what was told before. */
export const toldOtherwise: Check = {
  id: "notification.told-otherwise",
  requirement: "NOT-07",
  title: {
    en: "A notification with another amount, number or transaction than before is refused",
    zh: "已通知的内容不得改口：金额、单号或交易号不同的通知被拒绝",
  },
  effort: "standard",
  isolated: true,
  roles: ["platform"],
  needs: NEEDS,
  each: (context): readonly Instance[] =>
    carriedBy(context).flatMap((one) =>
      one.states.map((state) => ({ id: `${one.name}-${state}`, interface: one.id, data: { ...one, state } })),
    ),
  async run(session, instance) {
    const one = instance.data as unknown as Carried & { readonly state: string };
    for (const then of [undefined, ...one.states.filter((state) => state !== one.state)]) {
      const { draft, rules, number, stray } = await untold(session, one);
      let last = saying(session, draft, one.name, { state: one.state });
      if (!(await tell(session, rules, last, `${one.name}: ${one.state}`))) {
        // Nothing was told yet that could be told otherwise: what does not end a payment need not be taken.
        session.expectSuccess(await session.send(draft, { label: `${one.name}, as it is usual` }));
        continue;
      }
      // What comes again changes nothing, however often.
      last = withFields(last, { notify_id: session.fresh() });
      rules.take(last);
      session.expectSuccess(await session.send(last, { label: `${one.state} once more` }));
      if (then !== undefined) {
        const next = saying(session, last, one.name, { state: then });
        if (await tell(session, rules, next, `and then: ${then}`)) last = next;
      }
      const told = then === undefined ? one.state : `${one.state}, ${then}`;
      const booked = await order(session, number);
      for (const { field, draft: other, codes } of otherwise(session, one, last, stray)) {
        if (!rules.acknowledges(last) || rules.acknowledges(other)) continue;
        session.expectRefusal(
          await session.send(other, { label: `after ${told}: the same with another ${field}` }),
          codes,
          {
            en: "A notification of a known number is acknowledged without a check of its content.",
            zh: "已知单号的通知未比对内容即确认。",
          },
        );
      }
      const after = await order(session, number);
      session.judged();
      if (!equal(booked, after))
        session.fail({
          summary: {
            en: `a contradicting notification of a ${one.name} changed the order`,
            zh: `内容不同的 ${one.name} 通知改变了订单`,
          },
          expected: JSON.stringify(booked),
          seen: JSON.stringify(after),
        });
      session.expectSuccess(
        await session.send(withFields(last, { notify_id: session.fresh() }), {
          label: `after ${told}: the last of it again`,
        }),
      );
    }
  },
};

/**
 * Each value of what is told of, as another one: a number one more and one less, a text with another end; for the
 * order, another one that there is.
 */
function otherwise(
  session: Session,
  { name }: Carried,
  draft: Draft,
  stray: string,
): readonly { readonly field: string; readonly draft: Draft; readonly codes: readonly string[] }[] {
  const { errors, request } = draft.interface;
  return leaves(request.body, session.pack.schemas)
    .filter(({ path }) => path[0] === name && path[1] !== "state" && path[1] !== "party_id")
    .flatMap(({ path }) => {
      const value = valueAt(draft.body as Json, path);
      const field = path.slice(1).join("/");
      const said = (other: Json, codes = errors) => ({
        field,
        codes,
        draft: withFields(put(draft as unknown as Json, ["body", ...path], other) as unknown as Draft, {
          notify_id: session.fresh(),
        }),
      });
      if (typeof value === "number") return [said(value + 1), ...(value > 1 ? [said(value - 1)] : [])];
      if (typeof value !== "string" || value === "") return [];
      // An unknown number is refused for that alone; another order's number has to be compared.
      if (path.at(-1) === "out_trade_no" && value !== stray) return [said(stray)];
      // A schema that knows no other currency may refuse that too.
      if (path.at(-1) === "currency")
        return [said(value === "USD" ? "EUR" : "USD", [...errors, session.code("schema")])];
      return [said(`${value.slice(0, -1)}${value.endsWith("7") ? "8" : "7"}`)];
    });
}

/** Every order in which the states of a refund can be told: what the order then shows is what the rules say. */
export const refundsTold: Check = {
  id: "notification.refunds-told",
  requirement: "LIF-22",
  title: {
    en: "An order shows the succeeded refunds, in whatever order they are notified",
    zh: "无论通知次序如何，订单已退金额等于成功的退款",
  },
  effort: "standard",
  isolated: true,
  roles: ["platform"],
  needs: NEEDS,
  each: (context): readonly Instance[] =>
    carriedBy(context)
      .filter(
        ({ id, name }) =>
          leaves(context.pack.interface(id).request.body, context.pack.schemas).some(
            ({ path }) => path[0] === name && path[1] === "out_trade_no",
          ) && id !== NOTIFY,
      )
      .map((one) => ({ id: one.name, interface: one.id, data: { ...one } })),
  async run(session, instance) {
    const one = instance.data as unknown as Carried;
    const { draft, rules, number } = await untold(session, one);
    const amount = carried(draft, one.name)["amount"] as Fields;
    const turns = permutations(one.states);
    if (Number(amount["value"]) <= turns.length)
      session.inconclusive(
        `the order is of ${String(amount["value"])}, too little for ${turns.length} refunds`,
        `订单金额 ${String(amount["value"])} 不足以做 ${turns.length} 笔退款`,
      );
    for (const states of turns) {
      const refund = saying(session, another(session, draft, one.name, ["out_trade_no"]), one.name, {
        amount: { ...amount, value: 1 } as Json,
      });
      for (const [index, state] of states.entries()) {
        const told = states.slice(0, index + 1).join(", ");
        await tell(session, rules, saying(session, refund, one.name, { state }), `a ${one.name}: ${told}`);
        const seen = await order(session, number);
        // Where nothing is refunded yet, zero says the same as silence.
        const expected: Fields = {
          refunded: { ...amount, value: 0 },
          ...rules.reads("order.query", { party_id: session.party.partyId, out_trade_no: number }),
        };
        session.judged();
        const differing = ["state", "amount", "refunded"].find(
          (name) => seen[name] !== undefined && !equal(seen[name], expected[name]),
        );
        if (differing !== undefined)
          session.fail({
            summary: {
              en: `after a ${one.name} was told of as ${told} the order shows another ${differing}`,
              zh: `依次通知 ${told} 后订单的 ${differing} 不符`,
            },
            expected: `${differing} ${JSON.stringify(expected[differing]) ?? "absent"}`,
            seen: JSON.stringify(seen),
            likelyCause: {
              en: "A pending or failed refund is booked like a success, or an older notification undoes an end.",
              zh: "未完成或失败的退款被当作成功入账，或终态被旧通知改变。",
            },
          });
      }
    }
  },
};

function permutations<T>(list: readonly T[]): readonly (readonly T[])[] {
  return list.length < 2
    ? [list]
    : list.flatMap((first, index) =>
        permutations([...list.slice(0, index), ...list.slice(index + 1)]).map((rest) => [first, ...rest]),
      );
}
