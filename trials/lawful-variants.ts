import type { Role } from "../core/pack/types.ts";
import type { Json } from "../core/unit/unit.ts";
import type { HandleParts, Wrappers } from "../simulator/defects/defect.ts";
import { answered, bodyOf, codeOf, interfaceOf, refused, saying } from "../simulator/defects/parts/answers.ts";
import { inTransition } from "../simulator/defects/parts/edit-pack.ts";
import type { RawRequest, RawResponse } from "../simulator/http/raw.ts";

/*
 * Variants of the simulator that do otherwise what pack and documents leave open. Each keeps the rules, so that an alarm
 * is the judge's mistake.
 */

export interface Lawful {
  readonly name: string;
  readonly role?: Role;
  /** Globs over checks and requirements that could take it for a mistake. */
  readonly only: string;
  readonly wrappers: Wrappers;
}

type Body = Readonly<Record<string, Json>>;

const isNotice = (request: RawRequest, parts: HandleParts): boolean =>
  interfaceOf(request, parts)?.startsWith("notify.") === true;

/** Changes the answers to notifications that were taken. */
const acknowledging = (change: (response: RawResponse) => RawResponse): Wrappers => ({
  handle: (inner, parts) => async (request) => {
    const response = await inner(request);
    return response.status < 300 && isNotice(request, parts) ? change(response) : response;
  },
});

/** The members of all objects, last first. */
function reversed(value: Json): Json {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value as Body)
      .toReversed()
      .map(([name, member]) => [name, reversed(member)]),
  );
}

/** Good answers with their members in another order, and with an id that the schema does not name. */
const openAndReversed: Wrappers = {
  handle: (inner, parts) => {
    let count = 0;
    return saying((body, { status }) => {
      count += 1;
      return status < 300 ? { status, body: { trace_id: `T${count}`, ...(reversed(body) as Body) } } : undefined;
    })(inner, parts);
  },
};

/** Masks have three asterisks, however many digits they hide. */
const threeStars: Wrappers = {
  handle: saying((body, { status }) => {
    const text = JSON.stringify(body);
    const masked = text.replaceAll(/\*+/gu, "***");
    return status < 300 && masked !== text ? { status, body: JSON.parse(masked) as Body } : undefined;
  }),
};

/** Nothing that was given back is left out of an order, where others say zero. */
const zeroIsSilence: Wrappers = {
  handle: saying((body, { status, interface: id }) => {
    const { refunded, ...rest } = body as { readonly refunded?: { readonly value: number } } & Body;
    return id === "order.query" && status === 200 && refunded?.value === 0 ? { status, body: rest } : undefined;
  }),
};

/** How long an order shows what it showed before, after its news was acknowledged. */
const LATE_MS = 400;

/** What was acknowledged is booked a moment later. */
const bookedLater: Wrappers = {
  handle: (inner, parts) => {
    const told = new Map<string, { readonly at: number; readonly before: Body | undefined }>();
    const shown = new Map<string, Body>();
    return async (request) => {
      const response = await inner(request);
      const body = bodyOf(response, parts);
      const { runtime } = parts;
      if (response.status < 300 && isNotice(request, parts)) {
        const number = numberTold(request);
        const known = told.get(number);
        // News that comes before the last was shown leaves what was shown as it is.
        const before = known !== undefined && runtime.now() - known.at < LATE_MS ? known.before : shown.get(number);
        told.set(number, { at: runtime.now(), before });
        return response;
      }
      if (response.status !== 200 || body === undefined || interfaceOf(request, parts) !== "order.query")
        return response;
      const number = String(body["out_trade_no"]);
      const news = told.get(number);
      if (news === undefined || runtime.now() - news.at >= LATE_MS) {
        shown.set(number, body);
        return response;
      }
      const { paid_at: _paid, refunded: _refunded, ...bare } = body;
      return answered(200, news.before ?? { ...bare, state: "CREATED" }, parts);
    };
  },
};

