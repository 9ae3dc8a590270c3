import type { CheckFinished, RunEvent } from "../../core/run/event.ts";
import type { Finding } from "../../core/run/finding.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import type { Redaction } from "../../core/redaction/redaction.ts";
import { quotation } from "../../core/text/quotation.ts";

/** A minimal case longer than this as JSON is told as a text. */
const MOST_OF_A_VALUE = 4_000;

/**
 * An event as it may be shown: what a check says is masked, and each quotation of bounded length, since a SUT chooses what stands in it. Names, such as a requirement's id, are no SUT's text and stay.
 */
export function shownEvent(event: RunEvent, redact: Redaction): RunEvent {
  if (event.type !== "check.finished") return event;
  const text = (said: string): string => quotation(redact.line(said));
  const both = ({ en, zh }: Bilingual): Bilingual => ({ en: text(en), zh: text(zh) });
  const { finding, reason, error } = event;
  return {
    ...event,
    ...(reason === undefined ? {} : { reason: both(reason) }),
    ...(error === undefined ? {} : { error: text(error) }),
    ...(finding === undefined ? {} : { finding: shownFinding(finding, redact, { text, both }) }),
  } satisfies CheckFinished;
}

function shownFinding(
  finding: Finding,
  redact: Redaction,
  { text, both }: { text(said: string): string; both(said: Bilingual): Bilingual },
): Finding {
  const { inChinese, likelyCause, minimal } = finding;
  return {
    ...finding,
    summary: both(finding.summary),
    expected: text(finding.expected),
    seen: text(finding.seen),
    ...(inChinese === undefined
      ? {}
      : {
          inChinese: {
            expected: text(inChinese.expected),
            seen: text(inChinese.seen),
            ...(inChinese.minimal === undefined ? {} : { minimal: text(inChinese.minimal) }),
          },
        }),
    ...(likelyCause === undefined ? {} : { likelyCause: both(likelyCause) }),
    ...(minimal === undefined
      ? {}
      : {
          minimal: {
            ...minimal,
            description: text(minimal.description),
            value: shownValue(minimal.value, redact),
          },
        }),
  };
}

function shownValue(value: unknown, redact: Redaction): unknown {
  if (value === undefined) return value;
  const json = JSON.stringify(redact.json(value));
  return json.length > MOST_OF_A_VALUE ? quotation(json, MOST_OF_A_VALUE) : (JSON.parse(json) as unknown);
}
