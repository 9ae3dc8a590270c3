import type { Bilingual } from "../core/run/verdict.ts";
import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { resolve } from "node:path";
import { createSecureContext, rootCertificates } from "node:tls";
import type { ServerTls } from "../simulator/http/server.ts";
import { certificatesOf, oneLine, privateKeyOf } from "./pem-files.ts";
import type { Certificates, NamedFile } from "./pem-files.ts";
import { reasonOf, UserError } from "./user-error.ts";

/** The flags of `serve` that are about TLS: names of files. */
export interface TlsFlags {
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tlsCa?: string;
  readonly tlsClientCa?: string;
  readonly tlsClientCert?: string;
  readonly tlsClientKey?: string;
}

/** What a statement says of TLS: absolute names of files. */
export interface StatementTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly servername?: string;
}

export interface ServingTls {
  readonly server: ServerTls;
  readonly statement: StatementTls;
  /** For a person: whose certificate, until when. */
  readonly shown: string;
  /** What a client has to add to the statement by itself. */
  readonly missing: readonly Bilingual[];
}

/**
 * Reads the files that the TLS flags name. Mistakes are reported before the port listens, because a failing handshake
 * would say too little.
 *
 * @throws UserError
 */
export function servingTls(flags: TlsFlags, hostname: string, nowMs: number): ServingTls | undefined {
  refuseHalf(flags);
  if (flags.tlsCert === undefined || flags.tlsKey === undefined) return undefined;
  const own = pairOf({ flag: "--tls-cert", file: flags.tlsCert }, { flag: "--tls-key", file: flags.tlsKey }, nowMs);
  const clientCa =
    flags.tlsClientCa === undefined
      ? undefined
      : authoritiesOf({ flag: "--tls-client-ca", file: flags.tlsClientCa }, nowMs);
  const client =
    flags.tlsClientCert === undefined || flags.tlsClientKey === undefined
      ? undefined
      : pairOf(
          { flag: "--tls-client-cert", file: flags.tlsClientCert },
          { flag: "--tls-client-key", file: flags.tlsClientKey },
          nowMs,
        );
  if (client !== undefined && clientCa !== undefined && !leadsTo(client.chain, clientCa.certificates)) {
    throw new UserError(
      `the client certificate in ${flags.tlsClientCert} is issued by "${oneLine(client.top.issuer)}", and --tls-client-ca names another authority`,
      {
        where: `--tls-client-cert ${flags.tlsClientCert}`,
        next: "give a certificate that this authority issued, or name its authority with --tls-client-ca",
      },
    );
  }
  const ca = trustOf(own, flags, nowMs);
  const servername = nameFor(own.leaf, hostname);
  return {
    server: { cert: own.certText, key: own.keyText, ...(clientCa === undefined ? {} : { clientCa: clientCa.text }) },
    statement: {
      ...(ca === undefined ? {} : { ca }),
      ...(client === undefined || flags.tlsClientCert === undefined || flags.tlsClientKey === undefined
        ? {}
        : { cert: resolve(flags.tlsClientCert), key: resolve(flags.tlsClientKey) }),
      ...(servername === undefined ? {} : { servername }),
    },
    shown: `${oneLine(own.leaf.subject)}, until ${own.leaf.validTo}${clientCa === undefined ? "" : "; clients need a certificate"}`,
    missing: [
      ...(ca !== undefined || isPublic(own.top)
        ? []
        : [
            {
              en: `its authority "${oneLine(own.top.issuer)}" is not known here: give its certificate with --tls-ca FILE, so that the statement names it`,
              zh: `本机不认识其签发机构“${oneLine(own.top.issuer)}”：请以 --tls-ca 文件 给出其证书，以便写入声明`,
            },
          ]),
      ...(clientCa === undefined || client !== undefined
        ? []
        : [
            {
              en: "clients need a certificate, and the statement names none: give one with --tls-client-cert FILE --tls-client-key FILE",
              zh: "客户端须出示证书，而声明中没有：请以 --tls-client-cert 文件 --tls-client-key 文件 给出",
            },
          ]),
    ],
  };
}

/** Flags that say nothing without another one. */
function refuseHalf(flags: TlsFlags): void {
  const needs = (have: keyof TlsFlags, flag: string, needed: keyof TlsFlags, other: string, next: string): void => {
    if (flags[have] !== undefined && flags[needed] === undefined)
      throw new UserError(`${flag} needs ${other}`, { where: flag, next });
  };
  needs(
    "tlsCert",
    "--tls-cert",
    "tlsKey",
    "--tls-key",
    "give the certificate's private key with --tls-key FILE (the same file, if it holds both)",
  );
  needs("tlsKey", "--tls-key", "tlsCert", "--tls-cert", "give the certificate with --tls-cert FILE");
  needs(
    "tlsCa",
    "--tls-ca",
    "tlsCert",
    "--tls-cert",
    "give what the authority issued with --tls-cert FILE --tls-key FILE",
  );
  needs(
    "tlsClientCa",
    "--tls-client-ca",
    "tlsCert",
    "--tls-cert",
    "clients show certificates in TLS only: give --tls-cert FILE --tls-key FILE",
  );
  needs(
    "tlsClientCert",
    "--tls-client-cert",
    "tlsClientCa",
    "--tls-client-ca",
    "name the authority that clients' certificates are to come from with --tls-client-ca FILE",
  );
  needs(
    "tlsClientCert",
    "--tls-client-cert",
    "tlsClientKey",
    "--tls-client-key",
    "give the certificate's private key with --tls-client-key FILE",
  );
  needs(
    "tlsClientKey",
    "--tls-client-key",
    "tlsClientCert",
    "--tls-client-cert",
    "give the certificate with --tls-client-cert FILE",
  );
}

