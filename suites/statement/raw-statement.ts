import type { Bilingual } from "../../core/run/verdict.ts";
import { reasonOf } from "../../core/text/said-error.ts";
import type { Json } from "../../core/unit/unit.ts";
import type { HookName, ListenerFile, Statement, TlsFiles } from "./statement.ts";

/** The file's own shape, after the schema held. */
export interface RawStatement extends Pick<
  Statement,
  "name" | "role" | "pack" | "baseUrl" | "signedPrefix" | "sutPartyId"
> {
  readonly headers?: Readonly<Record<string, string>>;
  readonly parties: readonly {
    readonly partyId: string;
    readonly serial: string;
    readonly algorithm: string;
    readonly privateKey?: string;
    readonly secret?: string;
    readonly sealingSecret?: string;
    readonly tls?: { readonly cert: string; readonly key: string };
  }[];
  readonly sutKeys?: readonly { readonly serial: string; readonly algorithm: string; readonly publicKey: string }[];
  readonly tls?: TlsFiles;
  readonly profile?: {
    readonly interfaces?: string[];
    readonly except?: string[];
    readonly modules?: string[];
    readonly requirements?: { readonly except?: { requirement: string; reason: string }[] };
  };
  readonly fixtures?: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly notify?: {
    readonly listen: { readonly host?: string; readonly port: number };
    readonly publicUrl: string;
    readonly tls?: { readonly cert: string; readonly key: string } & { readonly [part in ListenerFile]?: string };
  };
  readonly hooks?: {
    readonly url: string;
    readonly token?: string;
    readonly tls?: TlsFiles;
    readonly supports: readonly HookName[];
  };
  readonly limits?: Partial<Statement["limits"]>;
  readonly loads?: Statement["loads"];
  readonly waivers?: Statement["waivers"];
  readonly checks?: readonly string[];
  readonly levels?: readonly string[];
}

/** What is wrong, and what to do. */
export interface Complaint {
  /** In English a predicate, whose subject is the place; in Chinese a sentence without its full stop. */
  readonly rule: Bilingual;
  /** Sentences. */
  readonly remedy: Bilingual;
}

/** One thing wrong with a statement: where, which rule, and what to do. */
export interface StatementProblem extends Complaint {
  readonly file: string;
  readonly pointer: string;
}

/** Tolerates what the schema has already complained about. */
export function list<T>(value: readonly T[] | undefined): readonly T[] {
  return Array.isArray(value)
    ? (value as readonly T[]).filter((item) => typeof item === "object" && item !== null)
    : [];
}

/** What went wrong with a file, without its name, which the caller has. */
export function reason(cause: unknown): Bilingual {
  const { en, zh } = reasonOf(cause);
  return { en: en.replace(/,? open '.*'$/, ""), zh };
}
