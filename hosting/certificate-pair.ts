import { X509Certificate } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { isIP } from "node:net";
import { createSecureContext, rootCertificates } from "node:tls";
import { reasonOf } from "../core/text/said-error.ts";
import { certificatesOf, oneLine, privateKeyOf } from "./pem-files.ts";
import type { Certificates, NamedFile } from "./pem-files.ts";
import { UserError } from "./user-error.ts";

/** A certificate with those that lead to its authority, and its private key. */
export interface Pair {
  readonly chain: readonly X509Certificate[];
  readonly leaf: X509Certificate;
  /** The last of the chain. */
  readonly top: X509Certificate;
  readonly certText: string;
  readonly keyText: string;
}

/** Reads a certificate and its key, which belong together. @throws UserError */
export function pairOf(cert: NamedFile, key: NamedFile, nowMs: number): Pair {
  const { text: certText, certificates: chain } = certificatesOf(cert, nowMs);
  const [leaf] = chain;
  const top = chain.at(-1);
  if (leaf === undefined || top === undefined) throw new TypeError("certificatesOf gives at least one");
  const where = `${cert.flag} ${cert.file}`;
  const { text: keyText, key: privateKey } = privateKeyOf(key);
  if (!leaf.checkPrivateKey(privateKey)) throw mismatched(cert, key, chain, privateKey);
  refuseBrokenChain(chain, where);
  try {
    createSecureContext({ cert: certText, key: keyText });
  } catch (cause) {
    throw new UserError(
      {
        en: `OpenSSL refuses the certificate of ${oneLine(leaf.subject)}: ${reasonOf(cause).en}`,
        zh: `OpenSSL 拒绝 ${oneLine(leaf.subject)} 的证书：${reasonOf(cause).zh}`,
      },
      {
        where,
        allowed: {
          en: "RSA of at least 2048 bits or a curve such as P-256, signed with SHA-256 or better",
          zh: "至少 2048 位的 RSA，或 P-256 等曲线；签名用 SHA-256 或更强",
        },
        next: { en: "have a certificate with a stronger key issued", zh: "请换用更强密钥重新签发证书" },
        cause,
      },
    );
  }
  return { chain, leaf, top, certText, keyText };
}

/** The certificates and the key are no pair: what is wrong with them. */
function mismatched(
  cert: NamedFile,
  key: NamedFile,
  [leaf, ...rest]: readonly X509Certificate[],
  privateKey: KeyObject,
): UserError {
  const where = `${cert.flag} ${cert.file}`;
  const subject = oneLine(leaf?.subject ?? "");
  const other = rest.find((one) => one.checkPrivateKey(privateKey));
  if (other !== undefined)
    return new UserError(
      {
        en: `the certificate of the key does not stand first in ${cert.file}`,
        zh: `${cert.file} 中排在首位的不是该私钥的证书`,
      },
      {
        where,
        allowed: {
          en: `the certificate of ${oneLine(other.subject)} first, then that of its issuer, and so on`,
          zh: `首先是 ${oneLine(other.subject)} 的证书，其后是其签发者的，依此类推`,
        },
        next: { en: "put the certificates into that order", zh: "请按此顺序排列证书" },
      },
    );
  return new UserError(
    {
      en: `the key in ${key.file} does not belong to the certificate of ${subject}`,
      zh: `${key.file} 中的私钥与 ${subject} 的证书不匹配`,
    },
    {
      where: `${key.flag} ${key.file}, ${where}`,
      allowed: { en: "the private key for which the certificate was issued", zh: "该证书所对应的私钥" },
      next: {
        en: `compare the outputs of \`openssl x509 -in ${cert.file} -noout -pubkey\` and \`openssl pkey -in ${key.file} -pubout\`, and give the pair of which they are equal`,
        zh: `请比较 \`openssl x509 -in ${cert.file} -noout -pubkey\` 与 \`openssl pkey -in ${key.file} -pubout\` 的输出，给出两者相同的一对`,
      },
    },
  );
}

/** @throws UserError where a certificate was not issued by the one that follows it. */
function refuseBrokenChain(chain: readonly X509Certificate[], where: string): void {
  for (const [index, one] of chain.entries()) {
    const issuer = chain[index + 1];
    if (issuer !== undefined && !one.checkIssued(issuer))
      throw new UserError(
        {
          en: `the chain is broken: ${oneLine(one.subject)} was not issued by ${oneLine(issuer.subject)}, which follows it`,
          zh: `证书链断裂：${oneLine(one.subject)} 并非由排在其后的 ${oneLine(issuer.subject)} 签发`,
        },
        {
          where,
          allowed: {
            en: `after it the certificate of "${oneLine(one.issuer)}"`,
            zh: `其后应为“${oneLine(one.issuer)}”的证书`,
          },
          next: {
            en: "put each certificate before its issuer's, and remove unrelated ones",
            zh: "请将每张证书排在其签发者之前，并去掉无关的证书",
          },
        },
      );
  }
}

/** Reads the certificates of authorities. @throws UserError */
export function authoritiesOf(named: NamedFile, nowMs: number): Certificates {
  const read = certificatesOf(named, nowMs);
  const leaf = read.certificates.find(({ ca }) => !ca);
  if (leaf !== undefined)
    throw new UserError(
      {
        en: `${named.file} holds a certificate that is not an authority's: ${oneLine(leaf.subject)}`,
        zh: `${named.file} 中有证书不属于 CA：${oneLine(leaf.subject)}`,
      },
      {
        where: `${named.flag} ${named.file}`,
        allowed: { en: "certificates with basicConstraints CA:TRUE", zh: "basicConstraints 为 CA:TRUE 的证书" },
        next: {
          en: `give the certificate of "${oneLine(leaf.issuer)}", which issued it`,
          zh: `请给出其签发者“${oneLine(leaf.issuer)}”的证书`,
        },
      },
    );
  return read;
}

/** Whether a chain leads to one of these authorities. */
export function leadsTo(chain: readonly X509Certificate[], authorities: readonly X509Certificate[]): boolean {
  return chain.some((one) =>
    authorities.some(
      (authority) =>
        one.fingerprint256 === authority.fingerprint256 ||
        (one.checkIssued(authority) && one.verify(authority.publicKey)),
    ),
  );
}

/** Whether the host's own authorities issued it. */
export const isPublic = (top: X509Certificate): boolean =>
  rootCertificates.some((pem) => top.checkIssued(new X509Certificate(pem)));

/** The name that clients have to ask for where the certificate is not for the address; undefined where it is. */
export function nameFor(leaf: X509Certificate, hostname: string): string | undefined {
  if ((isIP(hostname) === 0 ? leaf.checkHost(hostname) : leaf.checkIP(hostname)) !== undefined) return undefined;
  const names =
    leaf.subjectAltName?.split(", ").flatMap((name) => (name.startsWith("DNS:") ? [name.slice(4)] : [])) ?? [];
  const [name] = names.length > 0 ? names : [/^CN=(.+)$/m.exec(leaf.subject)?.[1]];
  // Any label fits a wildcard.
  return name?.replace(/^\*\./, "liantiao.");
}
