import type { LoadsSource } from "../../core/pack/loads-source.ts";
import type { Role } from "../../core/pack/types.ts";
import type { Waiver } from "../../core/run/event.ts";
import type { ClientPair } from "../../core/runtime/runtime.ts";
import type { Json } from "../../core/unit/unit.ts";

/** `sut.json` as loaded: defaults filled in, key files read. The schema is `specs/meta/statement.schema.json`. */
export interface Statement {
  readonly name: string;
  readonly role: Role;
  readonly pack: string;
  readonly baseUrl: string;
  /** The path that signatures cover in place of that of `baseUrl`, where a gateway strips or adds one. */
  readonly signedPrefix?: string;
  /** Headers that every call to the SUT carries besides, such as the key of a gateway. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  /** Who signs the SUT's own calls. */
  readonly sutPartyId: string;
  readonly parties: readonly [PartyIdentity, ...PartyIdentity[]];
  readonly sutKeys: readonly SutKey[];
  readonly tls?: TlsFiles;
  readonly profile: Profile;
  readonly fixtures: Readonly<Record<string, Fixture>>;
  readonly notify?: {
    readonly listen: { readonly host: string; readonly port: number };
    readonly publicUrl: string;
    /** Absent: our counterparty speaks plain HTTP where it listens. */
    readonly tls?: ListenerTls;
  };
  readonly hooks?: {
    readonly url: string;
    readonly token?: string;
    /** Absent: what holds for the SUT. */
    readonly tls?: TlsFiles;
    readonly supports: readonly HookName[];
  };
  readonly limits: Limits;
  /** Loads of this SUT, beside those of the pack or in their place by name. */
  readonly loads?: Partial<LoadsSource>;
  readonly waivers: readonly Waiver[];
  /** Absolute names of files with the service levels of a load (OpenSLO v1); absent: the pack's. */
  readonly levels?: readonly string[];
  /** Absolute file names of the vendor's own checks. */
  readonly checks: readonly string[];
}

export interface PartyIdentity {
  readonly partyId: string;
  readonly serial: string;
  /** The algorithm's token on the wire. */
  readonly algorithm: string;
  readonly key: PartyKey;
  /** Text of the secret under which parts of its messages are sealed. */
  readonly sealingSecret?: string;
  /** The client certificate that its connections show, bound to it at the SUT. */
  readonly tls?: ClientPair;
}

/** What a party signs with: the PEM text of a private key, or a secret that it shares with the SUT. */
export type PartyKey = { readonly privateKey: string } | { readonly secret: string };

export interface SutKey {
  readonly serial: string;
  readonly algorithm: string;
  readonly publicPem: string;
}

/** PEM texts, not file names. */
export interface TlsFiles {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly servername?: string;
}

/** The files of a listener that speaks TLS. */
export const LISTENER_FILES = ["cert", "key", "ca", "clientCa", "clientCert"] as const;
export type ListenerFile = (typeof LISTENER_FILES)[number];

/** What our counterparty shows and asks for, by file: how the statement names it, and its PEM text. */
export type ListenerTls = Readonly<Record<"cert" | "key", NamedText>> & {
  readonly [part in ListenerFile]?: NamedText;
};

/** A file of a statement that was read. */
interface NamedText {
  readonly name: string;
  readonly text: string;
}

export interface Profile {
  readonly interfaces: readonly string[];
  readonly except: readonly string[];
  /** Modules of the pack that are claimed; absent: all of them. */
  readonly modules?: readonly string[];
  readonly requirementsExcept: readonly { readonly requirement: string; readonly reason: string }[];
}

/** A scenario bound to the SUT's own data, or the vendor's reason why it has none. */
export type Fixture = { readonly values: Readonly<Record<string, Json>> } | { readonly none: string };

export type HookName =
  | "reset"
  | "restart"
  | "clock"
  | "sms-code"
  | "fixtures"
  | "call"
  | "decide"
  | "keys"
  | "rotate"
  | "pause"
  | "network"
  | "dependency"
  | "disk"
  | "vitals";

export interface Limits {
  readonly timeoutMs: number;
  readonly maxConcurrency: number;
  /** On average, over a burst and what follows it. Absent: as many as the SUT takes. */
  readonly callsPerSecond?: number;
  readonly settleWithinSeconds: number;
  readonly checkTimeoutSeconds: number;
}
