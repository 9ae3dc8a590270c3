import type { EnvelopedSignaturePolicy } from "../core/envelope/enveloped-signature/policy.ts";
import { derivedPack } from "./derived-pack.ts";

const ENVELOPE: EnvelopedSignaturePolicy = {
  style: "enveloped-signature",
  algorithms: {
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256": "rsa2048",
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256": "ecdsa-p256-sha256",
    "http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519": "ed25519",
  },
  fields: { party: "IssrId", serial: "SignSN", timestamp: "SndDt" },
  digest: "sha-256",
};

/** A folder with the pack epcc-like, its messages signed by XML Signature within them. */
export const xmlSignaturePack = (): string =>
  derivedPack("epcc-like", (edit) => {
    edit("pack.json", ({ policies }) => {
      policies.envelope = ENVELOPE;
    });
  });
