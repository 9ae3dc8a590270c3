import { Buffer } from "node:buffer";
import { constants, createHash, createHmac, createPrivateKey, privateEncrypt, sign } from "node:crypto";
import { pairScheme } from "../../signature/schemes.ts";
import { sm2PrivateKey } from "../../signature/sm2.ts";
import { drawn } from "./slip.ts";
import type { Sending, Slip, Slipping } from "./slip.ts";

const base = ({ base: of, message }: Sending): Uint8Array => of(message);

/** Signed by node:crypto with an RSA key, as it is told to. */
function byRsa(sending: Sending, hash: string, padding?: number): Slip | undefined {
  const { own } = sending.keys;
  if (own.verifying.kind !== "public" || own.verifying.scheme !== "rsa2048") return undefined;
  const key = { key: own.material, ...(padding === undefined ? {} : { padding }) };
  return { signature: sign(hash, base(sending), key) };
}

/** Signed with the sender's secret in another way. */
function bySecret(sending: Sending, make: (secret: string, text: Buffer) => Uint8Array): Slip | undefined {
  const { own } = sending.keys;
  return own.verifying.kind === "secret" ? { signature: make(own.material, Buffer.from(base(sending))) } : undefined;
}

const hmac = (hash: string, key: string | Buffer, text: Buffer): Buffer => createHmac(hash, key).update(text).digest();

/** Mistakes with keys, algorithms, secrets and the spelling of signatures. */
export const SLIPS_OF_SIGNING: Readonly<Record<string, Slipping>> = {
  "wrong-key": (sending) => ({ signature: sending.keys.other.signing.sign(base(sending)) }),
  "retired-key": (sending) => ({ signature: sending.keys.retired.signing.sign(base(sending)) }),
  "unknown-key": (sending) => {
    const { scheme } = sending.keys.own.verifying;
    if (!scheme.startsWith("rsa")) return undefined;
    const unknown = pairScheme(scheme);
    return { signature: unknown.privateKey(unknown.generate().privatePem).sign(base(sending)) };
  },
  "digest-signed": (sending) => {
    const digest = createHash(drawn(sending.random, ["sha256", "sha256", "sm3", "sha1"]))
      .update(base(sending))
      .digest();
    const hex = digest.toString("hex");
    return {
      signed: drawn(sending.random, [
        digest,
        Buffer.from(hex),
        Buffer.from(hex.toUpperCase()),
        Buffer.from(digest.toString("base64")),
      ]),
    };
  },
  "text-encoded-first": (sending) => ({
    signed: Buffer.from(Buffer.from(base(sending)).toString(drawn(sending.random, ["base64", "hex"] as const))),
  }),
  "rsa-pss": (sending) => byRsa(sending, "sha256", constants.RSA_PKCS1_PSS_PADDING),
  "other-hash": (sending) =>
    byRsa(sending, drawn(sending.random, ["sha1", "sha384", "sha512", "md5"])) ??
    bySecret(sending, (secret, text) => hmac(drawn(sending.random, ["sha1", "sha512", "md5"]), secret, text)),
  "digest-info-missing": (sending) => {
    const { own } = sending.keys;
    if (!own.verifying.scheme.startsWith("rsa")) return undefined;
    const digest = createHash("sha256").update(base(sending)).digest();
    const text = drawn(sending.random, [digest, Buffer.from(digest.toString("hex"))]);
    return { signature: privateEncrypt(createPrivateKey(own.material), text) };
  },
  "other-user-id": (sending) => {
    const { own } = sending.keys;
    if (own.verifying.scheme !== "sm2") return undefined;
    const id = drawn(sending.random, [
      "",
      sending.message.party,
      sending.message.serial,
      "ALICE123@YAHOO.COM",
      undefined,
    ]);
    // An answer names no party whose id could have been taken.
    if (sending.kind === "answer" && id === sending.message.party) return undefined;
    return {
      signature: sm2PrivateKey(own.material, id === undefined ? undefined : Buffer.from(id)).sign(base(sending)),
    };
  },
  "secret-appended": (sending) => {
    const way = sending.random.below(4);
    return bySecret(sending, (secret, text) =>
      way === 0
        ? createHash("md5").update(`${text.toString()}&key=${secret}`).digest()
        : way === 1
          ? createHash("sha256").update(`${text.toString()}&key=${secret}`).digest()
          : way === 2
            ? createHash("md5").update(`${text.toString()}${secret}`).digest()
            : hmac("sha256", secret, Buffer.from(`${text.toString()}&key=${secret}`)),
    );
  },
  "secret-decoded": (sending) =>
    bySecret(sending, (secret, text) =>
      hmac("sha256", Buffer.from(secret, drawn(sending.random, ["hex", "base64"] as const)), text),
    ),
  "secret-with-blank": (sending) =>
    bySecret(sending, (secret, text) => hmac("sha256", `${secret}${drawn(sending.random, ["\n", "\r\n", " "])}`, text)),
  "secret-in-other-case": (sending) => bySecret(sending, (secret, text) => hmac("sha256", secret.toUpperCase(), text)),

  "encoding-hex": ({ random }) => ({
    spelled: (_right, signature) => {
      const hex = Buffer.from(signature).toString("hex");
      return random.below(2) === 0 ? hex : hex.toUpperCase();
    },
  }),
  "encoding-upper-case": () => ({
    spelled: (_right, signature) => Buffer.from(signature).toString("hex").toUpperCase(),
  }),
  "encoding-base64": () => ({ spelled: (_right, signature) => Buffer.from(signature).toString("base64") }),
  "encoding-base64url": (sending) => {
    // Without - and _ it is standard base64 that lacks its padding.
    const text = Buffer.from(sending.keys.own.signing.sign(base(sending))).toString("base64url");
    return /[-_]/.test(text)
      ? { spelled: (_right, signature) => Buffer.from(signature).toString("base64url") }
      : undefined;
  },
  "encoding-escaped": () => ({
    spelled: (_right, signature) => encodeURIComponent(Buffer.from(signature).toString("base64")),
  }),
  "encoding-twice": ({ random }) => ({
    spelled: (_right, signature) =>
      Buffer.from(Buffer.from(signature).toString(drawn(random, ["hex", "base64"] as const))).toString("base64"),
  }),
  "encoding-plus-lost": () => ({
    spelled: (_right, signature) => Buffer.from(signature).toString("base64").replaceAll("+", " "),
  }),
  "encoding-not-canonical": ({ random }) => ({
    spelled: (_right, signature) => {
      const text = Buffer.from(signature).toString("base64");
      return drawn(random, [
        text.replace(/=+$/, ""),
        text.replaceAll(/.{64}/g, "$&\n"),
        text.replaceAll(/.{76}/g, "$&\r\n"),
        `${text}\n`,
        ` ${text}`,
      ]);
    },
  }),
  "encoding-raw-pair": ({ keys }) =>
    keys.own.verifying.scheme === "sm2"
      ? {
          spelled: (_right, signature) => {
            const der = Buffer.from(signature);
            const rLength = der[3] ?? 0;
            return Buffer.concat(
              [der.subarray(4, 4 + rLength), der.subarray(6 + rLength)].map((integer) =>
                Buffer.from(integer.toString("hex").padStart(64, "0").slice(-64), "hex"),
              ),
            ).toString("base64");
          },
        }
      : undefined,
};
