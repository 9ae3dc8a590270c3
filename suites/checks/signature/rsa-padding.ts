import type { Check } from "../../check.ts";
import { der } from "../../../core/signature/der.ts";
import { interfaceOf } from "../../check.ts";
import { expectEachRefused } from "../corpus.ts";
import type { WrongForm } from "../corpus.ts";
import { eachSubject } from "../subject.ts";
import { partyOfScheme } from "./key-material.ts";
import { block, digest, digestInfo, fromInteger, longLength, NULL, oid, rsaForge, toInteger } from "./rsa-forgery.ts";
import type { RsaForge } from "./rsa-forgery.ts";

type Forgery = (base: Uint8Array, forge: RsaForge) => Uint8Array;

/** A block that the private exponent is put to: right but for what the name says. */
function blocks(made: (base: Uint8Array, k: number) => Uint8Array): Forgery {
  return (base, forge) => forge.raise(made(base, forge.modulusBytes));
}

const info = (base: Uint8Array): Buffer => digestInfo("sha256", digest("sha256", base));
const ALGORITHM = der(0x30, oid("sha256"), NULL);
/** As much garbage as leaves the eight bytes of padding that PKCS#1 asks for. */
const room = (k: number, used: number): Buffer => Buffer.alloc(k - 2 - 8 - 1 - used, 0xa5);

/**
 * After Wycheproof's `rsa_signature` vectors, made anew with the party's own key. A missing NULL in the
 * AlgorithmIdentifier is left out: RFC 8017 lets a verifier take it.
 */
