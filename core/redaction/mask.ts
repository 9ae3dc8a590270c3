/** What a sensitive value is. */
export type Kind = "account" | "name" | "identity" | "mobile" | "secret";

/** Keeps what a person needs to tell two values apart, at most the first six and last four of an account number. */
export const MASK: Readonly<Record<Kind, (value: string) => string>> = {
  account: (value) => keep(value, value.length >= 14 ? 6 : 0, 4),
  identity: (value) => keep(value, 1, 1),
  mobile: (value) => keep(value, 3, 4),
  name: (value) => `${Array.from(value)[0] ?? ""}${"*".repeat(Math.max(1, Array.from(value).length - 1))}`,
  secret: () => "******",
};

function keep(value: string, start: number, end: number): string {
  // A value too short to hide anything between its ends is hidden whole.
  if (value.length <= start + end + 2) return "*".repeat(value.length);
  return value.slice(0, start) + "*".repeat(value.length - start - end) + value.slice(value.length - end);
}

/** Numbers of accounts in keys, messages and stacks, where no field's name tells: 12 digits and more. */
export function maskAccountNumbers(text: string): string {
  return text.replaceAll(/\d{12,}/g, (digits) => MASK.account(digits));
}

/**
 * Card and identity numbers that strayed into free text: 15 to 19 digits standing alone, with a card's or identity
 * number's check digit.
 */
export function longNumbers(text: string): string {
  return text.replaceAll(/(?<![\dA-Za-z_-])\d{15,19}(?![\dA-Za-z_-])/g, (digits) =>
    luhn(digits) ? MASK.account(digits) : digits,
  );
}

function luhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
