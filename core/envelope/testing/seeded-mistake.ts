import { Buffer } from "node:buffer";
import { seededStream } from "../../runtime/random.ts";
import type { RandomStream } from "../../runtime/runtime.ts";
import { signatureScheme } from "../../signature/schemes.ts";
import type { Envelope } from "../envelope.ts";
import { Attempt } from "../explanation/attempt.ts";
import type { FailedMessage } from "../explanation/failed.ts";
import type { Mistake } from "../explanation/mistake.ts";
import type { AnswerMessage, RequestMessage } from "../message.ts";
import { drawn } from "./slip.ts";
import type { SeededKey, Sending, Slip, Slipping } from "./slip.ts";
import { SLIPS_OF_CONTENT } from "./slips-of-content.ts";
import { SLIPS_OF_SIGNING } from "./slips-of-signing.ts";

const NOW = 1_700_000_000_500;
const SECOND = NOW / 1000 - 0.5;

/** An envelope whose mistakes are seeded, and the keys of a scheme for it. */
export interface SeededSender {
  readonly envelope: Envelope;
  readonly algorithm: string;
  readonly keys: Sending["keys"];
  /** A body that a sender may have; without it, one that the envelope's codec writes. */
  readonly body?: (random: RandomStream) => Uint8Array;
}

/** A message whose sender has made one mistake. */
export interface SeededMistake {
  readonly failed: FailedMessage;
  /** The bytes that the sender signed. */
  readonly signed: Uint8Array;
}

/** Keys of a scheme, made once for many seeds. */
export function seededKeys(scheme: string): Sending["keys"] {
  const one = (): SeededKey => {
    const found = signatureScheme(scheme);
    if (found.keys === "secret") {
      const material = found.generate();
      const secret = found.secret(material);
      return { signing: secret, verifying: secret, material };
    }
    const { privatePem, publicPem } = found.generate();
    return { signing: found.privateKey(privatePem), verifying: found.publicKey(publicPem), material: privatePem };
  };
  return { own: one(), other: one(), retired: one() };
}

/**
 * A message with this mistake in it, made as a sender makes it where `core/envelope/testing` knows how, else by one of the
 * mistake's own guesses. Undefined where the message that the seed gives leaves no room for it: take the next seed.
 */
export function seededMistake(sender: SeededSender, mistake: Mistake, seed: number): SeededMistake | undefined {
  const random = seededStream(seed, mistake.id);
  const sending = sendingOf(sender, random);
  const slipping: Slipping | undefined = SLIPS_OF_CONTENT[mistake.id] ?? SLIPS_OF_SIGNING[mistake.id];
  try {
    const slip = slipping === undefined ? guessed(sending, mistake) : slipping(sending);
    return slip === undefined ? undefined : failing(sending, slip);
  } catch (cause) {
    // What an envelope cannot carry, such as a document that is none, no sender gets to sign.
    if (cause instanceof RangeError) return undefined;
    throw cause;
  }
}

/** A message that no known mistake explains: a part is changed after signing, so an explanation would be wrong. */
export function seededTampering(sender: SeededSender, seed: number): SeededMistake {
  const random = seededStream(seed, "tampering");
  const sending = sendingOf(sender, random);
  return failing(sending, { signed: Buffer.concat([sending.base(sending.message), random.bytes(3)]) });
}

function sendingOf({ envelope, algorithm, keys, body }: SeededSender, random: RandomStream): Sending {
  const kind = random.below(4) === 0 ? "answer" : "request";
  const message: RequestMessage = {
    method: drawn(random, ["POST", "POST", "GET", "PUT"]),
    target: targetOf(random),
    party: "P1001",
    serial: "P1001-KEY-1",
    algorithm,
    timestamp: String(SECOND - random.below(100)),
    nonce: Buffer.from(random.bytes(8)).toString("hex"),
    body: body?.(random) ?? bodyOf(envelope, random),
  };
  return {
    envelope,
    random,
    kind,
    message,
    keys,
    base: (one) => (kind === "request" ? envelope.requestBase(one) : envelope.answerBase(answerOf(one))),
  };
}

