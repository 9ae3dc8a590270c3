import { createHash } from "node:crypto";
import type { SealingKey } from "../../../core/sealing/scheme.ts";
import type { Runtime } from "../../../core/runtime/runtime.ts";
import { Identity } from "../../identity/identity.ts";
import type { SigningAs } from "../../identity/identity.ts";
import type { Defect } from "../defect.ts";
import { saying } from "../parts/answers.ts";
import { inInterface, inPolicies } from "../parts/edit-pack.ts";
import { OtherPeers } from "../parts/known-keys.ts";
import { sending } from "../parts/sending.ts";

const NEEDS = { sdk: true } as const;

/** An identity whose secrets seal and open in another way. */
const otherSealing = (identity: Identity, change: (key: SealingKey) => SealingKey): Identity =>
  new OtherPeers(identity, (peer) =>
    peer.sealing === undefined ? peer : { ...peer, sealing: peer.sealing.map(change) },
  );

/** Opens by the key stream alone, which sealing zeros gives: the tag is never looked at. */
function openedWithoutTag(key: SealingKey): SealingKey {
  return {
    ...key,
    open: (sealed, nonce, associated) => {
      const opened = key.open(sealed, nonce, associated);
      if (opened !== undefined || nonce.length !== 12) return opened;
      const length = Math.max(0, sealed.length - 16);
      const stream = key.seal(new Uint8Array(length), nonce, associated);
      return Buffer.from(sealed.subarray(0, length)).map((byte, at) => byte ^ (stream[at] ?? 0));
    },
  };
}

/** A runtime whose stream for sealing always gives the same. */
const withoutChance = (runtime: Runtime): Runtime => ({
  ...runtime,
  now: () => runtime.now(),
  sleep: (ms, signal) => runtime.sleep(ms, signal),
  schedule: (ms, task) => runtime.schedule(ms, task),
  yield: () => runtime.yield(),
  random: (stream) =>
    stream === "sealing" ? { bytes: (count) => new Uint8Array(count), below: () => 7 } : runtime.random(stream),
});

/** An identity that names a key of no one in what it sends of its own accord. */
class MisnamedKey extends Identity {
  override signingKey(algorithm: string | undefined, now: number, peerId?: string): SigningAs | undefined {
    const key = super.signingKey(algorithm, now, peerId);
    return key === undefined || algorithm !== undefined ? key : { ...key, serial: "PUB_KEY_ID_0000000000000000" };
  }
}

const otherNonce = (name: string, value: string): string =>
  name.toLowerCase().endsWith("-nonce") ? `${value.slice(1)}0` : value;

/** Mistakes with notifications as SDKs of the field take them: signed like answers, and sealed. */
export const SEALING: readonly Defect[] = [
  {
    name: "notified-as-a-request",
    role: "bank",
    requirement: "NOT-16",
    needs: NEEDS,
    title: { en: "Notifications are signed as requests are", zh: "通知按请求而非应答方式签名" },
    pack: (source) => inPolicies(source, ["notification", "signedAs"], "request"),
  },
  {
    name: "notified-with-another-nonce",
    role: "bank",
    requirement: "NOT-16",
    needs: NEEDS,
    title: { en: "A notification carries another nonce than the one it signs", zh: "通知所带随机串并非签名所用" },
    runtime: (runtime) =>
      sending(
        runtime,
        (send) => (request, signal) =>
          send(
            { ...request, headers: request.headers.map(([name, value]) => [name, otherNonce(name, value)]) },
            signal,
          ),
      ),
  },
  {
    name: "notified-under-another-serial",
    role: "bank",
    requirement: "NOT-16",
    needs: NEEDS,
    title: { en: "Notifications name a key that nobody has", zh: "通知中的证书序列号不存在" },
    identity: (identity) => new MisnamedKey(identity.partyId, identity.ownKeys, identity.peers),
  },
  {
    name: "sealed-over-other-data",
    role: "bank",
    requirement: "NOT-16",
    needs: NEEDS,
    title: {
      en: "What is sealed is sealed over other associated data than the message says",
      zh: "加密所用 associated_data 与报文不一致",
    },
    identity: (identity) =>
      otherSealing(identity, (key) => ({ ...key, seal: (plain, nonce) => key.seal(plain, nonce, new Uint8Array()) })),
  },
  {
    name: "sealed-under-one-nonce",
    role: "bank",
    requirement: "NOT-16",
    needs: NEEDS,
    title: { en: "All notifications are sealed under one nonce", zh: "所有通知使用同一加密随机串" },
    runtime: withoutChance,
  },
  {
    name: "answers-with-its-usual-key",
    role: "bank",
    requirement: "SIG-25",
    needs: NEEDS,
    title: {
      en: "Answers are signed with one key, whichever the request asks for",
      zh: "应答始终以同一密钥签名，不顾请求所指定的密钥",
    },
    handle:
      (inner, { pack }) =>
      (request) =>
        inner({
          ...request,
          headers: request.headers.filter(([name]) => name.toLowerCase() !== pack.envelope.askedSerial?.toLowerCase()),
        }),
  },
  {
    name: "sha1-of-other-bytes",
    role: "bank",
    requirement: "REC-07",
    needs: NEEDS,
    title: { en: "The SHA-1 of a bill is that of other bytes than the file's", zh: "账单的 SHA-1 并非对文件内容计算" },
    handle: saying((body, { status, interface: id }) =>
      id === "bill.get" && typeof body["hash_value"] === "string"
        ? { status, body: { ...body, hash_value: createHash("sha1").update(body["hash_value"]).digest("hex") } }
        : undefined,
    ),
  },
  {
    name: "bill-never-packed",
    role: "bank",
    requirement: "REC-07",
    needs: NEEDS,
    title: { en: "A bill is not packed, whatever the request asks for", zh: "忽略压缩要求，始终下发未压缩账单" },
    pack: (source) => inInterface(source, "bill.download", ["response", "table", "encoding"], "none"),
  },
  {
    name: "opened-whatever-the-tag",
    role: "platform",
    requirement: "SIG-03",
    needs: NEEDS,
    title: { en: "A sealed part is decrypted without its tag being checked", zh: "解密时不校验认证标签" },
    identity: (identity) => otherSealing(identity, openedWithoutTag),
  },
];
