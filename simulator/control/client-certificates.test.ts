import { afterEach, beforeEach, expect, test } from "vitest";
import { certificateAuthority } from "../../core/runtime/certificate.ts";
import { certificateDigestOf } from "../../core/signature/certificate.ts";
import { P1001, startBank } from "../testing/bank.ts";
import type { TestBank } from "../testing/bank.ts";
import { askControl, CONTROL_TOKEN } from "../testing/control-client.ts";
import type { Told } from "../testing/control-client.ts";
import { namedKey } from "../testing/keys.ts";
import { controlApp } from "./control.ts";

const authority = certificateAuthority("Joint test authority");
const [first, second] = [authority.issue({ commonName: "P1001" }), authority.issue({ commonName: "P1001" })];
const foreign = certificateAuthority("Another authority").issue({ commonName: "P1001" });

let bank: TestBank;
beforeEach(async () => {
  bank = await startBank();
});
afterEach(() => {
  bank.simulator.stop();
  expect(bank.internalErrors).toEqual([]);
});

function enrol(key: string, certificates?: readonly string[], clientCa: string | null = authority.cert): Promise<Told> {
  const { serial, algorithm, publicPem } = namedKey(key);
  const control = controlApp(bank.simulator, { token: CONTROL_TOKEN, ...(clientCa === null ? {} : { clientCa }) });
  return askControl(control, "POST", "/keys", {
    party_id: "P1001",
    serial,
    algorithm,
    public_key: publicPem,
    ...(certificates === undefined ? {} : { client_certificates: certificates }),
  });
}

/** The status of a call that P1001 signs, over a connection that shows a certificate. */
async function status(shown: string | undefined, key = P1001.key): Promise<number> {
  const request = bank.client.request("GET", "/v1/keys?party_id=P1001", undefined, { key, serial: key.serial });
  const clientCertificate = shown === undefined ? {} : { clientCertificate: certificateDigestOf(shown) };
  return (await bank.simulator.handle({ ...request, ...clientCertificate })).status;
}

test("an enrolled client certificate is the only one over which the party is heard", async () => {
  expect(await status(undefined)).toBe(200);
  expect((await enrol("P1001-KEY-1", [first.cert])).status).toBe(201);
  expect(await status(first.cert)).toBe(200);
  expect(await status(second.cert)).toBe(403);
  expect(await status(undefined)).toBe(403);
});

test("a further key of a party keeps its client certificates", async () => {
  await enrol("P1001-KEY-1", [first.cert]);
  expect((await enrol("P1001-KEY-2")).status).toBe(201);
  const key = namedKey("P1001-KEY-2");
  expect(await status(first.cert, key)).toBe(200);
  expect(await status(second.cert, key)).toBe(403);
});

test("a party changes its client certificate by way of both", async () => {
  await enrol("P1001-KEY-1", [first.cert]);
  await enrol("P1001-KEY-1", [first.cert, second.cert]);
  expect([await status(first.cert), await status(second.cert)]).toEqual([200, 200]);
  await enrol("P1001-KEY-1", [second.cert]);
  expect([await status(first.cert), await status(second.cert)]).toEqual([403, 200]);
});

test.each([
  ["one of another authority", [foreign.cert], authority.cert, "Another authority"],
  ["what is no certificate", ["nothing"], authority.cert, "cannot be used"],
  ["an empty list", [], authority.cert, "at least one"],
  ["one where the port asks for none", [first.cert], null, "--tls-client-ca"],
] as const)("enrolment refuses %s and changes nothing", async (_what, certificates, clientCa, told) => {
  const { status: refused, json } = await enrol("P1001-KEY-1", certificates, clientCa);
  expect(refused).toBe(400);
  expect(json["error"]).toContain(told);
  expect(json["error_zh"]).toMatch(/[\u4e00-\u9fff]/u);
  expect(await status(undefined)).toBe(200);
});