/** The parts that an answer has. */
const answerOf = ({ serial, algorithm, timestamp, nonce, body }: RequestMessage): AnswerMessage => ({
  serial,
  algorithm,
  timestamp,
  nonce,
  body,
});

function targetOf(random: RandomStream): string {
  const path = `/V1/pay/${drawn(random, ["orders", "refunds/T1", "Bills"])}`;
  const pairs = ["name=%E9%87%91%20a", "party_id=P1001", "at=2026-12-01T10%3A00", "desc=a%2Fb", "zone=1"];
  const count = random.below(pairs.length);
  const from = random.below(pairs.length);
  const query = Array.from({ length: count }, (_one, index) => pairs[(from + 2 * index) % pairs.length] ?? "");
  return count === 0 ? path : `${path}?${query.join("&")}`;
}

function bodyOf({ codec }: Envelope, random: RandomStream): Uint8Array {
  const flat = {
    out_trade_no: `T${random.below(1_000_000)}`,
    Memo: drawn(random, [
      "中文 a/b",
      codec.textual ? "R&D" : "a&b=c",
      " blank ",
      "R&D <x>",
      "金额：1 元",
      "plain+plus",
    ]),
    total_fee: String(random.below(10_000)),
    attach: drawn(random, ["", "", "%E4", "a%20b"]),
    notify_url: "https://a.test/notify",
  };
  if (codec.textual) return codec.encode(flat);
  return codec.encode({
    ...flat,
    amount: { value: random.below(10_000), currency: "CNY" },
    items: [1, { b: "额", a: true }],
  });
}

/** One of the guesses of bytes that the mistake itself makes of the right message. */
function guessed(sending: Sending, mistake: Mistake): Slip | undefined {
  const right = failing(sending, {});
  const attempt = new Attempt(right.failed, sending.envelope);
  const guesses = [...mistake.guesses(attempt)].flatMap(({ bytes, key, signature }) =>
    bytes === undefined || key !== undefined || signature !== undefined || Buffer.compare(bytes, attempt.base) === 0
      ? []
      : [bytes],
  );
  return guesses.length === 0 ? undefined : { signed: drawn(sending.random, guesses) };
}

function failing(sending: Sending, { sent = {}, signed, signature, spelled, failed = {} }: Slip): SeededMistake {
  const { envelope, keys, kind } = sending;
  const message = { ...sending.message, ...sent };
  const bytes = signed ?? sending.base(sending.message);
  const made = signature ?? keys.own.signing.sign(bytes);
  const sealed =
    kind === "request" ? envelope.sealRequest(message, made) : envelope.sealAnswer(answerOf(message), made);
  const opened =
    kind === "request"
      ? envelope.openRequest({ method: message.method, target: message.target, ...sealed }, BOUNDS)
      : envelope.openAnswer(sealed, BOUNDS);
  if (!opened.ok) throw new Error(`a seeded message cannot be opened: ${opened.message.en}`);
  const right = opened.signatureText;
  const shared = {
    signature: spelled?.(right, made) ?? right,
    key: keys.own.verifying,
    otherKeys: [
      { owner: "P1002 P1002-KEY-1", key: keys.other.verifying },
      { owner: "P1001 P1001-KEY-0", key: keys.retired.verifying, retiredAt: NOW - 86_400_000 },
    ],
    wire: sealed,
    now: NOW,
    ...failed,
  };
  return {
    signed: bytes,
    failed:
      kind === "request"
        ? { kind, message, origins: ["https://bank.test"], prefixes: ["/gateway/bank"], ...shared }
        : {
            kind,
            message: answerOf(message),
            request: { ...message, timestamp: String(SECOND - 3), nonce: "0123456789abcdef" },
            ...shared,
          },
  };
}

const BOUNDS = { bytes: 1 << 20, depth: 32, members: 10_000 };
