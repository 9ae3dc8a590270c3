import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import type { Check } from "../check.ts";
import type { Planned } from "../plan.ts";
import { fakeRun } from "../testing/fake-scope.ts";
import { runPlanned } from "./runner.ts";

const ANSWERS = 1_500;
const BODY_BYTES = 16_384;
const MOST_KEPT_BYTES = 8 * 1024 * 1024;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

function heldBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

function line(id: string, run: Check["run"]): Planned {
  const title = { en: "t", zh: "t" };
  const check: Check = { id, requirement: "SIG-01", title, effort: "smoke", run };
  return { id, check, instance: { id: "" }, requirement: "SIG-01", level: "MUST", title };
}

test.each([
  ["good answers", (n: number) => ({ party_id: "BANK01", padding: `${n}`.padEnd(BODY_BYTES, "x") })],
  ["answers that the schema refuses", (n: number) => ({ party_id: n, padding: `${n}`.padEnd(BODY_BYTES, "x") })],
])("a run keeps the bytes of findings only, however many %s it saw", async (_what, json) => {
  let count = 0;
  const { scope, events } = fakeRun(() => ({ status: 200, json: json((count += 1)) }));
  const send = async (): Promise<void> => {
    const running = { scope, stop: new AbortController().signal, deadline: undefined };
    await runPlanned(
      line(`test.check-${count % 10}`, async (session) => {
        await session.send(await session.request("echo"));
        session.judged();
      }),
      running,
    );
    // They are in the log by then.
    events.length = 0;
  };
  for (let warm = 0; warm < 50; warm += 1) await send();
  const before = heldBytes();
  for (let sent = 0; sent < ANSWERS; sent += 1) await send();
  expect(scope.tally.answers).toBe(ANSWERS + 50);
  expect(heldBytes() - before).toBeLessThan(MOST_KEPT_BYTES);
});