const FORGERIES: Readonly<Record<string, Forgery>> = {
  "no padding, garbage at the end": blocks((base, k) => block(k, info(base), { padding: 0 })),
  "eight bytes of padding, garbage after the hash": blocks((base, k) => block(k, info(base), { padding: 8 })),
  "seven bytes of padding, garbage after the hash": blocks((base, k) => block(k, info(base), { padding: 7 })),
  "one byte after the hash": blocks((base, k) => block(k, info(base), { tail: Buffer.from([0x00]) })),
  "the block shifted left, zeros at its end": blocks((base, k) =>
    Buffer.concat([block(k, info(base)).subarray(1), Buffer.from([0x00])]),
  ),
  "first byte 01": blocks((base, k) => block(k, info(base), { first: 0x01 })),
  "block type 00": blocks((base, k) => block(k, info(base), { type: 0x00, fill: 0x00 })),
  "block type 02": blocks((base, k) => block(k, info(base), { type: 0x02 })),
  "block type 02 with padding 5a": blocks((base, k) => block(k, info(base), { type: 0x02, fill: 0x5a })),
  "block type 81": blocks((base, k) => block(k, info(base), { type: 0x81 })),
  "padding of 00": blocks((base, k) => block(k, info(base), { fill: 0x00 })),
  "padding of fe": blocks((base, k) => block(k, info(base), { fill: 0xfe })),
  "one byte of the padding is fe": blocks((base, k) => changed(block(k, info(base)), 40, 0xfe)),
  "last byte of the padding is 00": blocks((base, k) =>
    changed(block(k, info(base)), k - 1 - info(base).length - 1, 0x00),
  ),
  "a 00 in the middle of the padding": blocks((base, k) => changed(block(k, info(base)), 80, 0x00)),
  "no 00 after the padding": blocks((base, k) => block(k, info(base), { separator: [] })),
  "ff in place of the 00 after the padding": blocks((base, k) => block(k, info(base), { separator: [0xff] })),
  "two 00 after the padding": blocks((base, k) => block(k, info(base), { separator: [0x00, 0x00] })),
  "the hash without a DigestInfo": blocks((base, k) => block(k, digest("sha256", base))),
  "the hash as a bare OCTET STRING": blocks((base, k) => block(k, der(0x04, digest("sha256", base)))),
  "two DigestInfos": blocks((base, k) => block(k, Buffer.concat([info(base), info(base)]))),
  "garbage inside the DigestInfo, after the hash": blocks((base, k) =>
    block(k, der(0x30, ALGORITHM, der(0x04, digest("sha256", base)), der(0x04, room(k, 64)))),
  ),
  "garbage in the algorithm's parameters": blocks((base, k) =>
    block(k, der(0x30, der(0x30, oid("sha256"), der(0x04, room(k, 64))), der(0x04, digest("sha256", base)))),
  ),
  "garbage after the algorithm's NULL": blocks((base, k) =>
    block(k, der(0x30, der(0x30, oid("sha256"), NULL, der(0x04, room(k, 66))), der(0x04, digest("sha256", base)))),
  ),
  "parameters of zeros in place of the NULL": blocks((base, k) =>
    block(k, der(0x30, der(0x30, oid("sha256"), der(0x04)), der(0x04, digest("sha256", base)))),
  ),
  "a NULL with content": blocks((base, k) =>
    block(k, der(0x30, der(0x30, oid("sha256"), der(0x05, Buffer.from([0x00]))), der(0x04, digest("sha256", base)))),
  ),
  "a NULL with a long length": blocks((base, k) =>
    block(k, der(0x30, der(0x30, oid("sha256"), longLength(0x05)), der(0x04, digest("sha256", base)))),
  ),
  "long length of the DigestInfo": blocks((base, k) =>
    block(k, longLength(0x30, ALGORITHM, der(0x04, digest("sha256", base)))),
  ),
  "long length of the algorithm": blocks((base, k) =>
    block(k, der(0x30, longLength(0x30, oid("sha256"), NULL), der(0x04, digest("sha256", base)))),
  ),
  "long length of the OID": blocks((base, k) =>
    block(
      k,
      der(0x30, der(0x30, longLength(0x06, oid("sha256").subarray(2)), NULL), der(0x04, digest("sha256", base))),
    ),
  ),
  "long length of the hash": blocks((base, k) =>
    block(k, der(0x30, ALGORITHM, longLength(0x04, digest("sha256", base)))),
  ),
  "indefinite length of the DigestInfo": blocks((base, k) =>
    block(
      k,
      Buffer.concat([
        Buffer.from([0x30, 0x80]),
        ALGORITHM,
        der(0x04, digest("sha256", base)),
        Buffer.from([0x00, 0x00]),
      ]),
    ),
  ),
  "SET in place of the outer SEQUENCE": blocks((base, k) => block(k, changed(info(base), 0, 0x31))),
  "SET in place of the algorithm's SEQUENCE": blocks((base, k) => block(k, changed(info(base), 2, 0x31))),
  "a relative OID": blocks((base, k) => block(k, changed(info(base), 4, 0x0d))),
  "BIT STRING in place of the OCTET STRING": blocks((base, k) => block(k, changed(info(base), 17, 0x03))),
  "outer length one too small": blocks((base, k) => block(k, changed(info(base), 1, 0x30))),
  "outer length one too great": blocks((base, k) => block(k, changed(info(base), 1, 0x32))),
  "length of the hash 0": blocks((base, k) => block(k, changed(info(base), 18, 0x00))),
  "the hash's last byte left out": blocks((base, k) =>
    block(k, digestInfo("sha256", digest("sha256", base).subarray(0, -1))),
  ),
  "the hash's first byte only": blocks((base, k) =>
    block(k, digestInfo("sha256", digest("sha256", base).subarray(0, 1))),
  ),
  "no hash": blocks((_base, k) => block(k, digestInfo("sha256", new Uint8Array()))),
  "a 00 ahead of the hash": blocks((base, k) =>
    block(k, digestInfo("sha256", Buffer.concat([Buffer.from([0x00]), digest("sha256", base)]))),
  ),
  "the OID of SHA-1 with the hash of SHA-256": blocks((base, k) =>
    block(k, digestInfo("sha1", digest("sha256", base))),
  ),
  "the OID of SHA-512 with the hash of SHA-256": blocks((base, k) =>
    block(k, digestInfo("sha512", digest("sha256", base))),
  ),
  "an unknown OID": blocks((base, k) => block(k, changed(info(base), 14, 0x7f))),
  "the block in clear, not raised": (base, { modulusBytes }) => block(modulusBytes, info(base)),
  "the number 0": (_base, { modulusBytes }) => fromInteger(0n, modulusBytes),
  "the number 1": (_base, { modulusBytes }) => fromInteger(1n, modulusBytes),
  "the modulus less 1": (_base, { modulus, modulusBytes }) => fromInteger(modulus - 1n, modulusBytes),
  "the modulus": (_base, { modulus, modulusBytes }) => fromInteger(modulus, modulusBytes),
  "the right number and the modulus": (base, forge) =>
    fromInteger(toInteger(forge.raise(block(forge.modulusBytes, info(base)))) + forge.modulus, forge.modulusBytes),
  "the modulus less the right number": (base, forge) =>
    fromInteger(forge.modulus - toInteger(forge.raise(block(forge.modulusBytes, info(base)))), forge.modulusBytes),
};

export const rsaPadding: Check = {
  id: "signature.rsa-padding",
  requirement: "SIG-11",
  title: { en: "Malformed RSA signatures are refused", zh: "畸形的 RSA 签名被拒绝" },
  effort: "standard",
  isolated: true,
  each: eachSubject,
  async run(session, instance) {
    const { signer, privatePem } = partyOfScheme(session, "rsa2048");
    const forge = rsaForge(privatePem);
    const forms = Object.entries(FORGERIES).map(([name, made]): WrongForm => ({
      name,
      tamper: { sign: (base) => made(base, forge) },
      codes: session.code("signature"),
    }));
    const draft = await session.request(interfaceOf(instance), {}, { signer });
    // The right form is forged as well: it proves that the others are wrong in one place only.
    await expectEachRefused(
      session,
      {
        draft,
        forms,
        signer,
        what: { en: "a malformed RSA signature", zh: "格式有误的 RSA 签名" },
        likelyCause: {
          en: "The verifier parses the padded block and checks parts of it, instead of comparing the whole.",
          zh: "验签时解析填充块并只检查其中一部分，而不是整体比对。",
        },
      },
      { sign: (base) => forge.raise(block(forge.modulusBytes, info(base))) },
    );
  },
};

function changed(bytes: Uint8Array, at: number, byte: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = byte;
  return copy;
}
