import { describe, expect, it } from "vitest";
import { add, compare, CurrencyMismatch, decimal, isMoney, isZero, money, share, subtract, zero } from "./money.ts";

const cny = (value: number) => ({ value, currency: "CNY" });

describe("money", () => {
  it("adds, subtracts and compares amounts of one currency", () => {
    expect(add(cny(1), cny(2))).toEqual(cny(3));
    expect(subtract(cny(1), cny(3))).toEqual(cny(-2));
    expect([compare(cny(1), cny(2)), compare(cny(2), cny(2)), compare(cny(3), cny(2))]).toEqual([-1, 0, 1]);
    expect(isZero(zero("CNY"))).toBe(true);
    expect(isZero(cny(1))).toBe(false);
  });

  it("refuses to combine currencies", () => {
    for (const operation of [add, subtract, compare]) {
      expect(() => operation(cny(1), { value: 1, currency: "USD" })).toThrow(CurrencyMismatch);
    }
  });

  it("refuses fractions and integers that exceed a double", () => {
    expect(() => money(0.1, "CNY")).toThrow(RangeError);
    expect(() => add(cny(Number.MAX_SAFE_INTEGER), cny(1))).toThrow(/safe integer/u);
    expect(() => compare(cny(Number.NaN), cny(1))).toThrow(RangeError);
    expect(() => isZero(cny(Number.POSITIVE_INFINITY))).toThrow(RangeError);
  });

  it("takes a share in basis points, halves away from zero", () => {
    expect(share(cny(10_000), 60)).toEqual(cny(60));
    expect(share(cny(83), 60)).toEqual(cny(0)); // 0.498
    expect(share(cny(84), 60)).toEqual(cny(1)); // 0.504
    expect(share(cny(1), 5_000)).toEqual(cny(1)); // 0.5
    expect(share(cny(-1), 5_000)).toEqual(cny(-1));
    expect(share(cny(-1), 4_999)).toEqual(cny(0));
  });

  it("stays exact where a product of doubles would round", () => {
    expect(share(cny(Number.MAX_SAFE_INTEGER), 9_999).value).toBe(
      Number((BigInt(Number.MAX_SAFE_INTEGER) * 9_999n + 5_000n) / 10_000n),
    );
    expect(() => share(cny(Number.MAX_SAFE_INTEGER), 20_000)).toThrow(RangeError);
  });

  it("prints major units exactly, whatever the currency's minor units", () => {
    expect(decimal(cny(100), 2)).toBe("1.00");
    expect(decimal(cny(5), 2)).toBe("0.05");
    expect(decimal(cny(-5), 2)).toBe("-0.05");
    expect(decimal({ value: 12, currency: "JPY" }, 0)).toBe("12");
    expect(decimal({ value: 1234, currency: "KWD" }, 3)).toBe("1.234");
    expect(decimal(cny(Number.MAX_SAFE_INTEGER), 2)).toBe("90071992547409.91");
  });

  it("tells money from look-alikes", () => {
    expect(isMoney(cny(1))).toBe(true);
    for (const other of [
      null,
      1,
      "1",
      {},
      { value: "1", currency: "CNY" },
      { value: 1.5, currency: "CNY" },
      { value: 1 },
      Object.create(cny(1)),
    ]) {
      expect(isMoney(other)).toBe(false);
    }
  });
});
