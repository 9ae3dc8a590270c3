import { deflateSync, gunzipSync, gzipSync, inflateSync } from "node:zlib";

/** How the bytes of a file are packed: not at all, as gzip (RFC 1952), or as zlib's deflate (RFC 1950). */
export const ENCODINGS = ["none", "gzip", "deflate"] as const;
export type Encoding = (typeof ENCODINGS)[number];

export const isEncoding = (value: unknown): value is Encoding =>
  typeof value === "string" && (ENCODINGS as readonly string[]).includes(value);

/** A file without end in a few packed bytes is refused: no bill of a test has more. */
const MOST_BYTES = 256 * 1024 * 1024;

/** The file, packed. */
export function encode(file: Uint8Array, encoding: Encoding): Uint8Array {
  switch (encoding) {
    case "gzip":
      return gzipSync(file);
    case "deflate":
      return deflateSync(file);
    default:
      return file;
  }
}

/** The file that was packed; undefined when the bytes are not packed so, or hold more than 256 MiB. */
export function decode(bytes: Uint8Array, encoding: Encoding): Uint8Array | undefined {
  if (encoding === "none") return bytes;
  try {
    const options = { maxOutputLength: MOST_BYTES };
    return encoding === "gzip" ? gunzipSync(bytes, options) : inflateSync(bytes, options);
  } catch {
    return undefined;
  }
}

/** The media type of a packed file (RFC 6713); that of the file itself where it is not packed. */
export function mediaType(encoding: Encoding, plain: string): string {
  return encoding === "none" ? plain : encoding === "gzip" ? "application/gzip" : "application/zlib";
}
