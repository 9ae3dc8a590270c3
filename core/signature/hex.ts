import { Buffer } from "node:buffer";

/** Lower-case hexadecimal digits. */
export function writeHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}

/** The bytes of lower-case hexadecimal digits; undefined for any other spelling. */
export function readHex(text: string): Uint8Array | undefined {
  return /^(?:[0-9a-f]{2})*$/.test(text) ? Buffer.from(text, "hex") : undefined;
}
