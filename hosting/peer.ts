import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Pack } from "../core/pack/compile.ts";
import { readKeyFile } from "../core/signature/key-file.ts";
import { validity } from "../core/signature/certificate.ts";
import { openVerifyingKey } from "../core/signature/schemes.ts";
import { openSealingKey } from "../core/sealing/secret.ts";
import type { SealingKey } from "../core/sealing/scheme.ts";
import type { PeerKey } from "../simulator/identity/identity.ts";
import type { TlsSettings } from "../core/runtime/runtime.ts";
import { httpUrl } from "./http-url.ts";
import type { Gateway } from "../simulator/identity/gateway.ts";
import { readGateway } from "./peer-gateway.ts";
import { reasonOf } from "../core/text/said-error.ts";
import { UserError } from "./user-error.ts";

/** What `--peer` says of the other side. */
export interface NamedPeer {
  /** Prefix under which it may be notified. */
  readonly prefix: string;
  /** What we trust and show when we call it. */
  readonly tls?: TlsSettings;
  /** Absent when only a URL was given: then no key of its is known yet. */
  readonly party?: {
    readonly partyId: string;
    readonly keys: readonly PeerKey[];
    /** The secret under which it seals parts of its messages to us. */
    readonly sealing?: SealingKey;
    /** What stands between us and it. */
    readonly gateway?: Gateway;
  };
}

/**
 * Reads `--peer`: a URL, or the other side's statement, from which its address, its gateway, TLS, party id and public
 * keys are taken. Only those are read, and the secret that it shares with `own`: the statement may name private keys that
 * are not here.
 *
 * @throws UserError
 */
export function readPeer(value: string, pack: Pack, own: string): NamedPeer {
  if (/^https?:/i.test(value)) return { prefix: httpUrl(value, "--peer").href };
  const statement = readStatement(value);
  const { algorithms } = pack.source.manifest.policies.envelope;
  const opened = (serial: string, algorithm: string, file: string, secret: boolean, where: string) => {
    const scheme = algorithms[algorithm];
    if (scheme === undefined)
      throw new UserError(
        { en: `the pack knows no algorithm "${algorithm}"`, zh: `规范包没有签名算法“${algorithm}”` },
        {
          where,
          allowed: Object.keys(algorithms).join(", "),
          next: { en: "correct the statement", zh: "请更正声明" },
        },
      );
    try {
      const text = readKeyFile(resolve(dirname(value), file)).toString("utf8");
      return {
        serial,
        algorithm,
        key: openVerifyingKey(scheme, secret ? { secret: text.trim() } : { publicKey: text }),
        ...validity(secret ? undefined : text),
      };
    } catch (cause) {
      // A secret that was pasted in place of a file name is not repeated.
      throw new UserError(
        secret
          ? {
              en: `the peer's secret cannot be used: ${reasonOf(cause).en}`,
              zh: `对端的共享密钥无法使用：${reasonOf(cause).zh}`,
            }
          : {
              en: `the peer's key "${file}" cannot be used: ${reasonOf(cause).en}`,
              zh: `对端的密钥“${file}”无法使用：${reasonOf(cause).zh}`,
            },
        {
          where,
          next: {
            en: "give a file of that algorithm's key; names are relative to the statement",
            zh: "请给出该算法的密钥文件；文件名相对于声明所在目录",
          },
          cause,
        },
      );
    }
  };
  const keys = [
    ...(statement.sutKeys ?? []).map(({ serial, algorithm, publicKey }, index) =>
      opened(serial, algorithm, publicKey, false, `${value} /sutKeys/${index}`),
    ),
    // Of the secrets the one that it shares with us.
    ...(statement.parties ?? []).flatMap(({ partyId, serial, algorithm, secret }, index) =>
      secret === undefined || partyId !== own
        ? []
        : [opened(serial, algorithm, secret, true, `${value} /parties/${index}`)],
    ),
  ];
  const tls = readTls(value, statement.tls);
  const sealing = sealingWith(statement, value, pack, own);
  const prefix = httpUrl(statement.baseUrl, `${value} /baseUrl`).href;
  const gateway = readGateway(statement, value);
  return {
    prefix,
    ...(tls === undefined ? {} : { tls }),
    party: {
      partyId: statement.sutPartyId,
      keys,
      ...(sealing === undefined ? {} : { sealing }),
      ...(gateway === undefined ? {} : { gateway }),
    },
  };
}

