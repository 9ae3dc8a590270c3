import { tableCodec } from "../../core/codec/table.ts";
import { encryptedCodec } from "../../core/envelope/carrier.ts";
import type { CallResult } from "../../core/lifecycle/call-result.ts";
import { bodySealingOf } from "../../core/pack/body-sealing.ts";
import type { Pack } from "../../core/pack/compile.ts";
import type { Interface } from "../../core/pack/types.ts";
import type { Runtime } from "../../core/runtime/runtime.ts";
import { encode, mediaType } from "../../core/table/encoding.ts";
import { encodingOf, renderTable } from "../../core/table/table.ts";
import type { Json } from "../../core/unit/unit.ts";
import { encryptionHeaders, lackToEncrypt } from "../identity/body-sealing.ts";
import type { Identity } from "../identity/identity.ts";
import { sealedTo } from "../identity/sealing.ts";
import { bodyAnswer, emptyAnswer, textAnswer } from "./answer.ts";
import type { Unsigned } from "./answer.ts";

/** What writes a good answer: the pack, and whom it is sealed to. */
export interface Writing {
  readonly pack: Pack;
  readonly identity: Identity;
  readonly runtime: Runtime;
}

/** A good answer as its interface writes it: a text that acknowledges, a file, a body or nothing. */
export function goodAnswer(
  writing: Writing,
  called: Interface,
  result: Extract<CallResult, { kind: "answer" }>,
  party: string | undefined,
): Unsigned {
  const { pack } = writing;
  const { table } = called.response;
  const { notification, success } = pack.source.manifest.policies;
  if (called.notification !== undefined && notification.acknowledgeBody !== undefined)
    return textAnswer(result.status, notification.acknowledgeBody);
  if (called.response.representation === "table" && table !== undefined) {
    const encoding = encodingOf(pack, table, result.scope);
    return {
      status: result.status,
      contentType: mediaType(encoding, tableCodec(table).contentType),
      body: encode(renderTable(pack, table, result.scope).bytes, encoding),
      signed: called.response.signed ?? true,
    };
  }
  const codec = pack.codecOf(called.response.representation);
  // An acknowledgement that is signed says at least that it is one.
  const isSaid = notification.acknowledgeSigned !== undefined && called.notification !== undefined;
  const said = result.body ?? (isSaid ? {} : undefined);
  if (said === undefined || codec === undefined) return emptyAnswer(result.status);
  const body = written(writing, called, said, party);
  // The member by which the pack tells it from a refusal.
  const marked =
    success === undefined ? body : { [success.field]: success.value, ...(body as Readonly<Record<string, Json>>) };
  const answer = bodyAnswer(codec, result.status, marked);
  const sealing = bodySealingOf(pack.source.manifest.policies, called, "response");
  if (sealing === undefined) return answer;
  const lack = lackToEncrypt(party === undefined ? undefined : writing.identity.peer(party), sealing);
  if (lack !== undefined) throw new RangeError(lack);
  const { contentType } = encryptedCodec(codec, sealing);
  return { ...answer, contentType, sealing, headers: encryptionHeaders(sealing) };
}

/** A body as the interface's answers write it: in their forms, and sealed to the party where it says so. */
function written({ pack, identity, runtime }: Writing, called: Interface, body: Json, party: string | undefined): Json {
  const { responseForms, sealedInResponse } = pack.validators(called.id);
  const said = responseForms.write(body);
  if (sealedInResponse.length === 0) return said;
  const peer = party === undefined ? undefined : identity.peer(party);
  return sealedTo({ pack, identity, peer, now: runtime.now() }, sealedInResponse, said, {
    random: runtime.random("sealing"),
    named: false,
  }).value;
}
