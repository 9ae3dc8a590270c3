/** Where something stands in a text file, for people: both count from 1. */
export interface Place {
  readonly line: number;
  /** In characters, as editors count. */
  readonly column: number;
}

/** The place of the byte at `offset`; of the end of the file, one past its last character. */
export function placeOf(bytes: Uint8Array, offset: number): Place {
  const before = new TextDecoder().decode(bytes.subarray(0, offset));
  const lines = before.split(/\r\n|[\n\r]/);
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}
