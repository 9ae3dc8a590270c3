import type { XmlForm } from "../../core/codec/xml/form.ts";
import type { Json } from "../../core/unit/unit.ts";
import { invalidForms, respeltForms, spoiltForms } from "./forms.ts";
import { invalidJson, spoiltObjects } from "./invalid-json.ts";
import { invalidXml, respeltXml, spoiltXml } from "./invalid-xml.ts";
import { respelt } from "./valid-json.ts";

/** A body of a corpus, with what is wrong with it. */
export interface CorpusText {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What is tried with bodies of one format. */
export interface FormatCorpus {
  /** Bodies that are none of this format; no empty one, which says nothing. */
  readonly invalid: () => readonly CorpusText[];
  /** Ways to spoil a body that is right otherwise. */
  readonly spoilt: (valid: string) => readonly CorpusText[];
  /** The same body said in other ways that are this format too, by name; as many for every body. */
  readonly respelt: (valid: string, fields: Readonly<Record<string, Json>>) => readonly (readonly [string, string])[];
}

/** The corpus of a `representation`; undefined for one of which there is none. */
export function corpusOf(representation: string, xml?: XmlForm): FormatCorpus | undefined {
  switch (representation) {
    case "json":
      return { invalid: invalidJson, spoilt: spoiltObjects, respelt: (_valid, fields) => respelt(fields) };
    case "form":
      return {
        invalid: () => invalidForms().filter(({ bytes }) => bytes.length > 0),
        spoilt: spoiltForms,
        respelt: (valid) => respeltForms(Object.fromEntries(new URLSearchParams(valid))),
      };
    case "xml":
      return {
        invalid: () => invalidXml(xml?.root, xml?.namespace).filter(({ bytes }) => bytes.length > 0),
        spoilt: spoiltXml,
        respelt: (valid) => respeltXml(valid),
      };
    default:
      return undefined;
  }
}
