/** The words of a name: `CreateDomesticPayment`, `post-paymentLinks` and `out_trade_no` have three, three and three. */
function words(name: string): readonly string[] {
  return name
    .normalize("NFKD")
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== "")
    .map((word) => word.toLowerCase());
}

const begunByLetter = (name: string): string => (/^[a-z]/.test(name) ? name : `x${name}`);

/** `create-domestic-payment`. At most 80 characters. */
export const kebab = (name: string): string => begunByLetter(words(name).join("-")).slice(0, 80).replace(/-$/, "");

/** `create_domestic_payment`. */
export const snake = (name: string): string => kebab(name).replaceAll("-", "_");

/** `AWAITING_PAYMENT`, as states are written. */
export const upperSnake = (name: string): string => {
  const upper = words(name).join("_").toUpperCase();
  return upper === "" || upper === "ABSENT" || !/^[A-Z]/.test(upper) ? `STATE_${upper}` : upper;
};

/** A name that `taken` does not have, which it then has. */
export function unique(name: string, taken: Set<string>): string {
  let found = name;
  for (let next = 2; taken.has(found); next += 1) found = `${name}-${next}`;
  taken.add(found);
  return found;
}

/** One of what a path's segment names many of: `payment-links` has `payment-link`. */
export const singular = (name: string): string => (/[^s]s$/.test(name) ? name.slice(0, -1) : name);
