import { entryOf } from "../../core/ledger/ledger.ts";
import { createHash } from "node:crypto";
import { TransportFailure } from "../../core/runtime/runtime.ts";
import type { HttpRequest, HttpResponse } from "../../core/runtime/runtime.ts";
import { simulatedRuntime } from "../../core/runtime/simulated.ts";
import type { FencedRuntime } from "../../core/runtime/simulated.ts";
import { createMemoryDisk } from "../../simulator/store/memory.ts";
import { balanceOfBooks, BANK_KEY, P1001 } from "../../simulator/testing/bank.ts";
import type { TestBank } from "../../simulator/testing/bank.ts";
import { TestClient } from "../../simulator/testing/client.ts";
import type { TestAnswer } from "../../simulator/testing/client.ts";
import { cooperationPack } from "../../simulator/testing/packs.ts";
import { BANK_ORIGIN, bankInWorld, START } from "../../simulator/testing/world.ts";

/**
 * A bank and a platform with a bad network between them, 300 orders, five crashes of the bank, all from one seed:
 * `node transcript.ts SEED`. Prints one line of JSON: the SHA-256 of everything that went over the wire with its
 * virtual time, and what the platform believes at the end against what the bank's books say.
 */
const ORDERS = 300;
const CRASHES = 5;
const PLATFORM = "https://platform.test";

const seed = Number(process.argv[2] ?? "1");
const world = simulatedRuntime({ seed, startAt: START });
const pack = cooperationPack();
const disk = createMemoryDisk();
const digest = createHash("sha256");
const script = world.random("script");
let exchanges = 0;

function note(label: string, headers: readonly (readonly [string, string])[], body: Uint8Array): void {
  exchanges += 1;
  digest.update(`${world.now()} ${label} ${JSON.stringify(headers)} ${body.length}\n`).update(body);
}

const noteRequest = (way: string, request: HttpRequest): void =>
  note(`${way} ${request.method} ${request.url}`, request.headers, request.body);
const noteAnswer = (way: string, answer: HttpResponse): void =>
  note(`${way} ${answer.status}`, answer.headers, answer.body);

world.network.conditions(BANK_ORIGIN, {
  latencyMs: [1, 40],
  requestLossRate: 0.03,
  answerLossRate: 0.03,
  duplicateRate: 0.05,
});
world.network.conditions(PLATFORM, {
  latencyMs: [1, 40],
  requestLossRate: 0.05,
  answerLossRate: 0.05,
  duplicateRate: 0.05,
});

const notified = new Map<string, Set<string>>();
world.network.listen(PLATFORM, async (request) => {
  noteRequest("notification", request);
  const { notify_id, event } = JSON.parse(new TextDecoder().decode(request.body)) as {
    notify_id: string;
    event: string;
  };
  notified.set(event, (notified.get(event) ?? new Set()).add(notify_id));
  return { status: script.below(10) === 0 ? 500 : 204, headers: [], body: new Uint8Array(0) };
});

let life: { readonly fence: FencedRuntime; readonly bank: TestBank } | undefined;
async function revive(): Promise<TestBank> {
  const fence = world.fence();
  const bank = await bankInWorld(fence, {
    pack,
    disk,
    flushMs: 3,
    parties: [{ ...P1001, notifyUrl: `${PLATFORM}/notify` }],
  });
  life = { fence, bank };
  return bank;
}

const first = await world.runUntil(revive());
const binding = (id: string): string => first.scenario(id)["binding_id"] ?? "";
const bindings = [
  binding("customer.funded"),
  binding("payment.settles-late-success"),
  binding("payment.settles-late-failure"),
  binding("refund.settles-late"),
  binding("customer.frozen"),
];

const client = new TestClient({
  pack,
  party: P1001,
  answerKeys: [BANK_KEY],
  clock: () => world.now(),
  send: async ({ method, target, headers, body }) => {
    const request: HttpRequest = {
      method,
      url: BANK_ORIGIN + target,
      headers,
      body: body as Uint8Array,
      timeoutMs: 2_000,
    };
    noteRequest("call", request);
    try {
      const answer = await world.transport.send(request);
      noteAnswer("answer", answer);
      return answer;
    } catch (error) {
      if (!(error instanceof TransportFailure)) throw error;
      note(`failure ${error.kind}`, [], new Uint8Array(0));
      throw error;
    }
  },
});

