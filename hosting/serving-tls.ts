import { resolve } from "node:path";
import type { Bilingual } from "../core/run/verdict.ts";
import { certificateDigest } from "../core/signature/certificate.ts";
import type { ServerTls } from "../simulator/http/server.ts";
import { authoritiesOf, isPublic, leadsTo, nameFor, pairOf } from "./certificate-pair.ts";
import type { Pair } from "./certificate-pair.ts";
import { certificatesOf, oneLine } from "./pem-files.ts";
import type { Certificates } from "./pem-files.ts";
import { UserError } from "./user-error.ts";

/** The flags of `serve` that are about TLS: names of files. */
export interface TlsFlags {
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tlsCa?: string;
  readonly tlsClientCa?: string;
  readonly tlsClientCert?: string;
  readonly tlsClientKey?: string;
  /** `PARTY=CERT,KEY`: the client certificate that is bound to a party. */
  readonly tlsClient?: readonly string[];
}

/** A client certificate that is bound to a party: absolute names of files, and the SHA-256 of the certificate. */
export interface BoundClient {
  readonly cert: string;
  readonly key: string;
  readonly digest: string;
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
  /** What a client trusts at another address under the same certificate. */
  readonly trustAt: (hostname: string) => StatementTls;
  /** By party. */
  readonly clients: ReadonlyMap<string, BoundClient>;
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
  if (client !== undefined) refuseOtherAuthority(client, clientCa, "--tls-client-cert", flags.tlsClientCert ?? "");
  const clients = boundClients(flags.tlsClient ?? [], clientCa, nowMs);
  const [shown] = clients.values();
  const ca = trustOf(own, flags, nowMs);
  const trustAt = (address: string): StatementTls => {
    const servername = nameFor(own.leaf, address);
    return { ...(ca === undefined ? {} : { ca }), ...(servername === undefined ? {} : { servername }) };
  };
  return {
    server: { cert: own.certText, key: own.keyText, ...(clientCa === undefined ? {} : { clientCa: clientCa.text }) },
    trustAt,
    statement: {
      ...trustAt(hostname),
      ...(client === undefined || flags.tlsClientCert === undefined || flags.tlsClientKey === undefined
        ? shown === undefined
          ? {}
          : { cert: shown.cert, key: shown.key }
        : { cert: resolve(flags.tlsClientCert), key: resolve(flags.tlsClientKey) }),
    },
    clients,
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
      ...(clientCa === undefined || client !== undefined || shown !== undefined
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

/** @throws UserError where a client's certificate does not come from the authority of clients. */
function refuseOtherAuthority(client: Pair, clientCa: Certificates | undefined, flag: string, file: string): void {
  if (clientCa === undefined || leadsTo(client.chain, clientCa.certificates)) return;
  throw new UserError(
    {
      en: `the client certificate in ${file} is issued by "${oneLine(client.top.issuer)}", and --tls-client-ca names another authority`,
      zh: `${file} 中的客户端证书由“${oneLine(client.top.issuer)}”签发，而 --tls-client-ca 给出的是另一机构`,
    },
    {
      where: `${flag} ${file}`,
      next: {
        en: "give a certificate that this authority issued, or name its authority with --tls-client-ca",
        zh: "请给出该机构签发的证书，或用 --tls-client-ca 给出其签发机构",
      },
    },
  );
}

/** The certificates of `--tls-client`, by party. @throws UserError */
function boundClients(
  texts: readonly string[],
  clientCa: Certificates | undefined,
  nowMs: number,
): ReadonlyMap<string, BoundClient> {
  const clients = new Map<string, BoundClient>();
  for (const text of texts) {
    const [, party, cert, key] = /^([0-9A-Za-z_.-]{1,64})=([^,]+),([^,]+)$/u.exec(text) ?? [];
    if (party === undefined || cert === undefined || key === undefined || clients.has(party))
      throw new UserError(
        party !== undefined && clients.has(party)
          ? { en: `--tls-client binds ${party} twice`, zh: `--tls-client 重复绑定了 ${party}` }
          : { en: `--tls-client does not take "${text}"`, zh: `--tls-client 不接受“${text}”` },
        {
          where: "--tls-client",
          allowed: "PARTY=CERT.pem,KEY.pem",
          next: {
            en: "name a party once, its client certificate and that certificate's private key",
            zh: "每个参与方写一次，并给出其客户端证书与证书私钥",
          },
        },
      );
    const pair = pairOf({ flag: "--tls-client", file: cert }, { flag: "--tls-client", file: key }, nowMs);
    refuseOtherAuthority(pair, clientCa, "--tls-client", cert);
    clients.set(party, { cert: resolve(cert), key: resolve(key), digest: certificateDigest(pair.leaf) });
  }
  return clients;
}

/** Flags that say nothing without another one. */
function refuseHalf(flags: TlsFlags): void {
  const needs = (have: keyof TlsFlags, flag: string, needed: keyof TlsFlags, other: string, next: Bilingual): void => {
    if (flags[have] !== undefined && flags[needed] === undefined)
      throw new UserError(
        { en: `${flag} needs ${other}`, zh: `${flag} 须与 ${other} 一同给出` },
        { where: flag, next },
      );
  };
  needs("tlsCert", "--tls-cert", "tlsKey", "--tls-key", {
    en: "give the certificate's private key with --tls-key FILE (the same file, if it holds both)",
    zh: "请用 --tls-key 给出证书的私钥（可为同一文件）",
  });
  needs("tlsKey", "--tls-key", "tlsCert", "--tls-cert", {
    en: "give the certificate with --tls-cert FILE",
    zh: "请用 --tls-cert 给出证书",
  });
  needs("tlsCa", "--tls-ca", "tlsCert", "--tls-cert", {
    en: "give what the authority issued with --tls-cert FILE --tls-key FILE",
    zh: "请用 --tls-cert 与 --tls-key 给出该机构所签发的证书与私钥",
  });
  needs("tlsClientCa", "--tls-client-ca", "tlsCert", "--tls-cert", {
    en: "clients show certificates in TLS only: give --tls-cert FILE --tls-key FILE",
    zh: "客户端只在 TLS 中出示证书：请给出 --tls-cert 与 --tls-key",
  });
  needs("tlsClientCert", "--tls-client-cert", "tlsClientCa", "--tls-client-ca", {
    en: "name the authority that clients' certificates are to come from with --tls-client-ca FILE",
    zh: "请用 --tls-client-ca 给出客户端证书的签发机构",
  });
  needs("tlsClient", "--tls-client", "tlsClientCa", "--tls-client-ca", {
    en: "name the authority that clients' certificates are to come from with --tls-client-ca FILE",
    zh: "请用 --tls-client-ca 给出客户端证书的签发机构",
  });
  needs("tlsClientCert", "--tls-client-cert", "tlsClientKey", "--tls-client-key", {
    en: "give the certificate's private key with --tls-client-key FILE",
    zh: "请用 --tls-client-key 给出证书的私钥",
  });
  needs("tlsClientKey", "--tls-client-key", "tlsClientCert", "--tls-client-cert", {
    en: "give the certificate with --tls-client-cert FILE",
    zh: "请用 --tls-client-cert 给出证书",
  });
}

/**
 * The file of the authority that clients must trust, as an absolute name; undefined where the host's authorities
 * suffice, or it is unknown.
 */
function trustOf({ top }: Pair, { tlsCa, tlsCert }: TlsFlags, nowMs: number): string | undefined {
  if (tlsCa !== undefined) {
    const { certificates } = certificatesOf({ flag: "--tls-ca", file: tlsCa }, nowMs);
    if (!leadsTo([top], certificates))
      throw new UserError(
        {
          en: `${tlsCa} did not issue the certificate of ${oneLine(top.subject)}`,
          zh: `${oneLine(top.subject)} 的证书并非由 ${tlsCa} 签发`,
        },
        {
          where: `--tls-ca ${tlsCa}`,
          allowed: { en: `the certificate of "${oneLine(top.issuer)}"`, zh: `“${oneLine(top.issuer)}”的证书` },
          next: {
            en: "give that one, or put the intermediate certificates into the file of --tls-cert",
            zh: "请给出该证书，或将中间证书放入 --tls-cert 的文件",
          },
        },
      );
    return resolve(tlsCa);
  }
  // A chain that ends in itself brings its authority along.
  return top.checkIssued(top) && tlsCert !== undefined ? resolve(tlsCert) : undefined;
}