interface Pair {
  readonly chain: readonly X509Certificate[];
  readonly leaf: X509Certificate;
  /** The last of the chain. */
  readonly top: X509Certificate;
  readonly certText: string;
  readonly keyText: string;
}

function pairOf(cert: NamedFile, key: NamedFile, nowMs: number): Pair {
  const { text: certText, certificates: chain } = certificatesOf(cert, nowMs);
  const [leaf] = chain;
  const top = chain.at(-1);
  if (leaf === undefined || top === undefined) throw new TypeError("certificatesOf gives at least one");
  const where = `${cert.flag} ${cert.file}`;
  const { text: keyText, key: privateKey } = privateKeyOf(key);
  if (!leaf.checkPrivateKey(privateKey)) {
    const other = chain.find((one) => one.checkPrivateKey(privateKey));
    if (other !== undefined)
      throw new UserError(`the certificate of the key does not stand first in ${cert.file}`, {
        where,
        allowed: `the certificate of ${oneLine(other.subject)} first, then that of its issuer, and so on`,
        next: "put the certificates into that order",
      });
    throw new UserError(`the key in ${key.file} does not belong to the certificate of ${oneLine(leaf.subject)}`, {
      where: `${key.flag} ${key.file}, ${where}`,
      allowed: "the private key for which the certificate was issued",
      next: `compare the outputs of \`openssl x509 -in ${cert.file} -noout -pubkey\` and \`openssl pkey -in ${key.file} -pubout\`, and give the pair of which they are equal`,
    });
  }
  for (const [index, one] of chain.entries()) {
    const issuer = chain[index + 1];
    if (issuer !== undefined && !one.checkIssued(issuer))
      throw new UserError(
        `the chain is broken: ${oneLine(one.subject)} was not issued by ${oneLine(issuer.subject)}, which follows it`,
        {
          where,
          allowed: `after it the certificate of "${oneLine(one.issuer)}"`,
          next: "put each certificate before its issuer's, and remove unrelated ones",
        },
      );
  }
  try {
    createSecureContext({ cert: certText, key: keyText });
  } catch (cause) {
    throw new UserError(`OpenSSL refuses the certificate of ${oneLine(leaf.subject)}: ${reasonOf(cause)}`, {
      where,
      allowed: "RSA of at least 2048 bits or a curve such as P-256, signed with SHA-256 or better",
      next: "have a certificate with a stronger key issued",
      cause,
    });
  }
  return { chain, leaf, top, certText, keyText };
}

function authoritiesOf(named: NamedFile, nowMs: number): Certificates {
  const read = certificatesOf(named, nowMs);
  const leaf = read.certificates.find(({ ca }) => !ca);
  if (leaf !== undefined)
    throw new UserError(`${named.file} holds a certificate that is not an authority's: ${oneLine(leaf.subject)}`, {
      where: `${named.flag} ${named.file}`,
      allowed: "certificates with basicConstraints CA:TRUE",
      next: `give the certificate of "${oneLine(leaf.issuer)}", which issued it`,
    });
  return read;
}

/**
 * The file of the authority that clients must trust, as an absolute name; undefined where the host's authorities
 * suffice, or it is unknown.
 */
function trustOf({ top }: Pair, { tlsCa, tlsCert }: TlsFlags, nowMs: number): string | undefined {
  if (tlsCa !== undefined) {
    const { certificates } = certificatesOf({ flag: "--tls-ca", file: tlsCa }, nowMs);
    if (!leadsTo([top], certificates))
      throw new UserError(`${tlsCa} did not issue the certificate of ${oneLine(top.subject)}`, {
        where: `--tls-ca ${tlsCa}`,
        allowed: `the certificate of "${oneLine(top.issuer)}"`,
        next: "give that one, or put the intermediate certificates into the file of --tls-cert",
      });
    return resolve(tlsCa);
  }
  // A chain that ends in itself brings its authority along.
  return top.checkIssued(top) && tlsCert !== undefined ? resolve(tlsCert) : undefined;
}

function leadsTo(chain: readonly X509Certificate[], authorities: readonly X509Certificate[]): boolean {
  return chain.some((one) =>
    authorities.some(
      (authority) =>
        one.fingerprint256 === authority.fingerprint256 ||
        (one.checkIssued(authority) && one.verify(authority.publicKey)),
    ),
  );
}

const isPublic = (top: X509Certificate): boolean =>
  rootCertificates.some((pem) => top.checkIssued(new X509Certificate(pem)));

/** The name that clients have to ask for where the certificate is not for the address; undefined where it is. */
function nameFor(leaf: X509Certificate, hostname: string): string | undefined {
  if ((isIP(hostname) === 0 ? leaf.checkHost(hostname) : leaf.checkIP(hostname)) !== undefined) return undefined;
  const names =
    leaf.subjectAltName?.split(", ").flatMap((name) => (name.startsWith("DNS:") ? [name.slice(4)] : [])) ?? [];
  const [name] = names.length > 0 ? names : [/^CN=(.+)$/m.exec(leaf.subject)?.[1]];
  // Any label fits a wildcard.
  return name?.replace(/^\*\./, "liantiao.");
}
