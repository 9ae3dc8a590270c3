import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import type { Defect } from "../simulator/defects/defect.ts";
import { encryptedPack } from "./encrypted-pack.ts";
import { withNeeds } from "./module-needs.ts";
import { sdkPack } from "./sdk-pack.ts";
import { signedAcknowledgementPack } from "./signed-acknowledgement-pack.ts";

/** Under what a line is judged. */
export interface Setting {
  readonly scheme: string;
  readonly tls: boolean;
  /** Client certificates are bound to its parties. */
  readonly clients: boolean;
  /** Folder of the pack whose envelope the defect needs; absent: the reference pack. */
  readonly packFolder?: string;
  readonly maxInFlight?: number;
  /** What the statement claims of the pack; absent: the modules of payments. */
  readonly modules?: readonly string[];
}

/** A pack of each style that some defect needs. */
const PACK_OF_ENVELOPE: Readonly<Record<string, string>> = {
  "sorted-parameters": fileURLToPath(new URL("../specs/form-gateway", import.meta.url)),
};

/** The reference pack, with messages as SDKs of the field take them. */
const SDK_PACK = sdkPack();

/** The reference pack, with its bodies encrypted under SM4. */
const ENCRYPTED_PACK = encryptedPack("cooperation");

/** The reference pack, with acknowledgements that have to be signed. */
const ACKNOWLEDGING_PACK = signedAcknowledgementPack();

/** Signatures are a matter of the scheme; everywhere else a fast one will do. */
export const settingFor = ({ requirement, needs }: Defect): Setting => ({
  scheme: needs?.scheme ?? (/^(?:SIG|TLS)-/u.test(requirement) ? "rsa2048" : "ed25519"),
  tls: needs?.tls === true,
  clients: needs?.clients === true,
  ...(needs?.envelope === undefined ? {} : { packFolder: PACK_OF_ENVELOPE[needs.envelope] ?? needs.envelope }),
  ...(needs?.sdk === true ? { packFolder: SDK_PACK } : {}),
  ...(needs?.encrypted === true ? { packFolder: ENCRYPTED_PACK } : {}),
  ...(needs?.signedAcknowledgements === true ? { packFolder: ACKNOWLEDGING_PACK } : {}),
  ...(needs?.maxInFlight === undefined ? {} : { maxInFlight: needs.maxInFlight }),
  ...(needs?.modules === undefined ? {} : { modules: withNeeds(needs.modules) }),
});

export const settingInWords = ({ scheme, tls, clients, maxInFlight, packFolder, modules }: Setting): string =>
  `${scheme}${tls ? ", TLS" : ""}${clients ? ", bound clients" : ""}${maxInFlight === undefined ? "" : `, ${maxInFlight} at once`}${packFolder === undefined ? "" : `, ${basename(packFolder)}`}${modules === undefined ? "" : `, ${modules.join("+")}`}`;
