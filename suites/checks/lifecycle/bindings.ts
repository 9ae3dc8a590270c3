import type { Json } from "../../../core/unit/unit.ts";
import { equal } from "../../data/comparison.ts";
import type { Check } from "../../check.ts";
import type { Session } from "../../session.ts";
import type { Fields } from "../../wire/draft.ts";
import { afterItsTime, applied, call, expectField, money, shown, wrongCode } from "../steps.ts";

const MOST_ATTEMPTS = 3;
const GOOD_FOR_SECONDS = 300;
const needs = {
  interfaces: ["binding.apply", "binding.confirm", "binding.query", "binding.cancel"],
  fixtures: ["customer.applies"],
} as const;

async function confirm(session: Session, binding_id: string, sms_code: string, label: string) {
  return call(session, "binding.confirm", { binding_id, sms_code }, label);
}

async function expectState(session: Session, binding_id: string, state: string): Promise<Fields> {
  const view = await shown(session, "binding.query", { binding_id });
  expectField(session, view, "state", state, {
    en: `the binding is not ${state} by query`,
    zh: `绑卡查询状态不是 ${state}`,
  });
  return view;
}

/** Holds that what a call answered is what the query shows after it. */
async function expectShownSo(session: Session, answered: Fields, binding_id: string, state: string): Promise<void> {
  const view = await expectState(session, binding_id, state);
  const differing = Object.keys(answered).find(
    (name) => view[name] !== undefined && !equal(answered[name], view[name]),
  );
  if (differing !== undefined)
    session.fail({
      summary: {
        en: `the answer and the query of a binding that is ${state} disagree about ${differing}`,
        zh: `状态为 ${state} 的绑卡，应答与查询的 ${differing} 不一致`,
      },
      expected: JSON.stringify(view[differing]),
      seen: JSON.stringify(answered[differing]),
    });
}

export const bindingConfirm: Check = {
  id: "lifecycle.binding-confirm",
  requirement: "LIF-12",
  title: { en: "The right code makes a binding active", zh: "正确验证码使绑卡生效" },
  effort: "smoke",
  isolated: true,
  needs,
  async run(session) {
    const { binding_id, code, view } = await applied(session);
    expectField(session, view, "state", "PENDING", { en: "an application is not PENDING", zh: "绑卡申请不是 PENDING" });
    await expectShownSo(session, view, binding_id, "PENDING");
    const first = session.expectSuccess(await confirm(session, binding_id, code, "confirm with the right code"));
    expectField(session, first, "state", "ACTIVE", {
      en: "a confirmed binding is not ACTIVE",
      zh: "已确认的绑卡不是 ACTIVE",
    });
    const again = session.expectSuccess(await confirm(session, binding_id, code, "confirm again"));
    for (const name of Object.keys(first))
      if (!equal(first[name], again[name]))
        session.fail({
          summary: { en: `confirmed again, ${name} differs`, zh: `重复确认的 ${name} 不同` },
          expected: JSON.stringify(first[name]),
          seen: JSON.stringify(again[name]) ?? "absent",
        });
    session.expectRefusal(
      await confirm(session, binding_id, wrongCode(code, 0), "confirm again with a wrong code"),
      "SMS_CODE_WRONG",
      { en: "Once a binding is active its code is not compared any more.", zh: "绑卡生效后不再核对验证码。" },
    );
    await expectShownSo(session, first, binding_id, "ACTIVE");
    // It is a binding that can be used: its balance is shown.
    if (session.claims("account.balance"))
      session.expectSuccess(await call(session, "account.balance", { binding_id }, "balance over the new binding"));
  },
};

