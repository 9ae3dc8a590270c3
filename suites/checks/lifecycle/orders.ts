import { PARTS } from "../../../core/pack/purpose.ts";
import type { Meaning, Part } from "../../../core/pack/purpose.ts";
import { asJson, named } from "../../../core/text/alike.ts";
import type { Json } from "../../../core/unit/unit.ts";
import type { Check } from "../../check.ts";
import { caseOf, eachResource, resourceOf } from "../../check.ts";
import { equal } from "../../data/comparison.ts";
import { askedIn } from "../../resources/draft-fields.ts";
import { MIRROR } from "../../resources/kinds.ts";
import { expectOutcome, needed } from "../resource-steps.ts";

/** Parts that stand for one that is there already; each is one case. */
const STANDING: readonly Part[] = PARTS.filter((part) => ["open", "succeeded", "failed", "closed"].includes(part));

export const orders: Check = {
  id: "lifecycle.orders",
  requirement: "LIF-22",
  title: { en: "An order is answered with its state and amount", zh: "订单查询返回状态与金额" },
  effort: "smoke",
  isolated: true,
  roles: ["platform"],
  each: eachResource(
    { ...MIRROR, holds: (one, pack) => MIRROR.holds(one, pack) && one.reads !== undefined },
    ({ name }, { pack }) => STANDING.filter((part) => pack.resources.scenarios(name, part).length > 0),
  ),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const part = caseOf(instance) as Part;
    const scenario = session.scenario(resource, part);
    const given = session.fixture(scenario);
    const query = needed(session, resource, "reads");
    const draft = await session.make(query, {}, { scenario });
    const shown = session.expectShown(await session.send(draft, { label: scenario }));
    // What was asked for, as far as the view repeats it, and what the order was made as.
    const repeated = (["number", "party"] as const).filter(
      (meaning) => session.pack.meanings(query).shown(meaning).length > 0,
    );
    const expected: readonly (readonly [Meaning, Json | undefined])[] = [
      ...repeated.map((meaning) => [meaning, askedIn(session.pack, draft, meaning)] as const),
      ["amount", given["amount"]],
    ];
    for (const [meaning, value] of expected) {
      const told = meaning === "amount" ? (shown.money("amount") as Json | undefined) : shown.value(meaning);
      if (value !== undefined && !equal(told, value))
        session.fail({
          summary: { en: `${query.id} answers with another ${meaning}`, zh: `${query.id} 返回的 ${meaning} 不符` },
          expected: named(meaning, asJson(value)),
          seen: asJson(shown.body),
        });
    }
    // One that waits for its payment may have been paid or closed by what came meanwhile.
    if (part !== "open")
      expectOutcome(session, resource, shown, part as "succeeded", {
        en: `${query.id} answers with another state`,
        zh: `${query.id} 返回的状态不符`,
      });
    session.expectRefusedFor(
      await session.ask(query, { number: session.fresh() }, "an order that was never placed"),
      "not-found",
    );
  },
};
