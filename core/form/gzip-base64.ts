import { gunzipSync, gzipSync } from "node:zlib";
import { decodeBase64Strict, encodeBase64 } from "../signature/base64.ts";
import type { FieldForm } from "./form.ts";

/** A text without end in a few packed bytes is refused: a message carries no file larger than this. */
const MOST_BYTES = 16 * 1024 * 1024;

/** A text, packed by gzip (RFC 1952) and written in base64 (RFC 4648, 4), as small files stand in messages. */
export const gzipBase64: FieldForm = {
  holds: "text",
  read(text) {
    const packed = decodeBase64Strict(text);
    if (packed === undefined) return undefined;
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
        gunzipSync(packed, { maxOutputLength: MOST_BYTES }),
      );
    } catch {
      return undefined;
    }
  },
  write: (value) => (typeof value === "string" ? encodeBase64(gzipSync(new TextEncoder().encode(value))) : undefined),
  example: () => encodeBase64(gzipSync(new TextEncoder().encode("a,b\r\n"))),
  nearMisses: () => ["a,b", encodeBase64(new TextEncoder().encode("a,b\r\n")), "H4sI", "!"],
};