/** As a careful platform does: the same number again, each time signed anew, until there is an answer that decides. */
async function persist(call: () => Promise<TestAnswer>): Promise<TestAnswer> {
  for (;;) {
    try {
      const answer = await call();
      if (answer.status < 429 && answer.code !== "NONCE_REUSED") return answer;
    } catch (error) {
      if (!(error instanceof TransportFailure)) throw error;
    }
    await world.sleep(200 + script.below(300));
  }
}

interface Believed {
  paid: number;
  refunded: number;
}
const believed = new Map<string, Believed>();

async function order(index: number): Promise<void> {
  const number = `order-${String(index).padStart(4, "0")}`;
  const amount = 100 + script.below(10_000);
  const bound = bindings[script.below(bindings.length)] ?? "";
  const fate = script.below(10);
  await world.sleep(script.below(60_000));
  if (fate === 0) {
    await persist(() => client.close(number));
    const refused = await persist(() => client.pay(number, bound, amount));
    if (refused.code !== "ORDER_CLOSED") throw new Error(`${number} was closed and then ${refused.text}`);
    return;
  }
  let view = await persist(() => client.pay(number, bound, amount));
  while (view.code === undefined && view.json["state"] === "PROCESSING") {
    await world.sleep(1_000);
    view = await persist(() => client.get(`/v1/payments/${number}`));
  }
  const paid = view.code === undefined && view.json["state"] === "SUCCEEDED";
  believed.set(number, { paid: paid ? amount : 0, refunded: 0 });
  if (!paid || fate > 4) return;
  const part = fate > 2 ? amount : 1 + script.below(amount);
  const refund = await persist(() => client.refund(`refund-${number}`, number, part));
  if (refund.code === undefined) (believed.get(number) as Believed).refunded = part;
}

async function crashes(): Promise<void> {
  for (let crash = 0; crash < CRASHES; crash += 1) {
    await world.sleep(8_000 + script.below(5_000));
    life?.fence.kill();
    note("crash", [], new Uint8Array(0));
    await world.sleep(script.below(500));
    await revive();
  }
}

await world.runUntil(Promise.all([...Array.from({ length: ORDERS }, (_, index) => order(index)), crashes()]));
// Long enough for every notification's schedule.
await world.run(world.now() + 3 * 86_400_000);

const last = (life as { bank: TestBank } | undefined)?.bank as TestBank;
const payments = await world.runUntil(last.rows("row.payment"));
const entries = (await world.runUntil(last.rows("entry"))).map(({ key, value }) => entryOf(key, value));
const settlement = entries.filter(
  ({ direction, kind }) =>
    (kind === "payment" && direction === "credit") || (kind === "refund" && direction === "debit"),
);
const disagreements: string[] = [];
for (const [number, { paid, refunded }] of believed) {
  const sum = (kind: string, reference: string): number[] =>
    settlement
      .filter((entry) => entry.kind === kind && entry.reference === reference)
      .map((entry) => entry.amount.value);
  const [credits, debits] = [sum("payment", number), sum("refund", `refund-${number}`)];
  if (JSON.stringify(credits) !== JSON.stringify(paid === 0 ? [] : [paid]))
    disagreements.push(`${number}: paid ${paid}, booked ${JSON.stringify(credits)}`);
  if (JSON.stringify(debits) !== JSON.stringify(refunded === 0 ? [] : [refunded]))
    disagreements.push(`${number}: refunded ${refunded}, booked ${JSON.stringify(debits)}`);
}

console.log(
  JSON.stringify({
    hash: digest.digest("hex"),
    exchanges,
    virtualEnd: world.now(),
    books: await world.runUntil(balanceOfBooks(last)),
    disagreements,
    orders: believed.size,
    payments: payments.length,
    booked: settlement.length,
    notified: Object.fromEntries([...notified].map(([event, ids]) => [event, ids.size])),
    due: payments.length + entries.filter(({ kind, direction }) => kind === "refund" && direction === "debit").length,
    generations: world.fence().generation - 1,
    waiting: (await world.runUntil(last.rows("outbox"))).length,
    pending: (await world.runUntil(last.rows("hold"))).length,
  }),
);
process.exit(0);
