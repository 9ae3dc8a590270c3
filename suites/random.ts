import { createHash } from "node:crypto";
import type { RandomStream } from "../core/runtime/runtime.ts";

/** A stream that depends on seed and name alone: the same check draws the same values whatever ran before it. */
export function seededStream(seed: number, name: string): RandomStream {
  let block = 0;
  let pool: Uint8Array = new Uint8Array();
  const bytes = (count: number): Uint8Array => {
    while (pool.length < count) {
      const next = createHash("sha256").update(`${seed}\n${name}\n${block}`).digest();
      block += 1;
      pool = Buffer.concat([pool, next]);
    }
    const taken = pool.slice(0, count);
    pool = pool.slice(count);
    return taken;
  };
  return {
    bytes,
    below(below) {
      if (!Number.isInteger(below) || below < 1 || below > 2 ** 48)
        throw new RangeError(`below ${below}: an integer from 1 to 2^48`);
      // Values above the last whole multiple are drawn again, or small numbers would come up more often.
      const limit = Math.floor(2 ** 48 / below) * below;
      for (;;) {
        const value = Buffer.from(bytes(6)).readUIntBE(0, 6);
        if (value < limit) return value % below;
      }
    },
  };
}
