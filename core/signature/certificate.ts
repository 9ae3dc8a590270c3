import { createHash, X509Certificate } from "node:crypto";
import { der, nameOf, oid } from "./der.ts";
import { readPem, readPublicKeyInfo, writePem } from "./pem.ts";
import type { PrivateKey } from "./scheme.ts";
import { pairToDer } from "./signature-pair.ts";

/** What a certificate says of the key in it, beside the key. Milliseconds since the epoch. */
export interface CertifiedKey {
  /** Hex in upper case, as serials stand on the wire. */
  readonly serial: string;
  readonly from: number;
  readonly until: number;
}

const CERTIFICATE = { en: "certificate", zh: "证书" };

/** Whether a certificate that a message carries is of this key; what cannot be read is of none. */
export function certifies(pem: string, key: { readonly pem: string }): boolean {
  try {
    return readPublicKeyInfo(pem, CERTIFICATE).equals(readPublicKeyInfo(key.pem, { en: "public key", zh: "公钥" }));
  } catch {
    return false;
  }
}

/** What a certificate says; undefined for PEM that is none, such as a public key alone. @throws KeyRefused */
export function certifiedKey(pem: string): CertifiedKey | undefined {
  if (!pem.includes("-----BEGIN CERTIFICATE-----")) return undefined;
  const { der: bytes } = readPem(pem, ["CERTIFICATE"], CERTIFICATE);
  // Reading its key first gives the error with a remedy where the bytes are no certificate.
  readPublicKeyInfo(pem, CERTIFICATE);
  const { serialNumber, validFromDate, validToDate } = new X509Certificate(bytes);
  return { serial: serialNumber.toUpperCase(), from: validFromDate.getTime(), until: validToDate.getTime() };
}

/** The times in which a key is good: those that are said, and within them those of its certificate. */
export function validity(
  pem: string | undefined,
  said: { readonly from?: number; readonly until?: number } = {},
): { readonly from?: number; readonly until?: number } {
  const certified = pem === undefined ? undefined : certifiedKey(pem);
  if (certified === undefined) return said;
  return {
    from: Math.max(said.from ?? Number.NEGATIVE_INFINITY, certified.from),
    until: Math.min(said.until ?? Number.POSITIVE_INFINITY, certified.until),
  };
}

/** SHA-256 of a certificate's bytes, as hex in lower case: by it a connection is told from another. */
export const certificateDigest = (certificate: X509Certificate): string =>
  certificate.fingerprint256.replaceAll(":", "").toLowerCase();

/** The same of the certificate in a PEM text. @throws KeyRefused */
export function certificateDigestOf(pem: string): string {
  readPublicKeyInfo(pem, CERTIFICATE);
  return certificateDigest(new X509Certificate(readPem(pem, ["CERTIFICATE"], CERTIFICATE).der));
}

/** Whether one of the authorities in a PEM text issued a certificate itself, and their names. @throws KeyRefused */
export function issuedBy(
  pem: string,
  authorities: string,
): { readonly byThem: boolean; readonly issuer: string; readonly authorities: string } {
  readPublicKeyInfo(pem, CERTIFICATE);
  const certificate = new X509Certificate(readPem(pem, ["CERTIFICATE"], CERTIFICATE).der);
  const all = (authorities.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? []).map(
    (one) => new X509Certificate(one),
  );
  return {
    byThem: all.some((one) => certificate.checkIssued(one) && certificate.verify(one.publicKey)),
    issuer: certificate.issuer.replaceAll("\n", ", "),
    authorities: all.map(({ subject }) => `"${subject.replaceAll("\n", ", ")}"`).join(", "),
  };
}

/** Algorithm identifiers of the signature schemes. */
const ALGORITHMS: Readonly<Record<string, Buffer>> = {
  rsa2048: der(0x30, oid("2a864886f70d01010b"), der(0x05)),
  ed25519: der(0x30, oid("2b6570")),
  sm2: der(0x30, oid("2a811ccf55018375")),
  "rsa-pss-sha256": pssIdentifier("608648016503040201", 32),
  "rsa-pss-sha512": pssIdentifier("608648016503040203", 64),
  "ecdsa-p256-sha256": der(0x30, oid("2a8648ce3d040302")),
};

/** RSASSA-PSS with a hash, MGF1 with the same, and a salt of so many bytes (RFC 4055 section 3.1). */
function pssIdentifier(hash: string, saltBytes: number): Buffer {
  const digest = der(0x30, oid(hash));
  const mask = der(0x30, oid("2a864886f70d010108"), digest);
  return der(
    0x30,
    oid("2a864886f70d01010a"),
    der(0x30, der(0xa0, digest), der(0xa1, mask), der(0xa2, der(0x02, Buffer.from([saltBytes])))),
  );
}

/** A signature as a certificate carries it: that of ECDSA as DER. */
const inCertificate = (scheme: string, signature: Uint8Array): Uint8Array =>
  scheme === "ecdsa-p256-sha256" ? pairToDer(signature) : signature;

/** The longest that a serial may be (RFC 5280, 4.1.2.2), and what the platform of the field uses. */
const SERIAL_BYTES = 20;

/** A certificate (X.509 v3) that a key signs for itself, such as a party publishes. Valid from 2020 to 2049. */
export function selfCertified(publicPem: string, privateKey: PrivateKey, commonName: string): string {
  const algorithm = ALGORITHMS[privateKey.scheme];
  if (algorithm === undefined)
    throw new RangeError(
      `no certificates are made for ${privateKey.scheme}; allowed: ${Object.keys(ALGORITHMS).join(", ")}`,
    );
  const spki = readPublicKeyInfo(publicPem, { en: "public key", zh: "公钥" });
  const serial = createHash("sha256").update(spki).digest().subarray(0, SERIAL_BYTES);
  // Positive, and never shorter.
  serial[0] = 0x40 | ((serial[0] ?? 0) & 0x3f);
  const name = nameOf(commonName);
  const body = der(
    0x30,
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    algorithm,
    name,
    der(0x30, der(0x18, Buffer.from("20200101000000Z")), der(0x18, Buffer.from("20491231235959Z"))),
    name,
    spki,
  );
  return writePem(
    "CERTIFICATE",
    der(0x30, body, algorithm, der(0x03, Buffer.from([0]), inCertificate(privateKey.scheme, privateKey.sign(body)))),
  );
}
