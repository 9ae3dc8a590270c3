import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SaidError } from "../text/said-error.ts";
import type { InspectionHead, Round } from "./round.ts";

const HEAD_FILE = "inspector.json";
const DAY_FILE = /^rounds-(\d{4}-\d\d-\d\d)\.ndjson$/;

/** The folder holds the record of something else. */
export class OtherInspection extends SaidError {}

/** The rounds of an inspection in a folder: a head, and a file for each day, of which the oldest go. */
export class InspectionRecord {
  readonly #folder: string;
  readonly #keepDays: number;
  readonly #dateOf: (at: number) => string;
  #date: string | undefined;

  private constructor(folder: string, keepDays: number, dateOf: (at: number) => string) {
    this.#folder = folder;
    this.#keepDays = keepDays;
    this.#dateOf = dateOf;
  }

  /**
   * Opens a folder to go on in, or begins it. `dateOf` gives the day of a moment.
   *
   * @throws OtherInspection where it holds rounds of another SUT or by another rule, and what the file system says
   */
  static open(folder: string, head: InspectionHead, dateOf: (at: number) => string): InspectionRecord {
    mkdirSync(folder, { recursive: true });
    const known = headIn(folder);
    if (known !== undefined) mustBeSame(known, head);
    writeFileSync(join(folder, HEAD_FILE), `${JSON.stringify(head, null, 2)}\n`, { mode: 0o600 });
    return new InspectionRecord(folder, head.keepDays, dateOf);
  }

  /** Reads the rounds that are kept, in their order. A line that was cut off is left out. */
  read(each: (round: Round) => void): void {
    for (const file of this.#files())
      for (const line of readFileSync(join(this.#folder, file), "utf8").split("\n")) {
        const round = roundIn(line);
        if (round !== undefined) each(round);
      }
  }

  append(round: Round): void {
    const date = this.#dateOf(round.at);
    const file = join(this.#folder, `rounds-${date}.ndjson`);
    // A line that a crash has cut off stays by itself.
    const begin = this.#date === undefined && isCutOff(file) ? "\n" : "";
    appendFileSync(file, `${begin}${JSON.stringify(round)}\n`, { mode: 0o600 });
    if (date === this.#date) return;
    this.#date = date;
    for (const old of this.#files().slice(0, -this.#keepDays)) rmSync(join(this.#folder, old));
  }

  #files(): readonly string[] {
    return readdirSync(this.#folder)
      .filter((name) => DAY_FILE.test(name))
      .toSorted();
  }
}

function headIn(folder: string): InspectionHead | undefined {
  const file = join(folder, HEAD_FILE);
  // It was written by `open`.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as InspectionHead) : undefined;
}

function mustBeSame(known: InspectionHead, head: InspectionHead): void {
  const differs = [
    ["role", known.role, head.role],
    ["baseUrl", known.sut.baseUrl, head.sut.baseUrl],
    ["pack", known.pack.name, head.pack.name],
    ["rule", known.rule.name, head.rule.name],
  ].find(([, before, now]) => before !== now);
  if (differs === undefined) return;
  const [what = "", before = "", now = ""] = differs;
  throw new OtherInspection({
    en: `the folder holds an inspection with another ${what}: ${before}, not ${now}`,
    zh: `目录中已有另一项巡检，其 ${what} 为 ${before}，而非 ${now}`,
  });
}

function roundIn(line: string): Round | undefined {
  if (!line.endsWith("}")) return undefined;
  try {
    // Each line was written by `append`.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return JSON.parse(line) as Round;
  } catch {
    return undefined;
  }
}

function isCutOff(file: string): boolean {
  return existsSync(file) && !readFileSync(file, "utf8").endsWith("\n");
}
