import type { Bilingual } from "../../../core/run/verdict.ts";
import { alike, series } from "../../../core/text/alike.ts";
import type { Check } from "../../check.ts";

/** What a handshake offers, alone, and how it is called. Refused without exception by BCP 195 (RFC 9325 3.1.1, 4.1). */
const OFFERS: Readonly<
  Record<
    string,
    {
      readonly minVersion: "TLSv1" | "TLSv1.1" | "TLSv1.2";
      readonly maxVersion: "TLSv1" | "TLSv1.1" | "TLSv1.2";
      readonly ciphers: string;
      readonly what: Bilingual;
    }
  >
> = {
  "tls-1.0": { minVersion: "TLSv1", maxVersion: "TLSv1", ciphers: "ALL:@SECLEVEL=0", what: alike("TLS 1.0") },
  "tls-1.1": { minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "ALL:@SECLEVEL=0", what: alike("TLS 1.1") },
  "cbc-sha1": {
    minVersion: "TLSv1.2",
    maxVersion: "TLSv1.2",
    ciphers: "AES128-SHA:AES256-SHA:@SECLEVEL=0",
    what: { en: "static RSA with CBC and SHA-1", zh: "静态 RSA 与 CBC、SHA-1" },
  },
  "no-encryption": {
    minVersion: "TLSv1.2",
    maxVersion: "TLSv1.2",
    ciphers: "NULL:@SECLEVEL=0",
    what: { en: "no encryption", zh: "不加密套件" },
  },
  anonymous: {
    minVersion: "TLSv1.2",
    maxVersion: "TLSv1.2",
    ciphers: "aNULL:@SECLEVEL=0",
    what: { en: "no server certificate", zh: "无服务器证书的套件" },
  },
};

export const oldProtocol: Check = {
  id: "transport.old-protocol",
  requirement: "TLS-01",
  title: { en: "Old protocols and weak cipher suites are refused", zh: "拒绝旧协议与弱密码套件" },
  effort: "standard",
  isolated: true,
  each: () => Object.keys(OFFERS).map((id) => ({ id })),
  async run(session, instance) {
    if (!session.statement.baseUrl.startsWith("https:"))
      session.skip("baseUrl is not https: no TLS is offered", "baseUrl 非 https，未提供 TLS", "capability", {
        kind: "tls",
      });
    const { what, ...offer } = OFFERS[instance.id] as (typeof OFFERS)[string];
    const good = await session.run.handshake({});
    if (good.kind !== "accepted")
      session.inconclusive(
        `an ordinary handshake did not succeed either: ${good.message}`,
        `普通握手也未成功：“${good.message}”`,
      );
    const outcome = await session.run.handshake(offer);
    if (outcome.kind === "impossible")
      session.skip(
        `the TLS library here cannot offer ${what.en}: ${outcome.message}`,
        `本机 TLS 库无法提供 ${what.zh}`,
        "capability",
      );
    if (outcome.kind === "unknown")
      session.inconclusive(
        `whether ${what.en} is accepted could not be determined: ${outcome.message}`,
        `无法判定是否接受 ${what.zh}：“${outcome.message}”`,
      );
    session.judged();
    if (outcome.kind !== "accepted") return;
    session.fail({
      summary: { en: `a handshake that offered only ${what.en} was accepted`, zh: `接受了仅提供 ${what.zh} 的握手` },
      expected: { en: "the handshake refused", zh: "拒绝握手" },
      seen: series([outcome.protocol, outcome.cipher]),
      evidence: [],
    });
  },
};
