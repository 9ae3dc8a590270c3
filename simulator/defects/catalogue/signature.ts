import { constants, createHash, createPublicKey, createVerify, publicDecrypt, verify } from "node:crypto";
import type { Json } from "../../../core/unit/unit.ts";
import { parseAuthorization } from "../../../core/envelope/authorization-header/authorization.ts";
import type { AuthorizationHeaderPolicy } from "../../../core/envelope/authorization-header/policy.ts";
import { headerValues } from "../../../core/envelope/headers.ts";
import type { RawRequest } from "../../http/raw.ts";
import type { Defect, HandleParts, Wrappers } from "../defect.ts";
import { interfaceOf, saying } from "../parts/answers.ts";
import { refuses, withoutSignature } from "../parts/signed-answers.ts";
import { reducedSm2 } from "../parts/lax-sm2.ts";
import { fieldsFor, repairing } from "../parts/repairing.ts";
import { OtherPeers, UnrotatedCalls, alsoVerifying, alsoVerifyingPairs } from "../parts/known-keys.ts";

/** What a signature base says of the request. */
const baseText = (base: Uint8Array): string => new TextDecoder().decode(base);

const effectiveAt = (listed: Json): number =>
  Date.parse(String((listed as Readonly<Record<string, Json>>)["effective_at"]));

/** Another list of one's own keys. */
const listing = (change: (keys: readonly Json[], now: number) => readonly Json[]): NonNullable<Wrappers["handle"]> =>
  saying((body, { status, interface: id, now }) =>
    id === "key.list" && Array.isArray(body["keys"])
      ? { status, body: { ...body, keys: change(body["keys"], now) } }
      : undefined,
  );

/** The party that the message names as its sender. */
function namedParty(request: RawRequest, { identity }: HandleParts): string | undefined {
  const text = `${request.target} ${request.body instanceof Uint8Array ? new TextDecoder().decode(request.body) : ""}`;
  return identity.peers.find(({ record }) => text.includes(record.party_id))?.record.party_id;
}

/** The policy of an Authorization header; undefined under another envelope, where defects of that header do not show. */
function headerPolicy({ pack }: Pick<HandleParts, "pack">): AuthorizationHeaderPolicy | undefined {
  const { envelope } = pack.source.manifest.policies;
  return envelope.style === "authorization-header" ? envelope : undefined;
}

/** The Authorization header of a request, whatever it is worth. */
const authorization = (request: RawRequest, policy: AuthorizationHeaderPolicy): string | undefined =>
  headerValues(request.headers, policy.authorization.header.toLowerCase())[0];

/** True when a request carries no Authorization header, or under another envelope nothing that can be opened. */
function isBare(request: RawRequest, parts: HandleParts): boolean {
  const { body } = request;
  const policy = headerPolicy(parts);
  if (policy !== undefined) return authorization(request, policy) === undefined;
  if (!(body instanceof Uint8Array)) return false;
  const { bodyBytes, depth, members } = parts.pack.source.manifest.policies.limits;
  return !parts.pack.envelope.openRequest({ ...request, body }, { bytes: bodyBytes, depth, members }).ok;
}

/** Whether a request is for what reads a resource that moves a customer's money. */
function readsCharge(request: RawRequest, parts: HandleParts): boolean {
  const id = interfaceOf(request, parts);
  const of = id === undefined ? undefined : parts.pack.interface(id).purpose?.reads;
  const law = parts.pack.source.lifecycles.find(({ resource }) => resource === of)?.law;
  return law !== undefined && "moves" in law && law.moves.from === "customer";
}

