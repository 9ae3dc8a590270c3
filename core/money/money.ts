/** Money: an integer number of minor units and an ISO 4217 code. Never a fraction, never a float. */
export interface Money {
  /** Minor units (fen, cents); a safe integer, negative only in the middle of arithmetic. */
  readonly value: number;
  readonly currency: string;
}

/** Two amounts of different currencies met in one operation: there is no exchange rate inside the project. */
export class CurrencyMismatch extends Error {
  readonly left: string;
  readonly right: string;
  constructor(operation: string, left: string, right: string) {
    super(
      `${operation}: cannot combine ${left} with ${right}. Both amounts must be of one currency; compare the currencies first and refuse the request, or convert before calling.`,
    );
    this.name = "CurrencyMismatch";
    this.left = left;
    this.right = right;
  }
}

/** True for an object with exactly the shape of money: own `value` a safe integer, own `currency` a text. */
export function isMoney(value: unknown): value is Money {
  if (
    typeof value !== "object" ||
    value === null ||
    !Object.hasOwn(value, "value") ||
    !Object.hasOwn(value, "currency")
  )
    return false;
  return (
    "value" in value && Number.isSafeInteger(value.value) && "currency" in value && typeof value.currency === "string"
  );
}

/** An amount from its parts. Throws `RangeError` when `value` is not a safe integer. */
export function money(value: number, currency: string): Money {
  return { value: safe("money", value), currency };
}

/** Nothing, in `currency`. */
export function zero(currency: string): Money {
  return { value: 0, currency };
}

/** Throws `CurrencyMismatch`, and `RangeError` when an operand or the sum is not a safe integer. */
export function add(left: Money, right: Money): Money {
  same("add", left, right);
  return { value: safe("add", left.value + right.value), currency: left.currency };
}

/** `left - right`; may be negative. Throws like `add`. */
export function subtract(left: Money, right: Money): Money {
  same("subtract", left, right);
  return { value: safe("subtract", left.value - right.value), currency: left.currency };
}

/** -1, 0 or 1. Throws like `add`. */
export function compare(left: Money, right: Money): -1 | 0 | 1 {
  same("compare", left, right);
  return left.value < right.value ? -1 : left.value > right.value ? 1 : 0;
}

/** Throws `RangeError` when the value is not a safe integer. */
export function isZero(amount: Money): boolean {
  return safe("isZero", amount.value) === 0;
}

/**
 * `basisPoints` ten-thousandths of an amount, halves rounded away from zero (half up, for a fee and its reversal alike).
 * Exact: the product is taken in BigInt. Throws `RangeError` for anything that is not a safe integer.
 */
export function share(amount: Money, basisPoints: number): Money {
  return portion(amount, basisPoints, 10_000);
}

/**
 * `amount * numerator / denominator`, rounded once, halves away from zero: a part of an amount, interest by days, an
 * amount at a rate of exchange. Exact: the product is taken in BigInt. Throws `RangeError` for anything that is not a
 * safe integer, and for a denominator below 1.
 */
export function portion(amount: Money, numerator: number, denominator: number): Money {
  const divisor = BigInt(safe("portion (denominator)", denominator));
  if (divisor < 1n) throw new RangeError(`portion: the denominator must be at least 1, not ${denominator}.`);
  const product = BigInt(safe("portion", amount.value)) * BigInt(safe("portion (numerator)", numerator));
  const magnitude = product < 0n ? -product : product;
  const rounded = (2n * magnitude + divisor) / (2n * divisor);
  return { value: safe("portion", Number(product < 0n ? -rounded : rounded)), currency: amount.currency };
}

/** The amount as a decimal text in major units: `decimal({value: 5, currency: "CNY"}, 2)` is `"0.05"`. Exact. */
export function decimal(amount: Money, minorUnits: number): string {
  const value = safe("decimal", amount.value);
  const sign = value < 0 ? "-" : "";
  const digits = String(Math.abs(value)).padStart(minorUnits + 1, "0");
  return minorUnits === 0 ? sign + digits : `${sign}${digits.slice(0, -minorUnits)}.${digits.slice(-minorUnits)}`;
}

/**
 * Minor units of a decimal text in major units: `fromDecimal("0.5", 2)` is 50. Undefined for a text that is no such
 * number exactly: more decimals than the currency has, zeros ahead, an exponent, a plus sign, blanks.
 */
export function fromDecimal(text: string, minorUnits: number): number | undefined {
  const match = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?$/u.exec(text);
  if (match === null) return undefined;
  const [, sign = "", whole = "", fraction = ""] = match;
  if (fraction.length > minorUnits) return undefined;
  const value = Number(whole + fraction.padEnd(minorUnits, "0"));
  // -0 would compare unlike 0.
  return Number.isSafeInteger(value) ? (sign === "-" && value !== 0 ? -value : value) : undefined;
}

function same(operation: string, left: Money, right: Money): void {
  safe(operation, left.value);
  safe(operation, right.value);
  if (left.currency !== right.currency) throw new CurrencyMismatch(operation, left.currency, right.currency);
}

function safe(operation: string, value: number): number {
  if (!Number.isSafeInteger(value)) {
    throw new RangeError(
      `${operation}: ${String(value)} is not a safe integer of minor units (within ±${Number.MAX_SAFE_INTEGER}). Amounts are whole fen or cents; bound them in the request's schema.`,
    );
  }
  // -0 would print and serialise as 0 but fail Object.is; adding 0 turns it into 0.
  return value + 0;
}
