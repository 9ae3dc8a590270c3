import type { SealedObject } from "../../../core/sealing/sealed-object.ts";
import type { SealedFields } from "../../../core/sealing/policy.ts";
import type { Json } from "../../../core/unit/unit.ts";
import type { Check } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import type { Session } from "../../session.ts";
import { expectEachRefused } from "../corpus.ts";
import type { WrongForm } from "../corpus.ts";

/**
 * The signature covers the ciphertext, and its tag covers what was sealed. A receiver that opens without the tag acts on
 * what a thief of the signing key, or a mistake on the way to it, has made of a message.
 */
export const sealedParts: Check = {
  id: "signature.sealed-parts",
  requirement: "SIG-03",
  title: {
    en: "A sealed part that was changed is refused, though the message is signed anew",
    zh: "密文被改动的报文即使重新签名也被拒绝",
  },
  effort: "standard",
  isolated: true,
  each: ({ provided, pack }) =>
    provided.filter((one) => pack.sealed(one, "request").length > 0).map((one) => ({ id: one.id, interface: one.id })),
  async run(session, instance) {
    await expectEachRefused(session, {
      draft: await session.request(interfaceOf(instance)),
      forms: formsOf(session),
      what: { en: "a message whose sealed part was changed", zh: "加密部分被改动的报文" },
      likelyCause: {
        en: "The part is decrypted without its tag being checked, or the associated data is not part of it.",
        zh: "解密时未校验认证标签，或未将 associated_data 纳入认证。",
      },
    });
  },
};

function formsOf(session: Session): readonly WrongForm[] {
  const { sealing } = session.pack.policies;
  if (sealing === undefined) return [];
  const { ciphertext, associatedData, nonce, algorithm }: SealedFields = sealing.fields;
  // What cannot be opened is no body that can be read.
  const codes = [session.code("decode"), session.code("schema"), session.code("signature")];
  const form = (name: string, change: (sealed: SealedObject) => Json): WrongForm => ({
    name: `sealed: ${name}`,
    codes,
    tamper: { sealed: change },
  });
  const bytes = (name: string, change: (bytes: Buffer) => Uint8Array): WrongForm =>
    form(name, (sealed) => ({
      ...sealed,
      [ciphertext]: Buffer.from(change(Buffer.from(sealed[ciphertext] ?? "", "base64"))).toString("base64"),
    }));
  return [
    bytes("the first byte changed", (sealed) => flipped(sealed, 0)),
    bytes("the last byte of the tag changed", (sealed) => flipped(sealed, sealed.length - 1)),
    bytes("without its tag", (sealed) => sealed.subarray(0, -TAG_BYTES)),
    bytes("a tag of zeros", (sealed) => Buffer.from(sealed).fill(0, sealed.length - TAG_BYTES)),
    form("other associated data", (sealed) => ({ ...sealed, [associatedData]: `${sealed[associatedData] ?? ""}x` })),
    form("another nonce", (sealed) => ({ ...sealed, [nonce]: turned(sealed[nonce] ?? "") })),
    form("another algorithm", (sealed) => ({ ...sealed, [algorithm]: "none" })),
  ];
}

const turned = (text: string): string => text.slice(1) + text.slice(0, 1);

/** Of every sealing scheme there is. */
const TAG_BYTES = 16;

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}
