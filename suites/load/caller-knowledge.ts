import { pairScheme } from "../../core/signature/schemes.ts";
import type { HttpRequest, HttpResponse } from "../../core/runtime/runtime.ts";
import type { Interface } from "../../core/pack/types.ts";
import type { RunScope } from "../run/scope.ts";
import { readAnswer } from "../wire/answer.ts";
import type { Answer } from "../wire/answer.ts";
import type { CallerNews, ListedSutKey } from "./caller-news.ts";

/** Takes in keys that the SUT has told of, each once: answers that they sign are believed from now on. */
function learnKeys({ learnedKeys, pack }: RunScope, keys: readonly ListedSutKey[]): void {
  const { algorithms } = pack.policies.envelope;
  for (const { serial, token, publicPem } of keys)
    if (learnedKeys.every((known) => known.serial !== serial))
      learnedKeys.push({ serial, token, key: pairScheme(algorithms[token] ?? "").publicKey(publicPem) });
}

/** What the callers of one generator know of the SUT: its clock, by which they time requests, and its keys. */
export class CallerKnowledge {
  readonly #scope: RunScope;
  /** Offsets of the clock at which answers are taken besides the one that holds now. */
  #alsoMs: readonly number[] = [];

  constructor(scope: RunScope) {
    this.#scope = scope;
  }

  take({ clockOffsetMs, alsoMs, keys = [] }: CallerNews): void {
    const { sutClock } = this.#scope;
    if (clockOffsetMs !== undefined) {
      sutClock.offsetMs = clockOffsetMs;
      sutClock.mostMs = Math.max(sutClock.mostMs, clockOffsetMs);
      this.#alsoMs = alsoMs ?? [];
    }
    learnKeys(this.#scope, keys);
  }

  /** Reads an answer by the clock and the keys that are known; while the clock is moved, by either time. */
  read(response: HttpResponse, one: Interface, request: HttpRequest): Answer {
    const { pack, runtime, sutClock, sutKeys, learnedKeys } = this.#scope;
    const keys = learnedKeys.length === 0 ? sutKeys : [...sutKeys, ...learnedKeys];
    const at = (offsetMs: number): Answer =>
      readAnswer(response, one, pack, keys, Math.floor((runtime.now() + offsetMs) / 1000), request);
    let answer = at(sutClock.offsetMs);
    for (const offsetMs of this.#alsoMs) {
      if (answer.signature.ok) break;
      answer = at(offsetMs);
    }
    return answer;
  }
}
