import pc from "picocolors";
import { consoleLine } from "../console-text.ts";

/** What a console shows of a text at most, in characters: its end is where most mistakes are. */
const MOST_CHARACTERS = 400;

/** An explanation under the line of its exchange: the cause in both languages, what was verified, and what was signed. */
export function explanationLines(explanation: unknown): readonly string[] {
  if (!isRecord(explanation)) return [];
  const { likely_cause: cause, verified } = explanation;
  const lines: string[] = [];
  if (isRecord(cause)) lines.push(`why: ${textOf(cause["en"])}`, `原因：${textOf(cause["zh"])}`);
  if (isRecord(verified)) lines.push(`verified ${shown(verified)}`);
  if (isRecord(cause) && isRecord(cause["signed"])) {
    lines.push(`signed   ${shown(cause["signed"])}`);
    lines.push(`they differ from byte ${textOf(cause["first_difference"])} on`);
  }
  return lines.map((line) => pc.dim(`             ${consoleLine(line)}`));
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const textOf = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";

function shown({ text, bytes }: Readonly<Record<string, unknown>>): string {
  const whole = textOf(text);
  const half = MOST_CHARACTERS / 2;
  const short = whole.length > MOST_CHARACTERS ? `${whole.slice(0, half)} … ${whole.slice(-half)}` : whole;
  return `"${short}" (${textOf(bytes)} bytes)`;
}
