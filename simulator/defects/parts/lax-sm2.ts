/** Order of sm2p256v1 (GB/T 32918.5). */
const N = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;

/**
 * An SM2 signature as a verifier without range checks sees it: both numbers modulo n, which is all that the curve's
 * arithmetic tells apart. Undefined for what is not two numbers in a sequence.
 */
export function reducedSm2(signature: Uint8Array): Uint8Array | undefined {
  const bytes = Buffer.from(signature);
  if (bytes[0] !== 0x30 || bytes[1] !== bytes.length - 2) return undefined;
  const numbers: bigint[] = [];
  for (let at = 2; at < bytes.length;) {
    const length = bytes[at + 1] ?? 0;
    const content = bytes.subarray(at + 2, at + 2 + length);
    if (bytes[at] !== 0x02 || length === 0 || content.length !== length) return undefined;
    numbers.push(BigInt(`0x${content.toString("hex")}`) % N);
    at += 2 + length;
  }
  if (numbers.length !== 2) return undefined;
  const content = Buffer.concat(numbers.map(integer));
  return Buffer.concat([Buffer.from([0x30, content.length]), content]);
}

function integer(value: bigint): Buffer {
  const hex = value.toString(16);
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  const content = Buffer.from(/^[89a-f]/.test(even) ? `00${even}` : even, "hex");
  return Buffer.concat([Buffer.from([0x02, content.length]), content]);
}
