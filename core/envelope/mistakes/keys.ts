import type { Mistake } from "../explanation/mistake.ts";

/** What goes wrong with the key. */
export const KEY_MISTAKES: readonly Mistake[] = [
  {
    id: "wrong-key",
    family: "key",
    title: { en: "the signature was made with another key", zh: "签名用的是另一把密钥" },
    remedy: {
      en: "sign with the private key that belongs to the serial number sent",
      zh: "应使用与所发证书序列号对应的私钥",
    },
    *guesses({ failed: { otherKeys } }) {
      for (const { owner, key, retiredAt } of otherKeys)
        if (retiredAt === undefined)
          yield {
            key,
            title: {
              en: `the signature was made with another key: that of ${owner}`,
              zh: `签名用的是另一把密钥：${owner}`,
            },
          };
    },
  },
  {
    id: "retired-key",
    family: "key",
    title: { en: "the signature was made with a key that is no longer valid", zh: "签名用的是已停用的密钥" },
    remedy: {
      en: "sign with the private key that belongs to the serial number sent",
      zh: "应使用与所发证书序列号对应的私钥",
    },
    *guesses({ failed: { otherKeys } }) {
      for (const { owner, key, retiredAt } of otherKeys)
        if (retiredAt !== undefined) {
          const since = new Date(retiredAt).toISOString();
          yield {
            key,
            title: {
              en: `the signature was made with a retired key: that of ${owner}, valid until ${since}`,
              zh: `签名用的是已停用的密钥：${owner}，有效期至 ${since}`,
            },
          };
        }
    },
  },
];
