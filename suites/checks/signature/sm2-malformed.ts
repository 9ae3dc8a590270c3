import { createHash } from "node:crypto";
import type { Check } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import { expectEachRefused } from "../corpus.ts";
import type { WrongForm } from "../corpus.ts";
import { lightest } from "../subject.ts";
import { partyOfScheme } from "./key-material.ts";
import { der } from "../../../core/signature/der.ts";
import { fromInteger, longLength } from "./rsa-forgery.ts";
import { DEFAULT_USER_ID, N, sm2Forge, sm3 } from "./sm2-forgery.ts";
import type { Sm2Forge } from "./sm2-forgery.ts";

/** INTEGER content octets, positive and minimal. */
function positive(value: bigint): Buffer {
  const bytes = fromInteger(value, 1);
  return (bytes[0] as number) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
}

const integer = (value: bigint): Buffer => der(0x02, positive(value));
const written = ({ r, s }: { readonly r: bigint; readonly s: bigint }): Buffer => der(0x30, integer(r), integer(s));
const ZERO = Buffer.from([0x02, 0x01, 0x00]);

type Forgery = (base: Uint8Array, forge: Sm2Forge) => Uint8Array;

/** The right pair, written or changed otherwise. */
function numbers(made: (pair: { readonly r: bigint; readonly s: bigint }) => Uint8Array): Forgery {
  return (base, forge) => made(forge.sign(forge.digest(DEFAULT_USER_ID, base)));
}

const FORGERIES: Readonly<Record<string, Forgery>> = {
  "r = 0": numbers(({ s }) => der(0x30, ZERO, integer(s))),
  "s = 0": numbers(({ r }) => der(0x30, integer(r), ZERO)),
  "r = s = 0": () => der(0x30, ZERO, ZERO),
  "r = n": numbers(({ s }) => written({ r: N, s })),
  "s = n": numbers(({ r }) => written({ r, s: N })),
  "r = s = n": () => written({ r: N, s: N }),
  "r + n": numbers(({ r, s }) => written({ r: r + N, s })),
  "s + n": numbers(({ r, s }) => written({ r, s: s + N })),
  "n - s": numbers(({ r, s }) => written({ r, s: N - s })),
  "r + s = n": numbers(({ r }) => written({ r, s: N - r })),
  "r = s = 1": () => written({ r: 1n, s: 1n }),
  "r and s exchanged": numbers(({ r, s }) => written({ r: s, s: r })),
  "r negative": numbers(({ r, s }) => der(0x30, der(0x02, fromInteger((1n << 264n) - r, 33)), integer(s))),
  "a byte after the sequence": numbers((pair) => Buffer.concat([written(pair), Buffer.from([0x00])])),
  "a NULL inside the sequence": numbers(({ r, s }) => der(0x30, integer(r), integer(s), Buffer.from([0x05, 0x00]))),
  "a third number": numbers(({ r, s }) => der(0x30, integer(r), integer(s), ZERO)),
  "no second number": numbers(({ r }) => der(0x30, integer(r))),
  "a 00 too many ahead of r": numbers(({ r, s }) =>
    der(0x30, der(0x02, Buffer.from([0x00, 0x00]), fromInteger(r, 32)), integer(s)),
  ),
  "a 00 too many ahead of s": numbers(({ r, s }) =>
    der(0x30, integer(r), der(0x02, Buffer.from([0x00, 0x00]), fromInteger(s, 32))),
  ),
  "long length of the sequence": numbers(({ r, s }) => longLength(0x30, integer(r), integer(s))),
  "long length of r": numbers(({ r, s }) => der(0x30, longLength(0x02, positive(r)), integer(s))),
  "indefinite length": numbers(({ r, s }) =>
    Buffer.concat([Buffer.from([0x30, 0x80]), integer(r), integer(s), Buffer.from([0x00, 0x00])]),
  ),
  "SET in place of SEQUENCE": numbers(({ r, s }) => der(0x31, integer(r), integer(s))),
  "OCTET STRING in place of INTEGER": numbers(({ r, s }) => der(0x30, der(0x04, positive(r)), integer(s))),
  "another user id": (base, forge) => written(forge.sign(forge.digest("8765432187654321", base))),
  "an empty user id": (base, forge) => written(forge.sign(forge.digest("", base))),
  "the user id of the standard's example": (base, forge) =>
    written(forge.sign(forge.digest("ALICE123@YAHOO.COM", base))),
  "SM3 without Z": (base, forge) => written(forge.sign(sm3(base))),
  "SM3 put to the message first": (base, forge) => written(forge.sign(forge.digest(DEFAULT_USER_ID, sm3(base)))),
  "SHA-256 without Z": (base, forge) => written(forge.sign(createHash("sha256").update(base).digest())),
  "the equation of ECDSA with SM3": (base, forge) => written(forge.sign(sm3(base), "ecdsa")),
  "the equation of ECDSA with SM3 and Z": (base, forge) =>
    written(forge.sign(forge.digest(DEFAULT_USER_ID, base), "ecdsa")),
};

export const sm2Malformed: Check = {
  id: "signature.sm2-malformed",
  requirement: "SIG-14",
  title: { en: "Malformed SM2 signatures are refused", zh: "畸形的 SM2 签名被拒绝" },
  effort: "standard",
  isolated: true,
  // The second party has no money of its own to move, so what costs nothing must do.
  each: (context) =>
    [lightest(context)].flatMap((one) => (one === undefined ? [] : [{ id: one.id, interface: one.id }])),
  async run(session, instance) {
    const { signer, privatePem } = partyOfScheme(session, "sm2");
    const forge = sm2Forge(privatePem);
    const forms = Object.entries(FORGERIES).map(([name, made]): WrongForm => ({
      name,
      tamper: { sign: (base) => made(base, forge) },
      codes: session.code("signature"),
    }));
    const draft = await session.request(interfaceOf(instance), {}, { signer });
    await expectEachRefused(
      session,
      {
        draft,
        forms,
        signer,
        what: { en: "a malformed SM2 signature", zh: "格式有误的 SM2 签名" },
        likelyCause: {
          en: "The ranges of r and s or the encoding are not checked, or the user id is not the agreed one.",
          zh: "未检查 r、s 的取值范围或编码，或用户标识与约定不符。",
        },
      },
      { sign: (base) => written(forge.sign(forge.digest(DEFAULT_USER_ID, base))) },
    );
  },
};
