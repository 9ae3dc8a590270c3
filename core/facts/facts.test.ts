import { describe, expect, test } from "vitest";
import { hostTurn } from "../runtime/live.ts";
import { FactStream } from "./facts.ts";
import type { FactReader, SubscribeOptions, Subscription } from "./facts.ts";

/** A stream over a list, with the readers that are open and the turns that it has asked for. */
function listStream(options: { readonly failingAt?: number } = {}) {
  const facts: number[] = [];
  const open = new Set<FactReader<number>>();
  let turns = 0;
  const stream = new FactStream<number>(
    {
      reader: (from) => {
        let at = from === "oldest" ? 0 : facts.length;
        const reader: FactReader<number> = {
          next: () => {
            if (at === options.failingAt) throw new Error("the disk failed");
            const fact = facts[at];
            if (fact === undefined) return undefined;
            at += 1;
            return { fact };
          },
          close: () => void open.delete(reader),
        };
        open.add(reader);
        return reader;
      },
    },
    () => {
      turns += 1;
      return hostTurn();
    },
  );
  return {
    open,
    turns: () => turns,
    publish: (...more: readonly number[]) => {
      for (const fact of more) {
        facts.push(fact);
        stream.published();
      }
    },
    subscribe: (listener: (fact: number) => void | Promise<void>, onError: SubscribeOptions["onError"]): Subscription =>
      stream.subscribe(listener, { onError }),
  };
}

/** Turns enough for all that was published in a test to be read. */
async function afterSomeTurns(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await hostTurn();
}

describe("a stream of facts", () => {
  test("an error handler that throws ends its own subscription alone", async () => {
    const stream = listStream();
    const told: number[] = [];
    const seen: number[] = [];
    const broken = stream.subscribe(
      (fact) => {
        told.push(fact);
        throw new Error("listener");
      },
      () => {
        throw new Error("handler");
      },
    );
    const sound = stream.subscribe((fact) => void seen.push(fact), console.error);
    stream.publish(1, 2, 3);
    await afterSomeTurns();
    await expect(broken.settled()).rejects.toThrow("handler");
    await sound.settled();
    expect([told, seen]).toEqual([[1], [1, 2, 3]]);
    expect(stream.open.size).toBe(1);
  });

  test("a publisher that cannot be read any more is told of once", async () => {
    const stream = listStream({ failingAt: 2 });
    const seen: number[] = [];
    const errors: string[] = [];
    const subscription = stream.subscribe(
      (fact) => void seen.push(fact),
      (error) => errors.push(String(error)),
    );
    stream.publish(1, 2, 3);
    await subscription.settled();
    stream.publish(4, 5);
    await afterSomeTurns();
    expect([seen, errors]).toEqual([[1, 2], ["Error: the disk failed"]]);
    expect(stream.open.size).toBe(0);
  });

  test("unsubscribing gives the place back at once, while the listener still works", async () => {
    const stream = listStream();
    const subscription = stream.subscribe(() => new Promise(() => {}), console.error);
    stream.publish(1, 2);
    await afterSomeTurns();
    expect(stream.open.size).toBe(1);
    subscription.unsubscribe();
    expect(stream.open.size).toBe(0);
    const before = stream.turns();
    stream.publish(3, 4);
    await afterSomeTurns();
    expect(stream.turns()).toBe(before);
  });

  test("a thousand subscribers that came and went cost a publisher no turn", async () => {
    const stream = listStream();
    for (let count = 0; count < 1_000; count += 1) {
      const subscription = stream.subscribe(() => {}, console.error);
      await subscription.settled();
      subscription.unsubscribe();
    }
    const before = stream.turns();
    stream.publish(1, 2, 3);
    await afterSomeTurns();
    expect([stream.turns() - before, stream.open.size]).toEqual([0, 0]);
  });

  test("a subscriber reads some facts a turn, so that others have theirs", async () => {
    const stream = listStream();
    let seen = 0;
    const subscription = stream.subscribe(() => void (seen += 1), console.error);
    stream.publish(...Array.from({ length: 1_000 }, (_, index) => index));
    await hostTurn();
    await hostTurn();
    expect(seen).toBeGreaterThan(0);
    expect(seen).toBeLessThan(300);
    await subscription.settled();
    expect(seen).toBe(1_000);
  });
});
