import { readdirSync, readFileSync } from "node:fs";

/** A decision record of `docs/decisions`, as its first lines tell. */
export interface DecisionRecord {
  /** Four digits, from the name of the file. */
  readonly number: string;
  readonly file: string;
  readonly title: string;
  readonly date: string;
  /** `accepted`, `accepted; stale in part: …`, `superseded by [0042](…)` or `stale: …`. */
  readonly status: string;
}

const HEAD = /^# (?<title>.+)\n\n- Date: (?<date>\d{4}-\d{2}-\d{2})\n- Status: (?<status>.+)\n\n/;
const STATUS = /^(?:accepted(?:; stale in part: .+)?|superseded by \[\d{4}\]\(\d{4}-[\w-]+\.md\)(?:: .+)?|stale: .+)$/;

/** Reads all records of a folder, by number. Throws for a number that two have, and for a head that is not as they all are. */
export function decisionRecords(folder: string): readonly DecisionRecord[] {
  const files = readdirSync(folder)
    .filter((file) => /^\d{4}-.+\.md$/.test(file))
    .toSorted();
  return files.map((file, index) => {
    if (files[index + 1]?.slice(0, 4) === file.slice(0, 4))
      throw new Error(
        `docs/decisions/${file} and docs/decisions/${files[index + 1]} have one number; rename the newer to the next free number`,
      );
    const head = HEAD.exec(readFileSync(`${folder}/${file}`, "utf8"))?.groups;
    const { title, date, status } = head ?? {};
    if (title === undefined || date === undefined || status === undefined)
      throw new Error(
        `docs/decisions/${file} begins otherwise than decision records do; begin it with "# Title", an empty line, "- Date: YYYY-MM-DD", "- Status: accepted", and an empty line`,
      );
    if (!STATUS.test(status))
      throw new Error(
        `docs/decisions/${file} has the status ${JSON.stringify(status)}; allowed are "accepted", "accepted; stale in part: WHY", "superseded by [NNNN](NNNN-name.md)" and "stale: WHY"`,
      );
    return { number: file.slice(0, 4), file, title, date, status };
  });
}
