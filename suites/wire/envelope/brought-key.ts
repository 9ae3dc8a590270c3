import { escaped } from "../../../core/codec/form.ts";
import type { RequestMessage } from "../../../core/envelope/message.ts";
import type { BroughtKey, Claims, StrangerKey, WireEnvelope } from "./wire-envelope.ts";

/** Ways for a message to bring a key along: those that any message has, and those of its envelope. */
export function broughtKeys(wire: WireEnvelope): Readonly<Record<string, BroughtKey>> {
  const { within, location } = wire.requestParts.find(({ id }) => id === "signature") ?? {};
  return {
    // As a gateway that ends TLS hands on the certificate of its client (RFC 9440).
    "the certificate in the header Client-Cert": (message, stranger) => {
      const { headers, body } = signedBy(wire, stranger, message);
      return { headers: [...headers, ["Client-Cert", `:${derText(stranger.certificate)}:`]], body };
    },
    ...(within === undefined ? {} : { "the public key as a parameter of the header": inParameter(wire, within) }),
    ...(location === "body" && wire.codec.name === "form" ? inFields(wire) : {}),
    ...wire.ownBroughtKeys?.(wire),
  };
}

/** The message as its envelope carries it, named and signed as the stranger's. */
function signedBy(wire: WireEnvelope, stranger: StrangerKey, message: RequestMessage) {
  const named = { ...message, serial: stranger.serial };
  const { algorithm, party, serial, timestamp, nonce } = named;
  const signature = wire.writeSignature(stranger.sign(wire.requestBase(named)));
  const claims: Claims = { algorithm, party, serial, timestamp, nonce, signature };
  return wire.carry(named, claims);
}

const inParameter =
  (wire: WireEnvelope, name: string): BroughtKey =>
  (message, stranger) => {
    const { headers, body } = signedBy(wire, stranger, message);
    const parameter = `,public_key="${derText(stranger.publicPem)}"`;
    return { headers: headers.map(([each, value]) => [each, each === name ? value + parameter : value]), body };
  };

/** A parameter of a form, which is signed as all others are. */
export const inField =
  (wire: WireEnvelope, name: string, text: (stranger: StrangerKey) => string): BroughtKey =>
  (message, stranger) => {
    const more = `${message.body.length === 0 ? "" : "&"}${name}=${escaped(text(stranger))}`;
    return signedBy(wire, stranger, { ...message, body: Buffer.concat([message.body, Buffer.from(more)]) });
  };

const inFields = (wire: WireEnvelope): Readonly<Record<string, BroughtKey>> => ({
  "the certificate as a parameter": inField(wire, "sign_cert", ({ certificate }) => certificate),
  "the public key as a parameter": inField(wire, "sign_public_key", ({ publicPem }) => derText(publicPem)),
});

/** The base64 of what stands in PEM, in one line. */
const derText = (pem: string): string => pem.replaceAll(/-----[^-]+-----|\s/g, "");
