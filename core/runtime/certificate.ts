import { createHash, createPrivateKey, generateKeyPairSync, sign } from "node:crypto";
import { der, nameOf, oid } from "../signature/der.ts";

/** A certificate and its key, in PEM, made for one test or one run (X.509 v3, RFC 5280; P-256). */
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
  until = "20990101000000Z",
}: Issue): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const ecdsaWithSha256 = der(0x30, oid("2a8648ce3d040302"));
  const spki = publicKey.export({ format: "der", type: "spki" });
  const serial = createHash("sha256").update(spki).digest().subarray(0, 8);
  serial[0] = 0x01;
  const extensions = [
    // Basic constraints, critical.
    ...(authority === true
      ? [der(0x30, oid("551d13"), der(0x01, Buffer.from([0xff])), der(0x04, der(0x30, der(0x01, Buffer.from([0xff])))))]
      : []),
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
    der(0x30, der(0x18, Buffer.from("20000101000000Z")), der(0x18, Buffer.from(until))),
    nameOf(commonName),
    spki,
    ...(extensions.length === 0 ? [] : [der(0xa3, der(0x30, ...extensions))]),
  );
  const signature = sign("sha256", body, issuer === undefined ? privateKey : createPrivateKey(issuer.key));
  const whole = der(0x30, body, ecdsaWithSha256, der(0x03, Buffer.from([0]), signature));
  const lines = whole.toString("base64").match(/.{1,64}/g) ?? [];
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`,
    key: String(privateKey.export({ format: "pem", type: "pkcs8" })),
  };
}
