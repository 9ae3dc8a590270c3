import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { simulatedRuntime } from "../../core/runtime/simulated.ts";
import type { SimulatedRuntime } from "../../core/runtime/simulated.ts";
import type { HttpRequest } from "../../core/runtime/runtime.ts";
import { enrol } from "../control/enrolment.ts";
import type { Gateway } from "../identity/gateway.ts";
import type { Peer } from "../identity/identity.ts";
import { BANK_KEY, P1001, startBank } from "../testing/bank.ts";
import type { TestBank } from "../testing/bank.ts";
import { namedKey } from "../testing/keys.ts";
import { bankInWorld, BANK_ORIGIN, START } from "../testing/world.ts";
import type { Conclusion } from "./caller.ts";

/** A simulated platform calls a simulated bank through a gateway that strips `/bank` and wants a key of its own. */
const GATEWAY = "https://gateway.test";
const KEY = ["X-Api-Key", "gateway-key-0001"] as const;
const PAGE = { status: 403, headers: [["Content-Type", "text/html"]] as const, body: new Uint8Array(0) };

let world: SimulatedRuntime;
let bank: TestBank;
let platform: TestBank;
let known: Peer;
const passed: HttpRequest[] = [];

beforeAll(async () => {
  world = simulatedRuntime({ seed: 3, startAt: START });
  bank = await world.runUntil(bankInWorld(world, { parties: [P1001], options: { deliver: false } }));
  platform = await world.runUntil(
    startBank({ role: "platform", runtime: world, parties: [{ id: "BANK01", key: BANK_KEY }], ownKeys: [P1001.key] }),
  );
  known = platform.simulator.identity.peer("BANK01") as Peer;
  world.network.listen(GATEWAY, async (request) => {
    passed.push(request);
    const { pathname, search } = new URL(request.url);
    if (!request.headers.some(([name, value]) => name === KEY[0] && value === KEY[1])) return PAGE;
    const target = pathname.replace(/^\/bank(?=\/)/, "") + search;
    const { status, headers, body } = await bank.simulator.handle({ ...request, target });
    return { status, headers, body };
  });
});
afterAll(() => {
  for (const one of [bank, platform]) {
    one.simulator.stop();
    expect(one.internalErrors).toEqual([]);
  }
});

let numbers = 0;
/** Pays over an address, where the bank's statement says that much of its gateway. */
function pays(url: string, gateway: Gateway | undefined): Promise<Conclusion> {
  platform.simulator.identity.enrol({ ...known, ...(gateway === undefined ? {} : { gateway }) });
  numbers += 1;
  return world.runUntil(
    platform.simulator.call({
      interface: "payment.create",
      party: "BANK01",
      url,
      data: {
        party_id: "P1001",
        out_trade_no: `gateway-${numbers}`,
        binding_id: bank.scenario("customer.funded")["binding_id"] ?? "",
        amount: { value: 100, currency: "CNY" },
        description: "x",
      },
    }),
  );
}

const stated: Gateway = { baseUrl: `${GATEWAY}/bank`, signedPrefix: "", headers: [KEY] };

describe("a call through a gateway", () => {
  test("is signed as the peer verifies it, and carries the gateway's key", async () => {
    expect(await pays(`${GATEWAY}/bank`, stated)).toMatchObject({
      outcome: "answered",
      answer: { state: "SUCCEEDED" },
    });
    expect(passed.at(-1)?.headers).toContainEqual(KEY);
  });

  test("is refused without the key, or signed as it is called", async () => {
    const { signedPrefix: _stripped, ...kept } = stated;
    expect(await pays(`${GATEWAY}/bank`, { ...stated, headers: [] })).toEqual({ outcome: "unknown" });
    expect(await pays(`${GATEWAY}/bank`, kept)).toEqual({ outcome: "refused", code: "SIGN_ERROR" });
  });

  test("shows the key masked in the journal", async () => {
    platform.simulator.journal.clear();
    await pays(`${GATEWAY}/bank`, stated);
    const [entry] = platform.simulator.journal.entries();
    expect(entry?.request).toMatchObject({ url: `${GATEWAY}/bank/v1/payments`, target: "/bank/v1/payments" });
    expect(entry?.request.headers).toContainEqual([KEY[0], "******"]);
    expect(JSON.stringify(entry)).not.toContain(KEY[1]);
  });

  test("to another origin carries no key and is signed as it is called", async () => {
    platform.simulator.journal.clear();
    expect(await pays(BANK_ORIGIN, stated)).toMatchObject({ outcome: "answered" });
    expect(JSON.stringify(platform.simulator.journal.entries())).not.toContain(KEY[0]);
  });

  test("keeps to the gateway after one more key of the peer is enrolled", async () => {
    platform.simulator.identity.enrol({ ...known, gateway: stated });
    const { serial, algorithm, publicPem } = namedKey("BANK01-KEY-2");
    const order = { party_id: "BANK01", serial, algorithm, public_key: publicPem, notify_prefixes: [] };
    await world.runUntil(enrol(platform.simulator, order));
    expect(platform.simulator.identity.peer("BANK01")).toMatchObject({ gateway: stated });
  });
});
