import pc from "picocolors";
import { consoleLine } from "../console-text.ts";

/** What a console shows of a text at most, in characters: its end is where most mistakes are. */
const MOST_CHARACTERS = 400;

/**
 * An explanation under the line of its exchange: the cause, what was verified, and what was signed. `whole`: by itself,
 * with all bytes, also as hexadecimal, and in one language.
 */
export function explanationLines(
  explanation: unknown,
  { whole = false, language }: { readonly whole?: boolean; readonly language?: "en" | "zh" } = {},
): readonly string[] {
  if (!isRecord(explanation)) return [];
  const { likely_cause: cause, verified } = explanation;
  const lines: string[] = [];
  if (isRecord(cause)) {
    if (language !== "zh") lines.push(`why: ${textOf(cause["en"])}`);
    if (language !== "en") lines.push(`原因：${textOf(cause["zh"])}`);
  }
  if (isRecord(verified)) lines.push(...shown("verified", verified, whole));
  if (isRecord(cause) && isRecord(cause["signed"])) {
    lines.push(...shown("signed  ", cause["signed"], whole));
    lines.push(`they differ from byte ${textOf(cause["first_difference"])} on`);
  }
  return lines.map((line) => (whole ? consoleLine(line) : pc.dim(`             ${consoleLine(line)}`)));
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const textOf = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";

function shown(
  title: string,
  { text, hex, bytes }: Readonly<Record<string, unknown>>,
  everything: boolean,
): readonly string[] {
  const full = textOf(text);
  if (everything)
    return [`${title} (${textOf(bytes)} bytes)`, `  "${full}"`, `  ${textOf(hex).replaceAll(/..(?=.)/g, "$& ")}`];
  const half = MOST_CHARACTERS / 2;
  const short = full.length > MOST_CHARACTERS ? `${full.slice(0, half)} … ${full.slice(-half)}` : full;
  return [`${title} "${short}" (${textOf(bytes)} bytes)`];
}
