import { form } from "../../core/codec/form.ts";
import type { Headers } from "../../core/envelope/headers.ts";
import type { RequestMessage } from "../../core/envelope/message.ts";
import { encodeBase64 } from "../../core/signature/base64.ts";
import type { Pack } from "../../core/pack/compile.ts";
import { atPointer } from "../../core/json/pointer.ts";
import type { Json } from "../../core/unit/unit.ts";
import type { Runtime } from "../../core/runtime/runtime.ts";
import type { RawRequest, RawResponse } from "../http/raw.ts";
import type { TestKey } from "./keys.ts";
import type { TestParty } from "./party.ts";

const utf8 = new TextEncoder();

/** What a test breaks in one message. Everything not named is as it should be. */
export interface Breakage {
  readonly key?: TestKey;
  readonly party?: string;
  readonly serial?: string;
  readonly nonce?: string;
  readonly timestamp?: string;
  readonly contentType?: string | null;
  /** The body as it goes out; what is signed stays the right one unless `signedBody` says otherwise. */
  readonly body?: Uint8Array | "too-large" | "broken";
  readonly signedBody?: Uint8Array;
  readonly signedTarget?: string;
  readonly base?: (base: string) => string;
  readonly signature?: (signature: Uint8Array) => string;
  readonly authorization?: string | null;
}

export interface TestAnswer {
  readonly status: number;
  readonly code: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly bytes: Uint8Array;
  /** The parsed body; empty for none and for CSV. */
  readonly json: Answered;
  /** Verified with the bank's key that the answer names. */
  readonly signed: boolean;
  readonly raw: RawResponse;
}

/** Enough of a shape to read answers by. */
export interface Answered {
  readonly [name: string]: string & number & boolean & Answered & Answered[];
}

export type Send = (request: RawRequest) => Promise<RawResponse>;

/** Signs as a platform does, sends through whatever it was given, and verifies the answer. */
export class TestClient {
  readonly party: TestParty;
  readonly #pack: Pack;
  readonly #answerKeys: readonly TestKey[];
  readonly #clock: () => number;
  readonly #send: Send;
  #nonces = 0;

  constructor(parts: {
    readonly pack: Pack;
    readonly party: TestParty;
    readonly answerKeys: readonly TestKey[];
    readonly clock: () => number;
    readonly send: Send;
    readonly firstNonce?: number;
  }) {
    this.#pack = parts.pack;
    this.party = parts.party;
    this.#answerKeys = parts.answerKeys;
    this.#clock = parts.clock;
    this.#send = parts.send;
    this.#nonces = parts.firstNonce ?? 0;
  }

  /** The signed message, not sent. */
  request(method: string, target: string, data?: unknown, broken: Breakage = {}): RawRequest {
    const { envelope } = this.#pack;
    const key = broken.key ?? this.party.key;
    const right =
      data === undefined ? new Uint8Array(0) : data instanceof Uint8Array ? data : envelope.codec.encode(data);
    const message: RequestMessage = {
      method,
      target: broken.signedTarget ?? target,
      party: broken.party ?? this.party.id,
      serial: broken.serial ?? this.party.key.serial,
      algorithm: key.algorithm,
      timestamp: broken.timestamp ?? this.#pack.times.write(this.#clock()),
      nonce: broken.nonce ?? `nonce-${this.party.id}-${String((this.#nonces += 1)).padStart(8, "0")}`,
      body: broken.signedBody ?? right,
    };
    const base = envelope.requestBase(message);
    const signature = key.privateKey.sign(
      broken.base === undefined ? base : utf8.encode(broken.base(new TextDecoder().decode(base))),
    );
    const sealed = envelope.sealRequest({ ...message, body: right }, signature);
    const headers =
      broken.authorization === undefined
        ? respelt(sealed.headers, signature, broken.signature)
        : broken.authorization === null
          ? []
          : sealed.headers.map(([name]) => [name, broken.authorization ?? ""] as const);
    const contentType =
      broken.contentType === undefined
        ? data === undefined
          ? null
          : (envelope.carrier ?? envelope.codec).mediaType
        : broken.contentType;
    return {
      method,
      target,
      body: broken.body ?? sealed.body,
      headers: [...(contentType === null ? [] : [["Content-Type", contentType] as const]), ...headers],
    };
  }

