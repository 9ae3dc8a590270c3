import { once } from "node:events";
import { connect } from "node:net";
import { BANK_KEY as BANK, P1001, startBank } from "../../simulator/testing/bank.ts";
import type { TestBank } from "../../simulator/testing/bank.ts";
import { serve } from "../../simulator/testing/socket.ts";
import type { Role } from "../../core/pack/types.ts";
import type { RandomStream } from "../../core/runtime/runtime.ts";
import { mutatedBytes, mutatedJson, pick } from "./mutate.ts";
import { Broken } from "./target.ts";
import type { Target } from "./target.ts";

/** A call that is right, to be broken. */
interface Call {
  readonly method: string;
  readonly target: string;
  readonly body?: unknown;
}

const PATIENCE_MS = 10_000;
const MOST_BYTES = 1024 * 1024;

/**
 * A served party, and peers that send it broken requests: some with a right signature over hostile content, some broken on
 * the way. It stays alive, answers in time and never with 500, and journals what it answers in its own form.
 */
export function peers(role: Role): Target {
  return {
    name: `peers of a ${role}`,
    open: async () => {
      const bank = await startBank({
        role,
        ...(role === "platform" ? { parties: [{ id: "BANK01", key: BANK }], ownKeys: [P1001.key] } : {}),
      });
      const served = await serve(bank);
      const calls = role === "bank" ? callsOfBank(bank) : CALLS_OF_PLATFORM;
      return {
        round: async (random) => {
          const request = requestOf(bank, pick(calls, random), random);
          const before = bank.simulator.journal.total;
          const answer = await sent(Number(new URL(served.url).port), request);
          const [status] = /(?<=^HTTP\/1\.1 )\d{3}/.exec(answer) ?? [];
          if (status === "500")
            throw new Broken(`a peer was answered 500: ${answer.slice(0, 300)}`, request.toString());
          if (answer.length > MOST_BYTES) throw new Broken(`an answer has ${answer.length} bytes`, request.toString());
          if (/^wechatpay-signature:/im.test(answer) && bank.simulator.journal.total === before)
            throw new Broken("a signed answer is not in the journal", request.toString());
          if (bank.internalErrors.length > 0)
            throw new Broken(`the simulator failed: ${String(bank.internalErrors[0])}`, request.toString());
          const alive = await bank.client.call("GET", "/nothing");
          if (alive.status !== 404)
            throw new Broken(`afterwards a call is answered ${alive.status}`, request.toString());
        },
        close: async () => {
          await served.close();
          bank.simulator.stop();
        },
      };
    },
  };
}

function requestOf(bank: TestBank, { method, target, body }: Call, random: RandomStream): Buffer {
  const hostile = body !== undefined && random.below(2) === 0 ? mutatedJson(body, random) : body;
  const signed = bank.client.request(method, target, hostile);
  const bytes = signed.body instanceof Uint8Array ? signed.body : new Uint8Array();
  const lines = [
    `${method} ${target} HTTP/1.1`,
    "Host: peer",
    ...signed.headers.map(([name, value]) => `${name}: ${value}`),
    `Content-Length: ${bytes.length}`,
    "Connection: close",
  ];
  const whole = Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`), bytes]);
  return random.below(3) === 0 ? whole : Buffer.from(mutatedBytes(whole, random));
}

/** Everything that comes back for these bytes until the server closes. The client closes its half after them. */
async function sent(port: number, bytes: Buffer): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  let text = "";
  socket.on("data", (piece: Buffer) => (text += piece.toString("latin1")));
  socket.end(bytes);
  const late = AbortSignal.timeout(PATIENCE_MS);
  try {
    await once(socket, "close", { signal: late });
  } catch (cause) {
    throw new Broken(`a connection is open after ${PATIENCE_MS} ms: ${String(cause)}`, bytes.toString("latin1"));
  } finally {
    socket.destroy();
  }
  return text;
}

function callsOfBank(bank: TestBank): readonly Call[] {
  const { binding_id: binding = "" } = bank.scenario("customer.funded");
  const amount = { value: 100, currency: "CNY" };
  const party = { party_id: "P1001" };
  return [
    { method: "POST", target: "/v1/echo", body: { ...party, message: "你好" } },
    {
      method: "POST",
      target: "/v1/payments",
      body: { ...party, out_trade_no: "fuzz-0001", binding_id: binding, amount, description: "x" },
    },
    { method: "POST", target: "/v1/payments/fuzz-0001/close", body: party },
    {
      method: "POST",
      target: "/v1/refunds",
      body: { ...party, out_refund_no: "fuzz-0002", out_trade_no: "fuzz-0001", amount, reason: "x" },
    },
    { method: "GET", target: "/v1/payments/fuzz-0001?party_id=P1001" },
    { method: "GET", target: "/v1/settlement/statement?party_id=P1001&from_date=2026-11-01&to_date=2026-11-02" },
    { method: "GET", target: "/v1/bills/2026-11-01?party_id=P1001" },
    { method: "GET", target: "/v1/keys?party_id=P1001" },
  ];
}

const AT = "2026-11-26T07:22:45+08:00";
const CALLS_OF_PLATFORM: readonly Call[] = [
  {
    method: "POST",
    target: "/notify/payment",
    body: {
      notify_id: "N0000000000000000000001",
      event: "payment.result",
      occurred_at: AT,
      payment: {
        party_id: "P1001",
        out_trade_no: "fuzz-0001",
        transaction_id: "txn_00000001",
        state: "SUCCEEDED",
        amount: { value: 100, currency: "CNY" },
      },
    },
  },
  { method: "GET", target: "/v1/orders/fuzz-0001?party_id=P1001" },
];
