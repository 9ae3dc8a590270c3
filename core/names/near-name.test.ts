import { expect, test } from "vitest";
import { didYouMean, nearName } from "./near-name.ts";

test("the nearest name is found, whatever its case", () => {
  expect(nearName("payment.creat", ["payment.create", "payment.close", "echo"])).toBe("payment.create");
  expect(nearName("EHCO", ["payment.create", "echo"])).toBe("echo");
});

test("nothing is suggested for a word that resembles none", () => {
  expect(nearName("zebra", ["payment.create", "echo"])).toBeUndefined();
  expect(didYouMean("zebra", ["payment.create"])).toBe("");
  expect(didYouMean("ehco", ["echo"])).toBe('did you mean "echo"? ');
});
