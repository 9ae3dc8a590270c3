import type { Json } from "../../unit/unit.ts";
import { AT_ROOT, ATTRIBUTE, TEXT } from "./form.ts";
import type { XmlForm } from "./form.ts";
import { forbiddenCharacter, isXmlName } from "./reader.ts";
import { below } from "./tree.ts";
import type { XmlPlaces } from "./tree.ts";

type Members = Readonly<Record<string, unknown>>;

/**
 * The document of a message: elements in the order of their group's list, then in that of the object. `escape` writes
 * a text; another than the strict one is for those who write wrongly on purpose.
 *
 * @throws TypeError for a value that XML cannot carry.
 */
export function writeXml(
  message: Members,
  form: XmlForm,
  places: XmlPlaces,
  escape: (text: string, name: string) => string = escaped,
): string {
  const writer = new Writer(form, escape);
  const declaration = form.declaration ? `<?xml version="1.0" encoding="${form.encoding}"?>` : "";
  const namespaces = [
    ...(form.namespace === undefined ? [] : [` xmlns="${escape(form.namespace, "xmlns")}"`]),
    ...Object.entries(form.namespaces ?? {}).map(
      ([prefix, address]) => ` xmlns:${prefix}="${escape(address, prefix)}"`,
    ),
  ].join("");
  const attributes = writer.attributes(message);
  const content = grouped(message, form, places)
    .map((part) => writer.part(part))
    .join("");
  return `${declaration}<${form.root}${namespaces}${attributes}>${content}</${form.root}>`;
}

/** A member of the message, or a group with its own parts. */
type Part =
  | { readonly name: string; readonly value: unknown }
  | { readonly name: string; readonly parts: readonly Part[] };

/** The members of a message in their groups, in order. Groups without members are left out. */
function grouped(message: Members, { groups = {} }: XmlForm, places: XmlPlaces): readonly Part[] {
  const names = Object.keys(message).filter((name) => !name.startsWith(ATTRIBUTE) && message[name] !== undefined);
  const within = (path: string): readonly Part[] => {
    const listed = groups[path] ?? [];
    const children = [
      ...new Set([
        ...listed,
        // Groups that the list does not name come in the order in which the pack has them.
        ...Object.keys(groups)
          .filter((other) => other !== AT_ROOT && (path === AT_ROOT || other.startsWith(`${path}/`)))
          .map((other) => other.slice(path === AT_ROOT ? 0 : path.length + 1).split("/", 1)[0] ?? ""),
      ]),
    ];
    return children.flatMap((name): readonly Part[] => {
      if (places.isGroup(below(path, name))) {
        const parts = within(below(path, name));
        return parts.length === 0 ? [] : [{ name, parts }];
      }
      return names.includes(name) ? [{ name, value: message[name] }] : [];
    });
  };
  const loose = names.filter((name) => places.groupOf(name) === undefined);
  const taken = loose.find((name) => places.isGroup(name));
  if (taken !== undefined) throw new TypeError(`${taken} only groups other elements, and has no value of its own`);
  return [...within(AT_ROOT), ...loose.map((name) => ({ name, value: message[name] }))];
}

class Writer {
  readonly #prefixes: ReadonlySet<string>;
  readonly #escape: (text: string, name: string) => string;

  constructor({ namespaces = {} }: XmlForm, escape: (text: string, name: string) => string) {
    this.#prefixes = new Set(Object.keys(namespaces));
    this.#escape = escape;
  }

  part(part: Part): string {
    if ("value" in part) return this.#member(part.name, part.value);
    return `<${part.name}>${part.parts.map((inner) => this.part(inner)).join("")}</${part.name}>`;
  }

  /** An element, or one for each item of a list. */
  #member(name: string, value: unknown): string {
    if (Array.isArray(value)) return value.map((item) => this.#element(name, item)).join("");
    return this.#element(name, value);
  }

  #element(name: string, value: unknown): string {
    this.#checkName(name);
    if (typeof value !== "object" || value === null) {
      const text = this.#escape(textOf(value, name), name);
      return text === "" ? `<${name}/>` : `<${name}>${text}</${name}>`;
    }
    if (Array.isArray(value)) throw new TypeError(`XML cannot carry "${name}": a list within a list has no elements`);
    const members = value as Members;
    const inner = Object.entries(members)
      .filter(([child, each]) => !child.startsWith(ATTRIBUTE) && each !== undefined)
      .map(([child, each]) =>
        child === TEXT ? this.#escape(textOf(each, name), name) : this.#member(child, each as Json),
      );
    if (TEXT in members && inner.length > 1)
      throw new TypeError(`XML cannot carry "${name}": its text would stand beside elements`);
    const open = `${name}${this.attributes(members)}`;
    return inner.length === 0 ? `<${open}/>` : `<${open}>${inner.join("")}</${name}>`;
  }

  attributes(members: Members): string {
    return Object.entries(members)
      .filter(([name, value]) => name.startsWith(ATTRIBUTE) && value !== undefined)
      .map(([name, value]) => {
        const own = name.slice(ATTRIBUTE.length);
        this.#checkName(own);
        const text = this.#escape(textOf(value, name), name).replaceAll(/["\t\n]/g, (one) => `&#${one.charCodeAt(0)};`);
        return ` ${own}="${text}"`;
      })
      .join("");
  }

  #checkName(name: string): void {
    const [first = "", second, ...more] = name.split(":");
    const right =
      second === undefined ? isXmlName(first) : this.#prefixes.has(first) && isXmlName(second) && more.length === 0;
    if (!right)
      throw new TypeError(`XML cannot carry "${name}": it is no name of an element or of a namespace of the pack`);
  }
}

/** The text of a scalar. */
function textOf(value: unknown, name: string): string {
  if (typeof value === "string") return value;
  if (typeof value === "boolean" || (typeof value === "number" && Number.isSafeInteger(value))) return String(value);
  throw new TypeError(
    `XML cannot carry "${name}": an element holds a text, a whole number, a boolean or others, and no ${value === null ? "null" : typeof value}`,
  );
}

/** @throws TypeError for a character that XML has no place for. */
function escaped(text: string, name: string): string {
  if (forbiddenCharacter(text) >= 0) throw new TypeError(`XML cannot carry "${name}": it holds a control character`);
  return spelt(text);
}

/** A text with what has a meaning in XML spelled otherwise. */
export const spelt = (text: string): string => text.replaceAll(/[&<>\r]/g, (one) => SPELT[one] ?? one);

const SPELT: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;" };
