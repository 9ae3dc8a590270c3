import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { hostDefer, liveRuntime } from "../core/runtime/live.ts";
import { controlApp } from "../simulator/control/control.ts";
import { Identity } from "../simulator/identity/identity.ts";
import { createSimulator } from "../simulator/simulator.ts";
import { BANK_KEY, P1001, peerOf } from "../simulator/testing/bank.ts";
import { cooperationPack } from "../simulator/testing/packs.ts";
import { freePort } from "./free-port.ts";
import { startRestartable } from "./restartable.ts";
import { openStore } from "./store.ts";

const OWN = {
  serial: BANK_KEY.serial,
  algorithm: BANK_KEY.algorithm,
  key: BANK_KEY.privateKey,
  publicPem: BANK_KEY.publicPem,
  effectiveAt: 0,
};

test("a restart keeps port, books and clock, and forgets what was in memory", async () => {
  const folder = mkdtempSync(join(tmpdir(), "liantiao-restart-"));
  const runtime = liveRuntime();
  const pack = cooperationPack();
  // A platform's identity is a bank's with the roles turned round.
  const identity = new Identity("BANK01", [OWN], [peerOf(P1001, 0)]);
  const offsets: number[] = [];
  const served = await startRestartable({
    openStore: () => openStore(undefined, folder, hostDefer).store,
    make: (store, baseUrl, clockOffsetMs) => {
      offsets.push(clockOffsetMs);
      return createSimulator({ pack, role: "platform", identity, runtime, store, baseUrl, clockOffsetMs });
    },
    hostname: "127.0.0.1",
    port: 0,
    onStart: () => Promise.resolve(),
  });
  try {
    const { url, simulator } = served;
    const control = controlApp(simulator, { token: "t", onRestart: () => served.restart() });
    const hook = (name: string, body: object): Promise<Response> =>
      Promise.resolve(
        control.request(`/__admin/hooks/${name}`, {
          method: "POST",
          headers: { authorization: "Bearer t" },
          body: JSON.stringify(body),
        }),
      );
    const [first, second] = [
      await (await hook("fixtures", { scenario: "order.created" })).json(),
      await (await hook("fixtures", { scenario: "order.created" })).json(),
    ] as { out_trade_no: string }[];
    expect(first?.out_trade_no).not.toBe(second?.out_trade_no);
    simulator.clock.advance(3_600_000);
    simulator.switchboard.switchOn({ name: "server-error" });

    expect((await hook("restart", { how: "kill" })).status).toBe(204);
    expect(served.simulator).not.toBe(simulator);
    expect(served.url).toBe(url);
    expect(served.simulator.switchboard.active).toEqual([]);
    expect(served.simulator.clock.offsetMs).toBe(3_600_000);
    // It began with it: no answer is signed by the host's clock.
    expect(offsets).toEqual([0, 3_600_000]);
    expect(served.simulator.scenarios("P1001")).toEqual(simulator.scenarios("P1001"));
    expect((await fetch(`${url}/no-such-path`)).status).toBe(404);
  } finally {
    await served.close();
    runtime.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a start that fails leaves no open port and no open store", async () => {
  const folder = mkdtempSync(join(tmpdir(), "liantiao-restart-"));
  const runtime = liveRuntime();
  const pack = cooperationPack();
  let url = "";
  const failing = startRestartable({
    openStore: () => openStore(undefined, folder, hostDefer).store,
    make: (store, baseUrl) => {
      const identity = new Identity("BANK01", [OWN], [peerOf(P1001, 0)]);
      return createSimulator({ pack, role: "bank", identity, runtime, store, baseUrl: () => (url = baseUrl()) });
    },
    hostname: "127.0.0.1",
    port: await freePort("127.0.0.1"),
    onStart: async ({ app }) => {
      await app.request("http://127.0.0.1/v1/keys");
      throw new Error("the list of enrolled keys is of another shape");
    },
  });
  await expect(failing).rejects.toThrow("of another shape");
  await expect(fetch(url)).rejects.toThrow("fetch failed");
  // The store is free again.
  await openStore(undefined, folder, hostDefer).store.close();
  runtime.close();
  rmSync(folder, { recursive: true, force: true });
});

test("the restart hook answers 404 where restarting is unavailable", async () => {
  const runtime = liveRuntime();
  const { memoryStore } = await import("../simulator/store/memory.ts");
  const simulator = createSimulator({
    pack: cooperationPack(),
    role: "bank",
    identity: new Identity("BANK01", [OWN], []),
    runtime,
    store: memoryStore(),
    baseUrl: () => "",
  });
  const answer = await controlApp(simulator, { token: "t" }).request("/__admin/hooks/restart", {
    method: "POST",
    headers: { authorization: "Bearer t" },
    body: "{}",
  });
  expect(answer.status).toBe(404);
  simulator.stop();
  runtime.close();
});
