import { afterEach, beforeEach, expect, test } from "vitest";
import { certifiedKey, selfCertified } from "../../core/signature/certificate.ts";
import { P1001, startBank } from "../testing/bank.ts";
import type { TestBank } from "../testing/bank.ts";
import { askControl, CONTROL_TOKEN } from "../testing/control-client.ts";
import type { Told } from "../testing/control-client.ts";
import { namedKey } from "../testing/keys.ts";
import { controlApp } from "./control.ts";

const KEY = namedKey("CERTIFIED");
const CERTIFICATE = selfCertified(KEY.publicPem, KEY.privateKey, "P1001");
const SERIAL = certifiedKey(CERTIFICATE)?.serial ?? "";

let bank: TestBank;
let admin: (method: string, path: string, body: unknown) => Promise<Told>;
beforeEach(async () => {
  // Its client signs with the key in the certificate.
  bank = await startBank({ parties: [{ ...P1001, key: { ...KEY, serial: SERIAL } }] });
  const control = controlApp(bank.simulator, { token: CONTROL_TOKEN });
  admin = async (method, path, body) => askControl(control, method, path, body);
  const enrolled = await admin("POST", "/keys", {
    party_id: "P1001",
    serial: SERIAL,
    algorithm: KEY.algorithm,
    public_key: CERTIFICATE,
  });
  expect(enrolled.status).toBe(201);
});
afterEach(() => {
  bank.simulator.stop();
  expect(bank.internalErrors).toEqual([]);
});

test.each([
  ["2019-12-31T23:59:59Z", "SIGN_ERROR"],
  ["2020-01-01T00:00:01Z", undefined],
  ["2049-12-31T23:59:58Z", undefined],
  ["2049-12-31T23:59:59Z", "SIGN_ERROR"],
])("a certificate's key signs between its dates alone: at %s %s", async (now, code) => {
  await admin("POST", "/clock", { now: Date.parse(now) });
  expect((await bank.client.get("/v1/keys")).code).toBe(code);
});

test("enrolled times and those of the certificate both hold", async () => {
  await admin("POST", "/keys", {
    party_id: "P1001",
    serial: SERIAL,
    algorithm: KEY.algorithm,
    public_key: CERTIFICATE,
    until: "2030-01-01T00:00:00Z",
  });
  await admin("POST", "/clock", { now: Date.parse("2030-01-01T00:00:01Z") });
  expect((await bank.client.get("/v1/keys")).code).toBe("SIGN_ERROR");
});
