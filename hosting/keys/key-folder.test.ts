import { X509Certificate, createPrivateKey } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openSigningKey, openVerifyingKey } from "../../core/signature/schemes.ts";
import { UserError } from "../user-error.ts";
import { initKeys, rotateKey, shownKeys, SIGNING_KINDS } from "./key-folder.ts";
import type { KeyKind, KeyOrder } from "./key-folder.ts";

const root = mkdtempSync(join(tmpdir(), "liantiao-keys-test-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const NOW = Date.parse("2026-12-01T00:00:00Z");
const orderOf = (name: string, signing: KeyKind = "ec"): KeyOrder => ({
  folder: join(root, name),
  parties: ["BANK01", "P1001"],
  hosts: ["bank.test", "10.0.0.9"],
  signing,
  tls: "ec",
  days: 30,
  force: false,
  now: NOW,
});
const textOf = (folder: string, file: string): string => readFileSync(join(folder, file), "utf8");

describe("a folder of keys", () => {
  const order = orderOf("made");
  const names = initKeys(order);
  const certificate = (name: string): X509Certificate => new X509Certificate(textOf(order.folder, `${name}.pem`));

  test("the authority has issued every certificate, each with its private key", () => {
    const authority = certificate("ca");
    expect(names).toEqual(["ca", "server", "BANK01.client", "BANK01.sign", "P1001.client", "P1001.sign"]);
    for (const name of names) {
      expect(certificate(name).checkIssued(authority), name).toBe(true);
      expect(certificate(name).verify(authority.publicKey), name).toBe(true);
      expect(certificate(name).checkPrivateKey(createPrivateKey(textOf(order.folder, `${name}.key.pem`)))).toBe(true);
    }
    expect(certificate("server").subjectAltName).toBe(
      "DNS:localhost, DNS:bank.test, IP Address:127.0.0.1, IP Address:10.0.0.9",
    );
    expect(certificate("P1001.client").keyUsage).toEqual(["1.3.6.1.5.5.7.3.2"]);
  });

  test("the owner alone can read the files", () => {
    for (const name of names)
      for (const file of [`${name}.pem`, `${name}.key.pem`])
        expect(statSync(join(order.folder, file)).mode & 0o777, file).toBe(0o600);
  });

  test("keys that are there are kept, unless they are to be replaced", () => {
    const before = textOf(order.folder, "server.key.pem");
    expect(() => initKeys(order)).toThrow(UserError);
    expect(textOf(order.folder, "server.key.pem")).toBe(before);
    initKeys({ ...orderOf("replaced") });
    initKeys({ ...orderOf("replaced"), force: true });
  });

  test("a rotated key is another of the same kind, and the old one stays beside it", () => {
    const rotated = orderOf("rotated", "sm2");
    initKeys(rotated);
    const before = textOf(rotated.folder, "P1001.sign.pem");
    const retired = rotateKey("P1001.sign", { ...rotated, signing: "rsa", now: NOW + 1000 });
    expect(textOf(rotated.folder, `${retired}.pem`)).toBe(before);
    const shown = new Map(shownKeys(rotated.folder, NOW).map((one) => [one.name, one]));
    expect(shown.get("P1001.sign")).toMatchObject({ use: "signing", kind: "SM2", privateKey: "kept", expired: false });
    expect(shown.get(retired)).toMatchObject({ use: "retired", kind: "SM2" });
    expect(() => rotateKey("ca", rotated)).toThrow(/nothing that it issued would be trusted/);
    expect(() => rotateKey("P9.sign", rotated)).toThrow(/no certificate P9\.sign\.pem/);
  });

  test("what is shown has no private part, and tells what has expired", () => {
    const shown = JSON.stringify(shownKeys(order.folder, NOW + 31 * 86_400_000));
    for (const name of names) expect(shown).not.toContain(textOf(order.folder, `${name}.key.pem`).split("\n")[1]);
    expect(shown).toContain('"expired":true');
    expect(() => shownKeys(join(root, "none"), NOW)).toThrow(/no keys here/);
  });
});

const SCHEMES: Readonly<Partial<Record<KeyKind, string>>> = { rsa: "rsa2048", sm2: "sm2", ed25519: "ed25519" };

test.each(SIGNING_KINDS.filter((kind) => SCHEMES[kind] !== undefined))(
  "a certified key of %s signs messages",
  (kind) => {
    const order = { ...orderOf(kind, kind), parties: ["P1001"] };
    initKeys(order);
    const scheme = SCHEMES[kind] ?? "";
    const message = new TextEncoder().encode("message");
    const signature = openSigningKey(scheme, { privateKey: textOf(order.folder, "P1001.sign.key.pem") }).sign(message);
    const key = openVerifyingKey(scheme, { publicKey: textOf(order.folder, "P1001.sign.pem") });
    expect(key.verify(message, signature)).toBe(true);
  },
);
