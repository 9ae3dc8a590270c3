import { Buffer } from "node:buffer";
import { ExclusiveCanonicalization, SignedXml } from "xml-crypto";
import type { HashAlgorithm, SignatureAlgorithm } from "xml-crypto";
import { createHash } from "node:crypto";
import type { EnvelopedSignaturePolicy, XmlDigest } from "./policy.ts";

/** The namespace of XML Signature. */
export const DSIG = "http://www.w3.org/2000/09/xmldsig#";
export const ENVELOPED = `${DSIG}enveloped-signature`;
export const EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#";

/** `Algorithm` of DigestMethod. */
export const DIGEST_METHODS: Readonly<Record<XmlDigest, string>> = {
  "sha-256": "http://www.w3.org/2001/04/xmlenc#sha256",
  "sha-512": "http://www.w3.org/2001/04/xmlenc#sha512",
};

/** The attribute of the root that a reference by id points to. */
export const ID_ATTRIBUTE = "Id";

type Terms = Pick<EnvelopedSignaturePolicy, "digest" | "id">;

/** The `URI` of the one reference. */
export const referenceOf = ({ id }: Terms): string => (id === undefined ? "" : `#${id}`);

/** A document's signature, but for its value. */
export interface OpenSignature {
  /** SignedInfo in its canonical form: the bytes that are signed. */
  readonly base: Uint8Array;
  /** The element Signature with this text as its value. */
  element(signature: string): string;
}

/** What a signature says, once its digest was found to be that of the document. */
export interface Covered {
  /** SignedInfo in its canonical form: the bytes that have to be signed. */
  readonly base: Uint8Array;
  /** The canonical form of what the reference covers, and so of all that is signed. */
  readonly content: Uint8Array;
}

/**
 * The element that signs a document, which is XML that our own reader has read before.
 *
 * @throws Error for what is no XML, or has no root with the id.
 */
export function signatureOver(document: string, terms: Terms, algorithm: string): OpenSignature {
  let base = "";
  const signer = signing(terms, algorithm, (signed) => (base = signed));
  signer.addReference({
    xpath: "/*",
    uri: referenceOf(terms),
    isEmptyUri: terms.id === undefined,
    transforms: [ENVELOPED, EXCLUSIVE],
    digestAlgorithm: DIGEST_METHODS[terms.digest],
  });
  signer.computeSignature(asLibraryReads(document));
  const element = signer.getSignatureXml();
  return {
    base: Buffer.from(base),
    element: (signature) => element.replace(/(<SignatureValue>)[^<]*/, (_all, open: string) => open + spelt(signature)),
  };
}

/**
 * The one place where a signature within a document is looked into. The library does what it is for: it canonicalises
 * SignedInfo and what the reference points to, and holds the digest against that. It decides nothing else: each time it
 * is a new object, which knows the algorithms that the pack names and no others and sees no key, neither ours nor one
 * of the message. `signature` is the text of the element Signature, whose form was checked before (`readSignature`).
 *
 * @returns what was covered, to be believed only once the signature fits `base`; undefined where the digest is another.
 */
export function covered(document: string, signature: string, terms: Terms, algorithm: string): Covered | undefined {
  const bases: string[] = [];
  const verifier = signing(terms, algorithm, (signed) => bases.push(signed));
  try {
    verifier.loadSignature(asLibraryReads(signature));
    if (!verifier.checkSignature(asLibraryReads(document))) return undefined;
  } catch {
    return undefined;
  }
  const [content, more] = verifier.getSignedReferences();
  const [reference, another] = verifier.getReferences();
  const [base, second] = bases;
  if (content === undefined || more !== undefined || base === undefined || second !== undefined) return undefined;
  // Held once more against what the library itself has read: the form was checked by another reader.
  if (reference === undefined || another !== undefined) return undefined;
  if (reference.uri !== referenceOf(terms) || reference.transforms.join(" ") !== `${ENVELOPED} ${EXCLUSIVE}`)
    return undefined;
  return { base: Buffer.from(base), content: Buffer.from(content) };
}

/**
 * A document as the library reads it rightly. It takes two characters for line ends, as XML 1.1 has it, which in XML 1.0
 * are characters like others, so they are given by their numbers; and it cannot canonicalise an empty CDATA section.
 */
function asLibraryReads(document: string): string {
  const numbered = (text: string, before = "", behind = ""): string =>
    text.replaceAll(/[\u0085\u2028]/g, (one) => `${before}&#${one.charCodeAt(0)};${behind}`);
  return document.replaceAll(/<!\[CDATA\[.*?\]\]>|[\u0085\u2028]/gs, (part) =>
    part.length === 1 ? numbered(part) : numbered(part, "]]>", CDATA).replaceAll(`${CDATA}]]>`, ""),
  );
}

const CDATA = "<![CDATA[";

/** An object of the library that knows the agreed algorithms alone, and gives away what is signed. */
function signing({ digest }: Terms, algorithm: string, seen: (signed: string) => void): SignedXml {
  const one = new SignedXml({
    signatureAlgorithm: algorithm,
    canonicalizationAlgorithm: EXCLUSIVE,
    // Keys are held by those who sign and verify; the library insists on something in their place.
    privateKey: "held elsewhere",
    publicCert: "held elsewhere",
    getKeyInfoContent: () => null,
    getCertFromKeyInfo: () => null,
  });
  const enveloped = one.CanonicalizationAlgorithms[ENVELOPED];
  if (enveloped === undefined) throw new TypeError("xml-crypto has no enveloped signatures");
  one.CanonicalizationAlgorithms = { [ENVELOPED]: enveloped, [EXCLUSIVE]: ExclusiveCanonicalization };
  one.HashAlgorithms = { [DIGEST_METHODS[digest]]: digestOf(digest) };
  one.SignatureAlgorithms = { [algorithm]: recorder(algorithm, seen) };
  return one;
}

/** A signer that signs nothing, and a verifier that leaves that to others: both tell what is signed. */
function recorder(algorithm: string, seen: (signed: string) => void): new () => SignatureAlgorithm {
  return class implements SignatureAlgorithm {
    getAlgorithmName(): string {
      return spelt(algorithm);
    }
    getSignature(signed: unknown): string {
      seen(String(signed));
      return "none";
    }
    verifySignature(signed: string): boolean {
      seen(signed);
      return true;
    }
  };
}

function digestOf(digest: XmlDigest): new () => HashAlgorithm {
  return class implements HashAlgorithm {
    getAlgorithmName(): string {
      return DIGEST_METHODS[digest];
    }
    getHash(text: string): string {
      return digestText(digest, Buffer.from(text));
    }
  };
}

/** The text of DigestValue for these bytes. */
export const digestText = (digest: XmlDigest, bytes: Uint8Array): string =>
  createHash(digest.replace("-", "")).update(bytes).digest("base64");

const spelt = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
