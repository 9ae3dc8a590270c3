import * as fc from "fast-check";
import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import { decodeBase64Strict, encodeBase64 } from "./base64.ts";

describe("base64", () => {
  it("base64 writes and reads what Node does", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const written = encodeBase64(bytes);
        expect(written).toBe(Buffer.from(bytes).toString("base64"));
        expect(decodeBase64Strict(written)).toEqual(bytes);
      }),
    );
  });

  it("base64 accepts only the one canonical spelling of the bytes", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...Array.from("ABgwQ/+-_= \n9é")), maxLength: 8 }), (written) => {
        const canonical = Buffer.from(written, "base64").toString("base64") === written;
        expect(decodeBase64Strict(written) !== undefined).toBe(canonical);
      }),
      { numRuns: 5000 },
    );
  });

  it.each([
    "A",
    "AA",
    "AAA",
    "AA=",
    "AB==",
    "AAB=",
    "A===",
    "====",
    "=AAA",
    "AA=A",
    "AA==AAAA",
    "AAAA\n",
    " AAAA",
    "AA-_",
    "AAAĀ",
  ])("base64 refuses %j", (written) => {
    expect(decodeBase64Strict(written)).toBeUndefined();
  });
});
