import { formOf, formProblem } from "../../../core/form/forms.ts";
import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import { valueAt } from "../../generators/fields.ts";
import type { Leaf } from "../../generators/fields.ts";
import { amountIn } from "../../resources/amount-leaf.ts";
import type { Session } from "../../session.ts";

/** As they stand on the wire, in place of the integer. */
const VALUES = [
  "0",
  "-1",
  "-100",
  "-0",
  "1.5",
  "0.001",
  "1.0",
  "100.00",
  "1e2",
  "1E2",
  "1e-3",
  "99999999999999.99",
  "10000000000001",
  "99999999999999999999",
  "1e400",
  '"100"',
  '"1.00"',
  '"\uff11\uff10\uff10"',
  "\uff11\uff10\uff10",
  '" 1"',
  '""',
  "null",
  "true",
  "[100]",
  '{"value":100}',
  "NaN",
  "Infinity",
  "0100",
  "+100",
  "0x64",
  "1_000",
  "1,000",
];
const CURRENCIES = ["cny", "CN", "CNYY", "C\u041dY", "\uff23\uff2e\uff39", "156", "", " CNY", "CNY\\n"];
const FOREIGN = ["USD", "JPY", "BHD", "XXX"];

/** For an amount that is a text: what looks like its form and is of another, nothing, and what is no text. */
function valuesOfText({ pack }: Session, { schema }: Leaf, right: string): readonly string[] {
  const { forms } = pack.schemas;
  const form = formOf(schema);
  const texts = [
    ...(form?.nearMisses(forms) ?? []),
    form?.write(0, forms) ?? "",
    form?.write(-1, forms) ?? "",
    "",
    " 1",
  ];
  return [
    ...texts.filter((text) => formProblem(schema, text, forms) !== undefined).map((text) => JSON.stringify(text)),
    right.slice(1, -1),
    `[${right}]`,
    `{"value":${right}}`,
    "null",
    "true",
    "NaN",
  ];
}

/** A place for money: an object of a number and a currency. */
export const amounts: Check = {
  id: "parsing.amounts",
  requirement: "PAR-13",
  title: { en: "Amounts outside the rules are refused", zh: "不合规金额被拒绝" },
  effort: "standard",
  body: "json",
  isolated: true,
  each: eachInterface((one, { pack }) => one.notification === undefined && amountIn(pack, one)?.currency !== undefined),
  async run(session, instance) {
    const one = session.pack.interface(interfaceOf(instance));
    const amount = amountIn(session.pack, one);
    if (amount?.currency === undefined) throw new TypeError(`${one.id} takes no amount with a currency`);
    const draft = await session.request(one.id);
    const before = await session.observe(draft);
    const codes = [session.code("schema"), session.code("decode")];
    const send = (path: readonly string[], json: string): ReturnType<typeof session.send> =>
      session.send(draft, {
        label: `/${path.join("/")} ${json}`,
        tamper: { body: () => session.bodyWith(draft, path, json) },
      });
    const { leaf, currency: ofCurrency } = amount;
    const right = JSON.stringify(valueAt(draft.body, leaf.path));
    for (const value of leaf.schema["type"] === "integer" ? VALUES : valuesOfText(session, leaf, right))
      session.expectRefusal(await send(leaf.path, value), codes, {
        en: "The amount is read as a float, or its bounds are not checked.",
        zh: "金额按浮点数读取，或未校验取值范围。",
      });
    for (const currency of CURRENCIES) session.expectRefusal(await send(ofCurrency, `"${currency}"`), codes);
    const known = session.pack.source.manifest.currencies.map((one) => one.code);
    const foreign = session.pack.resources.codes(one, "currency");
    if (foreign.length > 0)
      for (const currency of FOREIGN.filter((one) => !known.includes(one)))
        session.expectRefusal(await send(ofCurrency, `"${currency}"`), foreign, {
          en: "The currency is ignored: another currency's number is booked.",
          zh: "忽略币种，按数字直接入账。",
        });
    await session.expectUnchanged(before, { en: "an amount outside the rules", zh: "不合规则的金额" });
    session.expectSuccess(await session.send(draft, { label: "an ordinary amount" }));
    const least = await session.send(await session.make(one, { amount: 1 }), { label: "an amount of one minor unit" });
    // A rule of the business may want more than the least amount there is.
    if (!session.pack.resources.codes(one, "amount").includes(least.answer?.code ?? "")) session.expectSuccess(least);
  },
};
