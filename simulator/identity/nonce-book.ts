import { timeKey } from "../../core/lifecycle/rows.ts";
import type { RandomStream } from "../../core/runtime/runtime.ts";

/**
 * Key of the row of a used nonce. It begins with the time until which the nonce counts, so that rows of one time lie
 * side by side and old ones at the front.
 */
export const nonceKey = (party: string, nonce: string, untilSeconds: number): string =>
  `${timeKey(untilSeconds * 1000)}/${encodeURIComponent(party)}/${nonce}`;

/** The time until which the row of this key counts, in seconds since the epoch. */
export const untilOf = (key: string): number => Number(key.slice(0, key.indexOf("/"))) / 1000;

/** Per slot: two words of hash, and the second until which it counts; 0 there is an empty slot. */
const WORDS = 3;
const FIRST_SLOTS = 1024;
const FULLEST = 0.6;

/**
 * An index of the rows of nonces, which are ordered by time. It may name a row that does not exist, and never leaves out
 * one that does. The unit that uses a nonce reads the row itself, so crashes and concurrent calls are safe. It takes
 * twelve bytes for a nonce of any length.
 */
export class NonceBook {
  readonly #seeds: readonly [number, number];
  #words = new Uint32Array(FIRST_SLOTS * WORDS);
  #used = 0;

  /** `random` keys the hash, so that chosen nonces cannot all fall into one slot. */
  constructor(random: RandomStream) {
    this.#seeds = [random.below(2 ** 32), random.below(2 ** 32)];
  }

  /** Records a use, and returns the keys of earlier uses that may still count at `nowSeconds`. */
  claim(party: string, nonce: string, untilSeconds: number, nowSeconds: number): readonly string[] {
    const [low, high] = this.#hash(`${party}/${nonce}`);
    const words = this.#words;
    const slots = words.length / WORDS;
    const found: string[] = [];
    let known = false;
    let slot = low & (slots - 1);
    for (let until = words[slot * WORDS + 2]; until !== 0 && until !== undefined; until = words[slot * WORDS + 2]) {
      if (words[slot * WORDS] === low && words[slot * WORDS + 1] === high) {
        if (until > nowSeconds) found.push(nonceKey(party, nonce, until));
        known ||= until === untilSeconds;
      }
      slot = (slot + 1) & (slots - 1);
    }
    if (known) return found;
    words.set([low, high, untilSeconds], slot * WORDS);
    this.#used += 1;
    if (this.#used > slots * FULLEST) this.#renew(nowSeconds);
    return found;
  }

  /** Takes in a row that an earlier life has left. */
  restore(key: string, nowSeconds: number): void {
    const [, party = "", nonce = ""] = key.split("/");
    this.claim(decodeURIComponent(party), nonce, untilOf(key), nowSeconds);
  }

  /** Number of nonces in the index, including expired ones that are not yet overwritten. */
  get size(): number {
    return this.#used;
  }

  /** Rebuilds the table at the right size, without expired nonces. */
  #renew(nowSeconds: number): void {
    const before = this.#words;
    let counting = 0;
    for (let at = 2; at < before.length; at += WORDS) if ((before[at] ?? 0) > nowSeconds) counting += 1;
    let slots = FIRST_SLOTS;
    while (counting > (slots * FULLEST) / 2) slots *= 2;
    const words = new Uint32Array(slots * WORDS);
    for (let at = 0; at < before.length; at += WORDS) {
      if ((before[at + 2] ?? 0) <= nowSeconds) continue;
      let slot = (before[at] ?? 0) & (slots - 1);
      while (words[slot * WORDS + 2] !== 0) slot = (slot + 1) & (slots - 1);
      words.set(before.subarray(at, at + WORDS), slot * WORDS);
    }
    this.#words = words;
    this.#used = counting;
  }

  #hash(text: string): readonly [number, number] {
    let [low, high] = this.#seeds;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      low = Math.imul(low ^ code, 0x85ebca6b);
      low = (low << 13) | (low >>> 19);
      high = Math.imul(high ^ code, 0xc2b2ae35);
      high = (high << 15) | (high >>> 17);
    }
    return [mixed(low ^ text.length), mixed(high + low)];
  }
}

/** The last step of MurmurHash3 (public domain): every bit of the input reaches every bit of the result. */
function mixed(word: number): number {
  let mix = word;
  mix = Math.imul(mix ^ (mix >>> 16), 0x85ebca6b);
  mix = Math.imul(mix ^ (mix >>> 13), 0xc2b2ae35);
  return (mix ^ (mix >>> 16)) >>> 0;
}