/** The order that a notification is about. */
function numberTold({ body }: RawRequest): string {
  const said = body instanceof Uint8Array ? bodyOf({ body }) : undefined;
  const about = (said?.["payment"] ?? said?.["refund"] ?? {}) as Body;
  return String(about["out_trade_no"]);
}

/** Mistakes for which the recipe for providers names two codes, told by what the simulator says of them. */
const OTHER_CODES: readonly (readonly [issue: RegExp, code: string])[] = [
  [/the nonce must have/u, "NONCE_REUSED"],
  [/whole seconds since 1970/u, "SIGN_ERROR"],
  [/needs exactly one Content-Type: [^;]*; got \S+ and /u, "MALFORMED_BODY"],
  [/integer|fraction|exponent|deep|levels|members/u, "PARAM_ERROR"],
  [/given more than once|percent escape/u, "MALFORMED_BODY"],
];

/** Each such mistake gets the other of its codes. */
const otherCodes: Wrappers = {
  handle: (inner, parts) => async (request) => {
    const response = await inner(request);
    if (
      !["SIGN_ERROR", "TIMESTAMP_OUT_OF_WINDOW", "UNSUPPORTED_MEDIA_TYPE", "MALFORMED_BODY", "PARAM_ERROR"].includes(
        codeOf(response, parts) ?? "",
      )
    )
      return response;
    const { issue = "" } = (bodyOf(response, parts)?.["detail"] ?? {}) as { readonly issue?: string };
    const other = OTHER_CODES.find(([said]) => said.test(issue))?.[1];
    return other === undefined || other === codeOf(response, parts) ? response : refused(other, parts);
  },
};

/** A line on which every call takes longer than a second. */
const FAR_MS = 1_050;
const farAway: Wrappers = {
  handle:
    (inner, { runtime }) =>
    async (request) => {
      await runtime.sleep(FAR_MS);
      return inner(request);
    },
};

const ORDERS = "{LIF-22,NOT-05,NOT-06,NOT-07,NOT-18,CON-10}";

export const LAWFUL: readonly Lawful[] = [
  {
    name: "a platform that acknowledges with 200",
    role: "platform",
    only: "{NOT-05,NOT-06,NOT-07,NOT-08,NOT-10,CON-01,CON-05,PAR-01,RPL-01,SIG-01}",
    wrappers: acknowledging((response) => ({ ...response, status: 200 })),
  },
  {
    name: "a platform that does not sign what acknowledges",
    role: "platform",
    only: "{NOT-05,NOT-06,NOT-07,CON-01,CON-02,SIG-25}",
    wrappers: acknowledging((response) => ({
      ...response,
      headers: response.headers.filter(([name]) => !name.startsWith("Wechatpay-")),
    })),
  },
  {
    name: "a platform that books what it acknowledged a moment later",
    role: "platform",
    only: ORDERS,
    wrappers: bookedLater,
  },
  {
    name: "a platform that says nothing where nothing is refunded",
    role: "platform",
    only: ORDERS,
    wrappers: zeroIsSilence,
  },
  {
    name: "members in another order, and an id in every good answer",
    only: "{CON-02,CON-06,DAT-04,IDM-01,IDM-03,IDM-05,LIF-01,REC-01,RPL-01,STB-08}",
    wrappers: openAndReversed,
  },
  {
    name: "a code of the bank's own for a late failure",
    only: "{LIF-03,LIF-10,NOT-15,NOT-17,LAW-02,LAW-09}",
    wrappers: {
      pack: (source) => inTransition(source, "payment.settle", ["to", 0, "set", "fail_code"], "REFUSED_BY_CORE"),
    },
  },
  { name: "masks of three asterisks", only: "{DAT-01,LIF-12,CON-02,LIF-18}", wrappers: threeStars },
  {
    name: "the other code where the recipe names two",
    only: "{RPL-07,RPL-09,CAN-04,CAN-05,CAN-07,CAN-08,PAR-04,PAR-13}",
    wrappers: otherCodes,
  },
  {
    name: "a line of more than a second",
    only: "{parsing.bounds/echo,contract.valid-request/echo}",
    wrappers: farAway,
  },
];
