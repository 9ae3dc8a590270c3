import { Buffer } from "node:buffer";
import { expect, it } from "vitest";
import { ed25519 } from "./ed25519.ts";
import { writePem } from "./pem.ts";

const SPKI_PREFIX = "302a300506032b6570032100";
const PKCS8_PREFIX = "302e020100300506032b657004220420";

it("ed25519 gives the answers of RFC 8032, section 7.1, test 2", () => {
  const secret = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
  const point = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
  const signature =
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";
  const privateKey = ed25519.privateKey(writePem("PRIVATE KEY", Buffer.from(PKCS8_PREFIX + secret, "hex")));
  const publicKey = ed25519.publicKey(writePem("PUBLIC KEY", Buffer.from(SPKI_PREFIX + point, "hex")));
  expect(Buffer.from(privateKey.sign(Uint8Array.of(0x72))).toString("hex")).toBe(signature);
  expect(publicKey.verify(Uint8Array.of(0x72), Buffer.from(signature, "hex"))).toBe(true);
});

it.each([
  ["the neutral element", `01${"00".repeat(31)}`],
  ["a point of order 2", `ec${"ff".repeat(30)}7f`],
  ["a point of order 4", "00".repeat(32)],
  ["no point at all", `02${"00".repeat(31)}`],
])("ed25519 refuses %s as a public key", (_name, point) => {
  expect(() => ed25519.publicKey(writePem("PUBLIC KEY", Buffer.from(SPKI_PREFIX + point, "hex")))).toThrow(
    /small order/,
  );
});
