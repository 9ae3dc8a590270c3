import { expect, it } from "vitest";
import { checkPack } from "../../core/pack/check.ts";
import { compilePack } from "../../core/pack/compile.ts";
import { loadPack } from "../../core/pack/load.ts";
import type { PackSource } from "../../core/pack/types.ts";
import { P1001, startBank } from "../../simulator/testing/bank.ts";
import { cooperationPack } from "../../simulator/testing/packs.ts";
import { serve } from "../../simulator/testing/socket.ts";
import { writtenPack } from "../../core/pack/testing/written-pack.ts";

const text = (en: string): { readonly en: string; readonly zh: string } => ({ en, zh: `${en}（中文）` });
const { source } = cooperationPack();

/** A platform that is told of what happened, and keeps nothing of it. */
const ONE_SIDE: PackSource = {
  ...source,
  manifest: { ...source.manifest, name: "one-side", title: text("One side"), accounts: {}, fees: {} },
  interfaces: [
    {
      id: "notify.arrived",
      title: text("Something arrived"),
      description: text("Tells that something arrived."),
      provider: "platform",
      http: { method: "POST", path: "/arrived" },
      request: {
        representation: "json",
        body: {
          type: "object",
          required: ["notify_id"],
          properties: { notify_id: { type: "string", minLength: 6, maxLength: 64, "x-from": "fresh" } },
        },
      },
      response: { status: 204, representation: "empty" },
      notification: { body: { notify_id: "$notification.id" }, target: "$party.notify_url" },
      errors: [],
      caller: { success: "final" },
    },
  ],
  lifecycles: [],
  messages: {},
  scenarios: [],
  errors: source.errors.filter(({ stage }) => stage !== "guards" && stage !== "idempotency"),
};

it("a pack of one side is sound, and its notifications are acknowledged", async () => {
  const pack = loadPack(writtenPack(ONE_SIDE));
  expect(checkPack(pack)).toEqual([]);
  const platform = await startBank({ pack: compilePack(pack), role: "platform", parties: [P1001] });
  const { client, close } = await serve(platform);
  try {
    const told = await client.call("POST", "/arrived", { notify_id: "N-000001" });
    expect([told.status, told.signed, told.text]).toEqual([204, true, ""]);
    expect((await client.call("POST", "/arrived", { notify_id: "N" })).code).toBe("PARAM_ERROR");
    expect(platform.internalErrors).toEqual([]);
  } finally {
    platform.simulator.stop();
    await close();
  }
});
