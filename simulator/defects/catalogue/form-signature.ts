import { form } from "../../../core/codec/form.ts";
import type { SortedParametersPolicy } from "../../../core/envelope/sorted-parameters/policy.ts";
import type { Pack } from "../../../core/pack/compile.ts";
import type { RawRequest } from "../../http/raw.ts";
import type { Defect, HandleParts } from "../defect.ts";
import { alsoVerifying } from "../parts/known-keys.ts";
import { resealed, trusting } from "../parts/front.ts";

const NEEDS = { envelope: "sorted-parameters", scheme: "hmac-sha256" } as const;

/** Names of the envelope's parameters; undefined under another envelope, where these defects do not show. */
function parametersOf({ source }: Pack): SortedParametersPolicy["parameters"] | undefined {
  const { envelope } = source.manifest.policies;
  return envelope.style === "sorted-parameters" ? envelope.parameters : undefined;
}

/** A base without one of its parameters. */
function without(base: Uint8Array, name: string | undefined): Uint8Array {
  const parameters = Buffer.from(base).toString().split("&");
  return Buffer.from(parameters.filter((one) => name === undefined || !one.startsWith(`${name}=`)).join("&"));
}

/** The request as one with a right signature, where its signature is right over the parameters as they are sent. */
function repairedAsSent(request: RawRequest, parts: HandleParts): RawRequest {
  const names = parametersOf(parts.pack);
  const { bodyBytes, depth, members } = parts.pack.source.manifest.policies.limits;
  const bounds = { bytes: bodyBytes, depth, members };
  const { body } = request;
  const opened = body instanceof Uint8Array ? parts.pack.envelope.openRequest({ ...request, body }, bounds) : undefined;
  const decoded = body instanceof Uint8Array ? form.decode(body, bounds) : undefined;
  if (names === undefined || opened?.ok !== true || decoded?.ok !== true) return request;
  const { signature, party, algorithm, timestamp = "", nonce = "", serial = "" } = opened;
  if (signature === undefined || party === undefined || algorithm === undefined) return request;
  const sent = Object.entries(decoded.value as Readonly<Record<string, string>>)
    .filter(([name]) => name !== names.signature)
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
  const key = parts.identity.peer(party)?.keys.find((one) => one.serial === serial)?.key;
  return key?.verify(Buffer.from(sent), signature) === true
    ? resealed(
        { request: { ...request, body: opened.body }, fields: { party, serial, algorithm, timestamp, nonce } },
        parts,
      )
    : request;
}

/** Mistakes of a verifier of sorted parameters under a shared secret. */
export const FORM_SIGNATURE: readonly Defect[] = [
  {
    name: "parameters-unsorted",
    role: "bank",
    requirement: "CAN-03",
    needs: NEEDS,
    title: { en: "A signature over unsorted parameters is taken too", zh: "接受对未排序参数的签名" },
    identity: trusting,
    handle: (inner, parts) => (request) => inner(repairedAsSent(request, parts)),
  },
  {
    name: "nonce-left-out-of-signature",
    role: "bank",
    requirement: "CAN-03",
    needs: NEEDS,
    title: { en: "A signature that leaves out the nonce is taken too", zh: "接受未覆盖随机串的签名" },
    identity: (identity, pack) =>
      alsoVerifying(identity, (base, signature, key) =>
        key.verify(without(base, parametersOf(pack)?.nonce), signature),
      ),
  },
  {
    name: "secret-compared-in-part",
    role: "bank",
    requirement: "SIG-17",
    needs: NEEDS,
    title: { en: "Only as many bytes of a signature are compared as were sent", zh: "仅按收到的长度比对签名" },
    identity: (identity) =>
      alsoVerifying(
        identity,
        (base, signature, key) =>
          key.kind === "secret" && Buffer.from(key.sign(base)).subarray(0, signature.length).equals(signature),
      ),
  },
  {
    name: "notification-signature-ignored",
    role: "platform",
    requirement: "SIG-02",
    needs: NEEDS,
    title: { en: "Notifications of a form are taken whatever their signature", zh: "表单通知不验签" },
    identity: (identity) => alsoVerifying(identity, () => true),
  },
  {
    name: "notification-refused-with-success",
    role: "platform",
    requirement: "SIG-02",
    needs: NEEDS,
    title: { en: "Whatever arrives is answered with the word that acknowledges", zh: "无论收到什么都应答 success" },
    handle:
      (inner, { pack }) =>
      async (request) => ({
        ...(await inner(request)),
        body: Buffer.from(pack.source.manifest.policies.notification.acknowledgeBody ?? ""),
      }),
  },
];
