import { headerPolicy } from "../core/envelope/testing/policies.ts";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo, Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { liveRuntime } from "../core/runtime/live.ts";
import type { LiveRuntime } from "../core/runtime/live.ts";
import { decodeBase64Strict } from "../core/signature/base64.ts";
import { parseAuthorization } from "../core/envelope/authorization-header/authorization.ts";
import { requestBase } from "../core/envelope/authorization-header/base.ts";
import { BANK_KEY, P1001 } from "./testing/bank.ts";
import { overTransport, TestClient } from "./testing/client.ts";
import type { Answered, TestAnswer } from "./testing/client.ts";
import { cooperationPack } from "./testing/packs.ts";

const pack = cooperationPack();

interface Received {
  readonly target: string;
  readonly authorization: string;
  readonly body: Buffer;
}

/** A platform's receiver over a real socket: refuses what comes until it is told to accept. */
class Receiver {
  readonly received: Received[] = [];
  accept = false;
  readonly #server: Server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      this.received.push({
        target: request.url ?? "",
        authorization: request.headers.authorization ?? "",
        body: Buffer.concat(pieces),
      });
      response.writeHead(this.accept ? 204 : 500).end();
    });
  });

  async listen(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/notify`;
  }

  close(): void {
    this.#server.close();
    (this.#server as Server & { closeAllConnections(): void }).closeAllConnections();
  }
}

let folder: string;
let receiver: Receiver;
let notifyUrl: string;
let runtime: LiveRuntime;
const children: ChildProcess[] = [];
let nonces = 0;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "liantiao-kill-"));
  receiver = new Receiver();
  notifyUrl = await receiver.listen();
  runtime = liveRuntime();
});
afterEach(async () => {
  for (const child of children.splice(0)) await kill(child);
  receiver.close();
  runtime.close();
  rmSync(folder, { recursive: true });
});

interface Life {
  readonly child: ChildProcess;
  readonly client: TestClient;
  readonly bound: string;
}

async function live(): Promise<Life> {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL("testing/serve-child.ts", import.meta.url)), join(folder, "store.sqlite"), notifyUrl],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  children.push(child);
  const [line] = (await once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), "line")) as [string];
  const { url, binding_id } = JSON.parse(line) as { url: string; binding_id: string };
  nonces += 100_000;
  return {
    child,
    bound: binding_id,
    client: new TestClient({
      pack,
      party: P1001,
      answerKeys: [BANK_KEY],
      clock: () => Date.now(),
      send: overTransport(runtime, url, 5_000),
      firstNonce: nonces,
    }),
  };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => void setTimeout(resolve, 5));
}

test("after kill -9 under load, acknowledged payments stand and the rest settle once", async () => {
  const first = await live();
  const balance = async ({ client, bound }: Life): Promise<number> =>
    (await client.get(`/v1/bindings/${bound}/balance`)).json["posted"]?.["value"] ?? 0;
  const opening = await balance(first);

  const total = 400;
  const outcomes = new Map<string, TestAnswer | "unknown">();
  let acknowledged = 0;
  let killed: Promise<void> | undefined;
  await Promise.all(
    Array.from({ length: total }, async (_, index) => {
      const number = `kill-${String(index).padStart(4, "0")}`;
      try {
        const answer = await first.client.pay(number, first.bound, 1 + index);
        outcomes.set(number, answer);
        acknowledged += 1;
        // In the midst of it, whatever the machine's speed.
        if (acknowledged === 100) killed = kill(first.child);
      } catch {
        outcomes.set(number, "unknown");
      }
    }),
  );
  await killed;
  const unknown = [...outcomes].filter(([, outcome]) => outcome === "unknown").map(([number]) => number);
  expect(acknowledged).toBeGreaterThanOrEqual(100);
  expect(unknown.length).toBeGreaterThan(0);

  receiver.accept = true;
  const second = await live();
  for (const [number, outcome] of outcomes) {
    if (outcome === "unknown") continue;
    expect([outcome.status, outcome.signed]).toEqual([200, true]);
    const queried = await second.client.get(`/v1/payments/${number}`);
    expect(queried.json["transaction_id"]).toBe(outcome.json["transaction_id"]);
  }
  for (const number of unknown) {
    const queried = await second.client.get(`/v1/payments/${number}`);
    const retried = await second.client.pay(number, second.bound, 1 + Number(number.slice(5)));
    expect(retried.json["state"]).toBe("SUCCEEDED");
    if (queried.code === undefined) expect(retried.json["transaction_id"]).toBe(queried.json["transaction_id"]);
    else expect(queried.code).toBe("ORDER_NOT_FOUND");
  }
  // One effect each: the money that went is the sum of all amounts, once.
  expect(opening - (await balance(second))).toBe((total * (total + 1)) / 2);
});

test("due notifications are sent after a restart with the same id, signed anew", async () => {
  const first = await live();
  const numbers = Array.from({ length: 5 }, (_, index) => `notify-${index}`);
  for (const number of numbers) await first.client.pay(number, first.bound, 100);
  await until(() => receiver.received.length >= 5);
  await kill(first.child);

  receiver.accept = true;
  const before = receiver.received.length;
  await live();
  // The schedule's first wait is 15 seconds; the bank's clock is the host's, so the attempts follow in real time.
  await until(() => new Set(receiver.received.slice(before).map(({ body }) => body.toString())).size === 5);

  const policy = headerPolicy(pack.source.manifest.policies.envelope);
  const nonces = new Set<string>();
  const ids = new Map<string, Set<string>>();
  for (const { target, authorization, body } of receiver.received) {
    const parsed = parseAuthorization(policy, authorization);
    if (!parsed.ok) throw new Error(parsed.message.en);
    expect(parsed.party).toBe("BANK01");
    const base = requestBase(policy, {
      method: "POST",
      target: target,
      timestamp: parsed.timestamp,
      nonce: parsed.nonce,
      body,
    });
    expect(BANK_KEY.publicKey.verify(base, decodeBase64Strict(parsed.signature) ?? new Uint8Array())).toBe(true);
    expect(Math.abs(Number(parsed.timestamp) - Date.now() / 1000)).toBeLessThan(120);
    nonces.add(parsed.nonce);
    const { notify_id, payment } = JSON.parse(body.toString()) as { notify_id: string; payment: Answered };
    ids.set(payment["out_trade_no"] ?? "", (ids.get(payment["out_trade_no"] ?? "") ?? new Set()).add(notify_id));
  }
  expect(nonces.size).toBe(receiver.received.length);
  expect([...ids.keys()].sort()).toEqual(numbers);
  for (const known of ids.values()) expect(known.size).toBe(1);
});
