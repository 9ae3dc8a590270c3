import { encrypted } from "../../../core/sealing/body/carried.ts";
import { generateBodySecret, openBodyKey } from "../../../core/sealing/body/key.ts";
import type { BodySealing } from "../../../core/sealing/body/carried.ts";
import { bodyOf } from "../../wire/draft.ts";
import type { Draft } from "../../wire/draft.ts";
import type { Session } from "../../session.ts";
import type { WrongForm } from "../corpus.ts";

/** What cannot be opened is no body that can be read. */
export const codesOfUnopenable = (session: Session): readonly string[] => [
  session.code("decode"),
  session.code("schema"),
  session.code("signature"),
];

/** Of every scheme that encrypts bodies. */
const BLOCK_BYTES = 16;

/** Wrong forms of a body that is encrypted as a whole; each is signed for what is sent. */
export function formsOfBodies(session: Session, draft: Draft): readonly WrongForm[] {
  const encryption = session.pack.encryption(draft.interface, "request");
  if (encryption === undefined || draft.body === undefined) return [];
  const form = (name: string, tamper: WrongForm["tamper"]): WrongForm => ({
    name: `encrypted body: ${name}`,
    codes: codesOfUnopenable(session),
    tamper,
  });
  const bytes = (name: string, change: (bytes: Uint8Array) => Uint8Array): WrongForm =>
    form(name, { ciphertext: change });
  return [
    ...unlike(session, draft, encryption).map(({ name, change }) => bytes(name, change)),
    bytes("the first byte changed", (sealed) => flipped(sealed, 0)),
    bytes("without its last block", (sealed) => sealed.subarray(0, -BLOCK_BYTES)),
    bytes("cut short by a byte", (sealed) => sealed.subarray(0, -1)),
    bytes("nothing but zeros", (sealed) => new Uint8Array(sealed.length)),
    form("in clear", { carried: () => bodyOf(draft, session.pack.codecOf) }),
  ];
}

/** What a receiver cannot read for reasons that a sender must not be able to tell from each other. */
function unlike(
  session: Session,
  draft: Draft,
  { policy }: BodySealing,
): readonly { readonly name: string; readonly change: (ciphertext: Uint8Array) => Uint8Array }[] {
  const plain = bodyOf(draft, session.pack.codecOf);
  const own = session.party.sealing;
  const stranger = openBodyKey(policy, generateBodySecret(policy));
  const fresh = (count: number): Uint8Array => Uint8Array.from({ length: count }, () => session.random.below(256));
  return [
    // Without a tag the padding is wrong then, but for one case in two hundred.
    { name: "the last byte changed", change: (ciphertext) => flipped(ciphertext, ciphertext.length - 1) },
    { name: "under another secret", change: () => encrypted(policy, stranger, plain, fresh) },
    ...(own === undefined
      ? []
      : [
          {
            name: "rightly encrypted, and no text that can be read",
            change: () => encrypted(policy, own, plain.subarray(0, -1), fresh),
          },
          { name: "nothing, rightly encrypted", change: () => encrypted(policy, own, new Uint8Array(), fresh) },
        ]),
  ];
}

/** The wrong forms of a body that must be refused alike. */
export function alikeBodies(session: Session, draft: Draft): readonly WrongForm[] {
  const encryption = session.pack.encryption(draft.interface, "request");
  if (encryption === undefined || draft.body === undefined) return [];
  return unlike(session, draft, encryption).map(({ name, change }) => ({
    name: `encrypted body: ${name}`,
    codes: codesOfUnopenable(session),
    tamper: { ciphertext: change },
  }));
}

/** A copy with one bit changed. */
export function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}
