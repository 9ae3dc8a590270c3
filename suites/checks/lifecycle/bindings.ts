import { asJson } from "../../../core/text/alike.ts";
import { shownText } from "../shown-steps.ts";
import type { Outcome } from "../../../core/pack/purpose.ts";
import { equal } from "../../data/comparison.ts";
import { anotherLike } from "../../data/another-value.ts";
import type { Check } from "../../check.ts";
import { caseOf, eachResource, resourceOf } from "../../check.ts";
import { AGREEMENT, CHARGE } from "../../resources/kinds.ts";
import { lifetimeSeconds } from "../../resources/lifetime.ts";
import type { Resource } from "../../resources/resource.ts";
import type { Shown } from "../../resources/shown.ts";
import type { Session } from "../../session.ts";
import type { Tamper } from "../../wire/sealed-request.ts";
import { signedBefore } from "../signed-before.ts";
import type { Fields } from "../../wire/draft.ts";
import { afterItsTime, applied, attemptsOf, confirm, end, wrongCode } from "../agreement-steps.ts";
import { AHEAD_SECONDS, HALF_SECOND_MS, onWholeSecond } from "./expiry.ts";
import { expectOutcome, handleFor, look, needed } from "../resource-steps.ts";
import { claimsAccount, shownBy } from "../../data/books.ts";

async function expectByQuery(session: Session, resource: Resource, of: Shown, outcome: Outcome): Promise<Shown> {
  const view = await look(session, resource, of);
  expectOutcome(session, resource, view, outcome, {
    en: `the ${resource.name} is not ${resource.states(outcome).join(" or ")} by query`,
    zh: `${resource.name} 查询状态不是 ${resource.states(outcome).join(" 或 ")}`,
  });
  return view;
}

/** Holds that what a call answered is what the query shows after it. */
async function expectShownSo(session: Session, resource: Resource, answered: Shown, outcome: Outcome): Promise<void> {
  const view = await expectByQuery(session, resource, answered, outcome);
  const differing = Object.keys(answered.body).find(
    (name) => view.body[name] !== undefined && !equal(answered.body[name], view.body[name]),
  );
  if (differing !== undefined)
    session.fail({
      summary: {
        en: `the answer and the query of a ${resource.name} that is ${String(view.state)} disagree about ${differing}`,
        zh: `状态为 ${String(view.state)} 的 ${resource.name}，应答与查询的 ${differing} 不一致`,
      },
      expected: asJson(view.body[differing]),
      seen: asJson(answered.body[differing]),
    });
}

/** Holds that a call that was made again is answered as before. */
function expectSame(
  session: Session,
  first: Fields,
  again: Fields,
  what: { readonly en: string; readonly zh: string },
): void {
  for (const name of Object.keys(first))
    if (!equal(first[name], again[name]))
      session.fail({
        summary: { en: `${what.en}, ${name} differs`, zh: `${what.zh}的 ${name} 不同` },
        expected: asJson(first[name]),
        seen: asJson(again[name]),
      });
}

export const bindingConfirm: Check = {
  id: "lifecycle.binding-confirm",
  requirement: "LIF-12",
  title: { en: "The right code makes a binding active", zh: "正确验证码使绑卡生效" },
  effort: "smoke",
  isolated: true,
  each: eachResource(AGREEMENT),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const application = await applied(session, resource);
    const { shown, code } = application;
    expectOutcome(session, resource, shown, "open", { en: "an application is not open", zh: "绑卡申请状态不是待确认" });
    await expectShownSo(session, resource, shown, "open");
    const first = session.expectShown(
      await confirm(session, resource, application, code, "confirm with the right code"),
    );
    expectOutcome(session, resource, first, "succeeded", {
      en: "a confirmed binding is not in force",
      zh: "已确认的绑卡未生效",
    });
    const again = session.expectSuccess(await confirm(session, resource, application, code, "confirm again"));
    expectSame(session, first.body, again, { en: "confirmed again", zh: "重复确认" });
    session.expectRefusedFor(
      await confirm(session, resource, application, wrongCode(code, 0), "confirm again with a wrong code"),
      "code-wrong",
      { en: "Once a binding is active its code is not compared any more.", zh: "绑卡生效后不再核对验证码。" },
    );
    await expectShownSo(session, resource, first, "succeeded");
    await expectUsable(session, resource, first);
  },
};

