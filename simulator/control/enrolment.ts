import { partyIndex } from "../../core/lifecycle/party.ts";
import { certificateDigestOf, issuedBy, validity } from "../../core/signature/certificate.ts";
import { openVerifyingKey } from "../../core/signature/schemes.ts";
import { openSealingKey } from "../../core/sealing/secret.ts";
import type { SealingKey } from "../../core/sealing/scheme.ts";
import { reasonOf } from "../../core/text/said-error.ts";
import type { Json } from "../../core/unit/unit.ts";
import { mayBeNotified } from "../notifier/target.ts";
import type { Simulator } from "../simulator.ts";
import { ControlError, noMoment } from "./control-error.ts";

/** A party's key as it is enrolled from outside. */
export interface Enrolment {
  readonly party_id: string;
  readonly serial: string;
  readonly algorithm: string;
  /** PEM; absent where the algorithm signs with a secret. */
  readonly public_key?: string;
  /** The secret of both sides; absent where the algorithm signs with a key pair. */
  readonly secret?: string;
  /** The secret under which parts of messages are sealed, where the pack seals any. */
  readonly sealing_secret?: string;
  /** The moments between which the key is good, RFC 3339; absent: always. */
  readonly from?: string;
  readonly until?: string;
  readonly notify_prefixes: readonly string[];
  readonly notify_url?: string;
  /** PEM of the client certificates, one of which the party's connections show; absent: those that there are stay. */
  readonly client_certificates?: readonly string[];
  /** See `PartyRecord`; kept, so that a party has the same test data after every start. */
  readonly index?: string;
}

/** Reads an enrolment. @throws ControlError with what is wrong with it. */
export function readEnrolment(order: Readonly<Record<string, Json>>, simulator: Simulator): Enrolment {
  const text = (name: string): string => {
    const value = order[name];
    if (typeof value !== "string" || value === "")
      throw new ControlError({
        en: `"${name}" is missing; an enrolment has party_id, serial, algorithm, public_key (PEM) or secret, and may have sealing_secret, from, until, notify_prefixes, notify_url and client_certificates`,
        zh: `缺少“${name}”；登记须有 party_id、serial、algorithm，以及 public_key（PEM）或 secret，可有 sealing_secret、from、until、notify_prefixes、notify_url、client_certificates`,
      });
    return value;
  };
  if (!/^[0-9A-Za-z_.-]{1,64}$/.test(text("party_id")))
    throw new ControlError({
      en: `"party_id" is "${text("party_id")}"; allowed are up to 64 letters, digits, "_", "." and "-"`,
      zh: `“party_id”现为“${text("party_id")}”；可用字母、数字、“_”“.”“-”，至多 64 个字符`,
    });
  // It stands in quotes in a header.
  if (!/^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/.test(text("serial")))
    throw new ControlError({
      en: `"serial" must be up to 128 visible ASCII characters without quotes, blanks and backslashes`,
      zh: "“serial”须为至多 128 个可见 ASCII 字符，不含引号、空格与反斜杠",
    });
  const { algorithms } = simulator.pack.source.manifest.policies.envelope;
  const algorithm = text("algorithm");
  if (order["secret"] !== undefined && order["public_key"] !== undefined)
    throw new ControlError({
      en: `"public_key" and "secret" exclude each other; give the one that the algorithm needs`,
      zh: "“public_key”与“secret”不可并用；请给出算法所需的一项",
    });
  if (algorithms[algorithm] === undefined)
    throw new ControlError({
      en: `algorithm "${algorithm}" is not one of the pack's: ${Object.keys(algorithms).join(", ")}`,
      zh: `算法“${algorithm}”不属于规范包；可用：${Object.keys(algorithms).join("、")}`,
    });
  const moment = (name: "from" | "until"): { readonly [key in typeof name]?: string } => {
    const value = order[name];
    if (value === undefined) return {};
    if (typeof value !== "string" || Number.isNaN(Date.parse(value))) throw new ControlError(noMoment(name));
    return { [name]: value };
  };
  const prefixes = order["notify_prefixes"] ?? [];
  if (!Array.isArray(prefixes) || !prefixes.every((one) => typeof one === "string" && URL.canParse(one)))
    throw new ControlError({
      en: `"notify_prefixes" must be a list of absolute URLs`,
      zh: "“notify_prefixes”须为绝对 URL 的列表",
    });
  const target = order["notify_url"];
  const registered = [
    ...(simulator.identity.peer(text("party_id"))?.record.notify_prefixes ?? []),
    ...(prefixes as string[]),
  ];
  if (target !== undefined && (typeof target !== "string" || !mayBeNotified(target, registered))) {
    throw new ControlError({
      en: `"notify_url" must be an http or https URL under one of "notify_prefixes" (${registered.join(", ") || "none given"}); nothing else is ever notified`,
      zh: `“notify_url”须为某个“notify_prefixes”（${registered.join("、") || "未给出"}）之下的 http 或 https URL；不会向其他地址发送通知`,
    });
  }
  return {
    party_id: text("party_id"),
    serial: text("serial"),
    algorithm,
    ...(order["secret"] === undefined ? { public_key: text("public_key") } : { secret: text("secret") }),
    ...(order["sealing_secret"] === undefined ? {} : { sealing_secret: text("sealing_secret") }),
    notify_prefixes: prefixes as string[],
    ...moment("from"),
    ...moment("until"),
    ...(typeof order["notify_url"] === "string" ? { notify_url: order["notify_url"] } : {}),
    ...clientCertificatesIn(order["client_certificates"]),
  };
}

