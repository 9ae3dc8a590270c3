import { createHash, generateKeyPairSync, sign } from "node:crypto";

/** A self-signed P-256 certificate for `localhost` and 127.0.0.1 and its key, in PEM, made for one test (X.509, RFC 5280). */
export function selfSignedCertificate(): { readonly cert: string; readonly key: string } {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const ecdsaWithSha256 = der(0x30, oid("2a8648ce3d040302"));
  const name = der(0x30, der(0x31, der(0x30, oid("550403"), der(0x0c, Buffer.from("localhost")))));
  const alternativeNames = der(0x30, der(0x82, Buffer.from("localhost")), der(0x87, Buffer.from([127, 0, 0, 1])));
  const spki = publicKey.export({ format: "der", type: "spki" });
  const serial = createHash("sha256").update(spki).digest().subarray(0, 8);
  serial[0] = 0x01;
  const body = der(
    0x30,
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    ecdsaWithSha256,
    name,
    der(0x30, der(0x18, Buffer.from("20000101000000Z")), der(0x18, Buffer.from("20990101000000Z"))),
    name,
    spki,
    der(0xa3, der(0x30, der(0x30, oid("551d11"), der(0x04, alternativeNames)))),
  );
  const signature = sign("sha256", body, privateKey);
  const certificate = der(0x30, body, ecdsaWithSha256, der(0x03, Buffer.from([0]), signature));
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`,
    key: String(privateKey.export({ format: "pem", type: "pkcs8" })),
  };
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const length = content.length < 0x80 ? [content.length] : content.length < 0x100 ? [0x81, content.length] : [0x82, content.length >> 8, content.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, "hex"));