/** Where an agreement is how an account is named, it can be used: its balance is shown. */
async function expectUsable(session: Session, { name }: Resource, agreement: Shown): Promise<void> {
  const account = agreement.text("id");
  if (account === undefined || !claimsAccount(session, "reads", "balance", account)) return;
  const one = shownBy(session, "reads", "balance", account);
  if (!Object.values(one.read?.load ?? {}).some((load) => "resource" in load && load.resource === name)) return;
  session.expectSuccess(await session.ask(one, { account }, "balance over the new binding"));
}

export const bindingAttempts: Check = {
  id: "lifecycle.binding-attempts",
  requirement: "LIF-13",
  title: { en: "So many wrong codes lock an application", zh: "错误验证码达上限即锁定申请" },
  effort: "smoke",
  isolated: true,
  each: eachResource(AGREEMENT),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const most = attemptsOf(session, resource);
    const wrong = async (application: Awaited<ReturnType<typeof applied>>, times: number): Promise<void> => {
      for (let turn = 0; turn < times; turn += 1)
        session.expectRefusedFor(
          await confirm(
            session,
            resource,
            application,
            wrongCode(application.code, turn),
            `wrong code ${turn + 1} of ${times}`,
          ),
          "code-wrong",
        );
    };
    const locked = await applied(session, resource);
    await wrong(locked, most);
    session.expectRefusedFor(
      await confirm(session, resource, locked, locked.code, `the right code after ${most} wrong ones`),
      "code-locked",
      {
        en: "Wrong codes are not counted, or their count is undone with the refusal.",
        zh: "错误次数未计数，或计数随拒绝一起回滚。",
      },
    );
    session.expectRefusedFor(
      await confirm(session, resource, locked, wrongCode(locked.code, 0), "another wrong code"),
      "code-locked",
    );
    await expectByQuery(session, resource, locked.shown, "failed");
    // The neighbour: one wrong code less, then the right one.
    const other = await applied(session, resource);
    await wrong(other, most - 1);
    session.expectSuccess(
      await confirm(session, resource, other, other.code, `the right code after ${most - 1} wrong ones`),
    );
  },
};

export const bindingExpired: Check = {
  id: "lifecycle.binding-expired",
  requirement: "LIF-14",
  title: { en: "An expired application is not confirmed", zh: "过期申请不可确认" },
  effort: "smoke",
  isolated: true,
  each: eachResource(AGREEMENT),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const scenario = session.scenario(resource, "failed");
    const confirms = needed(session, resource, "confirms");
    const query = await session.make(needed(session, resource, "reads"), {}, { scenario });
    const young = await applied(session, resource);
    const late = await session.make(confirms, {
      ...handleFor(session, confirms, query),
      code: wrongCode(young.code, 0),
    });
    session.expectRefusedFor(await session.send(late, { label: "confirm an expired application" }), "expired");
    const view = session.expectShown(await session.send(query, { label: "the expired application" }));
    expectOutcome(session, resource, view, "failed", {
      en: `the ${resource.name} is not ${resource.states("failed").join(" or ")} by query`,
      zh: `${resource.name} 查询状态不是 ${resource.states("failed").join(" 或 ")}`,
    });
    session.expectSuccess(await confirm(session, resource, young, young.code, "confirm in time"));
  },
};

