import { createHash } from "node:crypto";
import { readPublicKeyInfo } from "./pem.ts";

/**
 * How a party names its keys: by the beginning of their hash, by the serials of their certificates in hexadecimal or in
 * decimal, or as ids of public keys. WeChat Pay has the hexadecimal ones and the ids, UnionPay the decimal ones.
 */
export const SERIAL_FORMS = ["hash", "certificate", "certificate-decimal", "public-key-id"] as const;
export type SerialForm = (typeof SERIAL_FORMS)[number];

const PREFIX = "PUB_KEY_ID_";
const DIGITS = 34;

/** An id of a public key, made of it: `PUB_KEY_ID_` and 34 digits. @throws KeyRefused */
export function publicKeyId(publicPem: string): string {
  const hash = createHash("sha256")
    .update(readPublicKeyInfo(publicPem, { en: "public key", zh: "公钥" }))
    .digest("hex");
  return PREFIX + BigInt(`0x${hash}`).toString().padStart(DIGITS, "0").slice(0, DIGITS);
}

/** The serial of a certificate, which is in hexadecimal, in decimal. */
export const decimalSerial = (hex: string): string => BigInt(`0x${hex}`).toString();

/** The form that a serial has; undefined for one of another kind. */
export function serialForm(serial: string): SerialForm | undefined {
  if (serial.startsWith(PREFIX)) return "public-key-id";
  if (/^[0-9A-F]{40}$/.test(serial)) return "certificate";
  if (/^[1-9][0-9]{46,49}$/.test(serial)) return "certificate-decimal";
  return /^[0-9A-F]{20}$/.test(serial) ? "hash" : undefined;
}
