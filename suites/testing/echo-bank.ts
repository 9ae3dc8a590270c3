import { headerPolicy } from "../../core/envelope/testing/policies.ts";
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
import { requestTarget } from "../../core/runtime/wire.ts";
import type { PackView } from "../pack-view.ts";
import type { RunScope } from "../run/scope.ts";
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
  /** How long a call takes by its body, in ms on the run's clock. */
  readonly takes?: (body: Uint8Array) => number;
  /** Everything goes in, or nothing does. */
  readonly always?: "accept" | "refuse";
}

const utf8 = new TextDecoder();

/** A SUT that speaks the echo interface only, in process: right in everything but what it is told to be lax in. */
export function echoBank(lax: Laxity = {}): FakeRun {
  const seen = new Set<string>();
  const run: FakeRun = fakeRun((request) => {
    const answer = new EchoCall(run.scope, lax, seen, request).answer();
    const tookMs = lax.takes?.(request.body);
    return typeof answer === "string" || tookMs === undefined ? answer : { ...answer, tookMs };
  });
  return run;
}

/** The code of the stage that refuses a call, or what the next stage goes on with. */
type Staged<T> = { readonly refusal: Stage } | { readonly value: T };
type Stage = keyof PackView["policies"]["stages"];
type Credentials = Extract<ReturnType<typeof parseAuthorization>, { readonly ok: true }>;

/** One call of the echo bank, stage by stage. */
class EchoCall {
  readonly #scope: RunScope;
  readonly #lax: Laxity;
  readonly #seen: Set<string>;
  readonly #request: HttpRequest;
  readonly #target: string;

  constructor(scope: RunScope, lax: Laxity, seen: Set<string>, request: HttpRequest) {
    this.#scope = scope;
    this.#lax = lax;
    this.#seen = seen;
    this.#request = request;
    this.#target = requestTarget(request.url);
  }

  answer(): FakeAnswer {
    if (this.#lax.breaks?.(this.#request.body) === true) return "reset";
    if (this.#lax.always === "refuse") return this.#refuse("signature");
    if (this.#lax.always === "accept") return this.#answered("tea");
    const route = this.#misrouted();
    if (route !== undefined) return this.#refuse(route);
    const signed = this.#signed();
    if ("refusal" in signed) return this.#refuse(signed.refusal);
    const stale = this.#stale(signed.value);
    if (stale !== undefined) return this.#refuse(stale);
    const said = this.#said();
    if ("refusal" in said) return this.#refuse(said.refusal);
    return said.value.party === this.#scope.statement.parties[0].partyId
      ? this.#answered(said.value.message)
      : this.#refuse("party");
  }

  #refuse(stage: Stage): FakeAnswer {
    const { pack } = this.#scope;
    const code = pack.policies.stages[stage];
    return { status: pack.error(code ?? "")?.status ?? 500, json: { code: code ?? "", message: stage } };
  }

  #answered(message: unknown): FakeAnswer {
    const { pack, runtime } = this.#scope;
    return {
      status: 200,
      json: {
        party_id: "P1001",
        message: this.#lax.echoes?.(String(message)) ?? message,
        received_at: pack.calendar.rfc3339(runtime.now()),
      },
    };
  }

  #values(name: string): readonly string[] {
    return this.#request.headers.flatMap(([each, value]) => (each.toLowerCase() === name.toLowerCase() ? [value] : []));
  }

  #misrouted(): Stage | undefined {
    if (this.#target.split("?")[0] !== "/v1/echo") return "route.unknown";
    if (this.#request.method !== "POST") return "route.method";
    if (this.#request.body.length > this.#scope.pack.policies.limits.bodyBytes) return "route.size";
    const types = this.#values("content-type");
    return (this.#lax.mediaTypes?.(types) ??
      (types.length === 1 && /^application\/json(; ?charset=utf-8)?$/.test(types[0] ?? "")))
      ? undefined
      : "route.media";
  }

  #signed(): Staged<Credentials> {
    const { freshness } = this.#scope.pack.policies;
    const policy = headerPolicy(this.#scope.pack.policies.envelope);
    const all = this.#values(policy.authorization.header);
    const { credentials } = this.#lax;
    const parsed = parseAuthorization(
      policy,
      credentials === undefined ? (all.length === 1 ? all[0] : undefined) : credentials(all),
    );
    const [party] = this.#scope.statement.parties;
    if (
      !parsed.ok ||
      parsed.party !== party.partyId ||
      parsed.serial !== party.serial ||
      parsed.token !== party.algorithm
    )
      return { refusal: "signature" };
    const signature = (this.#lax.base64 ?? decodeBase64Strict)(parsed.signature);
    const parts: RequestParts = {
      method: this.#request.method,
      target: this.#target,
      timestamp: parsed.timestamp,
      nonce: parsed.nonce,
      body: this.#request.body,
    };
    const key = ed25519.publicKey(
      createPublicKey("privateKey" in party.key ? party.key.privateKey : "").export({
        type: "spki",
        format: "pem",
      }) as string,
    );
    const covered = [parts, this.#lax.covers?.(parts)].some(
      (each) => each !== undefined && signature !== undefined && key.verify(requestBase(policy, each), signature),
    );
    return covered &&
      (this.#lax.goodNonce ?? nonceRule(freshness.nonce ?? { minLength: 1, maxLength: 64 }))(parsed.nonce)
      ? { value: parsed }
      : { refusal: "signature" };
  }

  #stale({ timestamp, nonce }: Credentials): Stage | undefined {
    const { clockSkewSeconds } = this.#scope.pack.policies.freshness;
    const seconds = (this.#lax.seconds ?? parseTimestampSeconds)(timestamp);
    const fresh = this.#lax.fresh ?? ((age: number) => Math.abs(age) <= clockSkewSeconds);
    if (seconds === undefined || !fresh(Math.floor(this.#scope.runtime.now() / 1000) - seconds))
      return "freshness.timestamp";
    const remembered = this.#lax.remembers?.(nonce, this.#request) ?? nonce;
    if (this.#seen.has(remembered)) return "freshness.replay";
    this.#seen.add(remembered);
    return undefined;
  }

  #said(): Staged<{ readonly party: string; readonly message: string }> {
    const { limits } = this.#scope.pack.policies;
    let body: unknown;
    if (this.#lax.body !== undefined) body = this.#lax.body(this.#request.body);
    else {
      const read = parseStrictJson(this.#request.body, {
        bytes: limits.bodyBytes,
        depth: limits.depth,
        members: limits.members,
      });
      if (!read.ok) return { refusal: "decode" };
      body = read.value;
    }
    if (this.#target.includes("?") || typeof body !== "object" || body === null) return { refusal: "schema" };
    const { party_id, message, ...more } = body as Record<string, unknown>;
    return typeof party_id === "string" &&
      typeof message === "string" &&
      message !== "" &&
      Array.from(message).length <= 256 &&
      Object.keys(more).length === 0
      ? { value: { party: party_id, message } }
      : { refusal: "schema" };
  }
}

/** JSON as most programs read it: the last of two keys, replaced bytes, no mark. */
export function lenientJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    return undefined;
  }
}
