/**
 * What travels between the main thread and a signing thread: many byte strings in one transferable block, because a
 * message costs more than what a signature needs of it, and a view is cloned with all of its buffer.
 */
export interface SigningBatch {
  /** Which key signs each part. */
  readonly keys: Uint32Array;
  readonly parts: Parts;
}

export interface Parts {
  readonly lengths: Uint32Array;
  /** All parts, one after another. */
  readonly bytes: Uint8Array;
}

/** A key that the thread has not seen yet. */
export interface SigningKey {
  readonly number: number;
  readonly scheme: string;
  readonly pem: string;
}

export type ToSigner = { readonly key: SigningKey } | { readonly batch: SigningBatch };

/** `signatures` in the order of the batch; or why none could be made. */
export type FromSigner = { readonly signatures: Parts } | { readonly failure: string };

export function joinParts(list: readonly Uint8Array[]): Parts {
  const lengths = new Uint32Array(list.length);
  let total = 0;
  for (let at = 0; at < list.length; at += 1) {
    const { length } = list[at] as Uint8Array;
    lengths[at] = length;
    total += length;
  }
  const bytes = new Uint8Array(total);
  let start = 0;
  for (const part of list) {
    bytes.set(part, start);
    start += part.length;
  }
  return { lengths, bytes };
}

export function splitParts({ lengths, bytes }: Parts): Uint8Array[] {
  const list: Uint8Array[] = [];
  let start = 0;
  for (const length of lengths) {
    list.push(bytes.subarray(start, start + length));
    start += length;
  }
  return list;
}
