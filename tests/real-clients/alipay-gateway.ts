import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { compilePack } from "../../core/pack/compile.ts";
import { loadPack } from "../../core/pack/load.ts";
import { liveRuntime } from "../../core/runtime/live.ts";
import { rsa2048 } from "../../core/signature/rsa.ts";
import { packFolder } from "../../hosting/packs.ts";
import { startServer } from "../../simulator/http/server.ts";
import { startBank } from "../../simulator/testing/bank.ts";
import type { TestBank } from "../../simulator/testing/bank.ts";
import type { TestKey } from "../../simulator/testing/keys.ts";

export const PARTY = "P1001";

/** The pack alipay-v2 on a socket, with a merchant that keeps the first notification and acknowledges all. */
export interface AlipayGateway {
  readonly url: string;
  readonly notifyUrl: string;
  readonly bank: TestBank;
  /** The body of the first notification. */
  readonly notified: Promise<string>;
  close(): Promise<void>;
}

export function rsaKey(serial: string): TestKey {
  const { privatePem, publicPem } = rsa2048.generate();
  return {
    serial,
    algorithm: "RSA2",
    privatePem,
    publicPem,
    privateKey: rsa2048.privateKey(privatePem),
    publicKey: rsa2048.publicKey(publicPem),
  };
}

export async function startAlipay(alipayKey: TestKey, partyKey: TestKey): Promise<AlipayGateway> {
  const receiver = createServer();
  const notified = new Promise<string>((resolve) => {
    receiver.on("request", (request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (text: string) => (body += text));
      request.on("end", () => {
        response.end("success");
        resolve(body);
      });
    });
  });
  receiver.listen(0, "127.0.0.1");
  await once(receiver, "listening");
  const base = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  const bank = await startBank({
    runtime: liveRuntime(),
    pack: compilePack(loadPack(packFolder("alipay-v2", ".", ""))),
    parties: [{ id: PARTY, key: partyKey, notifyUrl: `${base}/` }],
    ownKeys: [alipayKey],
  });
  const server = await startServer({ app: bank.simulator.app, hostname: "127.0.0.1", port: 0 });
  return {
    url: `${server.url}/gateway.do`,
    notifyUrl: `${base}/notify?from=sdk&x=1`,
    bank,
    notified,
    close: async () => {
      await server.abort();
      bank.simulator.stop();
      receiver.close();
    },
  };
}
