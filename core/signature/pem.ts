import { Buffer } from "node:buffer";
import { X509Certificate } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { Bilingual } from "../run/verdict.ts";
import { SaidError } from "../text/said-error.ts";

/** A key that cannot be used, with the remedy in the message. Never quotes key material. */
export class KeyRefused extends SaidError {
  /** `what` names the place, such as `private key of scheme sm2`. */
  constructor(what: Bilingual, why: Bilingual, cause?: unknown) {
    super({ en: `${what.en}: ${why.en}`, zh: `${what.zh}：${why.zh}` }, cause);
  }
}

const KINDS = {
  private: { en: "private key", zh: "私钥" },
  public: { en: "public key", zh: "公钥" },
  secret: { en: "secret", zh: "共享密钥" },
} as const;

/** A key of a scheme, as errors name it. */
export const keyOf = (kind: keyof typeof KINDS, scheme: string): Bilingual => ({
  en: `${KINDS[kind].en} of scheme ${scheme}`,
  zh: `${scheme} ${KINDS[kind].zh}`,
});

export interface PemBlock {
  readonly label: string;
  readonly der: Buffer;
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \1-----/g;

const OF_PRIVATE: Bilingual = {
  en: "this is a private key, and it was given where a public key belongs: keep it secret and export the public half: openssl pkey -in KEY.pem -pubout",
  zh: "这是私钥，而此处应为公钥：请妥善保管私钥，并导出公钥：openssl pkey -in KEY.pem -pubout",
};

const REMEDY: Readonly<Record<string, Bilingual>> = {
  "ENCRYPTED PRIVATE KEY": {
    en: "decrypt it first: openssl pkey -in KEY.pem -out PLAIN.pem",
    zh: "请先解密：openssl pkey -in KEY.pem -out PLAIN.pem",
  },
  "EC PRIVATE KEY": {
    en: "convert it to PKCS#8: openssl pkcs8 -topk8 -nocrypt -in KEY.pem -out PKCS8.pem",
    zh: "请转换为 PKCS#8：openssl pkcs8 -topk8 -nocrypt -in KEY.pem -out PKCS8.pem",
  },
  "EC PARAMETERS": {
    en: "leave the parameters out: openssl pkcs8 -topk8 -nocrypt -in KEY.pem -out PKCS8.pem",
    zh: "请去掉参数部分：openssl pkcs8 -topk8 -nocrypt -in KEY.pem -out PKCS8.pem",
  },
  "PRIVATE KEY": OF_PRIVATE,
  "RSA PRIVATE KEY": OF_PRIVATE,
  "PUBLIC KEY": {
    en: "this is the public half; the private key (BEGIN PRIVATE KEY) is needed here",
    zh: "这是公钥，而此处应为私钥（BEGIN PRIVATE KEY）",
  },
  CERTIFICATE: {
    en: "this is a certificate; the private key (BEGIN PRIVATE KEY) is needed here",
    zh: "这是证书，而此处应为私钥（BEGIN PRIVATE KEY）",
  },
};

/**
 * The one PEM block of `pem`. `what` names the place in errors, such as `private key of scheme sm2`.
 *
 * More than one block is refused: which one counts would be a guess, and tools guess differently.
 *
 * @throws KeyRefused when there is no block, several, one that does not decode, or one of a label not in `allowed`.
 */
export function readPem(pem: string, allowed: readonly string[], what: Bilingual): PemBlock {
  const blocks = [...pem.matchAll(BLOCK)];
  const block = blocks[0];
  if (block === undefined) {
    throw new KeyRefused(what, {
      en: `no PEM block found; expected text that begins with -----BEGIN ${allowed[0] ?? ""}----- (a file name was given in place of its content?)`,
      zh: `没有 PEM 块；应为以 -----BEGIN ${allowed[0] ?? ""}----- 开头的文本（是否误将文件名当作内容？）`,
    });
  }
  if (blocks.length > 1) {
    const found = blocks.map((each) => each[1]);
    throw new KeyRefused(what, {
      en: `${blocks.length} PEM blocks found (${found.join(", ")}); give exactly one`,
      zh: `有 ${blocks.length} 个 PEM 块（${found.join("、")}）；只能有一个`,
    });
  }
  const label = block[1] ?? "";
  if (!allowed.includes(label)) {
    const remedy = REMEDY[label];
    throw new KeyRefused(what, {
      en: `found "${label}", allowed: ${allowed.join(", ")}${remedy === undefined ? "" : `; ${remedy.en}`}`,
      zh: `现为“${label}”，应为 ${allowed.join("、")}${remedy === undefined ? "" : `；${remedy.zh}`}`,
    });
  }
  const text = (block[2] ?? "").replace(/\s+/g, "");
  const der = Buffer.from(text, "base64");
  if (der.length === 0 || der.toString("base64") !== text) {
    throw new KeyRefused(what, {
      en: `the PEM block "${label}" is not valid base64; it was cut or changed on the way`,
      zh: `PEM 块“${label}”不是有效的 base64：传递途中被截断或改动`,
    });
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
export function readPublicKeyInfo(pem: string, what: Bilingual): Buffer {
  const { label, der } = readPem(pem, ["PUBLIC KEY", "CERTIFICATE"], what);
  if (label === "PUBLIC KEY") return der;
  try {
    return new X509Certificate(der).publicKey.export({ type: "spki", format: "der" });
  } catch (cause) {
    throw new KeyRefused(
      what,
      {
        en: "the certificate cannot be read; export its key: openssl x509 -in CERT.pem -pubkey -noout",
        zh: "证书无法读取；请导出其中的公钥：openssl x509 -in CERT.pem -pubkey -noout",
      },
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
