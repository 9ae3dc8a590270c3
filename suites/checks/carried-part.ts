import type { Bilingual } from "../../core/run/verdict.ts";
import type { Interface } from "../../core/pack/types.ts";
import type { Session } from "../session.ts";

const WORDS: Readonly<Record<"nonce" | "timestamp" | "serial", Bilingual>> = {
  nonce: {
    en: "messages of this envelope carry no nonce: freshness rests on the timestamp, and replays are held by idempotency",
    zh: "该报文封装不携带随机串：时效由时间戳保证，重放由幂等处理",
  },
  timestamp: {
    en: "messages of this envelope carry no timestamp: none is too old",
    zh: "该报文封装不携带时间戳：报文不因时间而失效",
  },
  serial: {
    en: "messages of this envelope name no key: any key of the party may have signed",
    zh: "该报文封装不标明密钥：该机构的任一密钥均可签名",
  },
};

/** Skips a check that is about a part which requests of the interface do not carry. */
export function mustCarry(session: Session, one: Interface, part: "nonce" | "timestamp" | "serial"): void {
  if (!session.pack.requestCarries(one, part)) session.skip(WORDS[part].en, WORDS[part].zh, "not-demanded");
}

/** When an answer was signed, in seconds by the signer's clock; undefined where the signature is not right. */
export function signedAtSeconds(
  session: Session,
  signature: { readonly ok: true; readonly timestampSeconds: number | undefined } | { readonly ok: false } | undefined,
): number | undefined {
  if (signature?.ok !== true) return undefined;
  return (
    signature.timestampSeconds ??
    session.skip("answers of this envelope carry no time of signing", "该报文封装的应答不携带签名时间", "not-demanded")
  );
}
