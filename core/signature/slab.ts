/*
 * Imports nothing of Node's: k6 scripts sign with this too.
 */

/** Bytes of one block. Longer pieces get memory of their own. */
const SLAB_BYTES = 65_536;

let slab = new Uint8Array(SLAB_BYTES);
let used = 0;

/**
 * So many bytes, all zero, out of a larger block: engines keep each block outside of their heap, and asking for one and
 * giving it back costs more than most of what is done with a message's few hundred bytes.
 */
export function zeroedBytes(length: number): Uint8Array {
  if (length > SLAB_BYTES / 4) return new Uint8Array(length);
  if (used + length > SLAB_BYTES) {
    slab = new Uint8Array(SLAB_BYTES);
    used = 0;
  }
  used += length;
  return slab.subarray(used - length, used);
}
