import { json } from "../../../core/codec/json.ts";
import type { Json } from "../../../core/unit/unit.ts";
import type { Handle, HandleParts } from "../defect.ts";
import type { RawRequest, RawResponse } from "../../http/raw.ts";
import { freshNonce } from "../../identity/nonce.ts";
import { bodyAnswer, refusalAnswer, sign } from "../../pipeline/answer.ts";
import { packRouter, pathOf } from "../../pipeline/router.ts";

type Body = Readonly<Record<string, Json>>;

/** Which interface a request is for. */
export function interfaceOf(request: RawRequest, { pack, role }: HandleParts): string | undefined {
  const match = packRouter(pack, role)(request, pathOf(request));
  return match.kind === "match" ? match.interface.id : undefined;
}

/** The code of a refusal. */
export function codeOf(response: RawResponse): string | undefined {
  if (response.status < 400) return undefined;
  return bodyOf(response)?.["code"] as string | undefined;
}

export function bodyOf({ body }: Pick<RawResponse, "body">): Body | undefined {
  try {
    return JSON.parse(new TextDecoder().decode(body)) as Body;
  } catch {
    return undefined;
  }
}

/** Signs a JSON answer of one's own, as the service signs all of them. */
export function answered(status: number, body: unknown, parts: HandleParts): Promise<RawResponse> {
  return sign(
    parts.pack,
    parts.identity,
    parts.runtime,
    {},
    bodyAnswer(json, status, body),
    {},
    freshNonce(parts.runtime.random("answer-nonce")),
  );
}

/** A refusal with one of the pack's codes. */
export function refused(code: string, parts: HandleParts): Promise<RawResponse> {
  return sign(
    parts.pack,
    parts.identity,
    parts.runtime,
    {},
    refusalAnswer(parts.pack, { code }),
    {},
    freshNonce(parts.runtime.random("answer-nonce")),
  );
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
    const body = bodyOf(response);
    const changed =
      body === undefined
        ? undefined
        : change(body, {
            status: response.status,
            interface: interfaceOf(request, parts),
            request,
            now: parts.runtime.now(),
          });
    return changed === undefined ? response : answered(changed.status, changed.body, parts);
  };
}
