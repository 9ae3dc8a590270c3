import { expect, test } from "vitest";
import { didYouMean, nearName } from "./near-name.ts";

test("suggests the nearest name in any case", () => {
  expect(nearName("payment.creat", ["payment.create", "payment.close", "echo"])).toBe("payment.create");
  expect(nearName("EHCO", ["payment.create", "echo"])).toBe("echo");
});

test("makes a suggestion only when a name is near", () => {
  expect(nearName("zebra", ["payment.create", "echo"])).toBeUndefined();
  expect(didYouMean("zebra", ["payment.create"])).toBe("");
  expect(didYouMean("ehco", ["echo"])).toBe('did you mean "echo"? ');
});
