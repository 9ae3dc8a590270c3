import { asJson } from "../../../core/text/alike.ts";
import type { Check, Instance, PlanContext } from "../../check.ts";
import { originalOf, mirroredBy, RECORD } from "../../resources/kinds.ts";
import type { Session } from "../../session.ts";
import { withGiven } from "../../resources/draft-fields.ts";
import type { Draft } from "../../wire/draft.ts";
import { saidOf } from "../shown-steps.ts";
import { amountIn, NEEDS, saying } from "./record.ts";
import type { Waiting } from "./record.ts";
import type { Rules } from "./rules.ts";
import { asTheRulesSay, carriedBy, carriedOf, differing, tell, untold } from "./told.ts";
import type { Carried } from "./told.ts";

/** Every order in which the states of a refund can be told: what the record then shows is what the rules say. */
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
  each: (context): readonly Instance[] => {
    const all = carriedBy(context).filter((one) => isBooked(context, one));
    return all.length > 0
      ? all.map(({ resource, notifies }) => ({ id: resource.name, interface: notifies.id }))
      : [
          {
            id: "",
            absent: {
              en: "the profile has no notification of what gives back a part of a record",
              zh: "声明范围内没有会更新记录的退回通知",
            },
          },
        ];
  },
  async run(session, instance) {
    const one = carriedOf(session, instance);
    const { draft, rules, waits } = await untold(session, one);
    const amount = amountIn(session, draft);
    const turns = permutations(one.states);
    if (amount.value <= turns.length)
      session.inconclusive(
        `the order is of ${amount.value}, too little for ${turns.length} refunds`,
        `订单金额 ${amount.value} 不足以做 ${turns.length} 笔退款`,
      );
    if (waits === undefined) throw new TypeError(`no record shows ${one.resource.name}`);
    for (const states of turns) {
      const refund = withGiven(session.pack, another(session, draft), { amount: { ...amount, value: 1 } });
      for (const [index, state] of states.entries()) {
        const told = states.slice(0, index + 1).join(", ");
        await tell(session, rules, saying(session, refund, { state }), `a ${one.resource.name}: ${told}`);
        await expectAsTheRulesSay(session, rules, waits, one, told);
      }
    }
  },
};

/** Whether a readable record shows what a notification tells as given back. */
function isBooked({ pack, role }: Pick<PlanContext, "pack" | "role">, { resource }: Carried): boolean {
  const original = originalOf(pack, resource);
  return (
    original !== undefined &&
    pack.resources.of(role).some((one) => RECORD.holds(one, pack) && mirroredBy(pack, one)?.name === original.name)
  );
}

/** The same under new numbers: those that the notification gives to what it tells of. */
function another(session: Session, draft: Draft): Draft {
  const meanings = session.pack.meanings(draft.interface);
  const own = (["number", "id"] as const).filter((meaning) => meanings.asked(meaning).length > 0);
  return saying(session, draft, Object.fromEntries(own.map((meaning) => [meaning, session.fresh()])));
}

/** Holds that the record comes to show what the rules say. */
async function expectAsTheRulesSay(
  session: Session,
  rules: Rules,
  waits: Waiting,
  { resource }: Carried,
  told: string,
): Promise<void> {
  const { seen, expected } = await asTheRulesSay(session, rules, waits);
  session.judged();
  const meaning = differing(seen, expected);
  if (meaning === undefined) return;
  session.fail({
    summary: {
      en: `after a ${resource.name} was told of as ${told} the ${waits.record.name} shows another ${meaning}`,
      zh: `依次通知 ${told} 后 ${waits.record.name} 的 ${meaning} 不符`,
    },
    expected: saidOf(expected, meaning),
    seen: asJson(seen.body),
    likelyCause: {
      en: "A pending or failed refund is booked like a success, or an older notification undoes an end.",
      zh: "未完成或失败的退款被当作成功入账，或终态被旧通知改变。",
    },
  });
}

function permutations<T>(list: readonly T[]): readonly (readonly T[])[] {
  return list.length < 2
    ? [list]
    : list.flatMap((first, index) =>
        permutations([...list.slice(0, index), ...list.slice(index + 1)]).map((rest) => [first, ...rest]),
      );
}