  async call(method: string, target: string, data?: unknown, broken: Breakage = {}): Promise<TestAnswer> {
    return this.send(this.request(method, target, data, broken));
  }

  async send(request: RawRequest): Promise<TestAnswer> {
    return this.read(await this.#send(request));
  }

  read(raw: RawResponse): TestAnswer {
    const headers = Object.fromEntries(raw.headers.map(([name, value]) => [name.toLowerCase(), value]));
    const text = new TextDecoder().decode(raw.body);
    const { envelope } = this.#pack;
    const opened = envelope.openAnswer(raw);
    const type = headers["content-type"] ?? "";
    const json = (
      type.startsWith("application/json")
        ? JSON.parse(opened.ok && envelope.bareAnswer !== undefined ? new TextDecoder().decode(opened.body) : text)
        : type.startsWith(form.mediaType)
          ? Object.fromEntries(new URLSearchParams(text))
          : {}
    ) as Answered;
    const key = opened.ok
      ? this.#answerKeys.find(({ serial, algorithm }) => serial === opened.serial && algorithm === opened.algorithm)
      : undefined;
    const signed =
      opened.ok &&
      key !== undefined &&
      opened.signature !== undefined &&
      key.publicKey.verify(opened.covered, opened.signature);
    return {
      status: raw.status,
      code: this.#code(raw.status, json),
      headers,
      text,
      bytes: raw.body,
      json,
      signed,
      raw,
    };
  }

  /** The code of a refusal, where the pack has it. */
  #code(status: number, json: Answered): string | undefined {
    const { refusal } = this.#pack.source.manifest.policies;
    if (status < 400 && status !== refusal?.status) return undefined;
    const code = atPointer(json as unknown as Json, refusal?.code ?? "/code");
    return status >= 400
      ? (code as string | undefined)
      : this.#pack.source.errors.find((one) => one.code === code)?.code;
  }

  pay(
    outTradeNo: string,
    bindingId: string,
    value: number,
    more: Readonly<Record<string, unknown>> = {},
  ): Promise<TestAnswer> {
    return this.call("POST", "/v1/payments", {
      party_id: this.party.id,
      out_trade_no: outTradeNo,
      binding_id: bindingId,
      amount: { value, currency: "CNY" },
      description: "a test",
      ...more,
    });
  }

  refund(
    outRefundNo: string,
    outTradeNo: string,
    value: number,
    more: Readonly<Record<string, unknown>> = {},
  ): Promise<TestAnswer> {
    return this.call("POST", "/v1/refunds", {
      party_id: this.party.id,
      out_refund_no: outRefundNo,
      out_trade_no: outTradeNo,
      amount: { value, currency: "CNY" },
      ...more,
    });
  }

  payOut(
    outPayoutNo: string,
    payee: Readonly<Record<string, string>>,
    value: number,
    more: Readonly<Record<string, unknown>> = {},
  ): Promise<TestAnswer> {
    return this.call("POST", "/v1/payouts", {
      party_id: this.party.id,
      out_payout_no: outPayoutNo,
      payee_name: payee["payee_name"],
      payee_account_no: payee["payee_account_no"],
      amount: { value, currency: "CNY" },
      purpose: "01",
      ...more,
    });
  }

  /** A reading call: the party is put into the query. */
  get(path: string, more = ""): Promise<TestAnswer> {
    return this.call("GET", `${path}?party_id=${this.party.id}${more}`);
  }

  close(outTradeNo: string): Promise<TestAnswer> {
    return this.call("POST", `/v1/payments/${outTradeNo}/close`, { party_id: this.party.id });
  }
}

/** Sends to a real address through a runtime's transport; a body of "too-large" or "broken" has no bytes to send. */
export function overTransport(runtime: Pick<Runtime, "transport">, url: string, timeoutMs = 60_000): Send {
  return async ({ method, target, headers, body }) => {
    if (!(body instanceof Uint8Array)) throw new Error("only bytes can be sent over a transport");
    return runtime.transport.send({ method, url: url + target, headers, body, timeoutMs });
  };
}

/** Headers whose signature is written another way. */
function respelt(headers: Headers, signature: Uint8Array, spell: Breakage["signature"]): Headers {
  if (spell === undefined) return headers;
  return headers.map(
    ([name, value]) => [name, value.replace(encodeBase64(signature), () => spell(signature))] as const,
  );
}
