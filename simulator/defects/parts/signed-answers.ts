import { parseBounded } from "../../../core/json/bounded-parse.ts";
import { atPointer } from "../../../core/json/pointer.ts";
import type { Pack } from "../../../core/pack/compile.ts";
import type { RawResponse } from "../../http/raw.ts";

/** Whether an answer refuses, by its status or by what the pack has good answers say. */
export function refuses(response: RawResponse, { envelope, source }: Pack): boolean {
  const { success, refusal } = source.manifest.policies;
  if (success === undefined || response.status !== refusal?.status) return response.status >= 400;
  const opened = envelope.openAnswer(response);
  const { payload, body } = opened.ok ? opened : { payload: undefined, body: response.body };
  const said = atPointer(payload ?? parseBounded(new TextDecoder().decode(body)), `/${success.field}`);
  return said !== success.value;
}

/** An answer without what signs it. */
export function withoutSignature(response: RawResponse, { envelope }: Pick<Pack, "envelope">): RawResponse {
  const opened = envelope.openAnswer(response);
  if (!opened.ok) return response;
  const names = new Set(
    envelope.answerParts.filter(({ location }) => location === "header").map(({ name }) => name.toLowerCase()),
  );
  return {
    ...response,
    headers: response.headers.filter(([name]) => !names.has(name.toLowerCase())),
    body: envelope.bareAnswer?.(opened.body, opened.member) ?? opened.body,
  };
}
