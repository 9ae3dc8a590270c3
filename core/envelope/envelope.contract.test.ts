import { codecsOf } from "../codec/codecs.ts";
import { describe, expect, test } from "vitest";
import { judgedSignature } from "../../suites/wire/answer-signature.ts";
import type { Claims, WireEnvelope } from "../../suites/wire/envelope/wire-envelope.ts";
import { likeAnswers as judgedLikeAnswers } from "../../suites/wire/envelope/like-answers.ts";
import { wireEnvelope } from "../../suites/wire/envelope/wire-envelopes.ts";
import { ed25519 } from "../signature/ed25519.ts";
import type { Envelope, PartId, Sealed, WireAnswer, WireRequest } from "./envelope.ts";
import type { AnswerMessage, RequestMessage } from "./message.ts";
import { likeAnswers } from "./like-answers.ts";
import { SECONDS } from "./times.ts";
import { envelopeOf } from "./styles.ts";
import { AUTHORIZATION_HEADER, SAMPLE_POLICIES, SAMPLE_XML } from "./testing/policies.ts";

const codecOf = codecsOf({ xml: SAMPLE_XML });
const BOUNDS = { bytes: 65_536, depth: 16, members: 1_000 };
const pair = ed25519.generate();
const signing = ed25519.privateKey(pair.privatePem);
const verifying = ed25519.publicKey(pair.publicPem);

