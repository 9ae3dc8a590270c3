import { expect, test } from "vitest";
import { quotation } from "./quotation.ts";

test("a quotation of a long text tells its true length, and cuts no character in two", () => {
  expect(quotation("short")).toBe("short");
  expect(quotation("x".repeat(3_180_000))).toBe(`${"x".repeat(2_000)}… (3180000 characters in all)`);
  expect(quotation("ab😀", 3)).toBe("ab… (4 characters in all)");
});
