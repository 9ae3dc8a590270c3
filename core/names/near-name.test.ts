import { expect, test } from "vitest";
import { nearName, suggestion } from "./near-name.ts";

test("suggests the nearest name in any case", () => {
  expect(nearName("payment.creat", ["payment.create", "payment.close", "echo"])).toBe("payment.create");
  expect(nearName("EHCO", ["payment.create", "echo"])).toBe("echo");
});

test("makes a suggestion only when a name is near", () => {
  expect(nearName("zebra", ["payment.create", "echo"])).toBeUndefined();
  expect(suggestion("zebra", ["payment.create"])).toEqual({ en: "", zh: "" });
  expect(suggestion("ehco", ["echo"])).toEqual({ en: 'Did you mean "echo"? ', zh: "是否要写“echo”？" });
});