export const bindingAttempts: Check = {
  id: "lifecycle.binding-attempts",
  requirement: "LIF-13",
  title: { en: "Three wrong codes lock an application", zh: "三次错误验证码锁定申请" },
  effort: "smoke",
  isolated: true,
  needs,
  async run(session) {
    const { binding_id, code } = await applied(session);
    for (let turn = 0; turn < MOST_ATTEMPTS; turn += 1)
      session.expectRefusal(
        await confirm(session, binding_id, wrongCode(code, turn), `wrong code ${turn + 1} of ${MOST_ATTEMPTS}`),
        "SMS_CODE_WRONG",
      );
    session.expectRefusal(
      await confirm(session, binding_id, code, "the right code after three wrong ones"),
      "SMS_ATTEMPTS_EXHAUSTED",
      {
        en: "Wrong codes are not counted, or their count is undone with the refusal.",
        zh: "错误次数未计数，或计数随拒绝一起回滚。",
      },
    );
    session.expectRefusal(
      await confirm(session, binding_id, wrongCode(code, 0), "another wrong code"),
      "SMS_ATTEMPTS_EXHAUSTED",
    );
    await expectState(session, binding_id, "LOCKED");
    // The neighbour: one wrong code less, then the right one.
    const other = await applied(session);
    for (let turn = 0; turn < MOST_ATTEMPTS - 1; turn += 1)
      session.expectRefusal(
        await confirm(
          session,
          other.binding_id,
          wrongCode(other.code, turn),
          `wrong code ${turn + 1} of ${MOST_ATTEMPTS - 1}`,
        ),
        "SMS_CODE_WRONG",
      );
    session.expectSuccess(await confirm(session, other.binding_id, other.code, "the right code after two wrong ones"));
  },
};

export const bindingExpired: Check = {
  id: "lifecycle.binding-expired",
  requirement: "LIF-14",
  title: { en: "An expired application is not confirmed", zh: "过期申请不可确认" },
  effort: "smoke",
  isolated: true,
  needs: { ...needs, fixtures: ["customer.applies", "binding.expired"] },
  async run(session) {
    const binding_id = String(session.fixture("binding.expired")["binding_id"]);
    session.expectRefusal(
      await confirm(session, binding_id, "000000", "confirm an expired application"),
      "SMS_CODE_EXPIRED",
    );
    await expectState(session, binding_id, "EXPIRED");
    const { binding_id: young, code } = await applied(session);
    session.expectSuccess(await confirm(session, young, code, "confirm in time"));
  },
};

export const bindingExpiry: Check = {
  id: "lifecycle.binding-expiry",
  requirement: "LIF-14",
  title: { en: "A code is good for 300 seconds, and no longer", zh: "验证码有效期恰为 300 秒" },
  effort: "standard",
  needs: { ...needs, hooks: ["clock"] },
  async run(session) {
    const began = session.sutNow();
    const timely = await applied(session);
    // Margin for what the calls themselves take.
    await session.setClock(began + (GOOD_FOR_SECONDS - 15) * 1000);
    session.expectSuccess(
      await confirm(session, timely.binding_id, timely.code, "the right code 285 s after the application"),
    );
    await call(session, "binding.cancel", { binding_id: timely.binding_id }, "give the account back");
    const late = await applied(session);
    await session.setClock(session.sutNow() + (GOOD_FOR_SECONDS + 1) * 1000);
    // Before anybody tries to confirm it, which may be what makes the bank look.
    await expectExpired(session, late.binding_id);
    session.expectRefusal(
      await confirm(session, late.binding_id, late.code, "the right code after 301 s"),
      "SMS_CODE_EXPIRED",
      { en: "The application's age is not looked at when it is confirmed.", zh: "确认时未检查申请的时效。" },
    );
    await expectState(session, late.binding_id, "EXPIRED");
  },
};

/** Holds that an application whose time is over is EXPIRED. */
async function expectExpired(session: Session, binding_id: string): Promise<void> {
  await afterItsTime(session, binding_id, session.statement.limits.settleWithinSeconds * 1000);
  await expectState(session, binding_id, "EXPIRED");
}

export const bindingUnique: Check = {
  id: "lifecycle.binding-unique",
  requirement: "LIF-15",
  title: { en: "One account has one active binding a party", zh: "同一账户对同一机构仅一个有效绑卡" },
  effort: "smoke",
  isolated: true,
  needs,
  async run(session) {
    const [first, second] = [await applied(session), await applied(session)];
    session.expectSuccess(await confirm(session, first.binding_id, first.code, "confirm the first"));
    session.expectRefusal(
      await confirm(session, second.binding_id, second.code, "confirm the second while the first is active"),
      "BINDING_EXISTS",
    );
    await expectState(session, second.binding_id, "PENDING");
    await expectState(session, first.binding_id, "ACTIVE");
    session.expectSuccess(await call(session, "binding.cancel", { binding_id: first.binding_id }, "cancel the first"));
    session.expectSuccess(
      await confirm(session, second.binding_id, second.code, "confirm the second, the first being cancelled"),
    );
  },
};

