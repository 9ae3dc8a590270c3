import type { ErrorCode } from "../../../core/pack/types.ts";
import type { Json } from "../../../core/unit/unit.ts";
import type { Check } from "../../check.ts";
import { inProfile } from "../../profile.ts";
import type { Session } from "../../session.ts";
import { withFields } from "../../wire/draft.ts";
import type { Draft } from "../../wire/draft.ts";
import type { Exchange } from "../../wire/exchange.ts";
import { otherMethods } from "../other-method.ts";
import { UNREGISTERED_TARGET } from "../../data/unregistered-target.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const money = (session: Session, value: number): Json => ({
  value,
  currency: session.pack.source.manifest.currencies[0]?.code ?? "CNY",
});

/** A call of an interface in a scenario, with fields of our own. */
type Situation = (session: Session) => Promise<Exchange>;

const call =
  (id: string, fields: (session: Session) => Readonly<Record<string, Json | undefined>>): Situation =>
  async (session) => {
    if (!session.claims(id))
      session.skip(
        `${id}, through which the code is met, is not in the profile`,
        `触发该错误码的接口 ${id} 不在声明范围内`,
        "capability",
      );
    return session.send(await session.request(id, fields(session)), { label: id });
  };

/** How the situation that the pack names for a code comes about, where the pack's files alone do not say. */
const SITUATIONS: Readonly<Record<string, Situation>> = {
  BINDING_NOT_FOUND: call("payment.create", (session) => ({ binding_id: session.fresh() })),
  BINDING_NOT_ACTIVE: call("payment.create", (session) => ({
    binding_id: session.fixture("binding.cancelled")["binding_id"],
  })),
  ACCOUNT_FROZEN: call("payment.create", (session) => ({
    binding_id: session.fixture("customer.frozen")["binding_id"],
  })),
  ACCOUNT_NOT_FOUND: call("binding.apply", () => ({ account_no: "6222029999999999" })),
  IDENTITY_MISMATCH: call("binding.apply", () => ({ id_no: "99999919900101999X" })),
  CURRENCY_NOT_SUPPORTED: call("payment.create", () => ({ amount: { value: 100, currency: "XXX" } })),
  NOTIFY_URL_NOT_ALLOWED: call("payment.create", () => ({ notify_url: UNREGISTERED_TARGET })),
  ORDER_NOT_FOUND: call("payment.query", (session) => ({ out_trade_no: session.fresh() })),
  REFUND_NOT_FOUND: call("refund.query", (session) => ({ out_refund_no: session.fresh() })),
  PAYOUT_NOT_FOUND: call("payout.query", (session) => ({ out_payout_no: session.fresh() })),
  BILL_NOT_FOUND: call("bill.get", () => ({ bill_date: "2099-01-01" })),
  INSUFFICIENT_FUNDS: call("payment.create", (session) => {
    const { binding_id, balance } = session.fixture("customer.low-balance");
    return { binding_id, amount: money(session, (balance as { readonly value: number }).value + 1) };
  }),
  SETTLEMENT_INSUFFICIENT: call("payout.create", (session) => ({ amount: money(session, 10_000_000_000_000) })),
  REFUND_EXCEEDS_PAYMENT: async (session) => {
    const paid = await session.perform("payment.create", { amount: money(session, 100) });
    return session.send(
      await session.request("refund.create", {
        out_trade_no: paid.draft.body?.["out_trade_no"],
        amount: money(session, 101),
      }),
      { label: "a refund of more than was paid" },
    );
  },
  REFUND_COUNT_EXCEEDED: async (session) => {
    const paid = await session.perform("payment.create", { amount: money(session, 1_000) });
    for (let count = 0; ; count += 1) {
      const refund = await session.send(
        await session.request("refund.create", {
          out_trade_no: paid.draft.body?.["out_trade_no"],
          amount: money(session, 1),
        }),
        { label: `refund ${count + 1} of one payment` },
      );
      if (refund.answer?.status !== 200 || count >= 60) return refund;
    }
  },
  ORDER_PAID: async (session) => {
    const paid = await session.perform("payment.create");
    return session.send(await session.request("payment.close", { out_trade_no: paid.draft.body?.["out_trade_no"] }), {
      label: "close what is paid",
    });
  },
  ORDER_CLOSED: async (session) => {
    const closed = await session.perform("payment.close");
    return session.send(await session.request("payment.create", { out_trade_no: closed.draft.path["out_trade_no"] }), {
      label: "pay under a number that is closed",
    });
  },
  ORDER_PROCESSING: async (session) => {
    const paid = await session.perform("payment.create", {
      binding_id: session.fixture("payment.settles-late-success")["binding_id"],
    });
    return session.send(await session.request("payment.close", { out_trade_no: paid.draft.body?.["out_trade_no"] }), {
      label: "close what is in flight",
    });
  },
  ORDER_NOT_REFUNDABLE: async (session) => {
    const paid = await session.perform("payment.create", {
      binding_id: session.fixture("payment.settles-late-failure")["binding_id"],
    });
    return session.send(
      await session.request("refund.create", {
        out_trade_no: paid.draft.body?.["out_trade_no"],
        amount: money(session, 1),
      }),
      { label: "refund what is not paid" },
    );
  },
  SMS_CODE_WRONG: async (session) => wrongCode(session, await session.request("binding.confirm")),
  SMS_ATTEMPTS_EXHAUSTED: async (session) => {
    const draft = await session.request("binding.confirm");
    let last = await wrongCode(session, draft);
    for (let turn = 0; turn < 5 && last.answer?.code === "SMS_CODE_WRONG"; turn += 1)
      last = await wrongCode(session, draft);
    return last;
  },
  SMS_CODE_EXPIRED: async (session) =>
    session.send(
      await session.request("binding.confirm", {
        binding_id: session.fixture("binding.expired")["binding_id"],
        sms_code: "000000",
      }),
      { label: "confirm what has expired" },
    ),
  BINDING_EXISTS: async (session) => {
    const first = await session.request("binding.confirm");
    const second = await session.request("binding.confirm");
    await session.send(first, { label: "confirm the first application" });
    return session.send(second, { label: "confirm another of the same account" });
  },
  CONTEXT_INCONSISTENT: async (session) => {
    const paid = await session.perform("payment.create", { amount: money(session, 100) });
    return session.send(withFields(paid.draft, { amount: money(session, 101) }), {
      label: "the same number, another amount",
    });
  },
};

