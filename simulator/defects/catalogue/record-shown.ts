import { saying } from "../parts/answers.ts";
import type { Defect } from "../defect.ts";
import type { Handle, HandleParts } from "../defect.ts";

/** A wrapper whose memory is its variant's own: one process may serve several. */
const remembering =
  (make: () => (inner: Handle, parts: HandleParts) => Handle): NonNullable<Defect["handle"]> =>
  (inner, parts) =>
    make()(inner, parts);

/** The minor units of an amount as a body has it. */
const minorOf = (amount: unknown): number => Number((amount as { readonly value?: unknown } | undefined)?.value ?? 0);

/** What is wrong with how a platform shows what it has booked, for a while. */
export const RECORD_SHOWN: readonly Defect[] = [
  {
    name: "refund-shown-twice-at-first",
    role: "platform",
    requirement: "LAW-10",
    title: {
      en: "What was just refunded of an order is counted twice until it is asked for again",
      zh: "刚入账的退款在首次查询时被重复计入已退金额",
    },
    handle: remembering(() => {
      const shown = new Map<unknown, number>();
      return saying((body, about) => {
        if (about.interface !== "order.query" || about.status !== 200) return undefined;
        const [before, now] = [shown.get(body["out_trade_no"]) ?? 0, minorOf(body["refunded"])];
        shown.set(body["out_trade_no"], now);
        if (now === before) return undefined;
        const refunded = { ...(body["refunded"] as object), value: now + (now - before) };
        return { status: 200, body: { ...body, refunded } };
      });
    }),
  },
  {
    name: "paid-order-shown-open-again",
    role: "platform",
    requirement: "LAW-02",
    title: {
      en: "Every second query of an order is answered by a replica that is behind",
      zh: "订单的第二次查询由落后的副本应答",
    },
    handle: remembering(() => {
      const asked = new Map<unknown, number>();
      return saying((body, about) => {
        if (about.interface !== "order.query" || about.status !== 200 || body["state"] !== "PAID") return undefined;
        const times = (asked.get(body["out_trade_no"]) ?? 0) + 1;
        asked.set(body["out_trade_no"], times);
        return times % 2 === 0 ? { status: 200, body: { ...body, state: "CREATED" } } : undefined;
      });
    }),
  },
];
