/** One value of DER (X.690): a tag, a length of up to three bytes, and its parts. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const length =
    content.length < 0x80
      ? [content.length]
      : content.length < 0x100
        ? [0x81, content.length]
        : [0x82, content.length >> 8, content.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

/** An object identifier, by its content in hex. */
export const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, "hex"));

/** A distinguished name of one common name. */
export const nameOf = (commonName: string): Buffer =>
  der(0x30, der(0x31, der(0x30, oid("550403"), der(0x0c, Buffer.from(commonName)))));