function clientCertificatesIn(value: Json | undefined): Pick<Enrolment, "client_certificates"> {
  if (value === undefined) return {};
  if (Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === "string"))
    return { client_certificates: value };
  throw new ControlError({
    en: `"client_certificates" must be a list of certificates in PEM, with at least one`,
    zh: "“client_certificates”须为 PEM 证书的列表，至少一张",
  });
}

/**
 * Enrols a key: a new party, or one more key of a party that is known. Gives the enrolment as it is to be kept. Throws with
 * what is wrong with the key. `clientCa`: PEM of the authorities whose client certificates the port takes; absent: it asks
 * for none.
 */
export async function enrol(simulator: Simulator, enrolment: Enrolment, clientCa?: string): Promise<Enrolment> {
  const scheme = simulator.pack.envelope.algorithms[enrolment.algorithm] ?? "";
  const { secret, public_key: publicKey = "" } = enrolment;
  let key;
  let times;
  try {
    key = openVerifyingKey(scheme, secret === undefined ? { publicKey } : { secret });
    times = validity(secret === undefined ? publicKey : undefined, {
      ...(enrolment.from === undefined ? {} : { from: Date.parse(enrolment.from) }),
      ...(enrolment.until === undefined ? {} : { until: Date.parse(enrolment.until) }),
    });
  } catch (error) {
    const { en, zh } = reasonOf(error);
    throw new ControlError({
      en: `the ${secret === undefined ? "public key" : "secret"} cannot be used: ${en}`,
      zh: `${secret === undefined ? "公钥" : "密钥（secret）"}不可用：${zh}`,
    });
  }
  const before = simulator.identity.peer(enrolment.party_id);
  const sealing = sealingOf(simulator, enrolment) ?? before?.sealing;
  const clientCertificates = boundCertificates(enrolment, clientCa) ?? before?.clientCertificates;
  const index = before?.record.index ?? enrolment.index ?? nextIndex(simulator);
  await simulator.enrol({
    record: {
      party_id: enrolment.party_id,
      index,
      notify_prefixes: [...new Set([...(before?.record.notify_prefixes ?? []), ...enrolment.notify_prefixes])],
      ...((enrolment.notify_url ?? before?.record.notify_url)
        ? { notify_url: enrolment.notify_url ?? before?.record.notify_url ?? "" }
        : {}),
    },
    keys: [
      ...(before?.keys ?? []).filter(({ serial }) => serial !== enrolment.serial),
      {
        serial: enrolment.serial,
        algorithm: enrolment.algorithm,
        key,
        ...times,
      },
    ],
    ...(sealing === undefined ? {} : { sealing }),
    ...(clientCertificates === undefined ? {} : { clientCertificates }),
    ...(before?.gateway === undefined ? {} : { gateway: before.gateway }),
  });
  return { ...enrolment, index };
}

/** SHA-256 of the certificates that an enrolment binds. @throws ControlError with what is wrong with them */
function boundCertificates(
  { client_certificates: certificates, party_id: party }: Enrolment,
  clientCa: string | undefined,
): readonly string[] | undefined {
  if (certificates === undefined) return undefined;
  if (clientCa === undefined)
    throw new ControlError({
      en: `no client certificate can be bound to ${party}: this server asks clients for none; serve with --tls-client-ca`,
      zh: `无法为 ${party} 绑定客户端证书：本服务不要求客户端证书；请以 --tls-client-ca 启动`,
    });
  return certificates.map((pem) => {
    let issued;
    try {
      issued = issuedBy(pem, clientCa);
    } catch (error) {
      const { en, zh } = reasonOf(error);
      throw new ControlError({ en: `the client certificate cannot be used: ${en}`, zh: `客户端证书不可用：${zh}` });
    }
    if (!issued.byThem)
      throw new ControlError({
        en: `the client certificate is issued by "${issued.issuer}", and this server takes those of ${issued.authorities} only`,
        zh: `客户端证书由“${issued.issuer}”签发，而本服务只接受 ${issued.authorities} 签发的证书`,
      });
    return certificateDigestOf(pem);
  });
}

/** The secret that an enrolment brings to seal with. @throws ControlError with what is wrong with it */
function sealingOf(
  { pack }: Simulator,
  { sealing_secret: secret, algorithm }: Enrolment,
): readonly SealingKey[] | undefined {
  if (secret === undefined) return undefined;
  try {
    return [openSealingKey(pack.source.manifest.policies, secret, algorithm)];
  } catch (error) {
    const { en, zh } = reasonOf(error);
    throw new ControlError({ en: `the sealing_secret cannot be used: ${en}`, zh: `sealing_secret 不可用：${zh}` });
  }
}

function nextIndex({ identity }: Simulator): string {
  return partyIndex(Math.max(0, ...identity.peers.map(({ record }) => Number(record.index))) + 1);
}
