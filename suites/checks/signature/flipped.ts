import type { PlanContext, Check, Instance } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import type { Tamper } from "../../wire/sealed-request.ts";

/** One change in one signed part, the signature left as it was. Every change leaves a request that is otherwise right. */
const PARTS: Readonly<Record<string, Tamper>> = {
  method: { signed: (parts) => ({ ...parts, method: parts.method === "GET" ? "POST" : "GET" }) },
  path: {
    signed: (parts) => ({
      ...parts,
      target: parts.target.replace(/^\/([^/?]*)/, (_all, first: string) => `/${first}x`),
    }),
  },
  query: {
    signed: (parts) => ({
      ...parts,
      target: `${parts.target}${parts.target.includes("?") ? "&" : "?"}x=1`,
    }),
  },
  timestamp: { signed: (parts) => ({ ...parts, timestamp: String(Number(parts.timestamp) - 1) }) },
  nonce: { signed: (parts) => ({ ...parts, nonce: flipLast(parts.nonce) }) },
  body: {
    signed: (parts) => ({ ...parts, body: parts.body.length === 0 ? new Uint8Array([0x20]) : flipBit(parts.body) }),
  },
  signature: { signature: (bytes) => flipBit(bytes) },
};

export const flipped: Check = {
  id: "signature.flipped",
  requirement: "SIG-02",
  title: { en: "A change in any signed part is refused", zh: "任一被签部分的改动均被拒绝" },
  effort: "smoke",
  isolated: true,
  each: ({ provided }: PlanContext): readonly Instance[] =>
    provided.flatMap((one) =>
      Object.keys(PARTS).map((part) => ({ id: `${one.id}/${part}`, interface: one.id, data: part })),
    ),
  async run(session, instance) {
    const part = String(instance.data);
    const draft = await session.request(interfaceOf(instance));
    const before = await session.observe(draft);
    const exchange = await session.send(draft, {
      label: `signature over another ${part}`,
      tamper: PARTS[part] as Tamper,
    });
    session.expectRefusal(exchange, session.code("signature"), {
      en: `The ${part} is not covered by the signature check, or its result is ignored.`,
      zh: `验签未覆盖 ${part}，或忽略了验签结果。`,
    });
    await session.expectUnchanged(before, `a request whose ${part} was not what was signed`);
    session.expectSuccess(await session.send(draft, { label: "the same request, signed as sent" }));
  },
};

function flipBit(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(bytes);
  const middle = Math.floor(copy.length / 2);
  copy[middle] = (copy[middle] ?? 0) ^ 1;
  return copy;
}

function flipLast(text: string): string {
  return text.slice(0, -1) + (text.endsWith("a") ? "b" : "a");
}
