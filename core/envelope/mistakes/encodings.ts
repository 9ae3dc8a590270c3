import { Buffer } from "node:buffer";
import { said } from "../diagnosis.ts";
import type { Mistake } from "../diagnosis.ts";

/** What goes wrong with the spelling of a signature that is to be standard base64. */
export const BASE64_MISTAKES: readonly Mistake[] = [
  {
    id: "encoding-hex",
    proven: true,
    explains: (attempt) => {
      const text = attempt.failed.signature;
      return said(
        /^(?:[0-9a-f]{2})+$/i.test(text) && attempt.fits(attempt.base(), Buffer.from(text, "hex")),
        "the signature is sent as hexadecimal; send it as standard base64",
        "签名以十六进制发送；应使用标准 Base64",
      );
    },
  },
  {
    id: "encoding-base64url",
    proven: true,
    explains: (attempt) => {
      const text = attempt.failed.signature;
      return said(
        attempt.signature === undefined &&
          /^[A-Za-z0-9_-]+={0,2}$/.test(text) &&
          attempt.fits(attempt.base(), Buffer.from(text, "base64url")),
        "the signature is sent as base64url; send it as standard base64 with + and / and padding",
        "签名以 base64url 发送；应使用标准 Base64（含 +、/ 与 = 补位）",
      );
    },
  },
  {
    id: "encoding-not-canonical",
    proven: true,
    explains: (attempt) =>
      said(
        attempt.signature === undefined &&
          attempt.fits(attempt.base(), Buffer.from(attempt.failed.signature, "base64")),
        "the base64 of the signature is not canonical: line breaks, spaces, missing padding, or bits behind the end; send it in one piece with its padding",
        "签名的 Base64 不规范：含换行或空格、缺少补位、或末尾有多余比特；应为带补位的一整段",
      ),
  },
  {
    id: "encoding-raw-pair",
    proven: true,
    explains: (attempt) =>
      said(
        attempt.failed.key.scheme === "sm2" &&
          attempt.signature?.length === 64 &&
          attempt.fits(attempt.base(), rawPairToDer(attempt.signature)),
        "the SM2 signature is sent as raw r||s (64 bytes); encode it as ASN.1 DER: SEQUENCE { INTEGER r, INTEGER s }",
        "SM2 签名以裸 r||s（64 字节）发送；应编码为 ASN.1 DER：SEQUENCE { INTEGER r, INTEGER s }",
      ),
  },
];

function rawPairToDer(pair: Uint8Array): Uint8Array {
  const content = [...derInteger(pair.subarray(0, 32)), ...derInteger(pair.subarray(32))];
  return Uint8Array.of(0x30, content.length, ...content);
}

function derInteger(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = first < 0 ? Uint8Array.of(0) : bytes.subarray(first);
  const content = (digits[0] ?? 0) >= 0x80 ? Uint8Array.of(0, ...digits) : digits;
  return Uint8Array.of(0x02, content.length, ...content);
}
