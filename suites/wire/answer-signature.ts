import { carries } from "../../core/envelope/envelope.ts";
import type { EnvelopePart, PartId } from "../../core/envelope/envelope.ts";
import type { Times } from "../../core/envelope/times.ts";
import { certifies } from "../../core/signature/certificate.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import type { Read, WireEnvelope } from "./envelope/wire-envelope.ts";
import type { VerifyingKey } from "./signer.ts";

export type AnswerSignature = AnswerTime | Wrong;

interface AnswerTime {
  readonly ok: true;
  /** When it was signed; undefined where answers carry no time. */
  readonly timestampSeconds: number | undefined;
}

interface Wrong {
  readonly ok: false;
  /** `unaddressed`: absent, and nothing could have signed it: its request names no party that shares a secret. */
  readonly why:
    | "absent"
    | "unaddressed"
    | "incomplete"
    | "unknown-serial"
    | "unknown-algorithm"
    | "malformed"
    | "wrong"
    | "stale";
  readonly message: string;
  /** The message in both languages. */
  readonly said: Bilingual;
}

/** Right but for its time, which tells of the signer's clock. */
export function isStale(signature: AnswerSignature): boolean {
  return !signature.ok && signature.why === "stale";
}

/** Wrong by its time or by the key it names, which others change too: they move the SUT's clock, or have it rotate. */
export function restsOnClockOrKey(signature: AnswerSignature): boolean {
  return isStale(signature) || (!signature.ok && signature.why === "unknown-serial");
}

/** Whether an answer lacks the right signature that it must have. */
export const isUnsigned = (signature: AnswerSignature): boolean => !signature.ok && signature.why !== "unaddressed";

/** Whether an answer carries no signature at all, whatever it must have. */
export const isBare = (signature: AnswerSignature): boolean =>
  !signature.ok && (signature.why === "absent" || signature.why === "unaddressed");

/**
 * The judge's verdict on the signature of an answer, as it was read: the key it names, its form, its bytes, its time.
 * `caller` is the party that the request legibly names: a shared secret is shared with one party.
 */
export function judgedSignature(
  envelope: WireEnvelope,
  { claims, body, status }: Read & { readonly status?: number },
  all: readonly VerifyingKey[],
  caller: string | undefined,
  clock: { readonly nowSeconds: number; readonly skewSeconds: number; readonly times: Times },
): AnswerSignature {
  const { timestamp, nonce, signature, serial, algorithm } = claims;
  const name = (id: PartId): Bilingual => placeOf(envelope.answerParts, id);
  const not = (why: Wrong["why"], said: Bilingual): AnswerSignature => ({ ok: false, why, message: said.en, said });
  const keys = all.filter(({ party }) => party === undefined || party === caller);
  if (signature === undefined)
    return all.length > 0 && keys.length === 0
      ? not("unaddressed", UNADDRESSED)
      : not("absent", { en: `no ${name("signature").en}`, zh: `缺少${name("signature").zh}` });
  const wanted = (["timestamp", "nonce", "serial"] as const).filter((id) => carries(envelope.answerParts, id));
  if (wanted.some((id) => claims[id] === undefined)) return not("incomplete", someMissing(wanted.map(name)));
  const named = serial === undefined ? keys : keys.filter((one) => one.serial === serial);
  if (named.length === 0) return not("unknown-serial", otherSerial(name("serial"), serial, keys));
  const nowMs = clock.nowSeconds * 1000;
  const isGood = ({ from = 0, until = Number.POSITIVE_INFINITY }: VerifyingKey): boolean =>
    nowMs >= from && nowMs < until;
  if (!named.some(isGood)) return not("unknown-serial", notValidNow(name("serial"), serial));
  const { certificate } = claims;
  const fitting = named
    .filter(({ token }) => algorithm === undefined || token === algorithm)
    // The certificate that an answer carries tells nothing by itself: it must be that of the key which is known.
    .filter(({ key }) => certificate === undefined || (key.kind === "public" && certifies(certificate, key)));
  const [first] = fitting;
  if (first === undefined) return not("unknown-algorithm", otherAlgorithm(name("algorithm"), algorithm, named[0]));
  const bytes = envelope.readSignature(signature);
  const timestampSeconds = timestamp === undefined ? undefined : clock.times.read(timestamp);
  if (bytes === undefined) return not("malformed", misspelt(name("signature"), envelope.spelling));
  if (timestamp !== undefined && timestampSeconds === undefined)
    return not("malformed", ofAnotherForm(name("timestamp"), timestamp, clock.times));
  const verified = fitting.some((one) =>
    one.key.verify(
      envelope.answerBase({
        serial: serial ?? one.serial,
        algorithm: algorithm ?? one.token,
        timestamp: timestamp ?? "",
        nonce: nonce ?? "",
        ...(status === undefined ? {} : { status }),
        ...(claims.carried === undefined ? {} : { carried: claims.carried }),
        body,
        ...(certificate === undefined ? {} : { certificate }),
      }),
      bytes,
    ),
  );
  if (!verified) return not("wrong", unverified(first.serial));
  const aheadSeconds = (timestampSeconds ?? clock.nowSeconds) - clock.nowSeconds;
  if (Math.abs(aheadSeconds) > clock.skewSeconds)
    return not("stale", farAway(name("timestamp"), aheadSeconds, clock.skewSeconds));
  return { ok: true, timestampSeconds };
}

