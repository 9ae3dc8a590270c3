import { Buffer } from "node:buffer";
import type { Codec } from "../../../core/codec/codec.ts";
import { XmlFault } from "../../../core/codec/xml/reader.ts";
import { cutDocument, withElement } from "../../../core/envelope/enveloped-signature/document.ts";
import type { EnvelopedSignaturePolicy } from "../../../core/envelope/enveloped-signature/policy.ts";
import { NO_BOUNDS } from "../../../core/envelope/trailing-signature/document.ts";
import type { HttpRequest } from "../../../core/runtime/runtime.ts";
import { withFieldAhead } from "./document-fields.ts";
import type { Doubled } from "./wire-envelope.ts";

/** A signed document in its parts. */
interface Signed {
  /** All of it, without a declaration. */
  readonly whole: string;
  /** Without its signature. */
  readonly document: string;
  /** The same with another value in it, as a forger wants it. */
  readonly forged: string;
  readonly element: string;
}

/**
 * Ways to have a signature, or what it covers, stand twice: two signatures, and the shapes in which signature wrapping
 * keeps the signed document somewhere in the message and puts another where it is read (McIntosh and Austel 2005;
 * Somorovsky et al. 2012, "On Breaking SAML"). A verifier that finds what was signed by its place or its id, and reads
 * the content from another place, takes them.
 */
export function wrappings(policy: EnvelopedSignaturePolicy, codec: Codec): Readonly<Record<string, Doubled>> {
  const signatures =
    (change: (element: string) => readonly string[]): Doubled =>
    (request) =>
      otherSignature(request, change);
  const wrapped =
    (change: (signed: Signed) => string): Doubled =>
    (request) => {
      const signed = partsOf(request.body);
      return signed === undefined ? request : { ...request, body: Buffer.from(change(signed)) };
    };
  const beside =
    (name: string, value: (serial: string) => string): Doubled =>
    (request, serial) => ({ ...request, body: withFieldAhead(codec, request.body, { [name]: value(serial) }) });
  return {
    "two signatures, the first forged": signatures((element) => [forgedValue(element), element]),
    "two signatures, the second forged": signatures((element) => [element, forgedValue(element)]),
    "two signatures, both right": signatures((element) => [element, element]),
    "two values in the signature": signatures((element) => [
      element.replace(/<SignatureValue>[^<]*<\/SignatureValue>/, (value) => forgedValue(value) + value),
    ]),
    "two references, the second of nothing": signatures((element) => [
      element.replace(/<Reference.*<\/Reference>/s, (one) => one + one.replace(/URI="[^"]*"/, 'URI="#liantiao"')),
    ]),
    "two serials, the first unknown": beside(policy.fields.serial, (serial) => serial),
    "two parties, the first unknown": beside(policy.fields.party, () => "STRANGER"),
    "the signed document within the signature of another one": wrapped(({ whole, forged, element }) =>
      withElement(forged, element.replace("</Signature>", `<Object>${whole}</Object></Signature>`)),
    ),
    "the signed document, without its signature, within that of another one": wrapped(({ document, forged, element }) =>
      withElement(forged, element.replace("</Signature>", `<Object>${document}</Object></Signature>`)),
    ),
    "the signed document as the last element of another one": wrapped(({ whole, forged }) =>
      withElement(forged, whole),
    ),
    "the signed document within an element of another one, the signature beside": wrapped(
      ({ document, forged, element }) => withElement(forged, `<liantiao>${document}</liantiao>${element}`),
    ),
    "another document ahead of all within the signed one": wrapped(({ whole, forged }) =>
      whole.replace(/^<[^<>]*>/, (tag) => tag + forged),
    ),
    "both documents in a new root, the signed one first": wrapped(
      ({ whole, forged }) => `<liantiao>${whole}${forged}</liantiao>`,
    ),
    "both documents in a new root, the other one first": wrapped(
      ({ whole, forged }) => `<liantiao>${forged}${whole}</liantiao>`,
    ),
    "another document under the signature of the signed one": wrapped(({ forged, element }) =>
      withElement(forged, element),
    ),
    // Comments are no part of the canonical form, so the signature stays right, and a reader of the first text is deceived.
    "a comment within a value": wrapped(({ whole }) => whole.replace(/>([^<>])([^<>]*<\/)/, ">$1<!---->$2")),
  };
}

/** The request with the signatures that `change` makes of the one in it. */
export function otherSignature(request: HttpRequest, change: (element: string) => readonly string[]): HttpRequest {
  const cut = cutDocument(request.body, NO_BOUNDS, true);
  const [signature] = cut instanceof XmlFault ? [] : cut.signatures;
  if (cut instanceof XmlFault || signature === undefined) return request;
  const { text } = cut;
  const changed = change(text.slice(signature.at, signature.end)).join("");
  return { ...request, body: Buffer.from(text.slice(0, signature.at) + changed + text.slice(signature.end)) };
}

function partsOf(body: Uint8Array): Signed | undefined {
  const cut = cutDocument(body, NO_BOUNDS, true);
  const [signature] = cut instanceof XmlFault ? [] : cut.signatures;
  if (cut instanceof XmlFault || signature === undefined) return undefined;
  const document = cut.rest.slice(cut.root.at);
  return {
    whole: cut.text.slice(cut.root.at),
    document,
    forged: forgedDocument(document),
    element: cut.text.slice(signature.at, signature.end),
  };
}

/** A document whose last value with a digit says another one. */
const forgedDocument = (document: string): string =>
  document.replace(/\d(?=[^<>\d]*<\/(?!.*\d[^<>]*<\/))/s, (digit) => String((Number(digit) + 1) % 10));

const forgedValue = (element: string): string =>
  element.replace(
    /(<(?:[^\s/>]+:)?SignatureValue>)(.)/,
    (_all, open: string, first: string) => open + (first === "A" ? "B" : "A"),
  );
