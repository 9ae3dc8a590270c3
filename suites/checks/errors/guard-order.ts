import type { Json } from "../../../core/unit/unit.ts";
import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import type { Session } from "../../session.ts";
import type { Fields } from "../../wire/draft.ts";
import { endedAll } from "../ended.ts";
import { UNREGISTERED_TARGET } from "../../data/unregistered-target.ts";

/** Fields that make one guard refuse; undefined where nothing of the SUT's brings it about. */
type Wrong = (session: Session) => Promise<Fields | undefined>;

const known = (session: Session, scenario: string, name: string): Json | undefined => {
  const bound = session.statement.fixtures[scenario];
  return bound !== undefined && "values" in bound ? bound.values[name] : undefined;
};

const amount =
  (value: number, currency?: string): Wrong =>
  (session) =>
    Promise.resolve({
      amount: { value, currency: currency ?? session.pack.source.manifest.currencies[0]?.code ?? "CNY" },
    });

const fixture =
  (scenario: string): Wrong =>
  (session) => {
    const binding_id = known(session, scenario, "binding_id");
    return Promise.resolve(binding_id === undefined ? undefined : { binding_id });
  };

/** The account that is frozen, as the fields of one interface name it. */
const frozenAccount =
  (names: Readonly<Record<string, string>>): Wrong =>
  (session) => {
    const fields = Object.entries(names).map(
      ([field, name]) => [field, known(session, "account.frozen", name)] as const,
    );
    return Promise.resolve(
      fields.some(([, value]) => value === undefined) ? undefined : (Object.fromEntries(fields) as Fields),
    );
  };

/** The number of one that has come to this end, if any has. */
const endedAs =
  (resource: string, state: string): Wrong =>
  async (session) => {
    const found = [...(await endedAll(session)).values()]
      .flatMap((one) =>
        one.status === "fulfilled" && one.value.draft.interface.id === `${resource}.create` ? [one.value] : [],
      )
      .find(({ queried }) => queried["state"] === state);
    const name = found?.draft.interface.idempotency?.key[0] ?? "";
    const number = found?.draft.body?.[name];
    return number === undefined ? undefined : { [name]: number };
  };

const stray =
  (name: string): Wrong =>
  (session) =>
    Promise.resolve({ [name]: session.fresh() });

const always =
  (fields: Fields): Wrong =>
  () =>
    Promise.resolve(fields);

const foreign = {
  CURRENCY_NOT_SUPPORTED: amount(100, "XXX"),
  NOTIFY_URL_NOT_ALLOWED: always({ notify_url: UNREGISTERED_TARGET }),
};

