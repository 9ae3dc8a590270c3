import type { Json } from "../../../core/unit/unit.ts";
import { answered, bodyOf, interfaceOf } from "../parts/answers.ts";
import type { Defect, Handle, HandleParts } from "../defect.ts";
import type { RawRequest } from "../../http/raw.ts";
import { keeping } from "../parts/stores.ts";
import { resealed, trusting, verifiedRequest } from "../parts/front.ts";

type Fields = Readonly<Record<string, Json>>;

/** How long a service remembers a number that it forgets too soon: longer than impatient callers wait. */
const REMEMBERED_MS = 1_500;

/** The number of a payment that is asked for; undefined for any other request. */
function paymentOf(request: RawRequest, parts: HandleParts): string | undefined {
  if (interfaceOf(request, parts) !== "payment.create" || !(request.body instanceof Uint8Array)) return undefined;
  const number = bodyOf({ body: request.body })?.["out_trade_no"];
  return typeof number === "string" ? number : undefined;
}

/** The payment made under another number, and answered as if under its own. */
async function madeAnew(inner: Handle, request: RawRequest, parts: HandleParts, number: string) {
  const verified = verifiedRequest(request, parts);
  const body = verified?.request.body instanceof Uint8Array ? bodyOf({ body: verified.request.body }) : undefined;
  if (verified === undefined || body === undefined) return inner(request);
  const other: Fields = { ...body, out_trade_no: `${number.slice(0, 30)}X` };
  const response = await inner(
    resealed(
      { ...verified, request: { ...verified.request, body: new TextEncoder().encode(JSON.stringify(other)) } },
      parts,
    ),
  );
  const said = bodyOf(response, parts);
  return said === undefined ? response : answered(response.status, { ...said, out_trade_no: number }, parts);
}

/** Of this many payments one ends in a system error behind its commit. */
const EVERY = 3;

const SYSTEM_ERROR = { code: "SYSTEM_ERROR", message: "internal error" };

/** A payment as one that failed. */
const asFailed = ({ settled_at: _at, ...payment }: Fields): Fields => ({
  ...payment,
  state: "FAILED",
  fail_code: "SYSTEM_ERROR",
});

/** Every third payment is carried out, ends in a system error, and is told of as failed. */
function toldAsFailed(): Pick<Defect, "handle" | "store"> {
  const seen = new Set<string>();
  const failed = new Set<string>();
  return {
    store: (store) =>
      keeping(store, (write) => {
        const row = write.value as { readonly body?: Fields } | undefined;
        const payment = row?.body?.["payment"] as Fields | undefined;
        return write.collection === "outbox" && failed.has(String(payment?.["out_trade_no"]))
          ? { ...write, value: { ...row, body: { ...row?.body, payment: asFailed(payment as Fields) } } }
          : write;
      }),
    handle: (inner, parts) => async (request) => {
      const number = paymentOf(request, parts);
      if (number === undefined || seen.has(number)) return inner(request);
      seen.add(number);
      if (seen.size % EVERY !== 0) return inner(request);
      failed.add(number);
      const response = await inner(request);
      if (response.status < 400) return answered(500, SYSTEM_ERROR, parts);
      failed.delete(number);
      return response;
    },
  };
}

/** Every third payment is carried out, ends in a system error, and is shown as failed from then on. */
const shownAsFailed: NonNullable<Defect["handle"]> = (inner, parts) => {
  const seen = new Set<string>();
  const failed = new Set<string>();
  return async (request) => {
    const number = paymentOf(request, parts);
    const response = await inner(request);
    const said = bodyOf(response, parts);
    if (said === undefined || response.status >= 400) return response;
    if (failed.has(String(said["out_trade_no"])) && said["state"] !== undefined)
      return answered(response.status, asFailed(said), parts);
    if (number === undefined || seen.has(number)) return response;
    seen.add(number);
    if (seen.size % EVERY !== 0) return response;
    failed.add(number);
    return answered(500, SYSTEM_ERROR, parts);
  };
};

/** What is wrong behind a call that had no outcome for its caller. */
export const AFTER_FAILURE: readonly Defect[] = [
  {
    name: "number-forgotten-soon",
    role: "bank",
    requirement: "ERR-12",
    title: {
      en: "A number is kept in a cache for a second or two: who asks again later pays again",
      zh: "单号仅缓存一两秒，稍后重发即重复扣款",
    },
    identity: trusting,
    handle: (inner, parts) => {
      const first = new Map<string, number>();
      return async (request) => {
        const number = paymentOf(request, parts);
        if (number === undefined) return inner(request);
        const now = parts.runtime.now();
        const since = first.get(number);
        if (since === undefined) first.set(number, now);
        return since === undefined || now - since < REMEMBERED_MS
          ? inner(request)
          : madeAnew(inner, request, parts, number);
      };
    },
  },
  {
    name: "error-after-commit-forgotten",
    role: "bank",
    requirement: "ERR-12",
    title: {
      en: "A payment that was carried out ends in a system error, and is made anew when it is sent again",
      zh: "支付已执行却返回系统错误，重发时再次执行",
    },
    identity: trusting,
    handle: (inner, parts) => {
      const seen = new Set<string>();
      const failed = new Set<string>();
      return async (request) => {
        const number = paymentOf(request, parts);
        if (number === undefined) return inner(request);
        if (failed.has(number)) return madeAnew(inner, request, parts, number);
        const response = await inner(request);
        seen.add(number);
        if (seen.size % EVERY !== 0 || response.status >= 400) return response;
        failed.add(number);
        return answered(500, SYSTEM_ERROR, parts);
      };
    },
  },
  {
    name: "error-after-commit-told-failed",
    role: "bank",
    requirement: "ERR-12",
    title: {
      en: "A payment that was carried out ends in a system error and is told of as failed, though it stands",
      zh: "支付已成功却返回系统错误，并通知为失败",
    },
    ...toldAsFailed(),
  },
  {
    name: "error-after-commit-shown-failed",
    role: "bank",
    requirement: "ERR-12",
    title: {
      en: "A payment that was booked ends in a system error, and query and repetition show it as failed",
      zh: "支付已记账却返回系统错误，查询与重发均显示失败",
    },
    handle: shownAsFailed,
  },
  {
    name: "outage-carried-out-twice",
    role: "bank",
    requirement: "ERR-12",
    title: {
      en: "A payment that was turned away in an outage is kept aside, and carried out beside the one that is sent again",
      zh: "故障期间被拒的支付另行留存，重发时与原请求各执行一次",
    },
    identity: trusting,
    handle: (inner, parts) => {
      const keptAside = new Set<string>();
      return async (request) => {
        const number = paymentOf(request, parts);
        const response = await inner(request);
        if (number === undefined) return response;
        if (response.status === 503) keptAside.add(number);
        else if (response.status < 400 && keptAside.delete(number)) return madeAnew(inner, request, parts, number);
        return response;
      };
    },
  },
];
