import { Buffer } from "node:buffer";
import { X509Certificate } from "node:crypto";
import type { KeyObject } from "node:crypto";

/** A key that cannot be used, with the remedy in the message. Never quotes key material. */
export class KeyRefused extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "KeyRefused";
  }
}

export interface PemBlock {
  readonly label: string;
  readonly der: Buffer;
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \1-----/g;

const REMEDY: Readonly<Record<string, string>> = {
  "ENCRYPTED PRIVATE KEY": "decrypt it first: openssl pkey -in KEY.pem -out PLAIN.pem",
  "EC PRIVATE KEY": "convert it to PKCS#8: openssl pkcs8 -topk8 -nocrypt -in KEY.pem -out PKCS8.pem",
  "EC PARAMETERS": "leave the parameters out: openssl pkcs8 -topk8 -nocrypt -in KEY.pem -out PKCS8.pem",
  "PRIVATE KEY":
    "this is a private key, and it was given where a public key belongs: keep it secret and export the public half: openssl pkey -in KEY.pem -pubout",
  "RSA PRIVATE KEY":
    "this is a private key, and it was given where a public key belongs: keep it secret and export the public half: openssl pkey -in KEY.pem -pubout",
  "PUBLIC KEY": "this is the public half; the private key (BEGIN PRIVATE KEY) is needed here",
  CERTIFICATE: "this is a certificate; the private key (BEGIN PRIVATE KEY) is needed here",
};

/**
 * The one PEM block of `pem`. `what` names the place in errors, such as `private key of scheme sm2`.
 *
 * More than one block is refused: which one counts would be a guess, and tools guess differently.
 *
 * @throws KeyRefused when there is no block, several, one that does not decode, or one of a label not in `allowed`.
 */
export function readPem(pem: string, allowed: readonly string[], what: string): PemBlock {
  const blocks = [...pem.matchAll(BLOCK)];
  const block = blocks[0];
  if (block === undefined) {
    throw new KeyRefused(
      `${what}: no PEM block found; expected text that begins with -----BEGIN ${allowed[0] ?? ""}----- (a file name was given in place of its content?)`,
    );
  }
  if (blocks.length > 1) {
    throw new KeyRefused(
      `${what}: ${blocks.length} PEM blocks found (${blocks.map((each) => each[1]).join(", ")}); give exactly one`,
    );
  }
  const label = block[1] ?? "";
  if (!allowed.includes(label)) {
    const remedy = REMEDY[label];
    throw new KeyRefused(
      `${what}: found "${label}", allowed: ${allowed.join(", ")}${remedy === undefined ? "" : `; ${remedy}`}`,
    );
  }
  const text = (block[2] ?? "").replace(/\s+/g, "");
  const der = Buffer.from(text, "base64");
  if (der.length === 0 || der.toString("base64") !== text) {
    throw new KeyRefused(`${what}: the PEM block "${label}" is not valid base64; it was cut or changed on the way`);
  }
  return { label, der };
}

/** The PEM text of one DER value, 64 characters a line (RFC 7468), with a final newline. */
export function writePem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

/**
 * The SubjectPublicKeyInfo (DER) of a public key or of a certificate. A certificate's chain and dates are ignored here:
 * checking them belongs to enrolment.
 *
 * @throws KeyRefused
 */
export function readPublicKeyInfo(pem: string, what: string): Buffer {
  const { label, der } = readPem(pem, ["PUBLIC KEY", "CERTIFICATE"], what);
  if (label === "PUBLIC KEY") return der;
  try {
    return new X509Certificate(der).publicKey.export({ type: "spki", format: "der" });
  } catch (cause) {
    throw new KeyRefused(
      `${what}: the certificate cannot be read; export its key: openssl x509 -in CERT.pem -pubkey -noout`,
      cause,
    );
  }
}

/** A public key object as SPKI PEM. */
export function publicKeyPem(key: KeyObject): string {
  return writePem("PUBLIC KEY", key.export({ type: "spki", format: "der" }));
}

/** A private key object as PKCS#8 PEM, not encrypted. */
export function privateKeyPem(key: KeyObject): string {
  return writePem("PRIVATE KEY", key.export({ type: "pkcs8", format: "der" }));
}
