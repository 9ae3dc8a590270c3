import type { Bilingual } from "../../run/verdict.ts";

/** What a mistake is about. Documents and measurements show mistakes by family. */
export const FAMILIES = {
  base: { en: "the form of the signed text", zh: "待签名串的构成" },
  target: { en: "path and query", zh: "路径与查询串" },
  parameters: { en: "parameters", zh: "参数" },
  body: { en: "the body's bytes", zh: "报文体字节" },
  charset: { en: "character set", zh: "字符集" },
  time: { en: "time", zh: "时间" },
  key: { en: "key", zh: "密钥" },
  secret: { en: "shared secret", zh: "共享密钥的用法" },
  algorithm: { en: "algorithm", zh: "算法" },
  spelling: { en: "spelling of the signature", zh: "签名的编码" },
  message: { en: "signature of another message", zh: "其他报文的签名" },
} as const satisfies Readonly<Record<string, Bilingual>>;

export type Family = keyof typeof FAMILIES;
