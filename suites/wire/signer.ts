import type { EnvelopePolicy } from "../../core/envelope/policy.ts";
import { openSealingKey } from "../../core/sealing/secret.ts";
import type { SealingPolicies } from "../../core/sealing/policies.ts";
import type { ClientPair } from "../../core/runtime/runtime.ts";
import type { ReceiverKey } from "../../core/sealing/part.ts";
import type { SealingKey } from "../../core/sealing/scheme.ts";
import type { PartKey } from "./sealed-parts.ts";
import type { Policies } from "../../core/pack/types.ts";
import type { VerifyingKey as Verifying } from "../../core/signature/scheme.ts";
import { reasonOf } from "../../core/text/said-error.ts";
import { validity } from "../../core/signature/certificate.ts";
import { openSigningKey, openVerifyingKey } from "../../core/signature/schemes.ts";
import type { Complaint } from "../statement/raw-statement.ts";
import type { PartyIdentity, Statement } from "../statement/statement.ts";

/** An identity with its key opened: what a request is signed with. */
export interface Signer {
  readonly partyId: string;
  readonly serial: string;
  /** The algorithm's token on the wire. */
  readonly token: string;
  sign(bytes: Uint8Array): Uint8Array;
  /** With what it seals parts of its messages; absent where the pack seals none. */
  readonly sealing?: SealingKey;
  /** PEM of its certificate, where its messages may carry it. */
  readonly certificate?: string;
  /** The client certificate that its connections show, where it has one of its own. */
  readonly client?: ClientPair;
  /** What opens what was sealed for it: its own private key. */
  readonly receiver?: ReceiverKey;
}

/** A key with which the SUT signs, by serial. */
export interface VerifyingKey {
  readonly serial: string;
  readonly token: string;
  readonly key: Verifying;
  /** The party to which alone it signs, where it is a shared secret. */
  readonly party?: string;
  /** The times of its certificate, where the statement names one; milliseconds since the epoch. */
  readonly from?: number;
  readonly until?: number;
}

export type Opening<T> =
  | { readonly ok: true; readonly value: T }
  | ({ readonly ok: false; readonly pointer: string } & Complaint);

/** The identity's key, ready to sign; a refusal names the statement's place. */
export function openSigner(
  party: PartyIdentity,
  { envelope: policy, ...sealing }: Pick<Policies, "envelope" | "sealing" | "bodySealing">,
  pointer: string,
): Opening<Signer> {
  const sealingKey = openSealing(party, sealing, `${pointer}/sealingSecret`);
  if (!sealingKey.ok) return sealingKey;
  const scheme = policy.algorithms[party.algorithm];
  if (scheme === undefined) return unknownToken(party.algorithm, policy, `${pointer}/algorithm`);
  const what = "secret" in party.key ? "secret" : "privateKey";
  try {
    const key = openSigningKey(scheme, party.key);
    return {
      ok: true,
      value: {
        partyId: party.partyId,
        serial: party.serial,
        token: party.algorithm,
        sign: (bytes) => key.sign(bytes),
        ...(sealingKey.value === undefined ? {} : { sealing: sealingKey.value }),
        ...(party.tls === undefined ? {} : { client: party.tls }),
        ...(key.kind === "private"
          ? { receiver: { kind: "receiver", algorithm: party.algorithm, privatePem: key.pem } as const }
          : {}),
      },
    };
  } catch (cause) {
    return {
      ok: false,
      pointer: `${pointer}/${what}`,
      rule: {
        en: `is no ${scheme} ${what === "secret" ? "secret" : "private key"}: ${reasonOf(cause).en}`,
        zh: `不是 ${scheme} ${what === "secret" ? "共享密钥" : "私钥"}：${reasonOf(cause).zh}`,
      },
      remedy:
        what === "secret"
          ? { en: "Give the file of the secret that both sides agreed on.", zh: "请给出双方约定的共享密钥文件。" }
          : {
              en: "Give the key that belongs to the algorithm named, as PKCS#8 PEM.",
              zh: "请给出与所写算法相符的密钥，格式为 PKCS#8 PEM。",
            },
    };
  }
}

