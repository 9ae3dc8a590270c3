import { expect, test } from "vitest";
import { certifies, certifiedKey, selfCertified } from "./certificate.ts";
import { rsa2048 } from "./rsa.ts";
import { decimalSerial, serialForm } from "./serial.ts";

test("a certificate's serial is told in decimal and known by its form", () => {
  const { privatePem, publicPem } = rsa2048.generate();
  const pem = selfCertified(publicPem, rsa2048.privateKey(privatePem), "bank");
  const hex = certifiedKey(pem)?.serial ?? "";
  expect(BigInt(decimalSerial(hex)).toString(16).toUpperCase()).toBe(hex);
  expect([serialForm(hex), serialForm(decimalSerial(hex))]).toEqual(["certificate", "certificate-decimal"]);
});

test("a certificate is of its own key, and of no other", () => {
  const [one, other] = [rsa2048.generate(), rsa2048.generate()];
  const pem = selfCertified(one.publicPem, rsa2048.privateKey(one.privatePem), "bank");
  expect(certifies(pem, { pem: one.publicPem })).toBe(true);
  expect(certifies(pem, { pem: other.publicPem })).toBe(false);
  expect(certifies("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", { pem: one.publicPem })).toBe(false);
});
