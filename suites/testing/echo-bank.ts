import { parseStrictJson } from "../../core/json/strict-json.ts";
import type { HttpRequest } from "../../core/runtime/runtime.ts";
import { decodeBase64Strict } from "../../core/signature/base64.ts";
import { nonceRule } from "../../core/envelope/nonce-rule.ts";
import { parseAuthorization } from "../../core/envelope/authorization-header/authorization.ts";
import { parseTimestampSeconds } from "../../core/envelope/timestamp.ts";
import { requestBase } from "../../core/envelope/authorization-header/base.ts";
import type { RequestParts } from "../../core/envelope/authorization-header/base.ts";
import { ed25519 } from "../../core/signature/ed25519.ts";
import { createPublicKey } from "node:crypto";
import { fakeRun } from "./fake-scope.ts";
import type { FakeAnswer, FakeRun } from "./fake-scope.ts";

/** What an echo bank does otherwise than it should. Each has the right behaviour for its default. */
export interface Laxity {
  /** How the credentials are chosen from all that came. */
  readonly credentials?: (all: readonly string[]) => string | undefined;
  /** Other bytes that the signature may cover as well. */
  readonly covers?: (parts: RequestParts) => RequestParts | undefined;
  readonly base64?: (text: string) => Uint8Array | undefined;
  /** By what a nonce is remembered. */
  readonly remembers?: (nonce: string, request: HttpRequest) => string;
  readonly seconds?: (text: string) => number | undefined;
  readonly fresh?: (ageSeconds: number) => boolean;
  readonly goodNonce?: (nonce: string) => boolean;
  readonly body?: (bytes: Uint8Array) => unknown;
  readonly mediaTypes?: (all: readonly string[]) => boolean;
  readonly echoes?: (message: string) => string;
  /** Whether the connection breaks in place of an answer. */
  readonly breaks?: (body: Uint8Array) => boolean;
  /** Everything goes in, or nothing does. */
  readonly always?: "accept" | "refuse";
}

const utf8 = new TextDecoder();

/** A SUT that speaks the echo interface only, in process: right in everything but what it is told to be lax in. */
export function echoBank(lax: Laxity = {}): FakeRun {
  const seen = new Set<string>();
  const run: FakeRun = fakeRun((request) => {
    const { pack, statement, runtime } = run.scope;
    const { envelope: policy, freshness, limits } = pack.policies;
    const refuse = (stage: keyof typeof pack.policies.stages): FakeAnswer => {
      const code = pack.policies.stages[stage];
      return { status: pack.error(code)?.status ?? 500, json: { code, message: code } };
    };
    const answered = (message: unknown): FakeAnswer => ({
      status: 200,
      json: {
        party_id: "P1001",
        message: lax.echoes?.(String(message)) ?? message,
        received_at: pack.calendar.rfc3339(runtime.now()),
      },
    });
    if (lax.breaks?.(request.body) === true) return "reset";
    if (lax.always === "refuse") return refuse("signature");
    if (lax.always === "accept") return answered("tea");

    const target = request.url.slice(new URL(request.url).origin.length);
    const values = (name: string): readonly string[] =>
      request.headers.flatMap(([each, value]) => (each.toLowerCase() === name.toLowerCase() ? [value] : []));
    if (target.split("?")[0] !== "/v1/echo") return refuse("route.unknown");
    if (request.method !== "POST") return refuse("route.method");
    if (request.body.length > limits.bodyBytes) return refuse("route.size");
    const types = values("content-type");
    if (
      !(
        lax.mediaTypes?.(types) ??
        (types.length === 1 && /^application\/json(; ?charset=utf-8)?$/.test(types[0] ?? ""))
      )
    )
      return refuse("route.media");

    const all = values(policy.authorization.header);
    const parsed = parseAuthorization(
      policy,
      lax.credentials === undefined ? (all.length === 1 ? all[0] : undefined) : lax.credentials(all),
    );
    const [party] = statement.parties;
    if (
      !parsed.ok ||
      parsed.party !== party.partyId ||
      parsed.serial !== party.serial ||
      parsed.token !== party.algorithm
    )
      return refuse("signature");
    const signature = (lax.base64 ?? decodeBase64Strict)(parsed.signature);
    const parts: RequestParts = {
      method: request.method,
      target: target,
      timestamp: parsed.timestamp,
      nonce: parsed.nonce,
      body: request.body,
    };
    const key = ed25519.publicKey(createPublicKey(party.privatePem).export({ type: "spki", format: "pem" }) as string);
    const covered = [parts, lax.covers?.(parts)].some(
      (each) => each !== undefined && signature !== undefined && key.verify(requestBase(policy, each), signature),
    );
    if (!covered || !(lax.goodNonce ?? nonceRule(freshness.nonce))(parsed.nonce)) return refuse("signature");

    const seconds = (lax.seconds ?? parseTimestampSeconds)(parsed.timestamp);
    if (
      seconds === undefined ||
      !(lax.fresh ?? ((age) => Math.abs(age) <= freshness.clockSkewSeconds))(Math.floor(runtime.now() / 1000) - seconds)
    )
      return refuse("freshness.timestamp");
    const remembered = lax.remembers?.(parsed.nonce, request) ?? parsed.nonce;
    if (seen.has(remembered)) return refuse("freshness.replay");
    seen.add(remembered);

    let body: unknown;
    if (lax.body !== undefined) body = lax.body(request.body);
    else {
      const read = parseStrictJson(request.body, {
        bytes: limits.bodyBytes,
        depth: limits.depth,
        members: limits.members,
      });
      if (!read.ok) return refuse("decode");
      body = read.value;
    }
    if (target.includes("?") || typeof body !== "object" || body === null) return refuse("schema");
    const { party_id, message, ...more } = body as Record<string, unknown>;
    if (
      typeof party_id !== "string" ||
      typeof message !== "string" ||
      message === "" ||
      Array.from(message).length > 256 ||
      Object.keys(more).length > 0
    )
      return refuse("schema");
    return party_id === party.partyId ? answered(message) : refuse("party");
  });
  return run;
}

/** JSON as most programs read it: the last of two keys, replaced bytes, no mark. */
export function lenientJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    return undefined;
  }
}
