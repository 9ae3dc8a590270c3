import { X509Certificate, createPrivateKey } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { readKeyFile } from "../core/signature/key-file.ts";
import { reasonOf, UserError } from "./user-error.ts";

/** A file as a flag names it. */
export interface NamedFile {
  readonly flag: string;
  readonly file: string;
}

export interface Certificates {
  readonly text: string;
  /** At least one, each within its time. */
  readonly certificates: readonly X509Certificate[];
}

const BLOCK = /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[\s\S]*?-----END (?:X509 |TRUSTED )?CERTIFICATE-----/g;

/**
 * The certificates of a PEM file, in its order. @throws UserError for a file without, and for one whose time is over or
 * has not come.
 */
export function certificatesOf(named: NamedFile, nowMs: number): Certificates {
  const where = `${named.flag} ${named.file}`;
  const text = textOf(named, "x509");
  const blocks = text.match(BLOCK) ?? [];
  if (blocks.length === 0) {
    throw new UserError(
      `${named.file} holds no certificate${text.includes("PRIVATE KEY-----") ? ", but a private key" : ""}`,
      {
        where,
        allowed: "a PEM file: -----BEGIN CERTIFICATE-----",
        next: text.includes("PRIVATE KEY-----")
          ? "give the certificate here and the key with the flag for keys"
          : "give the certificate's file",
      },
    );
  }
  const certificates = blocks.map((block) => {
    try {
      return new X509Certificate(block);
    } catch (cause) {
      throw new UserError(`a certificate in ${named.file} cannot be read: ${reasonOf(cause)}`, {
        where,
        allowed: "X.509 certificates in PEM",
        next: `see what \`openssl x509 -in ${named.file} -noout -text\` says, and copy the file again`,
        cause,
      });
    }
  });
  for (const { subject, validFrom, validTo } of certificates) {
    if (Date.parse(validTo) < nowMs)
      throw new UserError(`the certificate of ${oneLine(subject)} expired on ${validTo}`, {
        where,
        next: "have it renewed, and check this machine's clock",
      });
    if (Date.parse(validFrom) > nowMs)
      throw new UserError(`the certificate of ${oneLine(subject)} is not valid before ${validFrom}`, {
        where,
        next: "check this machine's clock, or wait until then",
      });
  }
  return { text, certificates };
}

/** The private key of a PEM file. @throws UserError for a file without, and for a key with a passphrase. */
export function privateKeyOf(named: NamedFile): { readonly text: string; readonly key: KeyObject } {
  const where = `${named.flag} ${named.file}`;
  const text = textOf(named, "pkey");
  if (/BEGIN ENCRYPTED PRIVATE KEY|Proc-Type: *4,ENCRYPTED/.test(text)) {
    throw new UserError(`the key in ${named.file} is encrypted, and serve cannot ask for its passphrase`, {
      where,
      allowed: "a private key without a passphrase, in a file that only you may read",
      next: `decrypt it: openssl pkey -in ${named.file} -out plain.key.pem && chmod 600 plain.key.pem`,
    });
  }
  if (!text.includes("PRIVATE KEY-----"))
    throw new UserError(
      `${named.file} holds no private key${text.includes("BEGIN CERTIFICATE") ? ", but a certificate" : ""}`,
      {
        where,
        allowed: "a PEM file: -----BEGIN PRIVATE KEY-----",
        next: text.includes("BEGIN CERTIFICATE")
          ? "give the key here and the certificate with the flag for certificates"
          : "give the key's file",
      },
    );
  try {
    return { text, key: createPrivateKey(text) };
  } catch (cause) {
    throw new UserError(`the key in ${named.file} cannot be read: ${reasonOf(cause)}`, {
      where,
      allowed: "a private key in PEM",
      next: `see what \`openssl pkey -in ${named.file} -noout -check\` says, and copy the file again`,
      cause,
    });
  }
}

function textOf({ flag, file }: NamedFile, tool: "x509" | "pkey"): string {
  let bytes: Buffer;
  try {
    bytes = readKeyFile(file);
  } catch (cause) {
    const missing = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
    throw new UserError(missing ? `there is no file ${file}` : `${file} cannot be read: ${reasonOf(cause)}`, {
      where: `${flag} ${file}`,
      allowed: "a PEM file that you may read",
      next: "correct the name, or create the file; docs/recipes/serve-tls.md shows how, with openssl",
      cause,
    });
  }
  // SEQUENCE: the binary form of both.
  if (bytes[0] === 0x30)
    throw new UserError(`${file} is in binary form (DER or PKCS#12), not PEM`, {
      where: `${flag} ${file}`,
      allowed: "a PEM file",
      next: `convert it: openssl ${tool} -inform DER -in ${file} -out ${file}.pem (of PKCS#12: openssl pkcs12 -in ${file} -nodes)`,
    });
  return bytes.toString("utf8");
}

/** A distinguished name, which Node writes over several lines. */
export const oneLine = (name: string): string => (name === "" ? "(no name)" : name.replaceAll("\n", ", "));
