import { describe, expect, test } from "vitest";
import { SigningSlots, signingMemory, TOLD_TOGETHER } from "./signing-slots.ts";

const signature = new Uint8Array([1]);

/** Jobs published, and one thread that takes them up one by one. */
function slotsWith(jobs: number): { readonly slots: SigningSlots; readonly work: () => boolean } {
  const slots = new SigningSlots(signingMemory());
  for (let job = 0; job < jobs; job += 1) slots.publish(slots.free() ?? 0, 0, new Uint8Array([job]));
  return { slots, work: () => slots.end(slots.take(0), { signature }) };
}

describe("the main thread is told", () => {
  test("of a single job at once", () => {
    expect(slotsWith(1).work()).toBe(true);
  });

  test("of several together while others wait, and of the last in any case", () => {
    const { slots, work } = slotsWith(TOLD_TOGETHER + 3);
    const first = Array.from({ length: TOLD_TOGETHER }, work);
    expect(first).toEqual([...Array.from({ length: TOLD_TOGETHER - 1 }, () => false), true]);
    // Until it looks it is told no second time.
    expect(work()).toBe(false);
    slots.listen();
    expect([work(), work()]).toEqual([false, true]);
  });

  test("of what was ended and not told before it looked, by looking", () => {
    const { slots, work } = slotsWith(3);
    expect(work()).toBe(false);
    slots.listen();
    expect(slots.collect(0)).toEqual({ signature });
    expect([work(), work()]).toEqual([false, true]);
  });
});
