import { createPrivateKey } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { certificate, certificateAuthority, selfSignedCertificate } from "../core/runtime/certificate.ts";
import { servingTls } from "./serving-tls.ts";
import type { ServingTls, TlsFlags } from "./serving-tls.ts";
import { UserError } from "./user-error.ts";

const folder = mkdtempSync(join(tmpdir(), "liantiao-serving-tls-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const NOW = Date.parse("2026-11-22T12:00:00Z");
const authority = certificateAuthority("Joint test authority");
const bank = authority.issue({ commonName: "bank.test", names: ["bank.test"] });
const cert = file("bank.pem", bank.cert);
const key = file("bank.key.pem", bank.key);
const ca = file("ca.pem", authority.cert);

const opened = (flags: TlsFlags, hostname = "127.0.0.1", nowMs = NOW): ServingTls | undefined =>
  servingTls(flags, hostname, nowMs);

/** What a person is told, in one piece. */
function mistake(flags: TlsFlags, nowMs = NOW): string {
  try {
    opened(flags, "127.0.0.1", nowMs);
  } catch (error) {
    if (error instanceof UserError) return error.lines("en").join("\n");
    throw error;
  }
  throw new Error("it was taken");
}

/** Everything that is told says where, and what to do. */
function expectMistake(flags: TlsFlags, ...words: (string | RegExp)[]): void {
  const told = mistake(flags);
  for (const word of [...words, "where:", "next:"])
    expect(told).toMatch(typeof word === "string" ? new RegExp(word.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")) : word);
}

test("serve speaks plain HTTP when the TLS flags are absent", () => {
  expect(opened({})).toBeUndefined();
});

describe("the trust of clients", () => {
  test("clients trust a self-signed certificate itself", () => {
    const own = selfSignedCertificate();
    const both = file("self.pem", own.cert + own.key);
    expect(opened({ tlsCert: both, tlsKey: both })).toMatchObject({ statement: { ca: both }, missing: [] });
  });

  test("clients trust the authority after the certificate, or the one of --tls-ca", () => {
    const chain = file("chain.pem", bank.cert + authority.cert);
    expect(opened({ tlsCert: chain, tlsKey: key })?.statement).toEqual({ ca: chain });
    expect(opened({ tlsCert: cert, tlsKey: key, tlsCa: ca })?.statement).toEqual({ ca });
  });

  test("says that the authority is missing where it is unknown", () => {
    const tls = opened({ tlsCert: cert, tlsKey: key });
    expect(tls?.statement).toEqual({});
    expect(tls?.missing).toMatchObject([{ en: expect.stringMatching(/Joint test authority.*--tls-ca/) as string }]);
  });
});

test("the statement names the host of a certificate that is for another address", () => {
  const flags = { tlsCert: cert, tlsKey: key, tlsCa: ca };
  expect(opened(flags, "127.0.0.1")?.statement.servername).toBeUndefined();
  expect(opened(flags, "bank.test")?.statement.servername).toBeUndefined();
  expect(opened(flags, "0.0.0.0")?.statement.servername).toBe("bank.test");
  const wild = authority.issue({ commonName: "wild", names: ["*.bank.test"] });
  expect(
    opened({ tlsCert: file("wild.pem", wild.cert), tlsKey: file("wild.key.pem", wild.key), tlsCa: ca }, "::1")
      ?.statement.servername,
  ).toBe("liantiao.bank.test");
  const plain = authority.issue({ commonName: "old.bank.test" });
  expect(
    opened({ tlsCert: file("plain.pem", plain.cert), tlsKey: file("plain.key.pem", plain.key), tlsCa: ca })?.statement
      .servername,
  ).toBe("old.bank.test");
});

describe("mutual TLS", () => {
  const client = authority.issue({ commonName: "P1001" });
  const clientFlags = {
    tlsClientCert: file("client.pem", client.cert),
    tlsClientKey: file("client.key.pem", client.key),
  };
  const flags = { tlsCert: cert, tlsKey: key, tlsCa: ca, tlsClientCa: ca };

  test("the statement names the client certificate, or serve says that it is missing", () => {
    expect(opened({ ...flags, ...clientFlags })).toMatchObject({
      server: { clientCa: authority.cert },
      statement: { cert: clientFlags.tlsClientCert, key: clientFlags.tlsClientKey },
      missing: [],
    });
    expect(opened(flags)?.missing).toMatchObject([{ en: expect.stringContaining("--tls-client-cert") as string }]);
  });

  test("refuses a client certificate of another authority", () => {
    const other = certificateAuthority("Another authority");
    expectMistake(
      { ...flags, ...clientFlags, tlsClientCa: file("other.pem", other.cert) },
      "Joint test authority",
      "another authority",
    );
    expectMistake({ ...flags, tlsClientCa: cert }, "not an authority's: CN=bank.test", "Joint test authority");
  });
});

describe("TLS mistakes found before listening", () => {
  test("refuses a TLS flag that lacks its partner", () => {
    expectMistake({ tlsCert: cert }, "--tls-cert needs --tls-key");
    expectMistake({ tlsKey: key }, "--tls-key needs --tls-cert");
    expectMistake({ tlsCa: ca }, "--tls-ca needs --tls-cert");
    expectMistake({ tlsClientCa: ca }, "--tls-client-ca needs --tls-cert");
    expectMistake(
      { tlsCert: cert, tlsKey: key, tlsClientCert: cert, tlsClientKey: key },
      "--tls-client-cert needs --tls-client-ca",
    );
    expectMistake(
      { tlsCert: cert, tlsKey: key, tlsClientCa: ca, tlsClientCert: cert },
      "--tls-client-cert needs --tls-client-key",
    );
  });

  test("refuses a TLS file that is missing, malformed or of the other kind", () => {
    expectMistake({ tlsCert: join(folder, "none.pem"), tlsKey: key }, "there is no file", "none.pem");
    expectMistake({ tlsCert: folder, tlsKey: key }, "cannot be read");
    expectMistake(
      {
        tlsCert: file("bank.der", Buffer.from(bank.cert.replaceAll(/-----[^-]+-----|\s/g, ""), "base64")),
        tlsKey: key,
      },
      "binary form",
      "openssl x509 -inform DER",
    );
    expectMistake({ tlsCert: key, tlsKey: key }, "holds no certificate, but a private key");
    expectMistake({ tlsCert: cert, tlsKey: cert }, "holds no private key, but a certificate");
    expectMistake(
      { tlsCert: file("broken.pem", bank.cert.replace(/\n.{64}\n/, "\n")), tlsKey: key },
      "cannot be read",
      "broken.pem",
    );
    expectMistake(
      { tlsCert: cert, tlsKey: file("broken.key.pem", bank.key.replace(/\n.{64}\n/, "\n")) },
      "cannot be read",
      "broken.key.pem",
    );
  });

  test("refuses a key with a passphrase", () => {
    const encrypted = createPrivateKey(bank.key).export({
      type: "pkcs8",
      format: "pem",
      cipher: "aes-256-cbc",
      passphrase: "secret",
    });
    expectMistake({ tlsCert: cert, tlsKey: file("encrypted.key.pem", encrypted) }, "encrypted", "openssl pkey -in");
  });

  test("refuses a key of another certificate, and a certificate that stands second", () => {
    expectMistake(
      { tlsCert: cert, tlsKey: file("other.key.pem", selfSignedCertificate().key) },
      "does not belong to the certificate of CN=bank.test",
      "openssl x509",
    );
    expectMistake(
      { tlsCert: file("turned.pem", authority.cert + bank.cert), tlsKey: key },
      "does not stand first",
      "CN=bank.test first",
    );
  });

  test("refuses a certificate that has expired or is yet to become valid", () => {
    const old = certificate({ commonName: "old.test", names: ["old.test"], until: "20200101000000Z" });
    expectMistake(
      { tlsCert: file("old.pem", old.cert), tlsKey: file("old.key.pem", old.key) },
      "CN=old.test expired on Jan  1 00:00:00 2020 GMT",
    );
    expect(mistake({ tlsCert: cert, tlsKey: key }, Date.parse("1999-01-01T00:00:00Z"))).toContain(
      "not valid before Jan  1 00:00:00 2000 GMT",
    );
  });

  test("refuses a broken chain, and an authority that issued another certificate", () => {
    const other = certificateAuthority("Another authority");
    expectMistake(
      { tlsCert: file("strange.pem", bank.cert + other.cert), tlsKey: key },
      "chain is broken",
      "Joint test authority",
    );
    expectMistake(
      { tlsCert: cert, tlsKey: key, tlsCa: file("other-ca.pem", other.cert) },
      "did not issue",
      "Joint test authority",
    );
  });
});
