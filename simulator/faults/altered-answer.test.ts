import { expect, test } from "vitest";
import { alteredAnswer, withOtherNumbers } from "./altered-answer.ts";

const changed = (text: string): string => new TextDecoder().decode(withOtherNumbers(new TextEncoder().encode(text)));

test.each([
  ["JSON", '{"amount":{"value":100},"state":"SUCCEEDED"}', '{"amount":{"value":101},"state":"SUCCEEDED"}'],
  ["amounts in decimal texts", '{"amount":"0.99","fee":"12.34","no":"7"}', '{"amount":"1.00","fee":"12.35","no":"7"}'],
  ["a form", "total_fee=100&trade_no=T1&refund_fee=0", "total_fee=101&trade_no=T1&refund_fee=1"],
  ["a file", "a,1\n", "a,1\n"],
])("every number of %s is one more, and what has none stays", (_what, body, other) => {
  expect(changed(body)).toBe(other);
});

test("an answer without a number is changed all the same", () => {
  const body = new TextEncoder().encode('{"state":"SUCCEEDED"}');
  const sent = alteredAnswer.after?.({} as never, { status: 200, headers: [], body } as never);
  expect(sent).toMatchObject({ body: Buffer.from('{"state":"SUCCEEDED"} ') });
});
