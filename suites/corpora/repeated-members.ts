import { escaped } from "../../core/codec/form.ts";
import type { XmlForm } from "../../core/codec/xml/form.ts";
import type { Json } from "../../core/unit/unit.ts";

/*
 * One body with one of its members twice, for each format of bodies: which of the two counts is what readers differ about.
 */

/** A body that says a member twice. */
export interface Repeated {
  readonly name: string;
  readonly text: string;
  /** It may be read as a list, and is then refused by the schema. */
  readonly asList?: true;
}

/** A member as its format writes it, of a body that holds it. */
export interface Member {
  /** The body. */
  readonly valid: string;
  readonly name: string;
  readonly value: Json;
}

type Repeating = (member: Member, xml?: XmlForm) => readonly Repeated[];

/** The same member again, written alike. */
export const REPEATED: Readonly<Record<string, Repeating>> = {
  json: ({ valid, name, value }) => [
    {
      name: `"${name}" twice, with equal values`,
      text: `{${JSON.stringify(name)}:${JSON.stringify(value)},${valid.slice(1)}`,
    },
  ],
  form: ({ valid, name, value }) => [
    { name: `${name} twice, with equal values`, text: `${escaped(name)}=${escaped(String(value))}&${valid}` },
  ],
  xml: ({ valid, name }) => {
    const element = elementOf(valid, name);
    if (element === undefined) return [];
    return [
      { name: `<${name}> twice, side by side`, text: valid.replace(element, () => element + element), asList: true },
      { name: `<${name}> again as the last element`, text: asLast(valid, element), asList: true },
    ];
  },
};

/** The same member again under a name that only reads alike. */
export const DISGUISED: Readonly<Record<string, Repeating>> = {
  form: ({ valid, name, value }) => {
    const disguised = `%${name.charCodeAt(0).toString(16)}${escaped(name.slice(1))}=${escaped(String(value))}`;
    return [
      { name: `${name} again ahead, one letter of it escaped`, text: `${disguised}&${valid}` },
      { name: `${name} again behind, one letter of it escaped`, text: `${valid}&${disguised}` },
    ];
  },
  xml: ({ valid, name }, xml) => {
    const element = elementOf(valid, name);
    const plain = /^<([^\s/>:]+)(?:>|\/>)/.exec(element ?? "");
    if (element === undefined || plain === null || xml?.namespace === undefined) return [];
    const disguised = element
      .replace(/^<([^\s/>]+)/, (_all, local: string) => `<liantiao:${local} xmlns:liantiao="${xml.namespace ?? ""}"`)
      .replace(/<\/([^\s/>]+)>$/, "</liantiao:$1>");
    return [
      {
        name: `<${name}> again ahead, under a prefix`,
        text: valid.replace(element, () => disguised + element),
        asList: true,
      },
      {
        name: `<${name}> again behind, under a prefix`,
        text: valid.replace(element, () => element + disguised),
        asList: true,
      },
      { name: `<${name}> again as the last element, under a prefix`, text: asLast(valid, disguised), asList: true },
    ];
  },
};

/** The first element of this name; undefined where there is none, such as for an attribute. */
function elementOf(document: string, name: string): string | undefined {
  const quoted = name.replaceAll(/[.+*?^$()[\]{}|\\]/g, "\\$&");
  return new RegExp(`<${quoted}(?:\\s[^<>]*)?(?:/>|>.*?</${quoted}>)`, "su").exec(document)?.[0];
}

function asLast(document: string, element: string): string {
  const end = document.lastIndexOf("</");
  return document.slice(0, end) + element + document.slice(end);
}
