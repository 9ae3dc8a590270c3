import type { Bounds } from "../../codec/codec.ts";
import { charsetOf } from "../../codec/xml/charset.ts";
import { ATTRIBUTE } from "../../codec/xml/form.ts";
import { readXml, XmlFault } from "../../codec/xml/reader.ts";
import type { XmlElement } from "../../codec/xml/reader.ts";
import type { Fields } from "../trailing-signature/document.ts";
import type { EnvelopedSignaturePolicy } from "./policy.ts";
import { DSIG, ID_ATTRIBUTE } from "./xml-signature.ts";

/** Signatures are canonicalised in UTF-8, so the documents of this envelope are written in it. */
const UTF8 = charsetOf("UTF-8");

/** What a signature adds to a document: its elements and attributes, a KeyInfo included, and its levels. */
const SIGNATURE_MEMBERS = 48;
const SIGNATURE_DEPTH = 8;

/** A document and the signatures in it, before anything of them is believed. */
export interface CutDocument {
  readonly text: string;
  readonly root: XmlElement;
  /** Every element Signature of XML Signature, wherever it stands. */
  readonly signatures: readonly XmlElement[];
  /** The text without them. */
  readonly rest: string;
}

/** A body as our own strict reader takes it; `lenient` is for judges. */
export function cutDocument(body: Uint8Array, bounds: Bounds, lenient = false): CutDocument | XmlFault {
  const text = UTF8.read(body);
  if (text === undefined) return new XmlFault(0, "the body is not valid UTF-8", "报文体不是合法的 UTF-8");
  try {
    const { bytes, depth, members } = bounds;
    const wider = { bytes, depth: Math.max(depth, SIGNATURE_DEPTH), members: members + SIGNATURE_MEMBERS };
    const root = readXml(text, "UTF-8", wider, lenient);
    const outermost: XmlElement[] = [];
    const signatures = signaturesIn(root, outermost);
    const rest = outermost.reduceRight((whole, { at, end }) => whole.slice(0, at) + whole.slice(end), text);
    return { text, root, signatures, rest };
  } catch (fault) {
    if (fault instanceof XmlFault) return fault;
    throw fault;
  }
}

/** Whether an element is one of XML Signature with this name. */
export const isDsig = (element: XmlElement | undefined, local: string): boolean =>
  element?.name.namespace === DSIG && element.name.local === local;

function signaturesIn(element: XmlElement, outermost: XmlElement[], within = false): readonly XmlElement[] {
  return element.children.flatMap((child) => {
    const isOne = isDsig(child, "Signature");
    if (isOne && !within) outermost.push(child);
    return [...(isOne ? [child] : []), ...signaturesIn(child, outermost, within || isOne)];
  });
}

/** The root's attribute that the one reference points to. */
export const rootAttributes = ({ id }: Pick<EnvelopedSignaturePolicy, "id">): Fields =>
  id === undefined ? {} : { [ATTRIBUTE + ID_ATTRIBUTE]: id };

/** A document with an element at the end of its root. */
export function withElement(document: string, element: string): string {
  const end = document.lastIndexOf("</");
  return end < 0 ? document + element : document.slice(0, end) + element + document.slice(end);
}

const START_TAG = /^<[^\s/>]+((?:\s+[^\s=]+\s*=\s*(?:"[^"]*"|'[^']*'))*)/;

/** The declarations of namespaces in the tag that a text begins with: name and whole attribute. */
function declarationsIn(text: string): readonly (readonly [name: string, attribute: string])[] {
  const attributes = START_TAG.exec(text)?.[1] ?? "";
  return [...attributes.matchAll(/([^\s=]+)\s*=\s*(?:"[^"]*"|'[^']*')/g)].flatMap(([whole, name = ""]) =>
    name === "xmlns" || name.startsWith("xmlns:") ? [[name, whole] as const] : [],
  );
}

/** The text of an element right below the root, with those namespaces of the root that it may use. */
export function standalone({ text, root }: CutDocument, { at, end }: XmlElement): string {
  const own = text.slice(at, end);
  const declared = new Set(declarationsIn(own).map(([name]) => name));
  const more = declarationsIn(text.slice(root.at)).filter(([name]) => !declared.has(name));
  const name = /^<[^\s/>]+/.exec(own)?.[0] ?? "";
  return name + more.map(([, attribute]) => ` ${attribute}`).join("") + own.slice(name.length);
}

/** How often an attribute that readers take for an id stands in a document with this value. */
export function idsOf(element: XmlElement, value: string): number {
  const own = element.attributes.filter((one) => one.name.local.toLowerCase() === "id" && one.value === value).length;
  return element.children.reduce((count, child) => count + idsOf(child, value), own);
}