/** By interface and by the code that it provokes. Two that set the same field cannot stand in one request. */
const WRONGS: Readonly<Record<string, Readonly<Record<string, Wrong>>>> = {
  "payment.create": {
    ...foreign,
    BINDING_NOT_FOUND: stray("binding_id"),
    ORDER_CLOSED: async (session) => {
      if (!session.claims("payment.close")) return undefined;
      const closed = await session.perform("payment.close");
      return { out_trade_no: closed.draft.path["out_trade_no"] ?? "" };
    },
    BINDING_NOT_ACTIVE: fixture("binding.cancelled"),
    ACCOUNT_FROZEN: fixture("customer.frozen"),
    INSUFFICIENT_FUNDS: amount(10_000_000_000_000),
  },
  "refund.create": {
    ...foreign,
    ORDER_NOT_FOUND: stray("out_trade_no"),
    REFUND_EXCEEDS_PAYMENT: amount(10_000_000_000_000),
  },
  "payout.create": {
    ...foreign,
    ACCOUNT_NOT_FOUND: always({ payee_account_no: "6222029999999999" }),
    IDENTITY_MISMATCH: always({ payee_name: "查无此人" }),
    ACCOUNT_FROZEN: frozenAccount({ payee_name: "holder_name", payee_account_no: "account_no" }),
    SETTLEMENT_INSUFFICIENT: amount(10_000_000_000_000),
  },
  "account.balance": { BINDING_NOT_FOUND: stray("binding_id"), BINDING_NOT_ACTIVE: fixture("binding.cancelled") },
  "account.statement": { BINDING_NOT_FOUND: stray("binding_id"), BINDING_NOT_ACTIVE: fixture("binding.cancelled") },
  "binding.query": { BINDING_NOT_FOUND: stray("binding_id") },
  "binding.confirm": {
    BINDING_NOT_FOUND: stray("binding_id"),
    BINDING_NOT_ACTIVE: fixture("binding.cancelled"),
    SMS_CODE_EXPIRED: fixture("binding.expired"),
  },
  "binding.cancel": { BINDING_NOT_FOUND: stray("binding_id"), BINDING_NOT_ACTIVE: fixture("binding.expired") },
  "settlement.balance": { CURRENCY_NOT_SUPPORTED: always({ currency: "XXX" }) },
  "payment.close": { ORDER_PAID: endedAs("payment", "SUCCEEDED"), ORDER_CLOSED: endedAs("payment", "FAILED") },
  "payment.query": { ORDER_NOT_FOUND: stray("out_trade_no") },
  "refund.query": { REFUND_NOT_FOUND: stray("out_refund_no") },
  "payout.query": { PAYOUT_NOT_FOUND: stray("out_payout_no") },
  "bill.get": { BILL_NOT_FOUND: always({ bill_date: "2099-01-01" }) },
  "bill.download": { BILL_NOT_FOUND: always({ bill_date: "2099-01-01" }) },
  "order.query": { ORDER_NOT_FOUND: stray("out_trade_no") },
  "binding.apply": {
    NOTIFY_URL_NOT_ALLOWED: foreign.NOTIFY_URL_NOT_ALLOWED,
    ACCOUNT_NOT_FOUND: always({ account_no: "6222029999999999" }),
    IDENTITY_MISMATCH: always({ id_no: "99999919900101999X" }),
    ACCOUNT_FROZEN: frozenAccount({
      holder_name: "holder_name",
      account_no: "account_no",
      id_no: "id_no",
      mobile: "mobile",
    }),
  },
};

/**
 * Sums and balances, ranked last. A balance that is looked at too early tells of money to whoever may not pay at all;
 * in which order the reasons before it are looked at tells nobody anything, and banks differ.
 */
const MONEY_RANK = 60;

/** The business reasons of one request: each alone is answered with its own code, and ahead of one about sums or balances. */
export const guardOrder: Check = {
  id: "errors.guards-by-rank",
  requirement: "ERR-01",
  title: {
    en: "Each business reason has its code, and money is looked at last",
    zh: "每种业务错误返回其错误码，金额与余额最后校验",
  },
  effort: "standard",
  each: eachInterface(({ id }) => WRONGS[id] !== undefined),
  async run(session, instance) {
    const id = interfaceOf(instance);
    const one = session.pack.interface(id);
    const rankOf = (code: string): number => session.pack.error(code)?.rank ?? 0;
    const wrongs: { readonly code: string; readonly fields: Fields }[] = [];
    for (const [code, wrong] of Object.entries(WRONGS[id] ?? {})) {
      const fields = one.errors.includes(code) ? await wrong(session) : undefined;
      if (fields !== undefined) wrongs.push({ code, fields });
    }
    wrongs.sort((left, right) => rankOf(left.code) - rankOf(right.code));
    if (wrongs.length === 0)
      session.skip(
        `nothing of the statement brings a guard of ${id} about`,
        `声明中没有可触发 ${id} 业务校验的数据`,
        "fixture",
      );
    for (const [index, first] of wrongs.entries()) {
      session.expectRefusal(
        await session.send(await session.request(id, first.fields), { label: `${first.code} alone` }),
        first.code,
      );
      for (const second of wrongs.slice(index + 1)) {
        if (
          rankOf(second.code) < MONEY_RANK ||
          rankOf(first.code) >= MONEY_RANK ||
          Object.keys(second.fields).some((name) => name in first.fields)
        )
          continue;
        const exchange = await session.send(await session.request(id, { ...first.fields, ...second.fields }), {
          label: `${first.code} and ${second.code}`,
        });
        session.expectRefusal(exchange, first.code, {
          en: `${second.code} is looked at ahead of ${first.code}.`,
          zh: `${second.code} 先于 ${first.code} 被校验。`,
        });
      }
    }
    session.expectSuccess(await session.send(await session.request(id), { label: "without a fault" }));
  },
};
