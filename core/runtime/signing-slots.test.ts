import { describe, expect, test } from "vitest";
import { SigningSlots, signingMemory, JOBS_PER_WAKE } from "./signing-slots.ts";

const signature = new Uint8Array([1]);

/** Jobs published, and one thread: `work` does the next, `rest` is what it does when there is none. Both say whether the main thread was told. */
function slotsWith(jobs: number) {
  const slots = new SigningSlots(signingMemory());
  const publish = (): void => slots.publish(slots.free() ?? 0, 0, new Uint8Array(1));
  for (let job = 0; job < jobs; job += 1) publish();
  let told = 0;
  return {
    slots,
    publish,
    work: () => slots.end(slots.take(0) as number, { signature }),
    rest: () => {
      const before = told;
      slots.rest(() => void (told += 1), 0);
      return told > before;
    },
  };
}

describe("waking the main thread", () => {
  test("the main thread is told of a single job once its thread is out of work", () => {
    const { work, rest, slots } = slotsWith(1);
    expect([work(), slots.take(0), rest()]).toEqual([false, undefined, true]);
    // Once: it looks when it comes to it.
    expect(rest()).toBe(false);
  });

  test("the main thread is told of several jobs at once while others wait", () => {
    const { work, rest, slots } = slotsWith(JOBS_PER_WAKE + 3);
    expect(Array.from({ length: JOBS_PER_WAKE + 2 }, work)).toEqual(
      Array.from({ length: JOBS_PER_WAKE + 2 }, (_, at) => at === JOBS_PER_WAKE - 1),
    );
    slots.listen();
    expect([work(), rest()]).toEqual([false, true]);
  });

  test("a signing thread that did nothing or has work left stays quiet", () => {
    const { rest, publish } = slotsWith(0);
    expect(rest()).toBe(false);
    publish();
    expect(rest()).toBe(false);
  });

  test("the main thread is told of jobs that ended while it looked", () => {
    const { slots, work, rest } = slotsWith(2);
    work();
    slots.listen();
    expect(slots.collect(0)).toEqual({ signature });
    work();
    expect(rest()).toBe(true);
  });
});
