import type { Envelope, OpenedAnswer, OpenedRequest, WireAnswer, WireRequest } from "../../core/envelope/envelope.ts";
import { explain } from "../../core/envelope/explanation/explain.ts";
import type { FailedMessage, FailedRequest, OtherKey, OtherMessage } from "../../core/envelope/explanation/failed.ts";
import { shownExplanation } from "../../core/envelope/explanation/shown.ts";
import type { ShownExplanation } from "../../core/envelope/explanation/shown.ts";
import { headerValues } from "../../core/envelope/headers.ts";
import type { RequestMessage } from "../../core/envelope/message.ts";
import type { Pack } from "../../core/pack/compile.ts";
import { byteMask } from "../../core/redaction/byte-mask.ts";
import type { Redaction } from "../../core/redaction/redaction.ts";
import { readable } from "../../core/redaction/wide-text.ts";
import type { Json } from "../../core/unit/unit.ts";
import type { Journal } from "../journal/journal.ts";
import type { Identity, Peer, PeerKey } from "../identity/identity.ts";

/** What explanations of one party's exchanges are made with. */
export interface HintParts {
  readonly pack: Pack;
  readonly identity: Identity;
  readonly redact: Redaction;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/** An exchange from before, whose signature may have been taken for another message. */
export interface Earlier {
  readonly at: number;
  readonly request: Pick<WireRequest, "method" | "target" | "headers"> & { readonly body: unknown };
}

/** How many exchanges from before a signature that fails is looked for in. */
const EARLIER_LOOKED_AT = 50;

/** The latest requests that came in, the newest first. */
export function earlierRequests(journal: Journal): readonly Earlier[] {
  return journal
    .entries(EARLIER_LOOKED_AT)
    .filter(({ direction }) => direction === "in")
    .toReversed();
}

/** What was verified of a request, and the likeliest mistake behind a signature that does not fit it. */
export function requestHint(
  { pack, identity, redact, now }: HintParts,
  envelope: Envelope,
  request: WireRequest,
  opened: OpenedRequest,
  key: PeerKey,
  { baseUrl, earlier }: { readonly baseUrl: string; readonly earlier: () => readonly Earlier[] },
): Json {
  const message: RequestMessage = {
    method: request.method,
    target: request.target,
    party: opened.party ?? "",
    serial: key.serial,
    algorithm: key.algorithm,
    timestamp: opened.timestamp ?? "",
    nonce: opened.nonce ?? "",
    body: opened.body,
    ...(opened.carried === undefined ? {} : { carried: opened.carried }),
  };
  const failed: FailedMessage = {
    kind: "request",
    message,
    ...placesOf(request, baseUrl),
    wire: request,
    covered: opened.covered,
    signature: opened.signatureText,
    ...verifiedWith({ pack, identity, now }, key),
    otherMessages: () => otherRequests(pack, envelope, earlier()),
  };
  const explanation = explain(envelope, failed);
  const mask = maskOf(redact, [request.body, opened.body], request.target);
  return {
    verified_string: new TextDecoder().decode(mask(explanation.verified)),
    ...asJson(shownExplanation(explanation, mask)),
  };
}

/** The same of an answer that came back to us. `request` is ours, as it was signed. */
export function answerHint(
  { pack, identity, redact, now }: HintParts,
  answer: Pick<WireAnswer, "headers" | "body">,
  opened: OpenedAnswer,
  key: PeerKey,
  request: RequestMessage | undefined,
): Json {
  const failed: FailedMessage = {
    kind: "answer",
    message: {
      serial: key.serial,
      algorithm: key.algorithm,
      timestamp: opened.timestamp ?? "",
      nonce: opened.nonce ?? "",
      body: opened.body,
      ...(opened.carried === undefined ? {} : { carried: opened.carried }),
    },
    ...(request === undefined ? {} : { request }),
    wire: answer,
    signature: opened.signatureText,
    ...verifiedWith({ pack, identity, now }, key),
  };
  const bodies = [answer.body, opened.body, ...(request === undefined ? [] : [request.body])];
  return asJson(shownExplanation(explain(pack.envelope, failed), maskOf(redact, bodies, request?.target ?? "")));
}

/** What to do about a serial that is not enrolled: whether the signature fits a key that is. */
export function serialHint({ record, keys }: Peer, { covered, signature, serial }: OpenedRequest): Json {
  const fitting = signature === undefined ? undefined : keys.find(({ key }) => key.verify(covered, signature));
  const cause =
    fitting === undefined
      ? {
          id: "unknown-key",
          en: `no key of ${record.party_id} is enrolled as "${serial ?? ""}", and none that is enrolled fits the signature; enrol the public key under that serial`,
          zh: `${record.party_id} 未登记序列号 "${serial ?? ""}"，已登记的密钥均无法验证该签名；请以该序列号登记公钥`,
        }
      : {
          id: "unknown-serial",
          en: `the signature fits the key that is enrolled as "${fitting.serial}"; send that serial, or enrol the key as "${serial ?? ""}" too`,
          zh: `该签名可由登记为 "${fitting.serial}" 的密钥验证；请发送该序列号，或将该密钥另以 "${serial ?? ""}" 登记`,
        };
  return { likely_cause: cause };
}

/** What to do about a key that verifies nothing at this time. */
export function validityHint({ serial, from, until }: PeerKey, now: number): Json {
  const early = from !== undefined && now < from;
  const moment = new Date((early ? from : until) ?? now).toISOString();
  return {
    likely_cause: early
      ? {
          id: "key-not-yet-valid",
          en: `the key "${serial}" is valid from ${moment} on; sign with the one before until then`,
          zh: `密钥 "${serial}" 自 ${moment} 起有效；在此之前请使用原密钥`,
        }
      : {
          id: "retired-key",
          en: `the key "${serial}" was retired at ${moment}; sign with its successor`,
          zh: `密钥 "${serial}" 已于 ${moment} 停用；请使用新密钥`,
        },
  };
}

function verifiedWith(
  { pack, identity, now }: Pick<HintParts, "pack" | "identity" | "now">,
  key: PeerKey,
): Pick<FailedMessage, "key" | "otherKeys" | "now" | "clockSkewSeconds" | "times"> & {
  readonly otherKeys: readonly OtherKey[];
} {
  const otherKeys = identity.peers.flatMap(({ record, keys }) =>
    keys
      .filter((one) => one.key !== key.key)
      .map((one) => ({
        owner: `${record.party_id} ${one.serial}`,
        key: one.key,
        ...(one.until !== undefined && one.until <= now ? { retiredAt: one.until } : {}),
      })),
  );
  return {
    key: key.key,
    otherKeys,
    now,
    clockSkewSeconds: pack.source.manifest.policies.freshness.clockSkewSeconds,
    times: pack.times,
  };
}

/** What the signatures of earlier requests cover. */
function* otherRequests(pack: Pack, envelope: Envelope, earlier: readonly Earlier[]): Generator<OtherMessage> {
  const { bodyBytes, depth, members } = pack.source.manifest.policies.limits;
  for (const { at, request } of earlier) {
    const { method, target, headers, body } = request;
    if (!(body instanceof Uint8Array)) continue;
    const opened = envelope.openRequest({ method, target, headers, body }, { bytes: bodyBytes, depth, members });
    const time = new Date(at).toISOString();
    if (opened.ok) yield { title: { en: `the request of ${time}`, zh: `${time} 的请求` }, base: opened.covered };
  }
}

function maskOf(redact: Redaction, bodies: readonly Uint8Array[], target: string): (bytes: Uint8Array) => Uint8Array {
  return byteMask(redact, [...bodies.map(readable), target.slice(target.indexOf("?") + 1)]);
}

/** A shown explanation is made of texts, numbers and such objects alone. */
const asJson = (shown: ShownExplanation): Readonly<Record<string, Json>> =>
  shown as unknown as Readonly<Record<string, Json>>;

/** Where the caller may have thought us to be: what it asked for, what gateways say of it, and our own address. */
function placesOf({ headers }: WireRequest, baseUrl: string): Pick<FailedRequest, "origins" | "prefixes"> {
  const base = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  const hosts = ["host", "x-forwarded-host"].flatMap((name) => headerValues(headers, name).slice(0, 1));
  const prefixes = [...headerValues(headers, "x-forwarded-prefix").slice(0, 1), base?.pathname ?? ""]
    .map((prefix) => prefix.replace(/\/+$/, ""))
    .filter((prefix) => /^\/[!-~]+$/.test(prefix));
  const origins = [
    ...(base === undefined ? [] : [base.origin]),
    ...hosts.flatMap((host) => [`http://${host}`, `https://${host}`]),
  ].filter((origin) => /^[!-~]+$/.test(origin));
  return {
    prefixes: [...new Set(prefixes)],
    origins: [...new Set(["", ...prefixes].flatMap((prefix) => origins.map((origin) => `${origin}${prefix}`)))],
  };
}
