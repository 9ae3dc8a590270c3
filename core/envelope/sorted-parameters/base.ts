export type Parameter = readonly [name: string, value: string];

const utf8 = new TextEncoder();

/** The bytes that a signature covers: parameters with a value, sorted by the code units of their names, values as they read. */
export function sortedBase(parameters: readonly Parameter[]): Uint8Array {
  return utf8.encode(sortedText(parameters));
}

function sortedText(parameters: readonly Parameter[]): string {
  return parameters
    .filter(([, value]) => value !== "")
    .toSorted(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

/**
 * The first parameter whose value makes the base readable in two ways: values are not escaped in it, so `a=1&b=2` may be
 * two parameters or one. A signature over such a base would fit another message too.
 */
export function ambiguous(parameters: readonly Parameter[]): string | undefined {
  return parameters.find(([, value]) => /&[^&=]+=/.test(value))?.[0];
}
