import { createHash } from "node:crypto";
import type { Defect } from "../defect.ts";
import { inPolicies } from "../parts/edit-pack.ts";
import { refused } from "../parts/answers.ts";
import { fronted, verifiedRequest } from "../parts/front.ts";
import { writingBehind, keeping } from "../parts/stores.ts";

const isNonce = ({ collection }: { readonly collection: string }): boolean => collection === "nonce";

export const REPLAY: readonly Defect[] = [
  {
    name: "replay-accepted",
    role: "bank",
    requirement: "RPL-01",
    title: { en: "Nonces are not remembered", zh: "不记录随机串，可重放" },
    store: (store) => keeping(store, (write) => (isNonce(write) ? undefined : write)),
  },
  {
    name: "nonce-forgotten-soon",
    role: "bank",
    requirement: "RPL-02",
    title: {
      en: "A nonce is remembered only together with the message that carried it",
      zh: "随机串与报文一并去重，换报文即可复用",
    },
    ...fronted((one) => {
      const digest = createHash("sha256")
        .update(one.request.target)
        .update(one.request.body instanceof Uint8Array ? one.request.body : "")
        .digest("hex")
        .slice(0, 24);
      return {
        ...one,
        fields: {
          ...one.fields,
          nonce: createHash("sha256").update(`${one.fields.nonce} ${digest}`).digest("hex").slice(0, 32),
        },
      };
    }),
  },
  {
    name: "nonce-cache-in-memory",
    role: "bank",
    requirement: "RPL-04",
    title: { en: "Nonces are kept in memory and lost at a restart", zh: "随机串仅存内存，重启后丢失" },
    store: (store, runtime) => writingBehind(store, runtime, Number.POSITIVE_INFINITY, isNonce),
  },
  {
    name: "window-too-wide",
    role: "bank",
    requirement: "RPL-06",
    title: { en: "A timestamp of an hour ago is fresh", zh: "时间窗过宽（一小时）" },
    pack: (source) => inPolicies(source, ["freshness", "clockSkewSeconds"], 3_600),
  },
  {
    name: "window-a-little-wide",
    role: "bank",
    requirement: "RPL-06",
    title: { en: "The window ends ten seconds late", zh: "时间窗边界宽出十秒" },
    pack: (source) =>
      inPolicies(source, ["freshness", "clockSkewSeconds"], source.manifest.policies.freshness.clockSkewSeconds + 10),
  },
  {
    name: "window-one-second-wide",
    role: "bank",
    requirement: "RPL-06",
    title: { en: "The window ends one second late", zh: "时间窗边界宽出一秒" },
    pack: (source) =>
      inPolicies(source, ["freshness", "clockSkewSeconds"], source.manifest.policies.freshness.clockSkewSeconds + 1),
  },
  {
    name: "future-unbounded",
    role: "bank",
    requirement: "RPL-06",
    title: { en: "A timestamp may lie any time ahead", zh: "未来时间戳无上限" },
    ...fronted((one, { runtime, pack }) => {
      const seconds = pack.times.read(one.fields.timestamp);
      const now = Math.floor(runtime.now() / 1000);
      return seconds === undefined || seconds <= now
        ? undefined
        : { ...one, fields: { ...one.fields, timestamp: pack.times.write(runtime.now()) } };
    }),
  },
  {
    name: "timestamp-guessed",
    role: "bank",
    requirement: "RPL-07",
    title: { en: "Milliseconds are taken for a timestamp too", zh: "毫秒时间戳也被接受" },
    ...fronted((one) =>
      /^\d{13}$/u.test(one.fields.timestamp)
        ? { ...one, fields: { ...one.fields, timestamp: one.fields.timestamp.slice(0, 10) } }
        : undefined,
    ),
  },
  {
    name: "nonce-of-any-form",
    role: "bank",
    requirement: "RPL-09",
    title: { en: "A nonce of one character will do", zh: "随机串长度与字符不校验" },
    ...fronted((one) => ({
      ...one,
      fields: { ...one.fields, nonce: createHash("sha256").update(one.fields.nonce).digest("hex").slice(0, 32) },
    })),
  },
  {
    name: "nonce-shared",
    role: "bank",
    requirement: "RPL-09",
    title: { en: "A nonce used by one party is used up for all", zh: "随机串未按机构隔离" },
    handle: (inner, parts) => {
      const owners = new Map<string, string>();
      return (request) => {
        const verified = verifiedRequest(request, parts);
        if (verified === undefined) return inner(request);
        const { fields } = verified;
        const owner = owners.get(fields.nonce) ?? fields.party;
        owners.set(fields.nonce, owner);
        return owner === fields.party
          ? inner(request)
          : refused(parts.pack.source.manifest.policies.stages["freshness.replay"] ?? "", parts);
      };
    },
  },
  {
    name: "notification-replayed",
    role: "platform",
    requirement: "RPL-01",
    title: { en: "The platform remembers no nonces", zh: "平台不记录通知的随机串" },
    store: (store) => keeping(store, (write) => (isNonce(write) ? undefined : write)),
  },
];