export const bindingExpiry: Check = {
  id: "lifecycle.binding-expiry",
  requirement: "LIF-14",
  title: { en: "A code is good for its time, and no longer", zh: "验证码有效期与规范一致" },
  effort: "standard",
  needs: { hooks: ["clock"] },
  each: eachResource(AGREEMENT),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const seconds =
      lifetimeSeconds(resource) ?? session.skip("the lifecycle has no expiry", "生命周期没有过期时间", "not-demanded");
    await confirmedInTime(session, resource, seconds);
    await refusedAtItsEnd(session, resource, seconds);
    const late = await applied(session, resource);
    await session.setClock(session.sutNow() + (seconds + 1) * 1000);
    // Before it is confirmed, which may be what makes the bank look.
    await afterItsTime(session, resource, late.shown, session.statement.limits.settleWithinSeconds * 1000);
    await expectByQuery(session, resource, late.shown, "failed");
    session.expectRefusedFor(
      await confirm(session, resource, late, late.code, `the right code after ${seconds + 1} s`),
      "expired",
      { en: "The age of the application is not checked at its confirmation.", zh: "确认时未检查申请的时效。" },
    );
    await expectByQuery(session, resource, late.shown, "failed");
  },
};

/** Holds that a code is good just before its time is over: as little before as the calls leave. */
async function confirmedInTime(session: Session, resource: Resource, seconds: number): Promise<void> {
  for (const ahead of AHEAD_SECONDS.filter((each) => each <= seconds / 3)) {
    const began = await onWholeSecond(session);
    const timely = await applied(session, resource);
    await session.setClock(began + (seconds - ahead) * 1000);
    // Nearer to its end than to that of a second less.
    await session.sleep(HALF_SECOND_MS);
    const exchange = await confirm(
      session,
      resource,
      timely,
      timely.code,
      `the right code ${seconds - ahead} s after the application`,
    );
    // What came later than its end says nothing.
    const inTime = session.sutNow() + session.run.sutClock.uncertainMs < began + seconds * 1000;
    if (inTime) session.expectSuccess(exchange);
    if (session.pack.succeeds(exchange.draft.interface, exchange.answer?.status))
      await end(session, resource, timely.shown, "give the account back");
    if (inTime) return;
  }
  session.inconclusive("the calls took so long that its time was over", "调用耗时过长，验证码已过期");
}

/** So far into a second an application is made: the next whole second is then a fraction of one after it. */
const INTO_SECOND_MS = 700;

/** Holds that a code is refused in the second in which its time is over, whether or not the bank has looked before. */
async function refusedAtItsEnd(session: Session, resource: Resource, seconds: number): Promise<void> {
  await onWholeSecond(session);
  await session.sleep(INTO_SECOND_MS);
  const late = await applied(session, resource);
  await session.setClock(session.sutNow() + session.run.sutClock.uncertainMs + seconds * 1000);
  session.expectRefusedFor(
    await confirm(session, resource, late, late.code, `the right code ${seconds} s after the application`),
    "expired",
    { en: "A code is good for longer than its time.", zh: "验证码有效期长于规定时长。" },
  );
  await expectByQuery(session, resource, late.shown, "failed");
}

export const bindingUnique: Check = {
  id: "lifecycle.binding-unique",
  requirement: "LIF-15",
  title: { en: "One account has one active binding a party", zh: "同一账户对同一机构仅一个有效绑卡" },
  effort: "smoke",
  isolated: true,
  each: eachResource(AGREEMENT),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const [first, second] = [await applied(session, resource), await applied(session, resource)];
    session.expectSuccess(await confirm(session, resource, first, first.code, "confirm the first"));
    session.expectRefusedFor(
      await confirm(session, resource, second, second.code, "confirm the second while the first is active"),
      "exists",
    );
    await expectByQuery(session, resource, second.shown, "open");
    await expectByQuery(session, resource, first.shown, "succeeded");
    session.expectSuccess(await end(session, resource, first.shown, "cancel the first"));
    session.expectSuccess(
      await confirm(session, resource, second, second.code, "confirm the second, the first being cancelled"),
    );
  },
};

