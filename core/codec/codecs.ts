import type { Codec } from "./codec.ts";
import { form } from "./form.ts";
import { json } from "./json.ts";

/** Every codec of a message by the word that packs have for it; a table is a file, and its codec is made of its form. */
const CODECS: ReadonlyMap<string, Codec> = new Map([json, form].map((codec) => [codec.name, codec]));

/** The codec of a `representation`; undefined for one without a body of its own. */
export const codecOf = (representation: string): Codec | undefined => CODECS.get(representation);

/** Every codec whose media type alone says how a body is written. */
export const codecs = (): readonly Codec[] => [...CODECS.values()];
