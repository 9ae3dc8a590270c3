import { expect, test } from "vitest";
import type { ExchangeSeen } from "../core/run/event.ts";
import { openTrial } from "./trial.ts";

test("the event log has each call that the hook call makes a platform send, once", async () => {
  const trial = await openTrial({ role: "platform", scheme: "ed25519" });
  const seen: ExchangeSeen[] = [];
  try {
    const finished = await trial.judge({
      only: "errors.unknown-is-asked/lost-after-effect/payment.create",
      onEvent: (event) => void (event.type === "exchange" && event.answeredBy === "counterparty" && seen.push(event)),
    });
    expect(finished.map(({ verdict }) => verdict)).toEqual(["pass"]);
  } finally {
    await trial.close();
  }
  const sent = seen.map(({ interface: id, exchange }) => `${exchange.request.method} ${id}`);
  expect(sent[0]).toBe("POST payment.create");
  expect(sent).toContain("GET payment.query");
  expect(seen.every(({ check }) => check.startsWith("errors.unknown-is-asked/"))).toBe(true);
  const nonces = seen.map(({ exchange }) => JSON.stringify(exchange.request.headers));
  expect(new Set(nonces).size).toBe(nonces.length);
});
