import { once } from "node:events";
import { createServer } from "node:http";
import type { Server } from "node:http";
import { createServer as createSocketServer } from "node:net";
import type { AddressInfo, Server as SocketServer, Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { liveRuntime } from "../../core/runtime/live.ts";
import { memoryStore } from "../store/memory.ts";
import { P1001, startBank } from "../testing/bank.ts";
import { namedKey } from "../testing/keys.ts";

const DEAD = 300;
const HEALTHY = 50;

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0).reverse()) close();
});

async function listening(server: Server | SocketServer): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/notify`;
}

test(`${DEAD} notifications due to a hanging receiver leave another's prompt`, async () => {
  const sockets = new Set<Socket>();
  const blackHole = createSocketServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).resume();
  });
  let reached = 0;
  let arrived = (): void => {};
  const allArrived = new Promise<void>((resolve) => (arrived = resolve));
  const healthy = createServer((request, response) => {
    request.resume().on("end", () => {
      response.writeHead(204).end();
      reached += 1;
      if (reached === HEALTHY) arrived();
    });
  });
  const runtime = liveRuntime();
  closing.push(
    () => runtime.close(),
    () => void healthy.close(),
    () => void blackHole.close(),
    () => {
      for (const socket of sockets) socket.destroy();
    },
  );

  const parties = [
    { ...P1001, notifyUrl: await listening(blackHole) },
    { id: "P1002", key: namedKey("P1002-KEY-1"), notifyUrl: await listening(healthy) },
  ];
  const store = memoryStore();
  // All of them are due before the first is sent, so that how fast this machine pays decides nothing.
  const parked = await startBank({ runtime, store, parties, options: { deliver: false } });
  const pay = async (party: string, number: string): Promise<void> => {
    const answer = await parked
      .clientOf(party)
      .pay(number, String(parked.simulator.scenarios(party)["customer.funded"]?.["binding_id"]), 100);
    expect(answer.code).toBeUndefined();
  };
  for (let index = 0; index < DEAD; index += 1) await pay("P1001", `dead-${String(index).padStart(4, "0")}`);
  for (let index = 0; index < HEALTHY; index += 1) await pay("P1002", `alive-${String(index).padStart(4, "0")}`);
  parked.simulator.stop();

  const bank = await startBank({ runtime, store, parties });
  closing.push(() => bank.simulator.stop());
  await allArrived;
  const ended = (party: string): number =>
    bank.simulator.journal.entries().filter((entry) => entry.direction === "out" && entry.party === party).length;
  expect(ended("P1001")).toBe(0);
  expect(sockets.size).toBeGreaterThan(0);
  expect(sockets.size).toBeLessThanOrEqual(DEAD / 2);
  expect(bank.internalErrors).toEqual([]);
  expect(await bank.rows("outbox")).not.toHaveLength(0);
});
