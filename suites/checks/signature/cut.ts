import type { Check } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import { expectEachRefused } from "../corpus.ts";
import { eachSubject } from "../subject.ts";

const joined = (...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...part]));

const CUTS: Readonly<Record<string, (signature: Uint8Array) => Uint8Array>> = {
  nothing: () => new Uint8Array(),
  "its first byte": (bytes) => bytes.slice(0, 1),
  "its first 8 bytes": (bytes) => bytes.slice(0, 8),
  "its first 16 bytes": (bytes) => bytes.slice(0, 16),
  "its first half": (bytes) => bytes.slice(0, bytes.length / 2),
  "all but the last byte": (bytes) => bytes.slice(0, -1),
  "all but the first byte": (bytes) => bytes.slice(1),
  "a 00 ahead": (bytes) => joined([0], bytes),
  "a 00 behind": (bytes) => joined(bytes, [0]),
  "four bytes behind": (bytes) => joined(bytes, [0xa5, 0xa5, 0xa5, 0xa5]),
  "itself twice": (bytes) => joined(bytes, bytes),
  "as many zeros": (bytes) => new Uint8Array(bytes.length),
};

export const cut: Check = {
  id: "signature.cut",
  requirement: "SIG-17",
  title: { en: "A signature cut short or made longer is refused", zh: "被截断或加长的签名被拒绝" },
  effort: "standard",
  isolated: true,
  each: eachSubject,
  async run(session, instance) {
    await expectEachRefused(session, {
      draft: await session.request(interfaceOf(instance)),
      forms: Object.entries(CUTS).map(([name, signature]) => ({
        name: `in place of the signature: ${name}`,
        tamper: { signature },
        codes: session.code("signature"),
      })),
      what: { en: "a signature of another length", zh: "长度不符的签名" },
      likelyCause: { en: "Only as many bytes are compared as were sent.", zh: "仅按收到的长度比对签名。" },
    });
  },
};
