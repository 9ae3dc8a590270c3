import { headerValues } from "../../core/envelope/headers.ts";
import type { Headers } from "../../core/envelope/headers.ts";
import { suggestion } from "../../core/names/near-name.ts";
import type { Interface } from "../../core/pack/types.ts";
import { FAULTS } from "./index.ts";
import { UnknownFault } from "./switchboard.ts";
import type { Switchboard, DrawnFault } from "./switchboard.ts";

/** The header by which a request asks for one fault, or one refusal, for itself alone. Test mode only. */
export const WISH_HEADER = "Liantiao-Wish";

/** What a request wishes for itself. */
export type Wish =
  | { readonly kind: "none" }
  /** A fault that the call meets. */
  | { readonly kind: "fault"; readonly drawn: DrawnFault }
  /** A code that its interface may refuse it with. */
  | { readonly kind: "refusal"; readonly code: string }
  /** A wish that cannot be had: what is wrong, and what there is. */
  | { readonly kind: "unknown"; readonly issue: string };

/** Reads a wish: `wrong-signature`, `latency;delayMs=2000` or `INSUFFICIENT_FUNDS`. */
export function wishOf(headers: Headers, called: Interface, switchboard: Switchboard): Wish {
  const values = headerValues(headers, WISH_HEADER.toLowerCase());
  if (values.length === 0) return { kind: "none" };
  const [value = ""] = values;
  if (values.length > 1) return unknown("the header stands more than once; a call has one wish");
  const [name = "", ...settings] = value.split(";").map((part) => part.trim());
  if (called.errors.includes(name) && settings.length === 0) return { kind: "refusal", code: name };
  const faults = FAULTS.filter(({ deliver }) => deliver === undefined);
  const fault = faults.find((one) => one.name === name || one.wish === name);
  if (fault === undefined) {
    const known = [
      ...faults.flatMap(({ name: own, wish }) => (wish === undefined ? [own] : [own, wish])),
      ...called.errors,
    ];
    return unknown(`there is no such wish; ${suggestion(name, known).en}There are: ${known.join(", ")}`);
  }
  try {
    return {
      kind: "fault",
      drawn: { fault, settings: switchboard.settingsOf(fault, Object.fromEntries(settings.map(settingOf))) },
    };
  } catch (error) {
    if (error instanceof UnknownFault) return unknown(error.said.en);
    throw error;
  }
}

const unknown = (issue: string): Wish => ({ kind: "unknown", issue });

function settingOf(text: string): readonly [string, number] {
  const at = text.indexOf("=");
  return at < 0 ? [text, Number.NaN] : [text.slice(0, at), Number(text.slice(at + 1))];
}
