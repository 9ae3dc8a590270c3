import type { Codec, Format } from "./codec.ts";
import { form } from "./form.ts";
import { json } from "./json.ts";
import type { XmlForm } from "./xml/form.ts";
import { xmlCodec } from "./xml/xml.ts";

/** How a pack writes those formats that it has a choice in. */
export interface WrittenForms {
  /** Absent: no message is XML. */
  readonly xml?: XmlForm;
}

const XML: Format = { name: "xml", title: "XML", textual: true, flat: false };

/** Every format of a message by the word that packs have for it; a table is a file, and its codec is made of its form. */
const FORMATS: ReadonlyMap<string, Format> = new Map([json, form, XML].map((format) => [format.name, format]));

/** Every format whose media type alone says how a body is written. */
export const formats = (): readonly Format[] => [...FORMATS.values()];

/** What is known of a `representation`; undefined for one without a body of its own. */
export const formatOf = (representation: string): Format | undefined => FORMATS.get(representation);

/** The codec of a `representation` in a pack; undefined for one without a body of its own. */
export type CodecOf = (representation: string) => Codec | undefined;

/** The codecs of a pack. Make them once: that of XML is made of its form. */
export function codecsOf({ xml }: WrittenForms): CodecOf {
  const codecs = new Map<string, Codec>(
    [json, form, ...(xml === undefined ? [] : [xmlCodec(xml)])].map((codec) => [codec.name, codec]),
  );
  return (representation) => codecs.get(representation);
}
