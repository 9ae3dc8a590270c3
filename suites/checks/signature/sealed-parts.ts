import { sealPart, spelled, unspelled } from "../../../core/sealing/part.ts";
import type { SealedFields, SealedPlace } from "../../../core/sealing/policy.ts";
import { receiverScheme } from "../../../core/sealing/receiver-schemes.ts";
import type { SealedObject } from "../../../core/sealing/sealed-object.ts";
import { pairScheme } from "../../../core/signature/schemes.ts";
import type { Json } from "../../../core/unit/unit.ts";
import type { Check } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import type { Session } from "../../session.ts";
import type { Draft } from "../../wire/draft.ts";
import { expectEachRefused } from "../corpus.ts";
import type { WrongForm } from "../corpus.ts";
import { codesOfUnopenable, flipped, formsOfBodies } from "./unopenable.ts";

/**
 * The signature covers the ciphertext, and its tag covers what was sealed. A receiver that opens without the tag acts on
 * what a thief of the signing key, or a mistake on the way to it, has made of a message.
 */
export const sealedParts: Check = {
  id: "signature.sealed-parts",
  requirement: "SIG-03",
  title: {
    en: "What was changed within a sealed part or an encrypted body is refused, though it is signed anew",
    zh: "密文被改动的报文即使重新签名也被拒绝",
  },
  effort: "standard",
  isolated: true,
  each: ({ provided, pack }) =>
    provided
      .filter((one) => pack.sealed(one, "request").length > 0 || pack.encryption(one, "request") !== undefined)
      .map((one) => ({ id: one.id, interface: one.id })),
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    await expectEachRefused(session, {
      draft,
      forms: [...formsOf(session, draft), ...formsOfBodies(session, draft)],
      what: { en: "a message whose sealed part was changed", zh: "加密部分被改动的报文" },
      likelyCause: {
        en: "The part is decrypted without its tag being checked, the associated data is not part of it, or a body in clear is taken too.",
        zh: "解密时未校验认证标签，或未将 associated_data 纳入认证，或同样接受明文报文体。",
      },
    });
  },
};

function formsOf(session: Session, { interface: one, body }: Draft): readonly WrongForm[] {
  if (session.pack.sealed(one, "request").length === 0) return [];
  // A field that may be left out is not in every request.
  const places = session.pack.sealed(one, "request").filter(({ path: [name = ""] }) => body?.[name] !== undefined);
  if (places.length === 0)
    session.skip(
      `a request of ${one.id} need not have the fields that are sealed`,
      `${one.id} 的请求可不带加密字段`,
      "capability",
    );
  return [
    ...(places.some(({ key }) => key !== "receiver") ? formsOfObjects(session) : []),
    ...(places.some(({ key }) => key === "receiver") ? formsOfTexts(session) : []),
  ];
}

/** Wrong forms of what is sealed under the secret of both sides. */
function formsOfObjects(session: Session): readonly WrongForm[] {
  const { sealing } = session.pack.policies;
  if (sealing === undefined) return [];
  const { ciphertext, associatedData, nonce, algorithm }: SealedFields = sealing.fields;
  const codes = codesOfUnopenable(session);
  const form = (name: string, change: (sealed: SealedObject) => Json): WrongForm => ({
    name: `sealed: ${name}`,
    codes,
    tamper: { sealed: (sealed, { key }) => (key === "receiver" ? sealed : change(sealed as SealedObject)) },
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

/** Wrong forms of what is sealed under the receiver's public key. */
function formsOfTexts(session: Session): readonly WrongForm[] {
  const { receiverSealing } = session.pack.policies;
  if (receiverSealing === undefined) return [];
  const codes = codesOfUnopenable(session);
  const text = (name: string, change: (sealed: string, place: SealedPlace) => Json): WrongForm => ({
    name: `sealed for the receiver: ${name}`,
    codes,
    tamper: { sealed: (sealed, place) => (place.key === "receiver" ? change(String(sealed), place) : sealed) },
  });
  const bytes = (name: string, change: (bytes: Uint8Array) => Uint8Array): WrongForm =>
    text(name, (sealed) => spelled(receiverSealing, change(unspelled(receiverSealing, sealed) ?? new Uint8Array(1))));
  const { serial } = receiverSealing;
  return [
    bytes("the first byte changed", (sealed) => flipped(sealed, 0)),
    bytes("the last byte changed", (sealed) => flipped(sealed, sealed.length - 1)),
    bytes("cut short", (sealed) => sealed.subarray(0, -1)),
    bytes("nothing but zeros", (sealed) => new Uint8Array(sealed.length)),
    text("sealed under a key of another", (_, place) => underAnotherKey(session, place)),
    ...(serial !== undefined && "header" in serial
      ? [
          {
            name: "sealed for the receiver: another key named",
            codes,
            tamper: {
              headers: (headers) =>
                headers.map(([name, value]) =>
                  name.toLowerCase() === serial.header.toLowerCase() ? [name, turned(value)] : [name, value],
                ),
            },
          } satisfies WrongForm,
        ]
      : []),
  ];
}

/** A text sealed under a key that the receiver does not have. */
function underAnotherKey({ pack, party }: Session, place: SealedPlace): Json {
  const { receiverSealing: policy } = pack.policies;
  if (policy === undefined) return null;
  const algorithm =
    policy.algorithms[party.token] === undefined ? (Object.keys(policy.algorithms)[0] ?? "") : party.token;
  const { publicPem } = pairScheme(receiverScheme(policy.algorithms[algorithm] ?? "").keys).generate();
  return sealPart({ receiver: { policy, to: { serial: "", algorithm, publicPem } } }, place, Buffer.from("1"));
}

const turned = (text: string): string => text.slice(1) + text.slice(0, 1);

/** Of every sealing scheme there is. */
const TAG_BYTES = 16;
