import { codecsOf, formatOf } from "../../../core/codec/codecs.ts";
import { freshIdentifiers, runNonceOf } from "../../data/fresh.ts";
import type { Fresh } from "../../data/fresh.ts";
import { selectingHeaders } from "../../../core/pack/selection.ts";
import type { RunScope } from "../../run/scope.ts";
import { bodyOf, targetOf } from "../../wire/draft.ts";
import type { Draft } from "../../wire/draft.ts";
import { intentOf } from "../answered.ts";
import type { LoadHead } from "../../../core/load/load-folder.ts";
import type { Intent } from "../orders.ts";
import { JourneyDrafts } from "./journey-drafts.ts";
import type { K6Journey, K6Order, K6Step, Part, Parts } from "./k6-load.ts";

/** Journeys of the same interfaces that differ in amounts and words; an iteration takes one of them. */
const VARIANTS = 20;

/** Stands for the nonce of the run in numbers that the script will make. */
const TEMPLATE_NONCE = "0000000";
const NUMBER = new RegExp(`LT${TEMPLATE_NONCE}[0-9A-Z]{5}`);

/** Journeys as templates, and how many numbers the longest of them uses. */
export interface Templates {
  readonly journeys: readonly K6Journey[];
  readonly numbersEach: number;
}

/**
 * Templates of a load's journeys: everything of a request is made by the pack here, but for numbers, which the script
 * makes, and fields of answers. Undefined where a field takes no number as the script makes it.
 */
export async function templatesOf(
  scope: RunScope,
  { profile, journeys }: Pick<LoadHead, "profile" | "journeys">,
): Promise<Templates | undefined> {
  const numbers = new Numbers();
  const made: K6Journey[] = [];
  for (const [name, share] of Object.entries(profile.mix)) {
    const variants: (readonly K6Step[])[] = [];
    const drafts = new JourneyDrafts(scope, numbers.fresh);
    for (let variant = 0; variant < VARIANTS; variant += 1) {
      numbers.begin();
      const steps = await drafts.of(name, journeys[name] ?? []);
      variants.push(steps.map((draft) => stepOf(draft, scope, (text, as) => partsOf(text, as, numbers, drafts))));
    }
    made.push({ share, variants });
  }
  return numbers.fit ? { journeys: made, numbersEach: Math.max(1, numbers.most) } : undefined;
}

/** How a value stands in the text around it. */
type Place = "json" | "text" | "target";
type Split = (text: string, as: Place) => Parts;

function stepOf(draft: Draft, { pack, statement }: RunScope, split: Split): K6Step {
  const one = draft.interface;
  const intent = intentOf(draft, pack);
  return {
    interface: one.id,
    method: one.http.method,
    target: split(targetOf(draft), "target"),
    ...(draft.body === undefined
      ? {}
      : { body: split(Buffer.from(bodyOf(draft, codecsOf({}))).toString("utf8"), "json") }),
    headers: {
      Accept: "application/json",
      ...(draft.body === undefined ? {} : { "Content-Type": "application/json" }),
      ...Object.fromEntries(selectingHeaders(one)),
      ...Object.fromEntries(statement.headers ?? []),
    },
    ...(intent === undefined ? {} : { order: orderOf(intent, split) }),
    statuses: pack.successStatuses(one),
    marked: formatOf(one.response.representation) !== undefined,
  };
}

/** The order that a step makes, its numbers as texts with holes. */
export function orderOf({ number, resource, amount, account, of }: Intent, split: Split): K6Order {
  return {
    number: split(number, "text"),
    resource,
    amount,
    ...(account === undefined ? {} : { account }),
    ...(of === undefined ? {} : { of: split(of, "text") }),
  };
}

/** Splits a text at the numbers and the marks in it. */
function partsOf(text: string, as: Place, numbers: Numbers, drafts: JourneyDrafts): Parts {
  const parts: Part[] = [];
  let rest = text;
  for (;;) {
    const number = NUMBER.exec(rest);
    const mark = drafts.markIn(rest);
    if (number !== null && (mark === undefined || number.index < mark.before.length)) {
      parts.push(rest.slice(0, number.index), { number: numbers.indexOf(number[0]) });
      rest = rest.slice(number.index + number[0].length);
    } else if (mark !== undefined) {
      // As a whole value of JSON it may be no text, so its quotes are not kept.
      const whole = as === "json" && mark.before.endsWith('"') && mark.after.startsWith('"');
      parts.push(whole ? mark.before.slice(0, -1) : mark.before, {
        answer: [mark.step, mark.field],
        as: as === "json" && !whole ? "text" : as,
      });
      rest = whole ? mark.after.slice(1) : mark.after;
    } else {
      parts.push(rest);
      return parts.filter((part) => part !== "");
    }
  }
}

/** Counts the numbers of each journey, so that the script can make those of an iteration. */
class Numbers {
  /** Whether every field took a number as it is. */
  fit = true;
  most = 0;
  #made: string[] = [];
  readonly #identifiers = freshIdentifiers(TEMPLATE_NONCE);

  readonly fresh: Fresh = {
    identifier: () => this.#known(this.#identifiers.identifier()),
    number: () => this.#known(this.#identifiers.number()),
    value: (...wanted) => {
      const made = this.#identifiers.value(...wanted);
      if (runNonceOf(made) === undefined) this.fit = false;
      return this.#known(made);
    },
  };

  begin(): void {
    this.#made = [];
  }

  indexOf(identifier: string): number {
    return this.#made.indexOf(identifier);
  }

  #known(identifier: string): string {
    this.#made.push(identifier);
    this.most = Math.max(this.most, this.#made.length);
    return identifier;
  }
}
