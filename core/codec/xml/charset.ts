import { gb18030Writer } from "../gb18030.ts";
import type { XmlEncoding } from "./form.ts";

/** How texts become bytes. */
export interface Charset {
  readonly name: XmlEncoding;
  /** The text of bytes; undefined for bytes that are none of this encoding. A byte order mark stays where it is. */
  read(bytes: Uint8Array): string | undefined;
  /** @throws TypeError for a character that the encoding has no place for. */
  write(text: string): Uint8Array;
}

export function charsetOf(name: XmlEncoding): Charset {
  return {
    name,
    read(bytes) {
      try {
        return new TextDecoder(name, { fatal: true, ignoreBOM: true }).decode(bytes);
      } catch {
        return undefined;
      }
    },
    write: name === "GB18030" ? gb18030Writer() : (text) => Buffer.from(text),
  };
}
