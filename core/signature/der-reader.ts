import type { Bilingual } from "../run/verdict.ts";
import { KeyRefused } from "./pem.ts";

/** Reads DER values in order; lengths up to 65535, minimal. */
export class DerReader {
  readonly #bytes: Uint8Array;
  readonly #what: Bilingual;
  #at = 0;

  constructor(bytes: Uint8Array, what: Bilingual) {
    this.#bytes = bytes;
    this.#what = what;
  }

  take(tag: number): Uint8Array {
    const content = this.takeOptional(tag);
    if (content === undefined) throw this.#malformed();
    return content;
  }

  takeOptional(tag: number): Uint8Array | undefined {
    if (this.#bytes[this.#at] !== tag) return undefined;
    let start = this.#at + 2;
    let length = this.#bytes[this.#at + 1];
    if (length === undefined) throw this.#malformed();
    if (length >= 0x80) {
      const count = length - 0x80;
      if (count < 1 || count > 2) throw this.#malformed();
      length = 0;
      for (const byte of this.#bytes.subarray(start, start + count)) length = length * 256 + byte;
      start += count;
      if (length < (count === 1 ? 0x80 : 0x100)) throw this.#malformed();
    }
    const end = start + length;
    if (end > this.#bytes.length) throw this.#malformed();
    this.#at = end;
    return this.#bytes.subarray(start, end);
  }

  end(): void {
    if (this.#at !== this.#bytes.length) throw this.#malformed();
  }

  #malformed(): KeyRefused {
    return new KeyRefused(this.#what, {
      en: "not well-formed DER; export it again with: openssl pkey -in KEY.pem (add -pubout for the public half)",
      zh: "DER 编码有误；请重新导出：openssl pkey -in KEY.pem（公钥加 -pubout）",
    });
  }
}