/** By the stage that refuses; these hold for any pack. */
function ofStage(session: Session, error: ErrorCode): Situation | undefined {
  const { stages } = session.pack.policies;
  const stage = Object.entries(stages).find(([, code]) => code === error.code)?.[0];
  const with_ =
    (tamper: Parameters<Session["send"]>[1], change: (draft: Draft) => Draft = (draft) => draft): Situation =>
    async () =>
      session.send(change(await ordinary(session)), tamper);
  switch (stage) {
    case "route.unknown":
      return with_({ label: "an unknown path", tamper: { target: () => "/liantiao/unknown" } });
    case "route.method":
      return with_({ label: "another method" }, (draft) => ({
        ...draft,
        interface: {
          ...draft.interface,
          http: { ...draft.interface.http, method: otherMethods(session, draft.interface)[0] ?? "DELETE" },
        },
      }));
    case "route.size":
      return with_({
        label: "a body above the limit",
        tamper: { body: () => encode(" ".repeat(session.pack.policies.limits.bodyBytes + 1)) },
      });
    case "route.media":
      return with_({
        label: "another media type",
        tamper: {
          headers: (list) =>
            list.map(([name, value]) => (name.toLowerCase() === "content-type" ? [name, "text/plain"] : [name, value])),
        },
      });
    case "signature":
      return with_({ label: "no signature", tamper: { authorization: () => undefined } });
    case "freshness.timestamp":
      return with_({ label: "a stale timestamp", tamper: { timestamp: (now) => String(Number(now) - 100_000) } });
    case "freshness.replay":
      return async () => {
        const draft = await ordinary(session);
        const bytes = session.seal(draft);
        await session.sendSealed(draft, bytes, "first");
        return session.sendSealed(draft, bytes, "the same bytes again");
      };
    case "decode":
      return with_({ label: "no JSON", tamper: { body: () => encode("{") } });
    case "schema":
      return with_({ label: "an unknown field" }, (draft) => withFields(draft, { liantiao_extra_field: "x" }));
    case "party":
      return with_({ label: "another party" }, (draft) => withFields(draft, { party_id: "P9999" }));
    default:
      return undefined;
  }
}

/** Each declared code in the situation that the pack names for it. That it appears only for magic data is counted by the report. */
export const declaredCodes: Check = {
  id: "errors.declared",
  requirement: "ERR-04",
  title: { en: "The declared code is met in its situation", zh: "声明的错误码可在其情形下触发" },
  effort: "standard",
  isolated: true,
  roles: ["bank"],
  each: ({ pack, provided }) =>
    pack.source.errors
      .filter((error) => error.stage !== "system" && provided.some((one) => pack.documented(one, error.code)))
      .map((error) => ({ id: error.code, data: error.code })),
  async run(session: Session, instance) {
    const error = session.pack.error(String(instance.data)) as ErrorCode;
    const situation = ofStage(session, error) ?? SITUATIONS[error.code];
    if (situation === undefined)
      session.skip(
        `no situation is known in which ${error.code} can be brought about at any time`,
        `没有可随时触发 ${error.code} 的情形`,
        "capability",
      );
    const exchange = await situation(session);
    session.expectRefusal(exchange, error.code);
    session.expectSuccess(await session.send(await ordinary(session), { label: "an ordinary request" }));
  },
};

/** The first interface with a body that has no effect to speak of. */
async function ordinary(session: Session): Promise<Draft> {
  const one = session.pack
    .provided(session.statement.role)
    .find(
      (each) =>
        each.request.body !== undefined &&
        inProfile(session.statement, each.id) &&
        (each.id === "echo" || each.id.endsWith(".create")),
    );
  if (one === undefined) return session.skip("no interface to try it on", "没有可用的接口", "capability");
  return session.request(one.id);
}

async function wrongCode(session: Session, draft: Draft): Promise<Exchange> {
  return session.send(withFields(draft, { sms_code: draft.body?.["sms_code"] === "000000" ? "111111" : "000000" }), {
    label: "a wrong code",
  });
}
