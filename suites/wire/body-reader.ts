import type { Codec } from "../../core/codec/codec.ts";
import type { CodecOf } from "../../core/codec/codecs.ts";
import { interfaceFile } from "../../core/pack/file.ts";
import { readTexts, textReaders } from "../../core/pack/text-values.ts";
import { textTree } from "../../core/pack/text-tree.ts";
import type { Interface, PackSource, Schema } from "../../core/pack/types.ts";
import type { Json } from "../../core/unit/unit.ts";
import type { BodyDecrypter } from "./body-decrypter.ts";
import type { PartOpener } from "./sealed-parts.ts";
import { contentOf } from "./content.ts";

/** Reads a payload as the value that it says, in the types of the schema where the format has texts alone; undefined for none. */
export type BodyReader = (one: Interface, part: "request" | "response", payload: Uint8Array) => Json | undefined;

/**
 * The reader of a pack's bodies. `fallback` is the format of what has no format of its own: refusals, and answers
 * without a body.
 */
export function bodyReader(
  source: PackSource,
  fallback: string,
  {
    codecOf,
    decrypted,
    open,
  }: { readonly codecOf: CodecOf; readonly decrypted: BodyDecrypter; readonly open: PartOpener },
): BodyReader {
  const known = new Map<string, (value: Json) => Json>();
  const readerOf = (codec: Codec, schema: Schema | undefined, file: string): ((value: Json) => Json) => {
    if (!codec.flat) return textTree(source, schema, file);
    const readers = textReaders(source, schema, file);
    return (value) => readTexts(readers, value);
  };
  const interfaces = new Map(source.interfaces.map((one) => [one.id, one]));
  return (one, part, carried) => {
    const codec = codecOf(one[part].representation);
    // Whether it had to be encrypted is judged elsewhere.
    const payload = decrypted(one, part, carried) ?? carried;
    if (codec === undefined) return contentOf(payload, fallback, codecOf);
    const value = contentOf(payload, codec.name, codecOf);
    if (value === undefined) return contentOf(payload, fallback, codecOf);
    if (!codec.textual) return open(one, part, value);
    const key = `${part} ${one.id}`;
    const written = interfaces.get(one.id) ?? one;
    const read = known.get(key) ?? readerOf(codec, written[part].body, interfaceFile(written));
    known.set(key, read);
    return read(value);
  };
}
