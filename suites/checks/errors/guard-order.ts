import { MONEY_REASONS } from "../../../core/pack/purpose.ts";
import type { ErrorCode, Way } from "../../../core/pack/types.ts";
import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import type { PackView } from "../../pack-view.ts";
import { canGo, provoked, refusedCall, settings } from "../../provocation/way.ts";
import type { Session } from "../../session.ts";

/** A guard's code and a way to it through one interface. */
interface Guarded {
  readonly error: ErrorCode;
  readonly way: Way;
}

/** Ways to the codes of an interface's guards; those that take many calls are left to the check of declared codes. */
function guarded(pack: PackView, id: string): readonly Guarded[] {
  return pack.source.errors
    .filter(({ stage, code }) => stage === "guards" && pack.interface(id).errors.includes(code))
    .flatMap((error) =>
      (error.provoke ?? [])
        .filter((way) => way.in === id && !(way.after ?? []).some((step) => step.times !== undefined))
        .map((way) => ({ error, way })),
    )
    .toSorted((left, right) => left.error.rank - right.error.rank);
}

const aboutMoney = ({ reason }: ErrorCode): boolean => reason !== undefined && MONEY_REASONS.includes(reason);

/**
 * Two reasons that can stand in one request. Sums and balances are looked at last: one that is looked at too early tells
 * of money to a caller who may not pay at all. In which order other reasons are looked at tells nothing, and banks differ.
 */
function together(first: Guarded, second: Guarded): boolean {
  const fieldsOf = ({ way }: Guarded): readonly string[] => Object.keys(way.set ?? {});
  return (
    !aboutMoney(first.error) &&
    aboutMoney(second.error) &&
    second.way.after === undefined &&
    second.way.scenario === undefined &&
    !fieldsOf(second).some((pointer) => fieldsOf(first).includes(pointer))
  );
}

/** The business reasons of one request: each alone is answered with its own code, and ahead of one about sums or balances. */
export const guardOrder: Check = {
  id: "errors.guards-by-rank",
  requirement: "ERR-01",
  title: {
    en: "Each business reason has its code, and sums are checked last",
    zh: "每种业务错误返回其错误码，金额与余额最后校验",
  },
  effort: "standard",
  each: eachInterface(({ id }, { pack }) => guarded(pack, id).length > 0),
  async run(session, instance) {
    const id = interfaceOf(instance);
    const ways = guarded(session.pack, id).filter(({ way }) => canGo(session, way));
    if (ways.length === 0)
      session.skip(
        `nothing of the statement brings a guard of ${id} about`,
        `声明中没有可触发 ${id} 业务校验的数据`,
        "fixture",
      );
    for (const first of ways) {
      session.expectRefusal(await provoked(session, first.way, `${first.error.code} alone`), first.error.code);
      for (const second of ways.filter((one) => together(first, one))) await expectFirst(session, first, second);
      // What the steps put in force is given back, so that the next way finds the fixture free.
      await session.close();
    }
    session.expectSuccess(await session.send(await session.request(id), { label: "without a fault" }));
  },
};

async function expectFirst(session: Session, first: Guarded, second: Guarded): Promise<void> {
  const lay = await settings(session, second.way);
  const exchange = await session.send(lay(await refusedCall(session, first.way)), {
    label: `${first.error.code} and ${second.error.code}`,
  });
  session.expectRefusal(exchange, first.error.code, {
    en: `${second.error.code} is checked before ${first.error.code}.`,
    zh: `${second.error.code} 先于 ${first.error.code} 被校验。`,
  });
}
