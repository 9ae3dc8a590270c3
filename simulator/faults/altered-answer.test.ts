import { expect, test } from "vitest";
import { withOtherNumbers } from "./altered-answer.ts";

const changed = (text: string): string => new TextDecoder().decode(withOtherNumbers(new TextEncoder().encode(text)));

test.each([
  ["JSON", '{"amount":{"value":100},"state":"SUCCEEDED"}', '{"amount":{"value":101},"state":"SUCCEEDED"}'],
  ["a form", "total_fee=100&trade_no=T1&refund_fee=0", "total_fee=101&trade_no=T1&refund_fee=1"],
  ["a file", "a,1\n", "a,1\n"],
])("every number of %s is one more, and what has none stays", (_what, body, other) => {
  expect(changed(body)).toBe(other);
});