/** The secret that it shares with `own` to seal with. @throws UserError */
function sealingWith(statement: PeerStatement, file: string, pack: Pack, own: string): SealingKey | undefined {
  const index = (statement.parties ?? []).findIndex(({ partyId }) => partyId === own);
  const secret = statement.parties?.[index]?.sealingSecret;
  if (secret === undefined) return undefined;
  try {
    const text = readKeyFile(resolve(dirname(file), secret))
      .toString("utf8")
      .trim();
    return openSealingKey(pack.source.manifest.policies, text, statement.parties?.[index]?.algorithm);
  } catch (cause) {
    throw new UserError(
      {
        en: `the peer's sealing secret cannot be used: ${reasonOf(cause).en}`,
        zh: `对端的加密密钥无法使用：${reasonOf(cause).zh}`,
      },
      {
        where: `${file} /parties/${index}/sealingSecret`,
        next: {
          en: "give the file of the secret that both sides agreed on; names are relative to the statement",
          zh: "请给出双方约定的密钥文件；文件名相对于声明所在目录",
        },
        cause,
      },
    );
  }
}

function readTls(statement: string, tls: PeerStatement["tls"]): TlsSettings | undefined {
  if (typeof tls !== "object" || tls === null) return undefined;
  const text = (part: "ca" | "cert" | "key"): Record<string, string> => {
    const file = tls[part];
    if (file === undefined) return {};
    try {
      return { [part]: readKeyFile(resolve(dirname(statement), file)).toString("utf8") };
    } catch (cause) {
      throw new UserError(
        {
          en: `the peer's TLS file "${file}" cannot be read: ${reasonOf(cause).en}`,
          zh: `对端的 TLS 文件“${file}”无法读取：${reasonOf(cause).zh}`,
        },
        {
          where: `${statement} /tls/${part}`,
          next: {
            en: "correct the name or copy the file here; names are relative to the statement",
            zh: "请更正文件名或将文件复制过来；文件名相对于声明所在目录",
          },
          cause,
        },
      );
    }
  };
  return {
    ...text("ca"),
    ...text("cert"),
    ...text("key"),
    ...(tls.servername === undefined ? {} : { servername: tls.servername }),
  };
}

interface PeerStatement {
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string; readonly servername?: string };
  readonly baseUrl: string;
  readonly signedPrefix?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly sutPartyId: string;
  readonly sutKeys?: readonly { readonly serial: string; readonly algorithm: string; readonly publicKey: string }[];
  readonly parties?: readonly {
    readonly partyId: string;
    readonly serial: string;
    readonly algorithm: string;
    readonly secret?: string;
    readonly sealingSecret?: string;
  }[];
}

function readStatement(file: string): PeerStatement {
  const next = {
    en: "give a URL (http://...), or the path of the peer's statement (sut.json)",
    zh: "请给出 URL（http://…），或对端检验声明（sut.json）的路径",
  };
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new UserError(
      {
        en: `--peer "${file}" is neither a URL nor a readable statement: ${cause instanceof SyntaxError ? "it is not JSON" : reasonOf(cause).en}`,
        zh: `--peer “${file}”既不是 URL，也不是可读的声明：${cause instanceof SyntaxError ? "不是 JSON" : reasonOf(cause).zh}`,
      },
      { where: "--peer", next, cause },
    );
  }
  const found = value as Partial<PeerStatement> | null;
  if (
    typeof found?.baseUrl !== "string" ||
    typeof found.sutPartyId !== "string" ||
    !Array.isArray(found.sutKeys ?? found.parties)
  ) {
    throw new UserError(
      { en: "the peer's statement lacks baseUrl, sutPartyId or keys", zh: "对端的声明缺少 baseUrl、sutPartyId 或密钥" },
      { where: file, next },
    );
  }
  return found as PeerStatement;
}
