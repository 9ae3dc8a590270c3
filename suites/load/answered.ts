import type { Interface } from "../../core/pack/types.ts";
import type { PackView } from "../pack-view.ts";
import { askedIn, moneyIn } from "../resources/draft-fields.ts";
import { shownIn } from "../resources/shown.ts";
import { objectOf } from "../session/context.ts";
import type { Answer } from "../wire/answer.ts";
import type { Draft } from "../wire/draft.ts";
import type { Intent } from "./orders.ts";
import type { Ending, Sample } from "../../core/load/sample.ts";

/** When a call was to begin, was sent, and ended, in milliseconds from the begin of the load. */
export interface CallTimes {
  readonly scheduledMs: number;
  readonly sentMs: number;
  readonly endMs: number;
}

/** One call as every engine tells it; without an answer it is unanswered. */
export function sampleOf(one: Interface, pack: PackView, answer: Answer | undefined, times: CallTimes): Sample {
  const ending = answer === undefined ? "unanswered" : endingOf(answer, one, pack);
  return {
    interface: one.id,
    scheduledMs: times.scheduledMs,
    sinceScheduledMs: times.endMs - times.scheduledMs,
    sinceSentMs: times.endMs - times.sentMs,
    ending,
    status: answer?.httpStatus ?? 0,
    ...(answer?.code === undefined ? {} : { code: answer.code }),
    ...(answer !== undefined && wantsSignature(one, ending) ? { signed: answer.signature.ok } : {}),
  };
}

/**
 * Whether an answer must be signed: all are, but for good ones of interfaces whose answers the pack leaves unsigned, and
 * for what acknowledges a notification, which counts by its status.
 */
export const wantsSignature = (one: Interface, ending: Ending): boolean =>
  ending !== "success" || (one.response.signed !== false && one.notification === undefined);

/** What became of a call that was answered. */
export function endingOf(answer: Answer, one: Interface, pack: PackView): Ending {
  if (pack.succeeds(one, answer.status))
    return one.notification !== undefined ||
      pack.answerProblems(one, answer.written).length === 0 ||
      one.response.representation !== "json"
      ? "success"
      : "malformed";
  return refusalEnding(answer.status, answer.code, one, pack);
}

/** How an answer ended that is no good one. */
export function refusalEnding(status: number, code: string | undefined, one: Interface, pack: PackView): Ending {
  if (status >= 500) return "server-error";
  return code !== undefined && pack.documented(one, code) ? "refused" : "malformed";
}

/** The outcome that an answer tells of an order. An answer that anyone could have written tells nothing. */
export function outcomeOf(answer: Answer | undefined, ending: Ending, one: Interface, pack: PackView): string {
  if (answer === undefined || !answer.signature.ok) return "unknown";
  if (ending === "refused") return "refused";
  if (ending !== "success") return "unknown";
  return shownIn(pack, one, objectOf(answer.json)).outcome ?? "unknown";
}

/** The order that a request makes; undefined for one that makes nothing that moves money. */
export function intentOf(draft: Draft, pack: PackView): Intent | undefined {
  const { verb, resource } = pack.resources.about(draft.interface) ?? {};
  const law = resource?.law;
  if (verb !== "creates" || law === undefined || !("moves" in law || "reverses" in law)) return undefined;
  const number = askedIn(pack, draft, "number");
  const money = moneyIn(pack, draft);
  if (typeof number !== "string" || money === undefined || resource === undefined) return undefined;
  const account = askedIn(pack, draft, "account");
  const of = "reverses" in law ? askedIn(pack, draft, "of") : undefined;
  return {
    kind: "intent",
    number,
    resource: resource.name,
    amount: money.value,
    ...(typeof account === "string" ? { account } : {}),
    ...(typeof of === "string" ? { of } : {}),
  };
}
