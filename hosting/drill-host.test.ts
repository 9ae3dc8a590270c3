import { once } from "node:events";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Json } from "../core/unit/unit.ts";
import { ControlError } from "../simulator/control/control-error.ts";
import { memoryStore } from "../simulator/store/memory.ts";
import { openDrillHost } from "./drill-host.ts";
import type { DrillHost } from "./drill-host.ts";

let server: Server;
let host: DrillHost;

beforeEach(async () => {
  server = createServer((_request, response) => response.end("ok")).listen(0, "127.0.0.1");
  await once(server, "listening");
  host = await openDrillHost({ hostname: "127.0.0.1", port: 0, scheme: "http" });
  host.leadTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterEach(async () => {
  await host.close();
  server.close();
  server.closeAllConnections();
});

const order = async (name: string, body: Readonly<Record<string, Json>>): Promise<void> => host.hooks[name]?.(body);
const asked = (): Promise<string> =>
  fetch(host.url).then(
    (response) => response.text(),
    () => "no answer",
  );

describe("the hooks of a drill host", () => {
  test("are pause, network and disk", () => {
    expect(Object.keys(host.hooks)).toEqual(["pause", "network", "disk"]);
  });

  test("cut the network, and bring it back", async () => {
    expect(await asked()).toBe("ok");
    await order("network", { down: true });
    expect(await asked()).toBe("no answer");
    await order("network", {});
    expect(await asked()).toBe("ok");
  });

  test("pause for a time, after which what waited is answered", async () => {
    await order("pause", { seconds: 0.2 });
    const began = Date.now();
    expect(await asked()).toBe("ok");
    expect(Date.now() - began).toBeGreaterThanOrEqual(150);
  });

  test("leave the network troubled when a pause is over", async () => {
    await order("network", { down: true });
    await order("pause", { seconds: 0.05 });
    await new Promise((resolve) => void setTimeout(resolve, 100));
    expect(await asked()).toBe("no answer");
  });

  test("fill the disk of the store that was opened last", async () => {
    const store = host.onDisk(memoryStore());
    const put = (): Promise<undefined> =>
      store.transact(function* () {
        return { result: undefined, writes: [{ collection: "c", key: "k", value: 1 }] };
      });
    await order("disk", { full: true });
    await expect(put()).rejects.toThrow("disk is full");
    await order("disk", { full: false });
    await expect(put()).resolves.toBeUndefined();
  });

  test.each<readonly [string, Readonly<Record<string, Json>>, RegExp]>([
    ["network", { dely: 3 }, /has no "dely".*delayMs/],
    ["network", { delayMs: "long" }, /"delayMs" must be a whole number from 1 to/],
    ["network", { down: 1 }, /"down" must be true or false/],
    ["pause", {}, /"seconds" must be from 0 to/],
    ["disk", {}, /"full": true/],
  ])("refuse what they do not understand: %s %j", async (name, body, said) => {
    await expect(order(name, body)).rejects.toThrow(said);
    await expect(order(name, body)).rejects.toThrow(ControlError);
  });
});