/** The secret that a party seals with; undefined where the pack seals nothing. */
function openSealing(
  { sealingSecret, algorithm }: PartyIdentity,
  sealing: SealingPolicies,
  pointer: string,
): Opening<SealingKey | undefined> {
  const seals = sealing.sealing !== undefined || sealing.bodySealing !== undefined;
  if (!seals && sealingSecret === undefined) return { ok: true, value: undefined };
  if (sealingSecret === undefined)
    return {
      ok: false,
      pointer,
      rule: { en: "is missing, and the pack seals parts of its messages", zh: "缺失，而规范包的报文有加密部分" },
      remedy: {
        en: "Name the file of the secret that the party shares with the system under test.",
        zh: "请给出该参与方与被测系统共享的密钥文件。",
      },
    };
  try {
    return { ok: true, value: openSealingKey(sealing, sealingSecret, algorithm) };
  } catch (cause) {
    return {
      ok: false,
      pointer,
      rule: { en: `is not usable: ${reasonOf(cause).en}`, zh: `无法使用：${reasonOf(cause).zh}` },
      remedy: { en: "Correct or remove it.", zh: "请更正或删去。" },
    };
  }
}

/** The SUT's public keys, and the secrets that parties share with it. */
export function openSutKeys(statement: Statement, policy: EnvelopePolicy): Opening<readonly VerifyingKey[]> {
  const keys: VerifyingKey[] = [];
  for (const [index, { serial, algorithm, publicPem }] of statement.sutKeys.entries()) {
    const scheme = policy.algorithms[algorithm];
    if (scheme === undefined) return unknownToken(algorithm, policy, `/sutKeys/${index}/algorithm`);
    try {
      keys.push({
        serial,
        token: algorithm,
        key: openVerifyingKey(scheme, { publicKey: publicPem }),
        ...validity(publicPem),
      });
    } catch (cause) {
      return {
        ok: false,
        pointer: `/sutKeys/${index}/publicKey`,
        rule: {
          en: `is no ${scheme} public key: ${reasonOf(cause).en}`,
          zh: `不是 ${scheme} 公钥：${reasonOf(cause).zh}`,
        },
        remedy: {
          en: "Give the key that belongs to the algorithm named, as SPKI PEM or an X.509 certificate.",
          zh: "请给出与所写算法相符的公钥，格式为 SPKI PEM 或 X.509 证书。",
        },
      };
    }
  }
  for (const { partyId, serial, algorithm, key } of statement.parties)
    // Whether it can be used was seen when the party's own signer was opened.
    if ("secret" in key)
      keys.push({
        serial,
        token: algorithm,
        key: openVerifyingKey(policy.algorithms[algorithm] ?? "", key),
        party: partyId,
      });
  return { ok: true, value: keys };
}

/** The secrets under which parts of any message of the run are sealed. */
export function sealingKeysOf(signers: readonly Signer[]): readonly SealingKey[] {
  return signers.flatMap(({ sealing }) => (sealing === undefined ? [] : [sealing]));
}

/** What opens the sealed parts of any message of the run. */
export function partKeysOf(signers: readonly Signer[]): readonly PartKey[] {
  return [...sealingKeysOf(signers), ...signers.flatMap(({ receiver }) => (receiver === undefined ? [] : [receiver]))];
}

function unknownToken(token: string, policy: EnvelopePolicy, pointer: string): Opening<never> {
  return {
    ok: false,
    pointer,
    rule: { en: `"${token}" is no algorithm of the pack`, zh: `规范包没有算法“${token}”` },
    remedy: {
      en: `Use one of ${Object.keys(policy.algorithms).join(", ")}.`,
      zh: `请取其一：${Object.keys(policy.algorithms).join("、")}。`,
    },
  };
}
