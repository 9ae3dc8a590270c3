import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingHttpHeaders, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Aes, Formatter, Rsa } from "wechatpay-axios-plugin";
import { compilePack } from "../../core/pack/compile.ts";
import { loadPack } from "../../core/pack/load.ts";
import { liveRuntime } from "../../core/runtime/live.ts";
import { aes256Gcm } from "../../core/sealing/aes-256-gcm.ts";
import { rsa2048 } from "../../core/signature/rsa.ts";
import { P1001, startBank } from "../../simulator/testing/bank.ts";
import type { TestBank } from "../../simulator/testing/bank.ts";
import { RSA } from "../../simulator/testing/keys.ts";
import { works } from "../../simulator/testing/program.ts";
import { sdkPack } from "../../trials/sdk-pack.ts";

/*
 * A notification of a pack that signs it like an answer and seals what it tells, read by two clients that we did not
 * write: the functions of wechatpay-axios-plugin, and Python's `cryptography`.
 */

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const SERIAL = "PUB_KEY_ID_0114232134912410000000000000";
const SECRET = "a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb";
const pair = rsa2048.generate();

describe("a notification as SDKs take it", () => {
  const runtime = liveRuntime();
  let server: Server;
  let bank: TestBank;
  let received: Received;

  beforeAll(async () => {
    server = createServer();
    const arrived = new Promise<Received>((resolve) => {
      server.on("request", (request, response) => {
        let body = "";
        request.setEncoding("utf8").on("data", (text: string) => (body += text));
        request.on("end", () => {
          response.writeHead(204).end();
          resolve({ headers: request.headers, body });
        });
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const notifyUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/notify`;
    bank = await startBank({
      runtime,
      pack: compilePack(loadPack(sdkPack())),
      parties: [{ ...P1001, notifyUrl, sealing: aes256Gcm.key(SECRET) }],
      ownKeys: [
        {
          serial: SERIAL,
          algorithm: RSA,
          ...pair,
          privateKey: rsa2048.privateKey(pair.privatePem),
          publicKey: rsa2048.publicKey(pair.publicPem),
        },
      ],
    });
    const paid = await bank.client.pay("sdk-order-1", String(bank.scenario("customer.funded")["binding_id"]), 100);
    expect(paid.code).toBeUndefined();
    received = await arrived;
  });

  afterAll(() => {
    bank.simulator.stop();
    server.close();
    runtime.close();
  });

  const said = (name: string): string => String(received.headers[`wechatpay-${name}`]);
  const resource = (): Readonly<Record<string, string>> =>
    (JSON.parse(received.body) as { readonly resource: Readonly<Record<string, string>> }).resource;

  test("wechatpay-axios-plugin verifies its signature", () => {
    expect(received.headers["authorization"]).toBeUndefined();
    expect(said("serial")).toBe(SERIAL);
    const base = Formatter.response(said("timestamp"), said("nonce"), received.body);
    expect(Rsa.verify(base, said("signature"), pair.publicPem)).toBe(true);
    expect(Rsa.verify(`${base} `, said("signature"), pair.publicPem)).toBe(false);
  });

  test("wechatpay-axios-plugin opens its resource", () => {
    const { algorithm, ciphertext = "", nonce = "", associated_data: associated = "", original_type } = resource();
    expect([algorithm, associated, original_type]).toEqual(["AEAD_AES_256_GCM", "transaction", "payment"]);
    const opened = JSON.parse(Aes.AesGcm.decrypt(ciphertext, SECRET, nonce, associated)) as object;
    expect(opened).toMatchObject({ out_trade_no: "sdk-order-1", state: "SUCCEEDED" });
    expect(() => Aes.AesGcm.decrypt(ciphertext, SECRET, nonce, "certificate")).toThrow();
    expect(received.body).not.toContain("sdk-order-1");
  });

  test.runIf(works("python3", ["-c", "import cryptography"]))("Python's cryptography verifies and opens it", () => {
    const script = `
import base64, json, sys
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
sent = json.load(sys.stdin)
base = f"{sent['timestamp']}\\n{sent['nonce']}\\n{sent['body']}\\n".encode()
key = serialization.load_pem_public_key(sent["key"].encode())
key.verify(base64.b64decode(sent["signature"]), base, padding.PKCS1v15(), hashes.SHA256())
sealed = json.loads(sent["body"])["resource"]
plain = AESGCM(sent["secret"].encode()).decrypt(
    sealed["nonce"].encode(), base64.b64decode(sealed["ciphertext"]), sealed["associated_data"].encode())
print(json.loads(plain)["out_trade_no"])
`;
    const [timestamp, nonce, signature] = [said("timestamp"), said("nonce"), said("signature")];
    const input = JSON.stringify({
      timestamp,
      nonce,
      signature,
      body: received.body,
      key: pair.publicPem,
      secret: SECRET,
    });
    expect(execFileSync("python3", ["-c", script], { input, encoding: "utf8" }).trim()).toBe("sdk-order-1");
  });
});
