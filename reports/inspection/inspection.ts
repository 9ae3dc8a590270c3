import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { shareUp } from "../../core/inspection/availability.ts";
import { inspectionPage } from "./page.ts";
import { interfaceSums } from "./sums.ts";
import type { InspectionSeen } from "./sums.ts";

/** The document for programs; `available` is a share from 0 to 1. */
export function inspectionDocument({ head, availability, unasked }: InspectionSeen, at: number): unknown {
  const { days, ...rest } = availability;
  return {
    inspection: 1,
    at,
    ...head,
    interfaces: interfaceSums(availability).map((sum) => ({ ...sum, available: shareUp(sum) })),
    days: days.map((day) => ({
      ...day,
      interfaces: Object.fromEntries(
        Object.entries(day.interfaces).map(([id, seen]) => [id, { ...seen, available: shareUp(seen) }]),
      ),
    })),
    ...rest,
    unasked,
  };
}

/** Writes the page and the document into the folder, each whole at once. Gives their paths. */
export function writeInspection(folder: string, seen: InspectionSeen, at: number): readonly string[] {
  const files: readonly (readonly [name: string, text: string])[] = [
    ["inspection.html", inspectionPage(seen, at)],
    ["inspection.json", `${JSON.stringify(inspectionDocument(seen, at), null, 2)}\n`],
  ];
  return files.map(([name, text]) => {
    const file = join(folder, name);
    writeFileSync(`${file}.part`, text);
    renameSync(`${file}.part`, file);
    return file;
  });
}
