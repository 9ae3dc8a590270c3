import type { Fault } from "./fault.ts";

/** The answer is changed on its way: every number in it is one more, and its signature is unchanged. */
export const alteredAnswer: Fault = {
  name: "altered-answer",
  title: { en: "Answer changed on its way", zh: "应答在途中被篡改" },
  settings: {},
  after: (_context, response) => ({ ...response, body: withOtherNumbers(response.body) }),
};

/** A JSON text or a form with every number one more; anything else as it is. */
export function withOtherNumbers(body: Uint8Array): Uint8Array {
  const text = new TextDecoder().decode(body);
  if (/^[\w.-]+=/.test(text))
    return new TextEncoder().encode(
      text.replaceAll(/=(0|[1-9]\d{0,14})(?=&|$)/g, (_all, digits: string) => `=${Number(digits) + 1}`),
    );
  try {
    const changed: unknown = JSON.parse(text, (_name, value: unknown) =>
      typeof value === "number" ? value + 1 : value,
    );
    return new TextEncoder().encode(JSON.stringify(changed));
  } catch {
    return body;
  }
}
