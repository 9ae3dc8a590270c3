import { resolve } from "node:path";
import type { Bilingual } from "../core/run/verdict.ts";
import type { TlsSettings } from "../core/runtime/runtime.ts";
import { authoritiesOf, pairOf } from "./certificate-pair.ts";
import { UserError } from "./user-error.ts";

/** The flags of `serve` that are about its own calls, and about the counterparty that its statement describes. */
export interface CallingFlags {
  readonly callCa?: string;
  readonly callCert?: string;
  readonly callKey?: string;
  readonly notifyTlsCert?: string;
  readonly notifyTlsKey?: string;
  readonly notifyTlsClientCa?: string;
}

/** What a statement says under `notify.tls`: absolute names of files. */
export interface StatementListenerTls {
  readonly cert: string;
  readonly key: string;
  readonly ca?: string;
  readonly clientCa?: string;
  readonly clientCert?: string;
}

interface CallingTls {
  /** What it trusts and shows when it calls and notifies. */
  readonly calls: TlsSettings;
  /** What the statement says of its counterparty; without TLS that speaks plain HTTP. */
  readonly counterparty: { readonly tls?: StatementListenerTls };
}

/** Reads the files that the flags name. @throws UserError */
export function callingTls(flags: CallingFlags, nowMs: number): CallingTls {
  refuseHalf(flags);
  const { callCa, callCert, callKey, notifyTlsCert, notifyTlsKey, notifyTlsClientCa } = flags;
  const ca = callCa === undefined ? undefined : authoritiesOf({ flag: "--call-ca", file: callCa }, nowMs);
  const shown =
    callCert === undefined || callKey === undefined
      ? undefined
      : pairOf({ flag: "--call-cert", file: callCert }, { flag: "--call-key", file: callKey }, nowMs);
  if (notifyTlsCert !== undefined && notifyTlsKey !== undefined)
    pairOf({ flag: "--notify-tls-cert", file: notifyTlsCert }, { flag: "--notify-tls-key", file: notifyTlsKey }, nowMs);
  if (notifyTlsClientCa !== undefined)
    authoritiesOf({ flag: "--notify-tls-client-ca", file: notifyTlsClientCa }, nowMs);
  return {
    calls: {
      ...(ca === undefined ? {} : { ca: ca.text }),
      ...(shown === undefined ? {} : { cert: shown.certText, key: shown.keyText }),
    },
    counterparty:
      notifyTlsCert === undefined || notifyTlsKey === undefined
        ? {}
        : {
            tls: {
              cert: resolve(notifyTlsCert),
              key: resolve(notifyTlsKey),
              ...(callCa === undefined ? {} : { ca: resolve(callCa) }),
              ...(notifyTlsClientCa === undefined ? {} : { clientCa: resolve(notifyTlsClientCa) }),
              ...(notifyTlsClientCa === undefined || callCert === undefined ? {} : { clientCert: resolve(callCert) }),
            },
          },
  };
}

/** Flags that say nothing without another one. @throws UserError */
function refuseHalf(flags: CallingFlags): void {
  for (const [have, needed, next] of NEEDS)
    if (flags[have] !== undefined && flags[needed] === undefined)
      throw new UserError(
        {
          en: `${flagOf(have)} needs ${flagOf(needed)}`,
          zh: `${flagOf(have)} 须与 ${flagOf(needed)} 一同给出`,
        },
        { where: flagOf(have), next },
      );
}

const flagOf = (name: keyof CallingFlags): string =>
  `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

const KEY_OF: Bilingual = { en: "give the certificate's private key, too", zh: "请同时给出证书的私钥" };
const CERTIFICATE_OF: Bilingual = { en: "give the certificate, too", zh: "请同时给出证书" };

const NEEDS: readonly (readonly [have: keyof CallingFlags, needed: keyof CallingFlags, next: Bilingual])[] = [
  ["callCert", "callKey", KEY_OF],
  ["callKey", "callCert", CERTIFICATE_OF],
  ["notifyTlsCert", "notifyTlsKey", KEY_OF],
  ["notifyTlsKey", "notifyTlsCert", CERTIFICATE_OF],
  ["notifyTlsClientCa", "notifyTlsCert", CERTIFICATE_OF],
  [
    "notifyTlsClientCa",
    "callCert",
    {
      en: "give what this server shows when it calls and notifies: --call-cert FILE --call-key FILE",
      zh: "请以 --call-cert 与 --call-key 给出本服务调用与通知时出示的证书",
    },
  ],
];
