import type * as Threads from "node:worker_threads";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { PrivateKey } from "../signature/scheme.ts";
import { SIGNATURE_SCHEMES, pairScheme } from "../signature/schemes.ts";
import { SLOT_BYTES } from "./signing-slots.ts";
import { SigningThreads } from "./signing-threads.ts";

/** Every thread that was started, so that a test can kill one. */
const { workers } = vi.hoisted(() => ({ workers: [] as Threads.Worker[] }));
vi.mock("node:worker_threads", async (original) => {
  const real = await original<typeof Threads>();
  return {
    ...real,
    Worker: class extends real.Worker {
      constructor(...from: ConstructorParameters<typeof Threads.Worker>) {
        super(...from);
        workers.push(this);
      }
    },
  };
});

const open: SigningThreads[] = [];
afterEach(() => {
  for (const threads of open.splice(0)) threads.close();
});

function threadsOf(count: number, onDone: () => void = () => {}): SigningThreads {
  const threads = new SigningThreads(count, onDone);
  open.push(threads);
  return threads;
}

const message = (at: number): Uint8Array => new TextEncoder().encode(`message ${at} `.repeat(at % 7));

describe("signing threads", () => {
  test.each(
    SIGNATURE_SCHEMES.filter((scheme) => scheme.keys === "pair").map((scheme) => [scheme.name, scheme] as const),
  )("signing threads sign with %s as the key itself would, in the caller's order", async (_name, scheme) => {
    const threads = threadsOf(2);
    const keys = [scheme.generate(), scheme.generate()].map(({ privatePem }) => scheme.privateKey(privatePem));
    const asked = Array.from({ length: 60 }, (_, at) => ({ key: keys[at % 2] as PrivateKey, bytes: message(at) }));
    const signatures = await Promise.all(asked.map(({ key, bytes }) => threads.sign(key, bytes)));
    expect(signatures.map((signature) => Buffer.from(signature).toString("hex"))).toEqual(
      asked.map(({ key, bytes }) => Buffer.from(key.sign(bytes)).toString("hex")),
    );
    expect(threads.pending).toBe(0);
  });

  test("signing threads count what is pending, and tell when it is less", async () => {
    const seen: number[] = [];
    const threads: SigningThreads = threadsOf(1, () => seen.push(threads.pending));
    const key = pairScheme("ed25519").privateKey(pairScheme("ed25519").generate().privatePem);
    const all = Promise.all(Array.from({ length: 10 }, (_, at) => threads.sign(key, message(at))));
    expect(threads.pending).toBe(10);
    await all;
    expect(seen.at(-1)).toBe(0);
    expect([...seen].sort((one, other) => other - one)).toEqual(seen);
  });

  test("an unreadable key fails its own signatures and leaves later ones alone", async () => {
    let told = 0;
    const threads: SigningThreads = threadsOf(1, () => (told += 1));
    const good = pairScheme("ed25519").privateKey(pairScheme("ed25519").generate().privatePem);
    const unreadable: PrivateKey = { ...good, pem: "no PEM at all" };
    await expect(threads.sign(unreadable, message(1))).rejects.toThrow(/no PEM block found/);
    expect(threads.pending).toBe(0);
    expect(told).toBeGreaterThan(0);
    expect(await threads.sign(good, message(2))).toEqual(new Uint8Array(good.sign(message(2))));
  });

  test("a dying signing thread loses its current job only", async () => {
    const threads = threadsOf(2);
    const key = pairScheme("sm2").privateKey(pairScheme("sm2").generate().privatePem);
    await threads.sign(key, message(0));
    const [first, second] = workers.slice(-2) as [Threads.Worker, Threads.Worker];
    const asked = Array.from({ length: 100 }, (_, at) => threads.sign(key, message(at)));
    const outcomes = Promise.allSettled(asked);
    // All of them are handed over by then, and far from done.
    await Promise.resolve();
    await Promise.all([first.terminate(), second.terminate()]);
    const lost = (await outcomes).filter(({ status }) => status === "rejected");
    expect(lost.length).toBeLessThanOrEqual(2);
    for (const one of lost)
      expect(String((one as PromiseRejectedResult).reason)).toMatch(/a signing thread ended with/);
    expect(threads.pending).toBe(0);
    expect((await threads.sign(key, message(1))).length).toBeGreaterThan(0);
  });

  test("signs more messages than there are slots, and messages longer than a slot", async () => {
    const threads = threadsOf(2);
    const key = pairScheme("ed25519").privateKey(pairScheme("ed25519").generate().privatePem);
    const texts = [
      ...Array.from({ length: 400 }, (_, at) => message(at)),
      new Uint8Array(SLOT_BYTES).fill(1),
      new Uint8Array(SLOT_BYTES + 1).fill(2),
    ];
    const signatures = await Promise.all(texts.map((bytes) => threads.sign(key, bytes)));
    expect(signatures.map((signature) => Buffer.from(signature).toString("hex"))).toEqual(
      texts.map((bytes) => Buffer.from(key.sign(bytes)).toString("hex")),
    );
    expect(threads.pending).toBe(0);
  });

  test("closed signing threads refuse new jobs and fail those under way", async () => {
    const threads = threadsOf(1);
    const key = pairScheme("ed25519").privateKey(pairScheme("ed25519").generate().privatePem);
    const underWay = threads.sign(key, message(1));
    threads.close();
    await expect(underWay).rejects.toThrow(/were ended/);
    await expect(threads.sign(key, message(2))).rejects.toThrow(/were ended/);
  });

  test("refuses a number of signing threads below one", () => {
    expect(() => new SigningThreads(0, () => {})).toThrow(/whole number of at least 1, not 0/);
  });
});
