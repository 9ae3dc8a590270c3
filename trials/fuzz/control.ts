import { controlApp } from "../../simulator/control/control.ts";
import { startBank } from "../../simulator/testing/bank.ts";
import type { RandomStream } from "../../core/runtime/runtime.ts";
import { mutatedBytes, mutatedJson, pick } from "./mutate.ts";
import { Broken } from "./target.ts";
import type { Target } from "./target.ts";

const ORDERS: readonly (readonly [method: string, path: string, body?: unknown])[] = [
  ["POST", "/clock", { advance_seconds: 5 }],
  ["POST", "/clock", { now: 1_795_000_000_000 }],
  ["POST", "/hooks/clock", { now: "2026-11-22T23:59:50+08:00" }],
  ["POST", "/faults", { name: "latency", settings: { delayMs: 1 }, interface: "echo", times: 1 }],
  ["DELETE", "/faults"],
  ["POST", "/keys", { party_id: "P9", serial: "S", algorithm: "WECHATPAY2-SHA256-RSA2048", public_key: "x" }],
  ["POST", "/operate", { resource: "account", transition: "freeze", key: ["6222029901000000001"] }],
  ["POST", "/hooks/fixtures", { scenario: "customer.funded", party_id: "P1001", copy: 1 }],
  ["POST", "/hooks/sms-code", { party_id: "P1001", binding_id: "bnd_1" }],
  ["POST", "/hooks/rotate", { from: "2036-11-22T23:59:50+08:00", until: "2037-11-22T23:59:50+08:00" }],
  ["POST", "/hooks/reset", {}],
  ["GET", "/requests?limit=10&since=0"],
  ["GET", "/rows/payment"],
  ["GET", "/ledger"],
];

/** The control plane and a tester who mistypes everything: no order ends with 500, and afterwards peers are served. */
export const control: Target = {
  name: "control plane",
  open: async () => {
    const bank = await startBank();
    const app = controlApp(bank.simulator, { token: "fuzz" });
    return {
      round: async (random) => {
        const { method, path, body } = orderOf(random);
        const said = `${method} ${path} ${Buffer.from(body ?? []).toString("latin1")}`;
        const response = await app.request(`http://control/__admin${path}`, {
          method,
          headers: { authorization: "Bearer fuzz" },
          ...(body === undefined ? {} : { body }),
        });
        const text = await response.text();
        if (response.status >= 500) throw new Broken(`an order was answered ${response.status}: ${text}`, said);
        const during = await bank.client.call("GET", "/v1/keys?party_id=P1001");
        if (during.status >= 500) throw new Broken(`with it a peer is answered ${during.status} ${during.code}`, said);
        // Faults and a moved clock are what was ordered.
        await app.request("http://control/__admin/reset", {
          method: "POST",
          headers: { authorization: "Bearer fuzz" },
        });
        const alive = await bank.client.call("GET", "/v1/keys?party_id=P1001");
        if (alive.status !== 200) throw new Broken(`afterwards a peer is answered ${alive.status} ${alive.code}`, said);
        if (bank.internalErrors.length > 0)
          throw new Broken(`the simulator failed: ${String(bank.internalErrors[0])}`, said);
      },
      close: () => {
        bank.simulator.stop();
        return Promise.resolve();
      },
    };
  },
};

function orderOf(random: RandomStream): {
  readonly method: string;
  readonly path: string;
  readonly body: Uint8Array<ArrayBuffer> | undefined;
} {
  const [method, path, order] = pick(ORDERS, random);
  const where = random.below(4) === 0 ? Buffer.from(mutatedBytes(Buffer.from(path), random)).toString("latin1") : path;
  const target = URL.canParse(`http://control/__admin${where}`) ? where : path;
  if (order === undefined) return { method, path: target, body: undefined };
  const text = Buffer.from(JSON.stringify(mutatedJson(order, random)) ?? "null");
  return { method, path: target, body: new Uint8Array(random.below(3) === 0 ? mutatedBytes(text, random) : text) };
}