export const bindingCancel: Check = {
  id: "lifecycle.binding-cancel",
  requirement: "LIF-16",
  title: { en: "Cancel is re-entrant, and ends paying", zh: "解约可重入且不可再支付" },
  effort: "smoke",
  isolated: true,
  needs: {
    interfaces: [...needs.interfaces, "payment.create", "payment.query"],
    fixtures: ["customer.applies", "customer.funded"],
  },
  async run(session) {
    const { binding_id, code } = await applied(session);
    session.expectSuccess(await confirm(session, binding_id, code, "confirm"));
    const first = session.expectSuccess(await call(session, "binding.cancel", { binding_id }, "cancel"));
    expectField(session, first, "state", "CANCELLED", {
      en: "a cancelled binding is not CANCELLED",
      zh: "已解约的绑卡不是 CANCELLED",
    });
    await session.sleep(1_100);
    const again = session.expectSuccess(await call(session, "binding.cancel", { binding_id }, "cancel again"));
    for (const name of Object.keys(first))
      if (!equal(first[name], again[name]))
        session.fail({
          summary: { en: `cancelled again, ${name} differs`, zh: `重复解约的 ${name} 不同` },
          expected: JSON.stringify(first[name]),
          seen: JSON.stringify(again[name]) ?? "absent",
        });
    await expectShownSo(session, first, binding_id, "CANCELLED");
    await expectNotPaid(session, binding_id);
    session.expectRefusal(
      await confirm(session, binding_id, code, "confirm a cancelled binding"),
      "BINDING_NOT_ACTIVE",
    );
  },
};

export const cancelledBinding: Check = {
  id: "lifecycle.cancelled-binding",
  requirement: "LIF-16",
  title: { en: "A cancelled binding pays nothing", zh: "已解约的绑卡不可支付" },
  effort: "smoke",
  isolated: true,
  needs: { interfaces: ["payment.create", "payment.query"], fixtures: ["binding.cancelled", "customer.funded"] },
  async run(session) {
    await expectNotPaid(session, String(session.fixture("binding.cancelled")["binding_id"]));
  },
};

async function expectNotPaid(session: Session, binding_id: string): Promise<void> {
  const draft = await session.request("payment.create", { binding_id, amount: money(session, 1) });
  session.expectRefusal(await session.send(draft, { label: "pay over a cancelled binding" }), "BINDING_NOT_ACTIVE");
  const number = draft.body?.["out_trade_no"] as Json;
  session.expectRefusal(
    await call(session, "payment.query", { out_trade_no: number }, "query of the refused payment"),
    "ORDER_NOT_FOUND",
  );
  session.expectSuccess(
    await call(session, "payment.create", { amount: money(session, 1) }, "pay over an active binding"),
  );
}

export const identity: Check = {
  id: "lifecycle.identity",
  requirement: "LIF-17",
  title: { en: "An application in another name is refused", zh: "身份不符的申请被拒绝" },
  effort: "smoke",
  isolated: true,
  needs: { interfaces: ["binding.apply", "binding.cancel"], fixtures: ["customer.applies"] },
  each: () => ["holder_name", "id_no", "mobile"].map((id) => ({ id, data: id })),
  async run(session, instance) {
    const name = instance.data as string;
    const right = await session.request("binding.apply");
    const value = String(right.body?.[name]);
    // Another value of the same form: a digit in the middle changed, so that a check of the ends alone is found too.
    const digits = [...value.matchAll(/[0-8]/g)].map((match) => match.index);
    const at = digits[Math.floor(digits.length / 2)];
    const other =
      name === "holder_name"
        ? `${value}二`
        : at === undefined
          ? `${value}1`
          : value.slice(0, at) + String(Number(value[at]) + 1) + value.slice(at + 1);
    session.expectRefusal(
      await call(session, "binding.apply", { [name]: other }, `apply with another ${name}`),
      "IDENTITY_MISMATCH",
      { en: `${name} is not compared with the account's.`, zh: `未将 ${name} 与账户信息比对。` },
    );
    session.expectSuccess(await session.send(right, { label: "apply with what the account has" }));
  },
};
