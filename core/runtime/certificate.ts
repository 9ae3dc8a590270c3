import { createHash, createPrivateKey, generateKeyPairSync, sign } from "node:crypto";
import { der, nameOf, oid } from "../signature/der.ts";
import { readPublicKeyInfo } from "../signature/pem.ts";

/** A certificate and its key, in PEM, made for tests (X.509 v3, RFC 5280), signed with a key on P-256. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export interface Issue {
  readonly commonName?: string;
  /** Host names of the subject. */
  readonly names?: readonly string[];
  /** IPv4 addresses of the subject; 127.0.0.1 where it has names and nothing else is said. */
  readonly addresses?: readonly string[];
  /** Who signs it; absent: itself. */
  readonly issuer?: Certificate & { readonly commonName: string };
  readonly authority?: true;
  /** The pair that it is for; absent: a new one on P-256. */
  readonly pair?: { readonly publicPem: string; readonly privatePem: string };
  /** What it may be used for (RFC 5280, 4.2.1.3 and 4.2.1.12); absent: it does not say. */
  readonly usage?: "server" | "client" | "signing";
  /** `YYYYMMDDhhmmssZ`. */
  readonly from?: string;
  /** `YYYYMMDDhhmmssZ`. */
  readonly until?: string;
}

/** A self-signed certificate for `localhost` and 127.0.0.1. */
export function selfSignedCertificate(): Certificate {
  return certificate({ commonName: "localhost", names: ["localhost"] });
}

/** A private authority: peers that trust its certificate trust what it issues. */
export function certificateAuthority(
  commonName = "Test authority",
): Certificate & { readonly issue: (issue: Omit<Issue, "issuer">) => Certificate } {
  const own = certificate({ commonName, authority: true });
  return { ...own, issue: (issue) => certificate({ ...issue, issuer: { ...own, commonName } }) };
}

export function certificate({
  commonName = "localhost",
  names = [],
  addresses = names.length === 0 ? [] : ["127.0.0.1"],
  issuer,
  authority,
  pair = pairOnP256(),
  usage,
  from = "20000101000000Z",
  until = "20990101000000Z",
}: Issue): Certificate {
  const ecdsaWithSha256 = der(0x30, oid("2a8648ce3d040302"));
  const spki = readPublicKeyInfo(pair.publicPem, { en: "public key", zh: "公钥" });
  const serial = createHash("sha256").update(spki).update(from).digest().subarray(0, 8);
  serial[0] = 0x01;
  const extensions = [
    // Basic constraints, critical.
    ...(authority === true
      ? [der(0x30, oid("551d13"), der(0x01, Buffer.from([0xff])), der(0x04, der(0x30, der(0x01, Buffer.from([0xff])))))]
      : []),
    ...(usage === undefined ? [] : USAGES[usage]),
    ...(names.length + addresses.length === 0
      ? []
      : [
          der(
            0x30,
            oid("551d11"),
            der(
              0x04,
              der(
                0x30,
                ...names.map((name) => der(0x82, Buffer.from(name))),
                ...addresses.map((address) => der(0x87, Buffer.from(address.split(".").map(Number)))),
              ),
            ),
          ),
        ]),
  ];
  const body = der(
    0x30,
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    ecdsaWithSha256,
    nameOf(issuer?.commonName ?? commonName),
    der(0x30, der(0x18, Buffer.from(from)), der(0x18, Buffer.from(until))),
    nameOf(commonName),
    spki,
    ...(extensions.length === 0 ? [] : [der(0xa3, der(0x30, ...extensions))]),
  );
  const signature = sign("sha256", body, createPrivateKey(issuer?.key ?? pair.privatePem));
  const whole = der(0x30, body, ecdsaWithSha256, der(0x03, Buffer.from([0]), signature));
  const lines = whole.toString("base64").match(/.{1,64}/g) ?? [];
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`,
    key: pair.privatePem,
  };
}

/** A new pair on P-256. */
export function pairOnP256(): NonNullable<Issue["pair"]> {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return {
    publicPem: String(publicKey.export({ format: "pem", type: "spki" })),
    privatePem: String(privateKey.export({ format: "pem", type: "pkcs8" })),
  };
}

/** An extension that is critical where it says so. */
const extension = (id: string, critical: boolean, value: Uint8Array): Buffer =>
  der(0x30, oid(id), ...(critical ? [der(0x01, Buffer.from([0xff]))] : []), der(0x04, value));

/** Key usage `digitalSignature`, critical. */
const SIGNS = extension("551d0f", true, der(0x03, Buffer.from([0x07, 0x80])));

const USAGES: Readonly<Record<NonNullable<Issue["usage"]>, readonly Buffer[]>> = {
  server: [SIGNS, extension("551d25", false, der(0x30, oid("2b06010505070301")))],
  client: [SIGNS, extension("551d25", false, der(0x30, oid("2b06010505070302")))],
  signing: [SIGNS],
};
