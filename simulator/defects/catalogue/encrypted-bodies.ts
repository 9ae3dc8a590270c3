import { bodySealingOf } from "../../../core/pack/body-sealing.ts";
import { carriedBody, openedBodies } from "../../../core/sealing/body/carried.ts";
import type { Defect, HandleParts } from "../defect.ts";
import { answered, bodyOf, codeOf, interfaceOf } from "../parts/answers.ts";
import { fronted, verifiedRequest } from "../parts/front.ts";
import type { Fronted } from "../parts/front.ts";

const NEEDS = { encrypted: true } as const;

/** Whether a right request carries what decrypts to something under the secret of its party. */
function decrypts({ request, fields }: Fronted, parts: HandleParts): boolean | undefined {
  const { pack, identity } = parts;
  const id = interfaceOf(request, parts);
  const { bodyBytes, depth, members } = pack.source.manifest.policies.limits;
  const sealing =
    id === undefined ? undefined : bodySealingOf(pack.source.manifest.policies, pack.interface(id), "request");
  if (sealing === undefined || !(request.body instanceof Uint8Array)) return undefined;
  const keys = identity.peer(fields.party)?.sealing ?? [];
  return openedBodies(sealing, keys, request.body, { bytes: bodyBytes, depth, members }).length > 0;
}

/** Mistakes with bodies that are encrypted as a whole. */
export const ENCRYPTED_BODIES: readonly Defect[] = [
  {
    name: "body-taken-in-clear",
    role: "bank",
    requirement: "SIG-03",
    needs: NEEDS,
    title: { en: "A body in clear is taken where it is to be encrypted", zh: "应加密的报文体以明文发送也被接受" },
    ...fronted((one, parts) => {
      const { request, fields } = one;
      const id = interfaceOf(request, parts);
      const { policies } = parts.pack.source.manifest;
      const sealing = id === undefined ? undefined : bodySealingOf(policies, parts.pack.interface(id), "request");
      const key = parts.identity.peer(fields.party)?.sealing?.[0];
      if (sealing === undefined || key === undefined || decrypts(one, parts) !== false) return undefined;
      // What says that it is encrypted, and is not rightly so, is refused all the same.
      const body = bodyOf({ body: request.body instanceof Uint8Array ? request.body : new Uint8Array() });
      if (body === undefined || (sealing.place.member !== undefined && sealing.place.member in body)) return undefined;
      const plain = Buffer.from(JSON.stringify(body));
      const random = parts.runtime.random("front");
      return {
        ...one,
        request: { ...request, body: carriedBody(sealing, key, plain, (count) => random.bytes(count)) },
      };
    }),
  },
  {
    name: "padding-told-from-content",
    role: "bank",
    requirement: "SIG-28",
    needs: NEEDS,
    title: { en: "The refusal tells a wrong padding from a wrong content", zh: "拒绝应答区分填充错误与内容错误" },
    handle: (inner, parts) => async (request) => {
      const response = await inner(request);
      const { stages } = parts.pack.source.manifest.policies;
      const body = bodyOf(response, parts);
      if (codeOf(response, parts) !== stages.decode || body === undefined) return response;
      const verified = verifiedRequest(request, parts);
      if (verified === undefined || decrypts(verified, parts) !== false) return response;
      return answered(response.status, { ...body, message: "bad padding / 填充错误" }, parts);
    },
  },
];
