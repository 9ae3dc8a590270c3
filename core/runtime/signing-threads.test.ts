import { afterEach, describe, expect, test } from "vitest";
import type { PrivateKey } from "../signature/scheme.ts";
import { SIGNATURE_SCHEMES, signatureScheme } from "../signature/schemes.ts";
import { SigningThreads } from "./signing-threads.ts";

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
  test.each(SIGNATURE_SCHEMES.map((scheme) => [scheme.name, scheme] as const))("sign with %s what the key itself would, each message its own, and in the caller's order", async (_name, scheme) => {
    const threads = threadsOf(2);
    const keys = [scheme.generate(), scheme.generate()].map(({ privatePem }) => scheme.privateKey(privatePem));
    const asked = Array.from({ length: 60 }, (_, at) => ({ key: keys[at % 2] as PrivateKey, bytes: message(at) }));
    const signatures = await Promise.all(asked.map(({ key, bytes }) => threads.sign(key, bytes)));
    expect(signatures.map((signature) => Buffer.from(signature).toString("hex"))).toEqual(asked.map(({ key, bytes }) => Buffer.from(key.sign(bytes)).toString("hex")));
    expect(threads.pending).toBe(0);
  });

  test("count what is pending, and tell when it is less", async () => {
    const seen: number[] = [];
    const threads: SigningThreads = threadsOf(1, () => seen.push(threads.pending));
    const key = signatureScheme("ed25519").privateKey(signatureScheme("ed25519").generate().privatePem);
    const all = Promise.all(Array.from({ length: 10 }, (_, at) => threads.sign(key, message(at))));
    expect(threads.pending).toBe(10);
    await all;
    expect(seen.at(-1)).toBe(0);
    expect([...seen].sort((one, other) => other - one)).toEqual(seen);
  });

  test("a thread that dies takes its own signatures with it, and no later ones", async () => {
    let told = 0;
    const threads: SigningThreads = threadsOf(1, () => (told += 1));
    const good = signatureScheme("ed25519").privateKey(signatureScheme("ed25519").generate().privatePem);
    // No thread can read this key: the one that tries ends.
    const unreadable: PrivateKey = { ...good, pem: "no PEM at all" };
    await expect(threads.sign(unreadable, message(1))).rejects.toThrow(/no PEM block found/);
    expect(threads.pending).toBe(0);
    expect(told).toBeGreaterThan(0);
    expect(await threads.sign(good, message(2))).toEqual(new Uint8Array(good.sign(message(2))));
  });

  test("refuse what is asked for, and what is under way, once they are ended", async () => {
    const threads = threadsOf(1);
    const key = signatureScheme("ed25519").privateKey(signatureScheme("ed25519").generate().privatePem);
    const underWay = threads.sign(key, message(1));
    threads.close();
    await expect(underWay).rejects.toThrow(/were ended/);
    await expect(threads.sign(key, message(2))).rejects.toThrow(/were ended/);
  });

  test("a number of threads that makes no sense is refused", () => {
    expect(() => new SigningThreads(0, () => {})).toThrow(/whole number of at least 1, not 0/);
  });
});
