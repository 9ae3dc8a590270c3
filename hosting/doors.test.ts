import { Hono } from "hono";
import { afterAll, beforeAll, expect, test } from "vitest";
import { liveRuntime } from "../core/runtime/live.ts";
import type { LiveRuntime } from "../core/runtime/live.ts";
import { openDoors } from "./doors.ts";
import type { Doors } from "./doors.ts";

let doors: Doors;
let runtime: LiveRuntime;
const arrived: string[] = [];
beforeAll(async () => {
  runtime = liveRuntime();
  const app = new Hono().all("*", (context) => {
    arrived.push(context.req.header("host") ?? "");
    return context.body(null, 204);
  });
  doors = await openDoors(app, { hostname: "127.0.0.1", publicHost: "127.0.0.1" });
});
afterAll(async () => {
  runtime.close();
  await doors.close();
});

const call = (name: string, ca: string | undefined = doors.ca): Promise<unknown> =>
  runtime.transport.send({
    method: "GET",
    url: doors.doors()[name]?.url ?? "",
    headers: [],
    body: new Uint8Array(),
    timeoutMs: 60_000,
    ...(ca === undefined ? {} : { ca }),
  });

test("the right door admits only callers that trust its authority", async () => {
  await expect(call("right")).resolves.toMatchObject({ status: 204 });
  expect(arrived).toEqual([new URL(doors.doors()["right"]?.url ?? "").host]);
  await expect(
    runtime.transport.send({
      method: "GET",
      url: doors.doors()["right"]?.url ?? "",
      headers: [],
      body: new Uint8Array(),
      timeoutMs: 60_000,
    }),
  ).rejects.toMatchObject({ kind: "tls", sent: false });
  expect(doors.doors()["right"]?.connections).toBe(2);
});

test.each(["expired", "other-host", "untrusted"])(
  "a caller that verifies leaves the door %s before it sends a byte",
  async (name) => {
    arrived.length = 0;
    await expect(call(name)).rejects.toMatchObject({ kind: "tls", sent: false });
    expect(doors.doors()[name]?.connections).toBe(1);
    expect(arrived).toEqual([]);
  },
);
