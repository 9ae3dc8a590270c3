import type { Bilingual } from "../run/verdict.ts";
import type { Json } from "../unit/unit.ts";

/** What is known of a format without a pack. */
export type Format = Pick<Codec, "name" | "title" | "textual" | "flat">;

/** What a body may not exceed. */
export interface Bounds {
  readonly bytes: number;
  /** Values within values; a flat one is 1 deep. */
  readonly depth: number;
  /** Members, elements, parameters or cells of the whole body together. */
  readonly members: number;
}

/** `offset` counts bytes from the start of the body to what is wrong; the messages do not repeat it, nor any value of the body. */
export type Decoding =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly offset: number; readonly message: Bilingual };

/**
 * Bodies of one format: bytes to value and back. Decoding is strict and bounded, because a body that two readers can
 * read differently is a body whose signature covers two messages.
 */
export interface Codec {
  /** The word of packs for it, under `representation`. */
  readonly name: string;
  /** The word for people: `JSON`. */
  readonly title: string;
  /** What is written into Content-Type. */
  readonly contentType: string;
  /** The media type that a caller is to name, for refusals and for other Content-Types made on purpose. */
  readonly mediaType: string;
  /** True where every scalar is a text on the wire, and only the schema says which of them is a number. */
  readonly textual: boolean;
  /** True where a body is one object of scalars. */
  readonly flat: boolean;
  /** Whether a Content-Type names this format, alone or in the encoding that it is written in. */
  accepts(contentType: string): boolean;
  /** Never throws, whatever the bytes are. */
  decode(bytes: Uint8Array, bounds: Bounds): Decoding;
  /** @throws TypeError for a value that the format cannot carry. */
  encode(value: unknown): Uint8Array;
  /** Whether a text comes to every reader as it is. Absent: every text does. */
  carries?(text: string): boolean;
  /** Whether a field can be called so. Absent: any name is one. */
  names?(name: string): boolean;
  /** For judges: reads what senders write against agreement and yet clearly, and writes what no right sender writes. */
  readonly loosely?: Pick<Codec, "decode" | "encode">;
}

/** The test of a Content-Type: this media type, alone or with the charset UTF-8. */
export function mediaTypeIn(mediaType: string): (contentType: string) => boolean {
  const pattern = new RegExp(`^${mediaType.replace(/[/.+-]/g, "\\$&")}\\s*(?:;\\s*charset="?utf-8"?\\s*)?$`, "i");
  return (contentType) => pattern.test(contentType);
}

/** A refusal of a decoder. */
export function undecodable(offset: number, en: string, zh: string): Decoding & { readonly ok: false } {
  return { ok: false, offset, message: { en, zh } };
}