export const bindingCancel: Check = {
  id: "lifecycle.binding-cancel",
  requirement: "LIF-16",
  title: { en: "Cancelling may be repeated, and ends payments", zh: "解约可重入且不可再支付" },
  effort: "smoke",
  isolated: true,
  each: eachResource(AGREEMENT),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const application = await applied(session, resource);
    session.expectSuccess(await confirm(session, resource, application, application.code, "confirm"));
    const first = session.expectShown(await end(session, resource, application.shown, "cancel"));
    expectOutcome(session, resource, first, "closed", {
      en: "a cancelled binding is not shown as cancelled",
      zh: "已解约的绑卡未显示已解约",
    });
    await session.sleep(1_100);
    const again = session.expectSuccess(await end(session, resource, application.shown, "cancel again"));
    expectSame(session, first.body, again, { en: "cancelled again", zh: "重复解约" });
    await expectShownSo(session, resource, first, "closed");
    for (const payment of paidOver(session, resource))
      for (const tamper of [{}, signedBefore(session)])
        await expectNotPaid(session, payment, shownText(session, first, "id"), tamper);
    session.expectRefusedFor(
      await confirm(session, resource, application, application.code, "confirm a cancelled binding"),
      "not-active",
    );
  },
};

export const cancelledBinding: Check = {
  id: "lifecycle.cancelled-binding",
  requirement: "LIF-16",
  title: { en: "A cancelled binding pays nothing", zh: "已解约的绑卡不可支付" },
  effort: "smoke",
  isolated: true,
  each: eachResource(AGREEMENT, (resource, { pack }) =>
    paymentsOver(pack.resources.of(resource.role), resource).map(({ name }) => name),
  ),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const payment = session.pack.resources.named(caseOf(instance));
    const query = await session.make(
      needed(session, resource, "reads"),
      {},
      { scenario: session.scenario(resource, "closed") },
    );
    const handle = Object.values(handleFor(session, needed(session, resource, "reads"), query))[0];
    await expectNotPaid(session, payment, String(handle));
  },
};

/** What is charged over an agreement: its create loads the agreement's row. */
function paymentsOver(all: readonly Resource[], agreement: Resource): readonly Resource[] {
  return all.filter(({ lifecycle, creates }) =>
    lifecycle.transitions.some(
      ({ on, load }) =>
        "call" in on &&
        on.call === creates?.id &&
        Object.values(load ?? {}).some((each) => "resource" in each && each.resource === agreement.name),
    ),
  );
}

const paidOver = (session: Session, agreement: Resource): readonly Resource[] =>
  paymentsOver(session.pack.resources.of(agreement.role), agreement).filter((one) => CHARGE.holds(one, session.pack));

async function expectNotPaid(session: Session, payment: Resource, account: string, tamper: Tamper = {}): Promise<void> {
  const create = needed(session, payment, "creates");
  const query = needed(session, payment, "reads");
  // What is paid over an agreement names it as the account, or as what it builds on.
  const named = session.pack.meanings(create).asked("account").length > 0 ? { account } : { of: account };
  const draft = await session.make(create, { ...named, amount: 1 });
  const early = tamper.clock === undefined ? "" : ", signed before it was";
  session.expectRefusedFor(
    await session.send(draft, { label: `pay over a cancelled binding${early}`, tamper }),
    "not-active",
  );
  session.expectRefusedFor(
    await session.ask(query, handleFor(session, query, draft), "query of the refused payment"),
    "not-found",
  );
  const other = await session.make(create, { amount: 1 });
  session.expectSuccess(await session.send(other, { label: "pay over an active binding", tamper }));
}

export const identity: Check = {
  id: "lifecycle.identity",
  requirement: "LIF-17",
  title: { en: "An application in another name is refused", zh: "身份不符的申请被拒绝" },
  effort: "smoke",
  isolated: true,
  each: eachResource(AGREEMENT, ({ creates }, { pack }) =>
    creates === undefined ? [] : pack.meanings(creates).fields("identity"),
  ),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const name = caseOf(instance);
    const one = needed(session, resource, "creates");
    const right = await session.make(one);
    const value = String(right.body?.[name]);
    const draft = await session.request(one.id, { [name]: anotherLike(value) });
    session.expectRefusedFor(await session.send(draft, { label: `apply with another ${name}` }), "identity", {
      en: `${name} is not compared with the account's.`,
      zh: `未将 ${name} 与账户信息比对。`,
    });
    session.expectSuccess(await session.send(right, { label: "apply with what the account has" }));
  },
};
