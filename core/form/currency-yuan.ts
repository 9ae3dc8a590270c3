import type { FieldForm } from "./form.ts";
import { yuan } from "./yuan.ts";

/** Minor units as the code of the pack's first currency and a decimal text: 1234 is `"CNY12.34"`. */
export const currencyYuan: FieldForm = {
  holds: "integer",
  read: (text, context) =>
    text.startsWith(context.currency) ? yuan.read(text.slice(context.currency.length), context) : undefined,
  write(value, context) {
    const text = yuan.write(value, context);
    return text === undefined ? undefined : context.currency + text;
  },
  example: (context) => context.currency + yuan.example(context),
  nearMisses: (context) => [
    ...yuan.nearMisses(context).map((miss) => context.currency + miss),
    yuan.example(context),
    `${context.currency.toLowerCase()}${yuan.example(context)}`,
    `${context.currency} ${yuan.example(context)}`,
  ],
};
