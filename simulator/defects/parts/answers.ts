import { atPointer } from "../../../core/json/pointer.ts";
import type { Json } from "../../../core/unit/unit.ts";
import type { Handle, HandleParts } from "../defect.ts";
import type { RawRequest, RawResponse } from "../../http/raw.ts";
import { freshNonce } from "../../identity/nonce.ts";
import { bodyAnswer, refusalAnswer, sign } from "../../pipeline/answer.ts";
import type { Unsigned } from "../../pipeline/answer.ts";
import { packRouter, pathOf } from "../../pipeline/router.ts";
import { refuses } from "./signed-answers.ts";

type Body = Readonly<Record<string, Json>>;

/** Which interface a request is for. */
export function interfaceOf(request: RawRequest, { pack, role }: HandleParts): string | undefined {
  const match = packRouter(pack, role)(request, pathOf(request));
  return match.kind === "match" ? match.interface.id : undefined;
}

/** The code of a refusal, where the pack's refusals have it; undefined for a good answer. */
export function codeOf(response: RawResponse, parts: HandleParts): string | undefined {
  if (!refuses(response, parts.pack)) return undefined;
  const code = atPointer(bodyOf(response, parts), parts.pack.source.manifest.policies.refusal?.code ?? "/code");
  return typeof code === "string" ? code : undefined;
}

/** What a JSON body says; with the parts of the service, what an answer says within what its envelope adds. */
export function bodyOf(
  message: Pick<RawResponse, "body"> & Partial<Pick<RawResponse, "headers">>,
  parts?: Pick<HandleParts, "pack">,
): Body | undefined {
  const opened = parts?.pack.envelope.openAnswer({ headers: [], ...message });
  if (opened?.ok === true) return opened.payload ?? bodyOf({ body: opened.body });
  try {
    return JSON.parse(new TextDecoder().decode(message.body)) as Body;
  } catch {
    return undefined;
  }
}

/** Signs an answer of one's own, as the service signs all of them; `called` is the interface that writes it. */
export function answered(status: number, body: unknown, parts: HandleParts, called?: string): Promise<RawResponse> {
  const { pack } = parts;
  const response = called === undefined ? undefined : pack.interface(called).response;
  const codec = pack.codecOf(response?.representation ?? "") ?? pack.envelope.codec;
  return signed(bodyAnswer(codec, status, body), parts, response?.member);
}

/** A refusal with one of the pack's codes. */
export function refused(code: string, parts: HandleParts): Promise<RawResponse> {
  return signed(refusalAnswer(parts.pack, { code }), parts);
}

function signed(answer: Unsigned, { pack, identity, runtime }: HandleParts, member?: string): Promise<RawResponse> {
  const to = member === undefined ? {} : { member };
  return sign(pack, identity, runtime, to, answer, {}, freshNonce(runtime.random("answer-nonce")));
}

/** Replaces the service's answer by another, signed alike; undefined keeps the answer. */
export function saying(
  change: (
    body: Body,
    about: {
      readonly status: number;
      readonly interface: string | undefined;
      readonly request: RawRequest;
      /** By the service's clock, milliseconds since the epoch. */ readonly now: number;
    },
  ) => { readonly status: number; readonly body: unknown } | undefined,
): (inner: Handle, parts: HandleParts) => Handle {
  return (inner, parts) => async (request) => {
    const response = await inner(request);
    const body = bodyOf(response, parts);
    const called = interfaceOf(request, parts);
    const changed =
      body === undefined
        ? undefined
        : change(body, { status: response.status, interface: called, request, now: parts.runtime.now() });
    return changed === undefined ? response : answered(changed.status, changed.body, parts, called);
  };
}
