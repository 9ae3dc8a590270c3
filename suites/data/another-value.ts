/**
 * Another value of the same form: a digit in the middle raised by one, so that a comparison of the ends alone is found
 * too. A name, where digits are few, gets one character more.
 */
export function anotherLike(value: string): string {
  const digits = [...value.matchAll(/\d/gu)];
  // A nine has no digit after it, and any other digit stays one.
  const raised = digits.filter(([digit]) => digit !== "9").map(({ index }) => index);
  const at = raised[Math.floor(raised.length / 2)];
  return at === undefined || digits.length < value.length / 2
    ? `${value}二`
    : value.slice(0, at) + String(Number(value[at]) + 1) + value.slice(at + 1);
}
