import { codecsOf } from "../../codec/codecs.ts";
import { envelopeOf } from "../styles.ts";
import type { EnvelopePolicy } from "../policy.ts";
import { AUTHORIZATION_HEADER, SAMPLE_POLICIES, SAMPLE_XML } from "./policies.ts";
import { seededKeys } from "./seeded-mistake.ts";
import type { SeededSender } from "./seeded-mistake.ts";

const CODECS = codecsOf({ xml: SAMPLE_XML });

/** Policies with the algorithms that the samples of the contract test leave out. */
const MORE: Readonly<Record<string, EnvelopePolicy>> = {
  "authorization-header over SM2": { ...AUTHORIZATION_HEADER, algorithms: { "TEST-SM2": "sm2" } },
  "sorted-parameters over RSA": {
    style: "sorted-parameters",
    algorithms: { RSA2: "rsa2048" },
    parameters: { party: "app_id", serial: "cert_sn", timestamp: "timestamp", nonce: "nonce", signature: "sign" },
    encoding: "base64",
  },
};

/** Senders by style of envelope: one for each sample of it and each of its algorithms that is wanted. */
export function seededSenders(wanted: (scheme: string) => boolean): ReadonlyMap<string, readonly SeededSender[]> {
  const keys = new Map<string, SeededSender["keys"]>();
  const keysOf = (scheme: string): SeededSender["keys"] => {
    const made = keys.get(scheme) ?? seededKeys(scheme);
    keys.set(scheme, made);
    return made;
  };
  const policies = Object.values({ ...SAMPLE_POLICIES, ...MORE });
  const senders = policies.flatMap((policy) =>
    Object.entries(policy.algorithms)
      .filter(([, scheme]) => wanted(scheme))
      .map(([algorithm, scheme]) => ({
        style: policy.style,
        envelope: envelopeOf(policy, CODECS),
        algorithm,
        keys: keysOf(scheme),
      })),
  );
  return Map.groupBy(senders, ({ style }) => style);
}