/** Parameters of an Authorization header, unchecked. */
function loosely(text: string): ReadonlyMap<string, string> {
  return new Map([...text.matchAll(/([A-Za-z0-9_-]+)="([^"]*)"/gu)].map(([, name = "", value = ""]) => [name, value]));
}

export const SIGNATURE: readonly Defect[] = [
  {
    name: "unsigned-query",
    role: "bank",
    requirement: "SIG-01",
    title: { en: "A query is answered without any signature", zh: "查询接口不要求签名" },
    ...repairing((request, parts) => {
      const fields =
        isBare(request, parts) && readsCharge(request, parts)
          ? fieldsFor(namedParty(request, parts) ?? parts.identity.peers[0]?.record.party_id, parts)
          : undefined;
      return fields === undefined ? undefined : { request, fields };
    }),
  },
  {
    name: "signature-unchecked-on-download",
    role: "bank",
    requirement: "SIG-02",
    title: { en: "The download of a bill verifies, and ignores the result", zh: "账单下载验签后忽略结果" },
    identity: (identity) => alsoVerifying(identity, (base) => /^GET\n\/v1\/bills\/[^/]+\/file/u.test(baseText(base))),
  },
  {
    name: "body-unsigned",
    role: "bank",
    requirement: "SIG-03",
    title: { en: "Two interfaces verify, and ignore the result", zh: "两个接口验签后忽略结果" },
    identity: (identity) =>
      alsoVerifying(identity, (base) => /^POST\n\/v1\/(?:refunds|payouts)\n/u.test(baseText(base))),
  },
  {
    name: "any-party-key",
    role: "bank",
    requirement: "SIG-05",
    title: { en: "Any enrolled key speaks for any party", zh: "任一已登记密钥可代表任一机构" },
    identity: (identity) =>
      new OtherPeers(identity, (peer, all) => ({
        ...peer,
        keys: peer.keys
          .map((one) => ({
            ...one,
            key: {
              ...one.key,
              verify: (base: Uint8Array, signature: Uint8Array) =>
                all.some(({ keys }) => keys.some(({ key }) => key.verify(base, signature))),
            },
          }))
          .concat(all.filter((other) => other !== peer).flatMap(({ keys }) => keys)),
      })),
  },
  {
    name: "serial-ignored",
    role: "bank",
    requirement: "SIG-06",
    title: { en: "An unknown key serial falls back to the party's key", zh: "未知密钥序列号时回退到任意密钥" },
    ...repairing((request, parts) => {
      const policy = headerPolicy(parts);
      const fields = policy === undefined ? undefined : parseAuthorization(policy, authorization(request, policy));
      const peer = fields?.ok === true ? parts.identity.peer(fields.party) : undefined;
      if (fields?.ok !== true || peer === undefined || peer.keys.some(({ serial }) => serial === fields.serial))
        return undefined;
      const { party, token, timestamp, nonce } = fields;
      return { request, fields: { party, algorithm: token, timestamp, nonce, serial: peer.keys[0]?.serial ?? "" } };
    }),
  },
  {
    name: "algorithm-none",
    role: "bank",
    requirement: "SIG-07",
    title: { en: "The algorithm is the message's choice, none too", zh: "接受报文自称的算法 none" },
    ...repairing((request, parts) => {
      const policy = headerPolicy(parts);
      if (policy === undefined) return undefined;
      const header = authorization(request, policy) ?? "";
      const names = policy.authorization;
      const given = loosely(header);
      const party = given.get(names.party);
      const made = /^none\b/iu.test(header.trim()) ? fieldsFor(party, parts) : undefined;
      return made === undefined
        ? undefined
        : {
            request,
            fields: {
              ...made,
              nonce: given.get(names.nonce) ?? made.nonce,
              timestamp: given.get(names.timestamp) ?? made.timestamp,
            },
          };
    }),
  },
  {
    name: "algorithm-from-message",
    role: "bank",
    requirement: "SIG-08",
    title: {
      en: "The key is used with whatever algorithm the message names",
      zh: "按报文声明的算法验签，不校验与密钥是否一致",
    },
    handle: (inner, parts) => (request) => {
      const policy = headerPolicy(parts);
      if (policy === undefined) return inner(request);
      const fields = parseAuthorization(policy, authorization(request, policy));
      const key = fields.ok
        ? parts.identity.peer(fields.party)?.keys.find(({ serial }) => serial === fields.serial)
        : undefined;
      if (!fields.ok || key === undefined || key.algorithm === fields.token) return inner(request);
      const name = policy.authorization.header;
      return inner({
        ...request,
        headers: request.headers.map(([header, value]) =>
          header.toLowerCase() === name.toLowerCase()
            ? ([header, value.replace(fields.token, key.algorithm)] as const)
            : ([header, value] as const),
        ),
      });
    },
  },
  {
    name: "sha1-accepted",
    role: "bank",
    requirement: "SIG-09",
    needs: { scheme: "rsa2048" },
    title: { en: "An older hash is accepted beside SHA-256", zh: "仍接受 SHA-1 签名" },
    identity: (identity) =>
      alsoVerifyingPairs(identity, (base, signature, { pem }) =>
        createVerify("RSA-SHA1").update(base).verify(pem, signature),
      ),
  },
  {
    name: "lax-rsa-padding",
    role: "bank",
    requirement: "SIG-11",
    needs: { scheme: "rsa2048" },
    title: {
      en: "What follows the hash in a decrypted signature is not looked at",
      zh: "RSA 填充校验宽松，忽略摘要之后的内容",
    },
    identity: (identity) =>
      alsoVerifyingPairs(identity, (base, signature, { pem }) => {
        try {
          const block = publicDecrypt(
            { key: createPublicKey(pem), padding: constants.RSA_NO_PADDING },
            signature,
          ).toString("latin1");
          const digest = createHash("sha256").update(base).digest().toString("latin1");
          return block.startsWith("\x00\x01") && block.includes(digest);
        } catch {
          return false;
        }
      }),
  },
  {
    name: "sm2-ranges-unchecked",
    role: "bank",
    requirement: "SIG-14",
    needs: { scheme: "sm2" },
    title: {
      en: "Numbers of an SM2 signature are taken modulo n, without a look at their range",
      zh: "SM2 签名的 r、s 未校验取值范围",
    },
    identity: (identity) =>
      alsoVerifying(identity, (base, signature, key) => {
        const reduced = reducedSm2(signature);
        return reduced !== undefined && key.verify(base, reduced);
      }),
  },
  {
    name: "sm2-of-any-user",
    role: "bank",
    requirement: "SIG-14",
    needs: { scheme: "sm2" },
    title: {
      en: "An SM2 signature under the library's default user id, the empty one, is taken too",
      zh: "接受密码库默认（空）用户标识的 SM2 签名",
    },
    identity: (identity) =>
      alsoVerifyingPairs(identity, (base, signature, { pem }) => {
        try {
          return verify("sm3", base, pem, signature);
        } catch {
          return false;
        }
      }),
  },
  {
    name: "verify-error-is-pass",
    role: "bank",
    requirement: "SIG-17",
    title: {
      en: "A signature of the wrong length makes the verifier throw, and that is taken for yes",
      zh: "签名长度异常导致验签抛错并被当作通过",
    },
    identity: (identity) => alsoVerifying(identity, (_base, signature) => signature.length !== 256),
  },
  {
    name: "first-authorization-wins",
    role: "bank",
    requirement: "SIG-19",
    title: { en: "Of two Authorization headers the first is taken", zh: "存在两个 Authorization 头时取第一个" },
    handle: (inner, parts) => (request) => {
      const name = headerPolicy(parts)?.authorization.header.toLowerCase();
      let seen = false;
      return inner({
        ...request,
        headers: request.headers.filter(([key]) => key.toLowerCase() !== name || (!seen && (seen = true))),
      });
    },
  },
  {
    name: "unsigned-refusals",
    role: "bank",
    requirement: "SIG-25",
    title: { en: "Refusals are not signed", zh: "拒绝应答未签名" },
    handle:
      (inner, { pack }) =>
      async (request) => {
        const response = await inner(request);
        return refuses(response, pack) ? withoutSignature(response, pack) : response;
      },
  },
  {
    name: "unsigned-query-answer",
    role: "bank",
    requirement: "SIG-25",
    title: { en: "The answer of one query is not signed", zh: "某查询接口的应答未签名" },
    handle: (inner, parts) => async (request) => {
      const response = await inner(request);
      return interfaceOf(request, parts) === "refund.query" ? withoutSignature(response, parts.pack) : response;
    },
  },
  {
    name: "answer-reserialised",
    role: "bank",
    requirement: "SIG-25",
    title: { en: "The answer is written anew after it was signed", zh: "应答签名后被重新序列化" },
    handle: (inner) => async (request) => {
      const response = await inner(request);
      const type = response.headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
      return type.startsWith("application/json")
        ? {
            ...response,
            body: new TextEncoder().encode(
              JSON.stringify(JSON.parse(new TextDecoder().decode(response.body)), null, 1),
            ),
          }
        : response;
    },
  },
  {
    name: "trusted-forwarding",
    role: "bank",
    requirement: "TLS-07",
    title: {
      en: "A request that says it comes from this host needs no signature",
      zh: "信任 X-Forwarded-For 而免验签",
    },
    ...repairing((request, parts) => {
      const from = request.headers.filter(([name]) =>
        /^(?:x-forwarded-for|x-real-ip|forwarded|x-client-ip|client-cert|x-client-cert|x-ssl-client)/iu.test(name),
      );
      const fields = from.length === 0 ? undefined : fieldsFor(namedParty(request, parts), parts);
      return fields === undefined ? undefined : { request, fields };
    }),
  },
  {
    name: "retired-key-still-good",
    role: "bank",
    requirement: "SIG-23",
    title: { en: "A key is good after its end", zh: "密钥失效后仍可使用" },
    identity: (identity) =>
      new OtherPeers(identity, (peer) => ({ ...peer, keys: peer.keys.map(({ until: _end, ...key }) => key) })),
  },
  {
    name: "key-good-before-its-time",
    role: "bank",
    requirement: "SIG-23",
    title: { en: "A key is good as soon as it is enrolled", zh: "密钥登记后立即可用，未到生效时间" },
    identity: (identity) =>
      new OtherPeers(identity, (peer) => ({ ...peer, keys: peer.keys.map(({ from: _start, ...key }) => key) })),
  },
  {
    name: "no-overlap-of-keys",
    role: "platform",
    requirement: "SIG-23",
    title: { en: "A key that will end is refused at once", zh: "密钥一经设定失效时间即被拒绝，无重叠期" },
    identity: (identity) =>
      new OtherPeers(identity, (peer) => ({ ...peer, keys: peer.keys.filter(({ until }) => until === undefined) })),
  },
  {
    name: "own-key-listed-late",
    role: "bank",
    requirement: "SIG-26",
    title: { en: "The bank lists a key of its own when it is in use, not before", zh: "银行新公钥启用后才列出" },
    handle: listing((keys, now) => keys.filter((one) => effectiveAt(one) <= now)),
  },
  {
    name: "own-key-withdrawn-at-once",
    role: "bank",
    requirement: "SIG-26",
    title: { en: "The bank's old key is not listed any more once the new one signs", zh: "银行换钥后立即撤下旧公钥" },
    handle: listing((keys, now) =>
      keys.filter((one) => effectiveAt(one) >= Math.max(...keys.map(effectiveAt).filter((ms) => ms <= now))),
    ),
  },
  {
    name: "notified-with-the-old-key",
    role: "bank",
    requirement: "SIG-26",
    title: { en: "Notifications go on with the old key when answers have a new one", zh: "换钥后通知仍以旧密钥签名" },
    identity: (identity) => new UnrotatedCalls(identity.partyId, identity.ownKeys, identity.peers),
  },
  {
    name: "signature-ignored",
    role: "platform",
    requirement: "SIG-02",
    title: { en: "Notifications are taken without looking at their signature", zh: "通知不验签" },
    identity: (identity) => alsoVerifying(identity, (base) => baseText(base).startsWith("POST\n/notify/")),
  },
];
