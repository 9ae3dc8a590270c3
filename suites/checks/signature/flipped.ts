import type { PlanContext, Check, Instance } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import type { PartId } from "../../../core/envelope/envelope.ts";
import type { WireEnvelope } from "../../wire/envelope/wire-envelope.ts";
import type { Tamper } from "../../wire/sealed-request.ts";

/** One change in a part, the signature left as it was. Every change leaves a request that is otherwise right. */
const CHANGES: Readonly<Partial<Record<PartId, Readonly<Record<string, (envelope: WireEnvelope) => Tamper>>>>> = {
  method: {
    method: () => ({ signed: (message) => ({ ...message, method: message.method === "GET" ? "POST" : "GET" }) }),
  },
  target: {
    path: () => ({
      signed: (message) => ({
        ...message,
        target: message.target.replace(/^\/([^/?]*)/, (_all, first: string) => `/${first}x`),
      }),
    }),
    query: () => ({
      signed: (message) => ({ ...message, target: `${message.target}${message.target.includes("?") ? "&" : "?"}x=1` }),
    }),
  },
  party: { party: () => ({ signed: (message) => ({ ...message, party: flipLast(message.party) }) }) },
  serial: { serial: () => ({ signed: (message) => ({ ...message, serial: flipLast(message.serial) }) }) },
  algorithm: { algorithm: () => ({ signed: (message) => ({ ...message, algorithm: flipLast(message.algorithm) }) }) },
  timestamp: {
    timestamp: () => ({ signed: (message) => ({ ...message, timestamp: otherDigit(message.timestamp) }) }),
  },
  nonce: { nonce: () => ({ signed: (message) => ({ ...message, nonce: flipLast(message.nonce) }) }) },
  body: { body: ({ otherBody }) => ({ signed: (message) => ({ ...message, body: otherBody(message.body) }) }) },
};

/** The changes of all parts that the envelope's signature covers, by name, and of the signature itself. */
function changesOf(envelope: WireEnvelope): Readonly<Record<string, Tamper>> {
  return {
    ...Object.fromEntries(
      envelope.requestParts
        .filter(({ covered }) => covered)
        .flatMap(({ id }) => Object.entries(CHANGES[id] ?? {}).map(([name, change]) => [name, change(envelope)])),
    ),
    signature: { signature: (bytes) => flipBit(bytes) },
  };
}

export const flipped: Check = {
  id: "signature.flipped",
  requirement: "SIG-02",
  title: { en: "A change in any signed part is refused", zh: "任一被签部分的改动均被拒绝" },
  effort: "smoke",
  isolated: true,
  each: ({ provided, pack }: PlanContext): readonly Instance[] =>
    provided.flatMap((one) =>
      Object.keys(changesOf(pack.requestEnvelope(one))).map((part) => ({
        id: `${one.id}/${part}`,
        interface: one.id,
        data: part,
      })),
    ),
  async run(session, instance) {
    const part = String(instance.data);
    const draft = await session.request(interfaceOf(instance));
    const before = await session.observe(draft);
    const exchange = await session.send(draft, {
      label: `signature over another ${part}`,
      tamper: changesOf(session.pack.requestEnvelope(draft.interface))[part] as Tamper,
    });
    session.expectRefusal(exchange, session.code("signature"), {
      en: `The ${part} is not covered by the signature check, or its result is ignored.`,
      zh: `验签未覆盖 ${part}，或忽略了验签结果。`,
    });
    await session.expectUnchanged(before, {
      en: `a request whose ${part} was not what was signed`,
      zh: `${part} 与签名不符的请求`,
    });
    session.expectSuccess(await session.send(draft, { label: "the same request, signed as sent" }));
  },
};

function flipBit(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(bytes);
  const middle = Math.floor(copy.length / 2);
  copy[middle] = (copy[middle] ?? 0) ^ 1;
  return copy;
}

/** The same with another last digit. */
function otherDigit(text: string): string {
  return text.slice(0, -1) + (text.endsWith("1") ? "2" : "1");
}

function flipLast(text: string): string {
  return text.slice(0, -1) + (text.endsWith("a") ? "b" : "a");
}