interface Case {
  /** How a player seals and opens. */
  readonly envelope: Envelope;
  /** How the judge writes and reads the same. */
  readonly judge: WireEnvelope;
  readonly message: RequestMessage;
  readonly otherBody: Uint8Array;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const XML_BODIES = [
  '<?xml version="1.0" encoding="UTF-8"?><root xmlns="urn:liantiao:test"><MsgBody><TrxInf><TrxId>T1</TrxId><TrxAmt>CNY1.00</TrxAmt></TrxInf></MsgBody><Memo>中 &amp; &lt;文&gt;</Memo></root>',
  '<?xml version="1.0" encoding="UTF-8"?><root xmlns="urn:liantiao:test"><MsgBody><TrxInf><TrxId>T2</TrxId><TrxAmt>CNY1.00</TrxAmt></TrxInf></MsgBody><Memo>中 &amp; &lt;文&gt;</Memo></root>',
] as const;

/** What each style signs: a body that its codec could have written, and another one. */
const BODIES: Readonly<Record<string, readonly [string, string]>> = {
  "trailing-signature": XML_BODIES,
  "enveloped-signature": XML_BODIES,
  "sorted-parameters": [
    "out_trade_no=T1&memo=%E4%B8%AD%20a%2Bb%26&total_fee=100",
    "out_trade_no=T2&memo=%E4%B8%AD%20a%2Bb%26&total_fee=100",
  ],
  "detached-jws": ['{"out_trade_no":"T1","memo":"中文"}', '{"out_trade_no":"T2","memo":"中文"}'],
  "http-message-signatures": ['{"out_trade_no":"T1","memo":"中文"}', '{"out_trade_no":"T2","memo":"中文"}'],
  document: ['{"out_trade_no":"T1","memo":"中文 +&%"}', '{"out_trade_no":"T2","memo":"中文 +&%"}'],
  "authorization-header": ['{"out_trade_no":"T1","memo":"中文"}', '{"out_trade_no":"T2","memo":"中文"}'],
};

const STYLES: readonly (readonly [string, Case])[] = Object.entries(SAMPLE_POLICIES).map(([style, policy]) => {
  const [body, otherBody] = BODIES["document" in policy ? "document" : policy.style] ?? ["", ""];
  return [
    style,
    {
      envelope: envelopeOf(policy, codecOf),
      judge: wireEnvelope(policy, codecOf),
      otherBody: bytes(otherBody),
      message: {
        method: "POST",
        target: "/v1/pay?a=%E4%B8%AD",
        party: "P1",
        serial: "KEY-1",
        algorithm: Object.keys(policy.algorithms)[0] ?? "",
        timestamp: "1700000000",
        nonce: "nonce-0001",
        body: bytes(body),
      },
    },
  ];
});

const [, headers] = STYLES.find(([style]) => style === AUTHORIZATION_HEADER.style) as readonly [string, Case];

const CASES: readonly (readonly [string, Case])[] = [
  ...STYLES,
  [
    "authorization-header, signed like answers",
    {
      ...headers,
      envelope: likeAnswers(headers.envelope),
      judge: judgedLikeAnswers(AUTHORIZATION_HEADER),
    },
  ],
];

/** The message with one part said otherwise. */
function with_(message: RequestMessage, part: PartId, otherBody: Uint8Array): RequestMessage {
  const others: Readonly<Partial<Record<PartId, Partial<RequestMessage>>>> = {
    method: { method: "PUT" },
    target: { target: "/v1/close?a=%E4%B8%AD" },
    query: { target: "/v1/pay?a=1" },
    body: { body: otherBody },
    party: { party: "P2" },
    serial: { serial: "KEY-2" },
    timestamp: { timestamp: "1700000001" },
    nonce: { nonce: "nonce-0002" },
  };
  return { ...message, ...others[part] };
}

const otherCase = (text: string): string => (text === text.toLowerCase() ? text.toUpperCase() : text.toLowerCase());

const answerOf = ({ serial, algorithm, timestamp, nonce, body }: RequestMessage): AnswerMessage => ({
  serial,
  algorithm,
  timestamp,
  nonce,
  body,
});

describe.each(CASES)("envelope %s", (style, { envelope, judge, message, otherBody }) => {
  const sent = (sealed: Sealed): WireRequest => ({ method: message.method, target: message.target, ...sealed });
  const answered = (sealed: Sealed): WireAnswer => ({ status: 200, ...sealed });
  const requestsLikeAnswers = style.endsWith("signed like answers");
  const carries = (id: PartId): boolean => envelope.requestParts.some((part) => part.id === id);
  const answersCarry = (id: PartId): boolean => envelope.answerParts.some((part) => part.id === id);
  const sealedRequest = (): WireRequest =>
    sent(envelope.sealRequest(message, signing.sign(envelope.requestBase(message))));
  const sealedAnswer = (): WireAnswer =>
    answered(envelope.sealAnswer(answerOf(message), signing.sign(envelope.answerBase(answerOf(message)))));

  test("a sealed request opens to its own content, and its signature verifies", () => {
    const opened = envelope.openRequest(sealedRequest(), BOUNDS);
    expect(opened).toMatchObject({
      ok: true,
      party: carries("party") ? "P1" : undefined,
      serial: carries("serial") ? "KEY-1" : undefined,
      algorithm: message.algorithm,
      timestamp: carries("timestamp") ? message.timestamp : undefined,
      nonce: carries("nonce") ? message.nonce : undefined,
    });
    if (!opened.ok) return;
    expect(opened.covered).toEqual(envelope.requestBase(message));
    expect(verifying.verify(opened.covered, opened.signature ?? new Uint8Array())).toBe(true);
  });

  test("a sealed answer opens to its own content, and its signature verifies", () => {
    const opened = envelope.openAnswer(sealedAnswer());
    expect(opened).toMatchObject({
      ok: true,
      serial: answersCarry("serial") ? "KEY-1" : undefined,
      algorithm: answersCarry("algorithm") ? message.algorithm : undefined,
      timestamp: answersCarry("timestamp") ? message.timestamp : undefined,
      nonce: answersCarry("nonce") ? message.nonce : undefined,
    });
    if (!opened.ok) return;
    expect(verifying.verify(opened.covered, opened.signature ?? new Uint8Array())).toBe(true);
  });

  test("a part is covered exactly when its value changes the signature base", () => {
    const changed = (["method", "target", "query", "body", "party", "serial", "timestamp", "nonce"] as const).map(
      (id) => {
        const part = envelope.requestParts.find((one) => one.id === id);
        const other = envelope.requestBase(with_(message, id, otherBody));
        const covered =
          // A target that is signed whole is signed with its query.
          id === "query" && !style.startsWith("sorted-parameters")
            ? envelope.requestParts.find((one) => one.id === "target")?.covered
            : part?.covered;
        return [id, covered, Buffer.compare(other, envelope.requestBase(message)) !== 0] as const;
      },
    );
    for (const [id, covered, differs] of changed) expect(covered ?? false, id).toBe(differs);
    expect(changed.some(([id, covered]) => id === "body" && covered === true)).toBe(true);
    for (const { id, covered } of envelope.answerParts)
      if (id !== "signature" && id !== "algorithm")
        expect(
          Buffer.compare(
            envelope.answerBase({
              ...answerOf(with_(message, id, otherBody)),
              ...(id === "status" ? { status: 202 } : {}),
            }),
            envelope.answerBase(answerOf(message)),
          ) !== 0,
          id,
        ).toBe(covered);
  });

  test("a part left out or empty is refused at the signature's stage, with its place", () => {
    const right = judge.readRequest(sealedRequest()).claims;
    const carriedParts = envelope.requestParts.flatMap(({ id }) =>
      id === "method" || id === "target" || id === "query" || id === "body" ? [] : [id],
    );
    expect(carriedParts).toContain("signature");
    for (const id of carriedParts)
      for (const value of [undefined, ""]) {
        // Where a header of its own names it, answers of the field go without.
        if (id === "algorithm" && requestsLikeAnswers) continue;
        const request = sent(judge.carry(message, { ...right, [id]: value }));
        const opened = envelope.openRequest(request, BOUNDS);
        expect(opened, `${id}: ${value ?? "left out"}`).toMatchObject({ ok: false, stage: "signature" });
        if (opened.ok) continue;
        expect(opened.field).not.toBe("");
        expect(opened.message.zh).toMatch(/[\u4e00-\u9fff]/);
      }
    expect(envelope.openRequest(sent(judge.carry(message, undefined)), BOUNDS).ok).toBe(false);
  });

  test("an algorithm that the pack does not name is refused", () => {
    if (!envelope.requestParts.some(({ id }) => id === "algorithm")) return;
    const right = judge.readRequest(sealedRequest()).claims;
    for (const algorithm of ["none", "constructor", otherCase(message.algorithm)])
      expect(envelope.openRequest(sent(judge.carry(message, { ...right, algorithm })), BOUNDS).ok, algorithm).toBe(
        false,
      );
  });

  test("a signature in another spelling is none", () => {
    const request = { url: `http://x.invalid${message.target}`, timeoutMs: 1, ...sealedRequest() };
    const text = judge.readRequest(request).claims.signature ?? "";
    for (const spelt of [
      text.toUpperCase(),
      text.toLowerCase(),
      `${text} `,
      ` ${text}`,
      `${text}=`,
      `${text}00`,
      "%",
    ]) {
      if (spelt === text) continue;
      const opened = envelope.openRequest({ ...judge.respelt(request, spelt), target: message.target }, BOUNDS);
      expect(
        opened.ok && opened.signature !== undefined && verifying.verify(opened.covered, opened.signature),
        spelt,
      ).toBe(false);
    }
  });

  test("an opened request names at most one party, and every part a place", () => {
    for (const part of [...envelope.requestParts, ...envelope.answerParts]) {
      expect(part.name).not.toBe("");
      expect(["line", "header", "body"]).toContain(part.location);
    }
    expect(envelope.requestParts.filter(({ id }) => id === "party")).toHaveLength(requestsLikeAnswers ? 0 : 1);
    expect(envelope.requestParts.find(({ id }) => id === "signature")?.covered).toBe(false);
  });

  const claimsOf = (signature: string): Claims => ({
    algorithm: message.algorithm,
    party: message.party,
    serial: message.serial,
    timestamp: message.timestamp,
    nonce: message.nonce,
    signature,
  });
  const withoutUndefined = (claims: Claims): Claims =>
    Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
  /** Those of the claims that the envelope carries. */
  const carriedOf = (claims: Claims): Claims =>
    Object.fromEntries(
      Object.entries(claims).filter(([id]) => envelope.requestParts.some((part) => part.id === (id as PartId))),
    );
  const keys = [{ serial: "KEY-1", token: message.algorithm, key: verifying }];
  const clock = { nowSeconds: 1_700_000_000, skewSeconds: 300, times: SECONDS };
  const judged = (answer: WireAnswer, now = clock): string => {
    const verdict = judgedSignature(judge, { ...judge.readAnswer(answer), status: answer.status }, keys, "P1", now);
    return verdict.ok ? "ok" : verdict.why;
  };

  test("the player opens what the judge seals, and would have sealed the same", () => {
    const signature = judge.writeSignature(signing.sign(judge.requestBase(message)));
    const carried = sent(judge.carry(message, claimsOf(signature)));
    const opened = envelope.openRequest(carried, BOUNDS);
    expect(opened).toMatchObject({
      ok: true,
      party: carries("party") ? "P1" : undefined,
      signatureText: signature,
    });
    if (!opened.ok) return;
    expect(verifying.verify(opened.covered, opened.signature ?? new Uint8Array())).toBe(true);
    expect(Buffer.from(opened.body)).toEqual(Buffer.from(message.body));
    const read = judge.readRequest(sealedRequest());
    expect(withoutUndefined({ ...read.claims, carried: undefined })).toEqual(carriedOf(claimsOf(signature)));
    expect(Buffer.from(read.body)).toEqual(Buffer.from(message.body));
  });

  test("the judge believes the player's answer, and refuses a change in any covered part", () => {
    expect(judged(sealedAnswer())).toBe("ok");
    const signature = signing.sign(envelope.answerBase(answerOf(message)));
    for (const { id, covered } of envelope.answerParts) {
      if (id === "signature" || id === "algorithm") continue;
      const sealed = answered(envelope.sealAnswer(answerOf(with_(message, id, otherBody)), signature));
      const said = id === "status" ? { ...sealed, status: 202 } : sealed;
      expect(judged(said), id).toBe(id === "serial" ? "unknown-serial" : covered ? "wrong" : "ok");
    }
  });

  test("the judge refuses an answer that is unsigned, of another key or of another time", () => {
    const answer = sealedAnswer();
    const { claims, body } = judge.readAnswer(answer);
    expect(claims.signature).toBeDefined();
    expect(
      judgedSignature(judge, { claims: { ...claims, signature: undefined }, body }, keys, "P1", clock),
    ).toMatchObject({
      why: "absent",
    });
    expect(judged({ ...answer, headers: [], body })).toBe("absent");
    for (const id of ["nonce", "timestamp", "serial"] as const)
      if (answersCarry(id))
        expect(
          judgedSignature(judge, { claims: { ...claims, [id]: undefined }, body }, keys, "P1", clock),
          id,
        ).toMatchObject({ why: "incomplete" });
    expect(judgedSignature(judge, { claims: { ...claims, signature: "!" }, body }, keys, "P1", clock)).toMatchObject({
      why: "malformed",
    });
    expect(judged(answer, { ...clock, nowSeconds: clock.nowSeconds + 301 })).toBe(
      answersCarry("timestamp") ? "stale" : "ok",
    );
    expect(
      judgedSignature(judge, { claims, body }, [{ serial: "KEY-1", token: "OTHER", key: verifying }], "P1", clock),
    ).toMatchObject(answersCarry("algorithm") ? { ok: false, why: "unknown-algorithm" } : { ok: true });
  });

  test("the player refuses every doubled signature that the judge writes", () => {
    const signature = judge.writeSignature(signing.sign(judge.requestBase(message)));
    const carried = judge.carry(message, claimsOf(signature));
    const request = { method: message.method, url: `http://x.invalid${message.target}`, timeoutMs: 1, ...carried };
    expect(Object.keys(judge.doubles).length).toBeGreaterThan(2);
    for (const [name, double] of Object.entries(judge.doubles)) {
      const doubled = double(request, "FRESH");
      expect(envelope.openRequest({ ...doubled, target: message.target }, BOUNDS).ok, name).toBe(false);
    }
    expect(judge.readRequest(judge.respelt(request, "xyz")).claims.signature).toBe("xyz");
  });
});
