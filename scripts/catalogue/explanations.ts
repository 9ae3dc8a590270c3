import { codecsOf } from "../../core/codec/codecs.ts";
import { FAMILIES } from "../../core/envelope/explanation/family.ts";
import type { Mistake } from "../../core/envelope/explanation/mistake.ts";
import { SAMPLE_POLICIES, SAMPLE_XML } from "../../core/envelope/testing/policies.ts";
import { envelopeOf } from "../../core/envelope/styles.ts";
import { FAULTS } from "../../simulator/faults/index.ts";
import type { Language } from "./facts.ts";
import { code, table } from "./table.ts";

const CODECS = codecsOf({ xml: SAMPLE_XML });

/** Every mistake that an explanation can name, by family, and the envelopes that know it. */
export function mistakes(language: Language): string {
  const known = new Map<string, { readonly mistake: Mistake; readonly styles: Set<string> }>();
  for (const policy of Object.values(SAMPLE_POLICIES))
    for (const mistake of envelopeOf(policy, CODECS).mistakes) {
      const one = known.get(mistake.id) ?? { mistake, styles: new Set() };
      one.styles.add(policy.style);
      known.set(mistake.id, one);
    }
  const families = Object.keys(FAMILIES);
  const rows = [...known.values()].toSorted(
    (left, right) => families.indexOf(left.mistake.family) - families.indexOf(right.mistake.family),
  );
  return table(
    language === "en" ? ["family", "id", "cause", "envelopes"] : ["类别", "标识", "原因", "信封"],
    rows.map(({ mistake: { id, family, title }, styles }) => [
      FAMILIES[family][language],
      code(id),
      title[language].replaceAll("|", "\\|"),
      [...styles].map(code).join(", "),
    ]),
  );
}

/** What a request may wish for: each fault of calls, and the codes of its interface. */
export function wishes(language: Language): string {
  return table(
    language === "en" ? ["wish", "what happens", "settings (default)"] : ["取值", "现象", "参数（默认值）"],
    [
      ...FAULTS.filter(({ deliver }) => deliver === undefined).map(({ name, wish, title, settings }) => [
        [name, ...(wish === undefined ? [] : [wish])].map(code).join(", "),
        title[language],
        Object.entries(settings)
          .map(([setting, rule]) => `${code(setting)} (${rule.default})`)
          .join(", "),
      ]),
      language === "en"
        ? ["a code of the interface", "The call is refused with it ([error codes](catalogue/error-codes.md))", ""]
        : ["接口声明的错误码", "以该码拒绝（见[错误码](catalogue/error-codes.md)）", ""],
    ],
  );
}
