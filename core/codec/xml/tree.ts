import type { Json } from "../../unit/unit.ts";
import { AT_ROOT, ATTRIBUTE, TEXT } from "./form.ts";
import type { XmlForm } from "./form.ts";
import { XmlFault } from "./reader.ts";
import type { XmlElement, XmlName } from "./reader.ts";

/** Where the elements of a message stand, made of its form once. */
export interface XmlPlaces {
  /** The path of the group in which an element of this name stands. */
  groupOf(name: string): string | undefined;
  /** Whether a path is a group or leads to one. */
  isGroup(path: string): boolean;
  /** The place of a name in the list of a group; undefined for one that is not in it. */
  orderOf(path: string, name: string): number | undefined;
}

export function placesOf({ groups = {} }: XmlForm): XmlPlaces {
  const paths = new Set(Object.keys(groups).flatMap((path) => prefixes(path)));
  const homes = new Map(Object.entries(groups).flatMap(([path, names]) => names.map((name) => [name, path] as const)));
  return {
    groupOf: (name) => homes.get(name),
    isGroup: (path) => paths.has(path),
    orderOf: (path, name) => {
      const at = groups[path]?.indexOf(name) ?? -1;
      return at < 0 ? undefined : at;
    },
  };
}

/** A path and those that lead to it. */
function prefixes(path: string): readonly string[] {
  const steps = path.split("/");
  return path === AT_ROOT ? [] : steps.map((_step, index) => steps.slice(0, index + 1).join("/"));
}

export const below = (path: string, name: string): string => (path === AT_ROOT ? name : `${path}/${name}`);

/**
 * The object that a root stands for: members by the names of elements, lists of repeated ones, texts, and objects of
 * elements that hold others. Attributes are members that begin with `@`.
 *
 * @throws XmlFault for what has a second reading, or none in this form.
 */
export function messageOf(root: XmlElement, form: XmlForm, places: XmlPlaces): Readonly<Record<string, Json>> {
  const names = nameReader(form);
  if (root.name.local !== form.root || root.name.namespace !== (form.namespace ?? ""))
    throw new XmlFault(
      root.at,
      `the root is not ${form.root}${form.namespace === undefined ? "" : ` of the namespace ${form.namespace}`}`,
      `根元素不是 ${form.root}${form.namespace === undefined ? "" : `（命名空间 ${form.namespace}）`}`,
    );
  if (/[^ \t\n]/.test(root.text))
    throw new XmlFault(root.at, "the root holds text and no elements", "根元素只有文本，没有子元素");
  const message: Record<string, Json> = {};
  for (const { name, value, at } of root.attributes) add(message, ATTRIBUTE + names(name, at, true), value, at);
  const visit = (element: XmlElement, path: string): void => {
    let last = -1;
    for (const { name, value, first } of membersOf(element, names)) {
      const here = below(path, name);
      const order = places.orderOf(path, name);
      if (form.ordered === true && order !== undefined) {
        if (order < last) throw new XmlFault(first.at, "the elements are not in their order", "元素顺序不符");
        last = order;
      }
      if (places.isGroup(here)) {
        if (Array.isArray(value) || first.attributes.length > 0 || /[^ \t\n]/.test(first.text))
          throw new XmlFault(first.at, "the element only groups others", "该元素仅用于归组，不应有文本、属性或重复");
        visit(first, here);
      } else {
        const home = places.groupOf(name) ?? path;
        if (home !== path) throw new XmlFault(first.at, `the element stands in ${home}`, `该元素应位于 ${home} 之内`);
        add(message, order === undefined ? here : name, value, first.at);
      }
    }
  };
  visit(root, AT_ROOT);
  return message;
}

type NameReader = (name: XmlName, at: number, attribute?: boolean) => string;

/** The name in packs of an expanded name. */
function nameReader({ namespace = "", namespaces = {} }: XmlForm): NameReader {
  const prefixOf = new Map(Object.entries(namespaces).map(([prefix, address]) => [address, prefix]));
  return (name, at, attribute = false) => {
    // An attribute without a prefix has no namespace, whatever the element has.
    if (name.namespace === (attribute ? "" : namespace)) return name.local;
    const prefix = prefixOf.get(name.namespace);
    if (prefix === undefined)
      throw new XmlFault(at, "the name is of a namespace that is not expected here", "名称属于未约定的命名空间");
    return `${prefix}:${name.local}`;
  };
}

/** The members of an element by name. @throws XmlFault where those of one name do not stand together. */
function membersOf(
  element: XmlElement,
  names: NameReader,
): readonly { readonly name: string; readonly value: Json; readonly first: XmlElement }[] {
  const found = new Map<string, { name: string; first: XmlElement; elements: XmlElement[] }>();
  let before: string | undefined;
  for (const child of element.children) {
    const name = names(child.name, child.at);
    const known = found.get(name);
    if (known === undefined) found.set(name, { name, first: child, elements: [child] });
    else if (before === name) known.elements.push(child);
    else
      throw new XmlFault(
        child.at,
        "the elements of a list do not stand together",
        "重复元素未连续排列，无法确定其含义",
      );
    before = name;
  }
  return [...found.values()].map(({ name, first, elements }) => {
    const values = elements.map((one) => valueOf(one, names));
    return { name, first, value: values.length === 1 ? (values[0] as Json) : values };
  });
}

function valueOf(element: XmlElement, names: NameReader): Json {
  if (element.children.length === 0 && element.attributes.length === 0) return element.text;
  const value: Record<string, Json> = {};
  for (const { name, value: text, at } of element.attributes) add(value, ATTRIBUTE + names(name, at, true), text, at);
  for (const member of membersOf(element, names)) add(value, member.name, member.value, member.first.at);
  if (element.children.length === 0 && element.text !== "") value[TEXT] = element.text;
  return value;
}

function add(to: Record<string, Json>, name: string, value: Json, at: number): void {
  if (Object.hasOwn(to, name)) throw new XmlFault(at, "the name stands here twice", "名称重复出现");
  to[name] = value;
}
