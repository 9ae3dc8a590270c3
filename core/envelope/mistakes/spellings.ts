import { Buffer } from "node:buffer";
import { pairToDer } from "../../signature/signature-pair.ts";
import type { Mistake } from "../explanation/mistake.ts";

const SM2_PAIR: Mistake = {
  id: "encoding-raw-pair",
  family: "spelling",
  title: { en: "the SM2 signature is sent as raw r||s (64 bytes)", zh: "SM2 签名以裸 r||s（64 字节）发送" },
  remedy: {
    en: "encode it as ASN.1 DER: SEQUENCE { INTEGER r, INTEGER s }",
    zh: "应编码为 ASN.1 DER：SEQUENCE { INTEGER r, INTEGER s }",
  },
  *guesses({ failed, signature }) {
    if (failed.key.scheme !== "sm2") return;
    const hex = /^[0-9a-f]{128}$/i.test(failed.signature) ? Buffer.from(failed.signature, "hex") : undefined;
    for (const pair of [signature, hex]) if (pair?.length === 64) yield { signature: pairToDer(pair) };
  },
};

/** What goes wrong with the spelling of a signature that is to be standard base64. */
export const BASE64_MISTAKES: readonly Mistake[] = [
  {
    id: "encoding-hex",
    family: "spelling",
    title: { en: "the signature is sent as hexadecimal", zh: "签名以十六进制发送" },
    remedy: { en: "send it as standard base64", zh: "应使用标准 Base64" },
    *guesses({ failed: { signature: text } }) {
      if (/^(?:[0-9a-f]{2})+$/i.test(text)) yield { signature: Buffer.from(text, "hex") };
    },
  },
  {
    id: "encoding-base64url",
    family: "spelling",
    title: { en: "the signature is sent as base64url", zh: "签名以 base64url 发送" },
    remedy: { en: "send it as standard base64 with + and / and padding", zh: "应使用标准 Base64（含 +、/ 与 = 补位）" },
    *guesses({ failed: { signature: text }, signature }) {
      if (signature === undefined && /^[A-Za-z0-9_-]+={0,2}$/.test(text) && /[-_]/.test(text))
        yield { signature: Buffer.from(text, "base64url") };
    },
  },
  {
    id: "encoding-escaped",
    family: "spelling",
    title: { en: "the signature is sent percent-encoded", zh: "签名做了 URL 编码后发送" },
    remedy: { en: "send + / and = as they are", zh: "应原样发送 +、/ 与 =" },
    *guesses({ failed: { signature: text }, signature }) {
      if (signature !== undefined || !/%(?:2B|2F|3D)/i.test(text)) return;
      const read = Buffer.from(
        text.replaceAll(/%2B/gi, "+").replaceAll(/%2F/gi, "/").replaceAll(/%3D/gi, "="),
        "base64",
      );
      yield { signature: read };
    },
  },
  {
    id: "encoding-twice",
    family: "spelling",
    title: {
      en: "the signature is encoded twice: base64 of a text that is base64 or hexadecimal already",
      zh: "签名被编码了两次：对 Base64 或十六进制文本又做了 Base64",
    },
    remedy: { en: "encode the signature's bytes, once", zh: "应对签名字节只编码一次" },
    *guesses({ signature }) {
      const inner = Buffer.from(signature ?? []).toString("latin1");
      if (/^(?:[0-9a-f]{2})+$/i.test(inner)) yield { signature: Buffer.from(inner, "hex") };
      else if (/^[A-Za-z0-9+/]+={0,2}$/.test(inner)) yield { signature: Buffer.from(inner, "base64") };
    },
  },
  {
    id: "encoding-plus-lost",
    family: "spelling",
    title: {
      en: "the + of the signature became blanks, as where a form is decoded that was not encoded",
      zh: "签名中的 + 变成了空格（未做 URL 编码的表单被解码所致）",
    },
    remedy: { en: "percent-encode the value where a form carries it", zh: "以表单传输时应先做 URL 编码" },
    *guesses({ failed: { signature: text }, signature }) {
      if (
        signature === undefined &&
        /^[A-Za-z0-9+/ ]+={0,2}$/.test(text) &&
        text.length % 4 === 0 &&
        text.includes(" ")
      )
        yield { signature: Buffer.from(text.replaceAll(" ", "+"), "base64") };
    },
  },
  {
    id: "encoding-not-canonical",
    family: "spelling",
    title: {
      en: "the base64 of the signature is not canonical: line breaks, spaces, missing padding, or bits behind the end",
      zh: "签名的 Base64 不规范：含换行或空格、缺少补位、或末尾有多余比特",
    },
    remedy: { en: "send it in one piece with its padding", zh: "应为带补位的一整段" },
    *guesses({ failed: { signature: text }, signature }) {
      if (signature === undefined) yield { signature: Buffer.from(text, "base64") };
    },
  },
  SM2_PAIR,
];

/** What goes wrong with the spelling of a signature that is to be lower-case hexadecimal. */
export const HEX_MISTAKES: readonly Mistake[] = [
  {
    id: "encoding-upper-case",
    family: "spelling",
    title: { en: "the hexadecimal digits of the signature are in upper case", zh: "签名的十六进制使用了大写" },
    remedy: { en: "write them in lower case", zh: "应为小写" },
    *guesses({ failed: { signature: text } }) {
      if (/^(?:[0-9A-Fa-f]{2})+$/.test(text)) yield { signature: Buffer.from(text, "hex") };
    },
  },
  {
    id: "encoding-base64",
    family: "spelling",
    title: { en: "the signature is sent as base64", zh: "签名以 Base64 发送" },
    remedy: { en: "send it as lower-case hexadecimal", zh: "应使用小写十六进制" },
    *guesses({ failed: { signature: text } }) {
      yield { signature: Buffer.from(text, "base64") };
    },
  },
  SM2_PAIR,
];