const UNADDRESSED: Bilingual = {
  en: "the request names no party that shares a secret with the system under test",
  zh: "请求未写明与被测系统共享密钥的参与方",
};

const someMissing = (places: readonly Bilingual[]): Bilingual => ({
  en: `of ${places.map(({ en }) => en).join(", ")} at least one is missing`,
  zh: `${places.map(({ zh }) => zh).join("、")} 中至少缺少一项`,
});

function otherSerial(place: Bilingual, serial: string | undefined, keys: readonly VerifyingKey[]): Bilingual {
  const known = keys.map((one) => one.serial);
  return {
    en: `${place.en} is "${serial ?? ""}"; the statement has ${known.join(", ")}`,
    zh: `${place.zh} 为“${serial ?? ""}”，而声明中有 ${known.join("、")}`,
  };
}

const notValidNow = (place: Bilingual, serial = ""): Bilingual => ({
  en: `${place.en} is "${serial}", whose certificate is not valid at the time of the answer`,
  zh: `${place.zh} 为“${serial}”，其证书在应答时不在有效期内`,
});

function otherAlgorithm(place: Bilingual, algorithm: string | undefined, key: VerifyingKey | undefined): Bilingual {
  const { serial = "", token = "" } = key ?? {};
  return {
    en: `${place.en} is "${algorithm ?? ""}"; the key ${serial} is for ${token}`,
    zh: `${place.zh} 为“${algorithm ?? ""}”，而密钥 ${serial} 用于 ${token}`,
  };
}

const misspelt = (place: Bilingual, spelling: string): Bilingual => ({
  en: `${place.en} is not ${spelling}`,
  zh: `${place.zh} 不是 ${spelling}`,
});

const ofAnotherForm = (place: Bilingual, timestamp: string, { form }: Times): Bilingual => ({
  en: `${place.en} is "${timestamp}", not ${form === "seconds" || form === "milliseconds" ? `${form} since the epoch` : form}`,
  zh: `${place.zh} 为“${timestamp}”，不是 ${form === "seconds" ? "Unix 秒数" : form === "milliseconds" ? "Unix 毫秒数" : form}`,
});

const unverified = (serial: string): Bilingual => ({
  en: `the signature does not verify with key ${serial} over the bytes received`,
  zh: `以密钥 ${serial} 对收到的字节验签不通过`,
});

const farAway = (place: Bilingual, seconds: number, allowed: number): Bilingual => ({
  en: `${place.en} is ${seconds} s from the harness's clock, allowed ${allowed}`,
  zh: `${place.zh} 与测试工具的时钟相差 ${seconds} 秒，允许 ${allowed} 秒`,
});

/** Where a part stands, for people: `header X-Signature`, `parameter sign`. */
function placeOf(parts: readonly EnvelopePart[], id: PartId): Bilingual {
  const part = parts.find((one) => one.id === id);
  if (part === undefined) return { en: id, zh: ` ${id}` };
  if (part.location === "body") return { en: `parameter ${part.name}`, zh: `参数 ${part.name}` };
  return part.within === undefined
    ? { en: `header ${part.name}`, zh: `标头 ${part.name}` }
    : { en: `${part.name} in the header ${part.within}`, zh: `标头 ${part.within} 中的 ${part.name}` };
}
