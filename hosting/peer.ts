import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Pack } from "../core/pack/compile.ts";
import { readKeyFile } from "../core/signature/key-file.ts";
import { signatureScheme } from "../core/signature/schemes.ts";
import type { PublicKey } from "../core/signature/scheme.ts";
import type { TlsSettings } from "../core/runtime/live.ts";
import { httpUrl } from "./http-url.ts";
import { reasonOf, UserError } from "./user-error.ts";

/** What `--peer` says of the other side. */
export interface NamedPeer {
  /** Prefix under which it may be notified. */
  readonly prefix: string;
  /** What we trust and show when we call it. */
  readonly tls?: TlsSettings;
  /** Absent when only a URL was given: then no key of its is known yet. */
  readonly party?: {
    readonly partyId: string;
    readonly keys: readonly { readonly serial: string; readonly algorithm: string; readonly key: PublicKey }[];
  };
}

/**
 * Reads `--peer`: a URL, or the other side's statement, from which its address, TLS, party id and public keys are taken.
 * Only those are read: the statement may name private keys that are not here.
 *
 * @throws UserError
 */
export function readPeer(value: string, pack: Pack): NamedPeer {
  if (/^https?:/i.test(value)) return { prefix: httpUrl(value, "--peer").href };
  const statement = readStatement(value);
  const { algorithms } = pack.source.manifest.policies.envelope;
  const keys = statement.sutKeys.map(({ serial, algorithm, publicKey }, index) => {
    const where = `${value} /sutKeys/${index}`;
    const scheme = algorithms[algorithm];
    if (scheme === undefined)
      throw new UserError(`the pack knows no algorithm "${algorithm}"`, {
        where,
        allowed: Object.keys(algorithms).join(", "),
        next: "correct the statement",
      });
    try {
      return {
        serial,
        algorithm,
        key: signatureScheme(scheme).publicKey(readKeyFile(resolve(dirname(value), publicKey)).toString("utf8")),
      };
    } catch (cause) {
      throw new UserError(`the peer's key "${publicKey}" cannot be used: ${reasonOf(cause)}`, {
        where,
        next: "give a PEM file of that algorithm; names are relative to the statement",
        cause,
      });
    }
  });
  const tls = readTls(value, statement.tls);
  return {
    prefix: httpUrl(statement.baseUrl, `${value} /baseUrl`).href,
    ...(tls === undefined ? {} : { tls }),
    party: { partyId: statement.sutPartyId, keys },
  };
}

function readTls(statement: string, tls: PeerStatement["tls"]): TlsSettings | undefined {
  if (typeof tls !== "object" || tls === null) return undefined;
  const text = (part: "ca" | "cert" | "key"): Record<string, string> => {
    const file = tls[part];
    if (file === undefined) return {};
    try {
      return { [part]: readKeyFile(resolve(dirname(statement), file)).toString("utf8") };
    } catch (cause) {
      throw new UserError(`the peer's TLS file "${file}" cannot be read: ${reasonOf(cause)}`, {
        where: `${statement} /tls/${part}`,
        next: "correct the name or copy the file here; names are relative to the statement",
        cause,
      });
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
  readonly sutPartyId: string;
  readonly sutKeys: readonly { readonly serial: string; readonly algorithm: string; readonly publicKey: string }[];
}

function readStatement(file: string): PeerStatement {
  const next = "give a URL (http://...), or the path of the peer's statement (sut.json)";
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new UserError(
      `--peer "${file}" is neither a URL nor a readable statement${cause instanceof SyntaxError ? ": it is not JSON" : `: ${reasonOf(cause)}`}`,
      { where: "--peer", next, cause },
    );
  }
  const found = value as Partial<PeerStatement> | null;
  if (typeof found?.baseUrl !== "string" || typeof found.sutPartyId !== "string" || !Array.isArray(found.sutKeys)) {
    throw new UserError("the peer's statement lacks baseUrl, sutPartyId or sutKeys", { where: file, next });
  }
  return found as PeerStatement;
}
