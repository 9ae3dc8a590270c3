import { expect, test } from "vitest";
import { decode, encode, ENCODINGS } from "./encoding.ts";

const file = new TextEncoder().encode("name,note\r\n甲,b\r\n".repeat(100));

test.each(ENCODINGS)("a file packed as %s is the same once unpacked", (encoding) => {
  expect(decode(encode(file, encoding), encoding)).toEqual(encoding === "none" ? file : Buffer.from(file));
});

test.each(["gzip", "deflate"] as const)("a packed file is smaller, and a file other than %s is refused", (encoding) => {
  expect(encode(file, encoding).length).toBeLessThan(file.length);
  expect(decode(file, encoding)).toBeUndefined();
  expect(decode(encode(file, encoding).subarray(0, -6), encoding)).toBeUndefined();
});
