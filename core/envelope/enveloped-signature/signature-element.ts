import type { XmlElement } from "../../codec/xml/reader.ts";
import type { Bilingual } from "../../run/verdict.ts";
import { isDsig } from "./document.ts";
import type { EnvelopedSignaturePolicy } from "./policy.ts";
import { DIGEST_METHODS, ENVELOPED, EXCLUSIVE, referenceOf } from "./xml-signature.ts";

/** What an element Signature says; nothing of it is believed yet. */
export interface SignatureElement {
  readonly ok: true;
  readonly algorithm: string;
  /** The text of SignatureValue, in one line. */
  readonly value: string;
  /** The text of DigestValue, in one line. */
  readonly digest: string;
}

export interface WrongSignature {
  readonly ok: false;
  /** The element at fault, such as `Signature/SignedInfo`. */
  readonly field: string;
  readonly message: Bilingual;
}

/**
 * Reads an element Signature, which has to be the agreed one to the last element: one SignedInfo, one reference, the
 * agreed methods and transforms. A KeyInfo may stand behind and is not looked at: keys are those that were enrolled.
 * Nothing else may, because it is in Object, in a second reference or in another transform that wrapping attacks put
 * what was signed out of the way.
 */
export function readSignature(
  signature: XmlElement,
  policy: EnvelopedSignaturePolicy,
): SignatureElement | WrongSignature {
  try {
    return read(signature, policy);
  } catch (wrong) {
    if (wrong instanceof Wrong) return { ok: false, field: wrong.field, message: wrong.said };
    throw wrong;
  }
}

class Wrong extends Error {
  readonly field: string;
  readonly said: Bilingual;

  constructor(field: string, en: string, zh: string) {
    super(en);
    this.field = field;
    this.said = { en: `${field}: ${en}`, zh: `${field}：${zh}` };
  }
}

function read(signature: XmlElement, policy: EnvelopedSignaturePolicy): SignatureElement {
  const [signedInfo, value] = childrenOf(signature, "Signature", ["SignedInfo", "SignatureValue"], "KeyInfo");
  const info = "Signature/SignedInfo";
  const [canonical, method, reference] = childrenOf(signedInfo, info, [
    "CanonicalizationMethod",
    "SignatureMethod",
    "Reference",
  ]);
  algorithmOf(canonical, `${info}/CanonicalizationMethod`, [EXCLUSIVE]);
  const algorithm = algorithmOf(method, `${info}/SignatureMethod`, Object.keys(policy.algorithms));
  const at = `${info}/Reference`;
  const uri = referenceOf(policy);
  const [address, ...others] = reference?.attributes ?? [];
  const isAddress = address?.name.local === "URI" && address.name.namespace === "";
  if (!isAddress || others.length > 0 || address.value !== uri)
    throw new Wrong(
      at,
      `URI must be ${JSON.stringify(uri)}, and the only attribute`,
      `只能有属性 URI，且值为 "${uri}"`,
    );
  const [transforms, digestMethod, digest] = childrenOf(reference, at, ["Transforms", "DigestMethod", "DigestValue"]);
  const each = childrenOf(transforms, `${at}/Transforms`, ["Transform", "Transform"]);
  for (const [index, wanted] of [ENVELOPED, EXCLUSIVE].entries())
    algorithmOf(each[index], `${at}/Transforms/Transform[${index + 1}]`, [wanted]);
  algorithmOf(digestMethod, `${at}/DigestMethod`, [DIGEST_METHODS[policy.digest]]);
  return {
    ok: true,
    algorithm,
    value: base64In(value, "Signature/SignatureValue"),
    digest: base64In(digest, `${at}/DigestValue`),
  };
}

/** The children of an element, which are exactly these, in their order; `perhaps` may stand behind them. */
function childrenOf(
  element: XmlElement | undefined,
  at: string,
  wanted: readonly string[],
  perhaps?: string,
): readonly XmlElement[] {
  const children = element?.children ?? [];
  const fits =
    wanted.every((name, index) => isDsig(children[index], name)) &&
    children.slice(wanted.length).every((child, index) => index === 0 && isDsig(child, perhaps ?? ""));
  if (children.length < wanted.length || !fits)
    throw new Wrong(
      at,
      `must hold exactly ${wanted.join(", ")}${perhaps === undefined ? "" : `, and may hold a ${perhaps}`}, in this order`,
      `须恰好依次包含 ${wanted.join("、")}${perhaps === undefined ? "" : `，其后可有一个 ${perhaps}`}`,
    );
  return children;
}

/** The method that an element names, which holds nothing else. */
function algorithmOf(element: XmlElement | undefined, at: string, allowed: readonly string[]): string {
  const [attribute, ...others] = element?.attributes ?? [];
  const value = attribute?.name.local === "Algorithm" && attribute.name.namespace === "" ? attribute.value : "";
  if (!allowed.includes(value) || others.length > 0 || element?.children.length !== 0 || /\S/.test(element.text))
    throw new Wrong(
      at,
      `Algorithm must be ${allowed.join(" or ")}, and nothing else may stand there`,
      `Algorithm 须为 ${allowed.join(" 或 ")}，且不得有其他内容`,
    );
  return value;
}

/** A text of base64, whose lines are put together: libraries break it into lines of 76 characters. */
function base64In(element: XmlElement | undefined, at: string): string {
  const text = oneLine(element?.text ?? "");
  if (text === "" || element?.attributes.length !== 0 || element.children.length > 0)
    throw new Wrong(at, "is missing or empty, or holds more than a text", "缺失、为空或含文本以外的内容");
  return text;
}

const oneLine = (text: string): string => text.replaceAll(/[\r\n]/g, "");
