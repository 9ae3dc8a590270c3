/** A request as it stood on the wire: what a signature covers must not have been touched. */
export interface RawRequest {
  readonly method: string;
  /** Path and query, byte for byte. */
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  /** `too-large`: more than the pack's limit arrived; `broken`: the peer stopped half way. */
  readonly body: Uint8Array | "too-large" | "broken";
  /** SHA-256 of the certificate that the client has shown in TLS, as hex in lower case; absent where it showed none. */
  readonly clientCertificate?: string;
}

export interface RawResponse {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
  /** How a switched-on fault mistreats the connection. */
  readonly wire?: WireFault;
}

/** What a server does to the bytes of an answer. */
export type WireFault =
  /** The connection is closed without an answer. */
  | { readonly kind: "reset" }
  /** Nothing is sent, and the connection stays open until the peer gives up, or so long at most. */
  | { readonly kind: "silent"; readonly heldMs: number }
  /** Only the first bytes of the body are sent, then the connection is closed. */
  | { readonly kind: "truncate"; readonly bytes: number }
  /** The body goes out in pieces of `bytes` every `intervalMs`. */
  | { readonly kind: "slow"; readonly bytes: number; readonly intervalMs: number };
