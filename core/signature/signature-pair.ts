/** An r||s of two halves as ASN.1 DER: SEQUENCE { INTEGER r, INTEGER s }. */
export function pairToDer(pair: Uint8Array): Uint8Array {
  const half = pair.length / 2;
  const content = [...derInteger(pair.subarray(0, half)), ...derInteger(pair.subarray(half))];
  return Uint8Array.of(0x30, ...(content.length < 0x80 ? [] : [0x81]), content.length, ...content);
}

function derInteger(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = first < 0 ? Uint8Array.of(0) : bytes.subarray(first);
  const content = (digits[0] ?? 0) >= 0x80 ? Uint8Array.of(0, ...digits) : digits;
  return Uint8Array.of(0x02, content.length, ...content);
}
