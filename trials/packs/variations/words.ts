import type { PackSource } from "../../../core/pack/types.ts";
import { pick, rewritten, worded } from "../variation.ts";
import type { Variation } from "../variation.ts";

/** Names of fields as other banks have them. `party_id` is the engine's own word in rows; dialects call it otherwise. */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  out_trade_no: ["merchant_order_no"],
  out_refund_no: ["refund_order_no"],
  out_preauth_no: ["hold_no"],
  out_exchange_no: ["deal_no"],
  out_quote_no: ["inquiry_no"],
  transaction_id: ["bank_serial_no"],
  remark: ["attach", "memo"],
  created_at: ["gmt_create"],
};

export const rename: Variation = {
  name: "other names of fields",
  vary: (source, random) => {
    const text = JSON.stringify(source);
    const known = Object.keys(OTHER_NAMES).filter((name) => text.includes(`"${name}":`));
    const first = random.below(known.length);
    return [0, 1, 2].reduce((made, turn) => {
      const from = known[(first + turn) % known.length] as string;
      const to = pick(random, OTHER_NAMES[from] ?? []);
      return text.includes(`"${to}"`) ? made : worded(made, from, to);
    }, source);
  },
};

export const codes: Variation = {
  name: "other codes",
  vary: (source, random) => {
    const style = pick(random, [(code: string) => `${code}_ERR`, (code: string) => `BANK_${code}`]);
    return source.errors.reduce((made, { code }) => worded(made, code, style(code)), source);
  },
};

export const shorter: Variation = {
  name: "other lengths of numbers",
  vary: (source, random) => {
    // Orders that are seeded have numbers of these lengths, too.
    const [least, most, seeded] = pick(random, [
      [8, 20, "ORDER_"],
      [14, 28, "SEED_ORDER_"],
      [1, 64, "SEED_ORDER_"],
    ] as const);
    return rewritten(source, (text) =>
      text
        .replaceAll("{6,32}$", `{${least},${most}}$`)
        .replaceAll('"minLength":6,"maxLength":32', `"minLength":${least},"maxLength":${most}`)
        .replaceAll('"SEED_ORDER_', `"${seeded}`),
    );
  },
};

export const currency: Variation = {
  name: "another currency",
  vary: (source) => (source.manifest.currencies.length > 1 ? source : worded(source, "CNY", "EUR")),
};

/** One code for all that is not found, as gateways with few codes have it. */
export const fewerCodes: Variation = {
  name: "one code for all that is not found",
  vary: (source) => {
    const missing = source.errors.filter(({ reason }) => reason === "not-found");
    const [first] = missing;
    if (first === undefined || missing.length === 1) return source;
    const provoke = missing.flatMap((one) => one.provoke ?? []);
    const merged = {
      ...source,
      errors: source.errors.flatMap((one) =>
        one === first
          ? [{ ...first, ...(provoke.length === 0 ? {} : { provoke }) }]
          : missing.includes(one)
            ? []
            : [one],
      ),
    };
    const made = missing.slice(1).reduce<PackSource>((told, { code }) => worded(told, code, first.code), merged);
    return { ...made, interfaces: made.interfaces.map((one) => ({ ...one, errors: [...new Set(one.errors)] })) };
  },
};
