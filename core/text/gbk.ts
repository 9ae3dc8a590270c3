/** The text in GBK; undefined where GBK lacks a character of it. Node reads GBK and does not write it. */
export function gbkBytes(text: string): Uint8Array | undefined {
  const codes = Array.from({ length: 0x7e * 0xbf }, (_code, index) => [
    0x81 + Math.floor(index / 0xbf),
    0x40 + (index % 0xbf),
  ]);
  // All of them are read at once, each on a line of its own.
  const read = new TextDecoder("gbk").decode(Uint8Array.from(codes.flatMap((code) => [...code, 0x0a]))).split("\n");
  const codeOf = new Map(read.map((character, index) => [character, codes[index] ?? []]));
  const bytes: number[] = [];
  for (const character of text) {
    const code = character <= "\x7f" ? [character.charCodeAt(0)] : codeOf.get(character);
    if (code === undefined) return undefined;
    bytes.push(...code);
  }
  return Uint8Array.from(bytes);
}
