import type { RawRequest } from "../simulator/http/raw.ts";

/** What is to be answered to one attempt at a target. */
export interface Scripted {
  readonly answer: string;
  /** The last part of the target, or the number that the script is for. */
  readonly name: string;
}

/** Scripts that are kept for numbers; the oldest is forgotten beyond so many. */
const MOST_NUMBERS = 1_000;

/**
 * Says what to answer to an attempt: what its target says, `{notifyUrl}/{answer}.{answer}.../{name}`, else what was
 * arranged for a number that stands in its body, since a registered target is one for all that it is told of.
 */
export class Scripts {
  readonly #folder: string;
  readonly #attempts = new Map<string, number>();
  readonly #ofNumbers = new Map<string, readonly string[]>();

  constructor(notifyUrl: string) {
    this.#folder = new URL(notifyUrl).pathname;
  }

  /** Has attempts that speak of a number answered so: one answer for each, the last for all that follow. */
  arrange(number: string, answers: readonly string[]): void {
    this.#ofNumbers.set(number, answers);
    const [oldest] = this.#ofNumbers.keys();
    if (this.#ofNumbers.size > MOST_NUMBERS && oldest !== undefined) this.#ofNumbers.delete(oldest);
  }

  /** The answer to this attempt, which is counted; undefined where nothing is arranged. */
  next(request: RawRequest): Scripted | undefined {
    const found = this.#ofTarget(request) ?? this.#ofBody(request);
    if (found === undefined) return undefined;
    const attempt = this.#attempts.get(found.key) ?? 0;
    this.#attempts.set(found.key, attempt + 1);
    return { answer: found.answers[Math.min(attempt, found.answers.length - 1)] ?? "ack", name: found.name };
  }

  #ofTarget({ target }: RawRequest): Found | undefined {
    if (!target.startsWith(`${this.#folder}/`)) return undefined;
    const [, script, name] = /^\/([^/]+)\/([^/?]+)$/.exec(target.slice(this.#folder.length)) ?? [];
    return script === undefined || name === undefined ? undefined : { key: target, answers: script.split("."), name };
  }

  #ofBody({ body }: RawRequest): Found | undefined {
    if (this.#ofNumbers.size === 0 || !(body instanceof Uint8Array)) return undefined;
    const text = new TextDecoder().decode(body);
    for (const [number, answers] of this.#ofNumbers)
      if (text.includes(number)) return { key: `#${number}`, answers, name: number };
    return undefined;
  }
}

interface Found {
  readonly key: string;
  readonly answers: readonly string[];
  readonly name: string;
}
