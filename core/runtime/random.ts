import type { RandomStream } from "./runtime.ts";

const TWO_32 = 2 ** 32;
const TWO_48 = 2 ** 48;

/**
 * xoshiro128** of Blackman and Vigna (public domain reference: prng.di.unimi.it/xoshiro128starstar.c): small, fast and
 * the same on every machine. Not for secrets. Returns the next unsigned 32 bits at each call.
 */
export function xoshiro128(state: readonly [number, number, number, number]): () => number {
  let [a, b, c, d] = state;
  // The all-zero state is the one fixed point of the generator.
  if ((a | b | c | d) === 0) d = 1;
  return () => {
    const scrambled = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return scrambled;
  };
}

/** A generator's stream for one name: the same seed and name give the same bytes on every machine. */
export function seededStream(seed: number, name: string): RandomStream {
  return streamOf(xoshiro128(digest(`${seed}\n${name}`)));
}

/**
 * Streams of one seed by name. Asking twice for a name continues the same stream: a nonce drawn for every request
 * from `random("nonce")` must not come out the same each time. Names are kept, so they must be few.
 */
export function seededStreams(seed: number): (name: string) => RandomStream {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`The seed must be a safe integer, not ${seed}.`);
  const streams = new Map<string, RandomStream>();
  return (name) => {
    const known = streams.get(name);
    if (known !== undefined) return known;
    const stream = seededStream(seed, name);
    streams.set(name, stream);
    return stream;
  };
}

/** Builds a stream over any source of uniform unsigned 32-bit words. */
export function streamOf(next: () => number): RandomStream {
  return {
    bytes(count) {
      if (!Number.isSafeInteger(count) || count < 0)
        throw new RangeError(`Cannot draw ${count} bytes: the count must be a whole number of at least 0.`);
      const bytes = new Uint8Array(count);
      for (let at = 0; at < count; at += 4) {
        const word = next();
        for (let byte = 0; byte < 4 && at + byte < count; byte++) bytes[at + byte] = (word >>> (8 * byte)) & 0xff;
      }
      return bytes;
    },
    below(below) {
      if (!Number.isSafeInteger(below) || below < 1 || below > TWO_48)
        throw new RangeError(`Cannot draw below ${below}: the bound must be a whole number from 1 to 2^48.`);
      // Values past the last whole multiple of `below` are drawn again: a plain remainder would favour small numbers.
      const end = TWO_48 - (TWO_48 % below);
      for (;;) {
        const value = (next() & 0xffff) * TWO_32 + next();
        if (value < end) return value % below;
      }
    },
  };
}

const rotate = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));

/** 128 bits of a text, mixed as MurmurHash3 does: it separates streams and gives no security. */
function digest(text: string): [number, number, number, number] {
  const multipliers = [0x239b961b, 0xab0e9789, 0x38b34ae5, 0xa1e38b93] as const;
  const lane = (start: number, multiplier: number): number => {
    let hash = start ^ text.length;
    for (let at = 0; at < text.length; at++)
      hash = Math.imul(rotate(hash ^ Math.imul(text.charCodeAt(at), multiplier), 15), 0x85ebca6b) + at;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return hash ^ (hash >>> 16);
  };
  return [
    lane(0x9e3779b9, multipliers[0]),
    lane(0x243f6a88, multipliers[1]),
    lane(0xb7e15162, multipliers[2]),
    lane(0x0f1bbcdc, multipliers[3]),
  ];
}
