import type { Pack } from "../../core/pack/compile.ts";
import type { Peer } from "../identity/identity.ts";
import { pass, refuse } from "./refusal.ts";
import type { Staged } from "./refusal.ts";

/**
 * Whether the connection is of the party that signed: where certificates are bound to a party, one of them was shown. A
 * thief of a signing key has no connection of its owner, and one client cannot pass on what another has signed.
 */
export function boundTo(pack: Pack, { clientCertificates: bound }: Peer, shown: string | undefined): Staged<undefined> {
  if (bound === undefined || (shown !== undefined && bound.includes(shown))) return pass(undefined);
  return refuse(pack.source.manifest.policies.stages, "party", {
    detail: {
      field: "",
      issue:
        shown === undefined
          ? "the party that signed the message shows a client certificate in TLS, and none was shown"
          : "the connection shows the client certificate of another party than the one that signed the message",
      location: "header",
    },
  });
}
