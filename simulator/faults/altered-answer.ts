import type { Fault } from "./fault.ts";

const BLANK = new TextEncoder().encode(" ");

/**
 * The answer is changed on its way: every number in it is one more, and its signature is unchanged. Where it has no number,
 * a blank at its end is enough: the bytes are no longer those that were signed.
 */
export const alteredAnswer: Fault = {
  name: "altered-answer",
  title: { en: "Answer changed on its way", zh: "应答在途中被篡改" },
  settings: {},
  after: (_context, response) => {
    const body = withOtherNumbers(response.body);
    const same = Buffer.from(body).equals(response.body);
    return { ...response, body: same ? Buffer.concat([body, BLANK]) : body };
  },
};

/** A JSON text or a form with every number one more, of a decimal text the last digit; anything else as it is. */
export function withOtherNumbers(body: Uint8Array): Uint8Array {
  const text = new TextDecoder().decode(body);
  if (/^[\w.-]+=/.test(text))
    return new TextEncoder().encode(
      text.replaceAll(/=(0|[1-9]\d{0,14})(?=&|$)/g, (_all, digits: string) => `=${Number(digits) + 1}`),
    );
  try {
    const changed: unknown = JSON.parse(text, (_name, value: unknown) =>
      typeof value === "number" ? value + 1 : typeof value === "string" ? withOtherDecimal(value) : value,
    );
    return new TextEncoder().encode(JSON.stringify(changed));
  } catch {
    return body;
  }
}

/** An amount written as a decimal text, such as 12.34, with one more in its last place; any other text as it is. */
function withOtherDecimal(text: string): string {
  const [, whole, places] = /^(\d{1,12})\.(\d{1,4})$/.exec(text) ?? [];
  if (whole === undefined || places === undefined) return text;
  const digits = String(Number(whole + places) + 1).padStart(places.length + 1, "0");
  return `${digits.slice(0, -places.length)}.${digits.slice(-places.length)}`;
}
