import { describe, expect, test } from "vitest";
import type { ExpressionHost, Scope } from "../expression/expression.ts";
import { compilePack } from "../pack/compile.ts";
import { smallPack } from "../pack/testing/small-pack.ts";
import type { Lifecycle, PackSource } from "../pack/types.ts";
import { planPack } from "./plan-pack.ts";
import type { Plans, TransitionPlan } from "./plan.ts";

const SCOPE: Scope = { roots: { now: 1, party: { party_id: "P1001" } }, host: {} as ExpressionHost };

/** The small pack with its payment's lifecycle changed. */
function plansOf(change: (payment: Lifecycle) => Partial<Lifecycle> = () => ({})): Plans {
  const source: PackSource = smallPack();
  return planPack(
    compilePack({
      ...source,
      lifecycles: source.lifecycles.map((one) => (one.resource === "pay" ? { ...one, ...change(one) } : one)),
    }),
  );
}

const transition = (plans: Plans, name: string): TransitionPlan => {
  const found = plans.lifecycle("pay").transitions.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no transition ${name}`);
  return found;
};

/** The payment's transition `name` with another first branch. */
const withBranch =
  (name: string, branch: object) =>
  ({ transitions }: Lifecycle): Partial<Lifecycle> => ({
    transitions: transitions.map((one) =>
      one.name === name ? { ...one, to: [{ ...one.to[0], state: "PAID", ...branch }] } : one,
    ),
  });

describe("plans", () => {
  test("plans are made once and name the rows that a transition needs", () => {
    const pack = compilePack(smallPack());
    const plans = planPack(pack);
    const called = pack.interface("pay.create");
    expect(plans.call(called)).toBe(plans.call(called));
    expect(plans.call(pack.interface("pay.query")).kind).toBe("read");
    const [account] = transition(plans, "create").rules().loads;
    expect(account?.kind === "row" && account.row().lifecycle).toBe(plans.lifecycle("account"));
    expect(transition(plans, "create").rules().branches[0]?.move[0]?.().transition?.name).toBe("paid");
  });

  test("plans know which rules use the business date", () => {
    const dated = (branch: object): boolean => plansOf(withBranch("settle", branch)).lifecycle("pay").dated;
    expect([
      dated({}),
      dated({ set: { note: "of {$today}" } }),
      dated({ when: { eq: ["$today", "2026-11-22"] } }),
    ]).toEqual([false, true, true]);
    expect(dated({ set: { note: "$todays" } })).toBe(false);
    const source = smallPack();
    const telling = planPack(
      compilePack({
        ...source,
        interfaces: source.interfaces.map((one) =>
          one.notification === undefined
            ? one
            : {
                ...one,
                notification: { ...one.notification, body: { ...(one.notification.body as object), on: "$today" } },
              },
        ),
      }),
    );
    expect(
      source.lifecycles.filter(({ resource }) => telling.lifecycle(resource).dated).map(({ resource }) => resource),
    ).toEqual(["pay"]);
  });

  test("plans report a mistake of the pack when its rule is used", () => {
    const [unreadable] = transition(plansOf(withBranch("settle", { when: { "no.operator": 1 } })), "settle").rules()
      .branches;
    expect(() => unreadable?.when?.(SCOPE)).toThrow(/There is no operator "no\.operator"/);
    const [lost] = transition(
      plansOf(withBranch("settle", { notify: ["pay.create"], move: [{ row: "nobody", transition: "paid" }] })),
      "settle",
    ).rules().branches;
    expect(() => lost?.notify[0]?.()).toThrow("pay.create is not a notification");
    expect(() => lost?.move[0]?.()).toThrow('"nobody" is not a loaded row of pay.settle');
    expect(() => plansOf().lifecycle("nothing")).toThrow(/has no lifecycle "nothing"/);
  });

  test("the party of a key comes from the caller or from the operator's input", () => {
    const by = (plans: Plans, name: string): unknown =>
      transition(plans, name).key[0]?.evaluate({ ...SCOPE, roots: { ...SCOPE.roots, request: { party_id: "P2" } } });
    expect(by(plansOf(), "create")).toBe("P1001");
    expect(
      by(
        plansOf(({ transitions: [first] }) =>
          first === undefined ? {} : { transitions: [{ ...first, on: { operator: "pay.create" } }] },
        ),
        "create",
      ),
    ).toBe("P2");
  });
});
