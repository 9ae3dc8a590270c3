import { X509Certificate, createPrivateKey } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { readKeyFile } from "../core/signature/key-file.ts";
import { reasonOf } from "../core/text/said-error.ts";
import { UserError } from "./user-error.ts";

/** A file as a flag names it. */
export interface NamedFile {
  readonly flag: string;
  readonly file: string;
  /** Its text, where it has been read already. */
  readonly text?: string;
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
      text.includes("PRIVATE KEY-----")
        ? { en: `${named.file} holds no certificate, but a private key`, zh: `${named.file} 中没有证书，而是私钥` }
        : { en: `${named.file} holds no certificate`, zh: `${named.file} 中没有证书` },
      {
        where,
        allowed: { en: "a PEM file: -----BEGIN CERTIFICATE-----", zh: "PEM 文件：-----BEGIN CERTIFICATE-----" },
        next: text.includes("PRIVATE KEY-----")
          ? {
              en: "give the certificate here and the key with the flag for keys",
              zh: "请在此给出证书，私钥用相应的参数给出",
            }
          : { en: "give the certificate's file", zh: "请给出证书文件" },
      },
    );
  }
  const certificates = blocks.map((block) => {
    try {
      return new X509Certificate(block);
    } catch (cause) {
      throw new UserError(
        {
          en: `a certificate in ${named.file} cannot be read: ${reasonOf(cause).en}`,
          zh: `${named.file} 中有证书无法读取：${reasonOf(cause).zh}`,
        },
        {
          where,
          allowed: { en: "X.509 certificates in PEM", zh: "PEM 格式的 X.509 证书" },
          next: {
            en: `see what \`openssl x509 -in ${named.file} -noout -text\` says, and copy the file again`,
            zh: `请看 \`openssl x509 -in ${named.file} -noout -text\` 的输出，并重新复制该文件`,
          },
          cause,
        },
      );
    }
  });
  for (const { subject, validFrom, validTo } of certificates) {
    if (Date.parse(validTo) < nowMs)
      throw new UserError(
        {
          en: `the certificate of ${oneLine(subject)} expired on ${validTo}`,
          zh: `${oneLine(subject)} 的证书已于 ${validTo} 过期`,
        },
        {
          where,
          next: { en: "have it renewed, and check this machine's clock", zh: "请更新证书，并核对本机时钟" },
        },
      );
    if (Date.parse(validFrom) > nowMs)
      throw new UserError(
        {
          en: `the certificate of ${oneLine(subject)} is not valid before ${validFrom}`,
          zh: `${oneLine(subject)} 的证书自 ${validFrom} 起才生效`,
        },
        {
          where,
          next: { en: "check this machine's clock, or wait until then", zh: "请核对本机时钟，或等到生效之时" },
        },
      );
  }
  return { text, certificates };
}

/** The private key of a PEM file. @throws UserError for a file without, and for a key with a passphrase. */
export function privateKeyOf(named: NamedFile): { readonly text: string; readonly key: KeyObject } {
  const where = `${named.flag} ${named.file}`;
  const text = textOf(named, "pkey");
  if (/BEGIN ENCRYPTED PRIVATE KEY|Proc-Type: *4,ENCRYPTED/.test(text)) {
    throw new UserError(
      {
        en: `the key in ${named.file} is encrypted, and serve cannot ask for its passphrase`,
        zh: `${named.file} 中的私钥已加密，而 serve 无法询问口令`,
      },
      {
        where,
        allowed: {
          en: "a private key without a passphrase, in a file that only you may read",
          zh: "无口令的私钥，文件仅本人可读",
        },
        next: {
          en: `decrypt it: openssl pkey -in ${named.file} -out plain.key.pem && chmod 600 plain.key.pem`,
          zh: `请解密：openssl pkey -in ${named.file} -out plain.key.pem && chmod 600 plain.key.pem`,
        },
      },
    );
  }
  if (!text.includes("PRIVATE KEY-----"))
    throw new UserError(
      text.includes("BEGIN CERTIFICATE")
        ? { en: `${named.file} holds no private key, but a certificate`, zh: `${named.file} 中没有私钥，而是证书` }
        : { en: `${named.file} holds no private key`, zh: `${named.file} 中没有私钥` },
      {
        where,
        allowed: { en: "a PEM file: -----BEGIN PRIVATE KEY-----", zh: "PEM 文件：-----BEGIN PRIVATE KEY-----" },
        next: text.includes("BEGIN CERTIFICATE")
          ? {
              en: "give the key here and the certificate with the flag for certificates",
              zh: "请在此给出私钥，证书用相应的参数给出",
            }
          : { en: "give the key's file", zh: "请给出私钥文件" },
      },
    );
  try {
    return { text, key: createPrivateKey(text) };
  } catch (cause) {
    throw new UserError(
      {
        en: `the key in ${named.file} cannot be read: ${reasonOf(cause).en}`,
        zh: `${named.file} 中的私钥无法读取：${reasonOf(cause).zh}`,
      },
      {
        where,
        allowed: { en: "a private key in PEM", zh: "PEM 格式的私钥" },
        next: {
          en: `see what \`openssl pkey -in ${named.file} -noout -check\` says, and copy the file again`,
          zh: `请看 \`openssl pkey -in ${named.file} -noout -check\` 的输出，并重新复制该文件`,
        },
        cause,
      },
    );
  }
}

function textOf({ flag, file, text }: NamedFile, tool: "x509" | "pkey"): string {
  if (text !== undefined) return text;
  let bytes: Buffer;
  try {
    bytes = readKeyFile(file);
  } catch (cause) {
    const missing = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
    throw new UserError(
      missing
        ? { en: `there is no file ${file}`, zh: `没有文件 ${file}` }
        : { en: `${file} cannot be read: ${reasonOf(cause).en}`, zh: `${file} 无法读取：${reasonOf(cause).zh}` },
      {
        where: `${flag} ${file}`,
        allowed: { en: "a PEM file that you may read", zh: "可读的 PEM 文件" },
        next: {
          en: "correct the name, or create the file; docs/recipes/serve-tls.md shows how, with openssl",
          zh: "请更正文件名，或创建该文件；用 openssl 制作的方法见 docs/recipes/serve-tls.zh-CN.md",
        },
        cause,
      },
    );
  }
  // SEQUENCE: the binary form of both.
  if (bytes[0] === 0x30)
    throw new UserError(
      {
        en: `${file} is in binary form (DER or PKCS#12), not PEM`,
        zh: `${file} 是二进制格式（DER 或 PKCS#12），不是 PEM`,
      },
      {
        where: `${flag} ${file}`,
        allowed: { en: "a PEM file", zh: "PEM 文件" },
        next: {
          en: `convert it: openssl ${tool} -inform DER -in ${file} -out ${file}.pem (of PKCS#12: openssl pkcs12 -in ${file} -nodes)`,
          zh: `请转换：openssl ${tool} -inform DER -in ${file} -out ${file}.pem（PKCS#12：openssl pkcs12 -in ${file} -nodes）`,
        },
      },
    );
  return bytes.toString("utf8");
}

/** A distinguished name, which Node writes over several lines. */
export const oneLine = (name: string): string => (name === "" ? "(no name)" : name.replaceAll("\n", ", "));
