import type { Json } from "../../../core/unit/unit.ts";
import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import { expectEachRefused } from "../corpus.ts";

/** Other bytes of the same JSON value. */
const SERIALISATIONS: Readonly<Record<string, (value: Json) => string>> = {
  "a line break at its end": (value) => `${JSON.stringify(value)}\n`,
  "a space at its beginning": (value) => ` ${JSON.stringify(value)}`,
  "spaces after colons and commas": (value) => spacedOut(value),
  indented: (value) => JSON.stringify(value, null, 2),
  "keys in reverse order": (value) => JSON.stringify(reversed(value)),
  "letters escaped": (value) => escaped(JSON.stringify(value)),
};

export const serialisation: Check = {
  id: "canonical.serialisation",
  requirement: "CAN-03",
  title: {
    en: "The signature covers the bytes as sent, however they are serialised",
    zh: "签名覆盖实际发送的字节，与序列化方式无关",
  },
  effort: "smoke",
  body: "json",
  isolated: true,
  each: eachInterface((one) => one.request.body !== undefined),
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    const body = draft.body as Json;
    const unlike = Object.entries(SERIALISATIONS).filter(([, made]) => made(body) !== JSON.stringify(body));
    await expectEachRefused(
      session,
      {
        draft,
        forms: unlike.flatMap(([name, made]) => [
          {
            name: `sent: ${name}; signed: as short as can be`,
            codes: session.code("signature"),
            tamper: {
              payload: () => new TextEncoder().encode(made(body)),
              signed: (parts) => ({ ...parts, body: new TextEncoder().encode(JSON.stringify(body)) }),
            },
          },
          {
            name: `sent: as short as can be; signed: ${name}`,
            codes: session.code("signature"),
            tamper: { signed: (parts) => ({ ...parts, body: new TextEncoder().encode(made(body)) }) },
          },
        ]),
        what: { en: "a body serialised otherwise than signed", zh: "序列化与签名时不同的报文体" },
        likelyCause: {
          en: "The body is parsed and serialised again before it is verified.",
          zh: "验签前先解析再重新序列化报文体。",
        },
      },
      { body: () => new TextEncoder().encode(`\r\n\t ${escaped(JSON.stringify(reversed(body), null, 3))} \n`) },
    );
  },
};

/** As other languages' serialisers write it. */
function spacedOut(value: Json): string {
  return JSON.stringify(value, null, 1)
    .replaceAll(/\n */g, " ")
    .replaceAll(/([{[]) | ([}\]])/g, "$1$2");
}

function reversed(value: Json): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, each]) => [name, reversed(each as Json)]),
  );
}

/** The first letter of every string behind a colon as an escape; slashes as `\/`. */
function escaped(json: string): string {
  return json
    .replaceAll(
      /(:\s*")([A-Za-z])/g,
      (_all, before: string, letter: string) => `${before}\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
    )
    .replaceAll("/", "\\/");
}
