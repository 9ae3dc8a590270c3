import { levelsFor, LoadError } from "../plan.ts";
import type { LoadPlan } from "../plan.ts";
import { resultsError } from "./results-error.ts";
import { recordOf } from "./record.ts";
import type { Judging } from "./record.ts";
import { rowsOf } from "./rows.ts";

/** What a file of results holds, learned by reading all of it once. */
export interface Survey {
  /** When the first call was to begin and the last one ended, in milliseconds since 1970. */
  readonly beganAt: number;
  readonly endedAt: number;
  /** Calls by interface. */
  readonly calls: Readonly<Record<string, number>>;
  readonly orders: number;
  /** Calls of which the tool does not say when they were to begin, how they ended, or whether they were signed. */
  readonly lacking: { readonly schedule: number; readonly ending: number; readonly signature: number };
  /** Calls that ended as none of the pack's answers, or without the signature they need. */
  readonly broken: { readonly ending: number; readonly signature: number };
  /** Whether its last line was cut off. */
  readonly torn: boolean;
}

/** Reads a file of results once, and holds each line to the form. @throws LoadError with the first wrong line */
export async function surveyed(file: string, judging: Judging): Promise<Survey> {
  const calls: Record<string, number> = {};
  const intended = new Set<string>();
  const lacking = { schedule: 0, ending: 0, signature: 0 };
  const broken = { ending: 0, signature: 0 };
  let [beganAt, endedAt, torn] = [Infinity, 0, false];
  for await (const row of rowsOf(file, () => (torn = true))) {
    const record = recordOf(row, judging);
    if (record.kind === "call") {
      calls[record.interface] = (calls[record.interface] ?? 0) + 1;
      beganAt = Math.min(beganAt, record.scheduledAt);
      endedAt = Math.max(endedAt, record.sentAt + (record.latencyMs ?? 0));
      if (!record.says.schedule) lacking.schedule += 1;
      if (!record.says.ending) lacking.ending += 1;
      if (!record.says.signature) lacking.signature += 1;
      if (record.ending === "malformed") broken.ending += 1;
      if (record.signed === false) broken.signature += 1;
    } else if ((record.kind === "intent") === intended.has(record.number))
      throw resultsError(
        row.place,
        record.kind === "intent"
          ? { en: `the order ${record.number} is intended twice`, zh: `订单 ${record.number} 的意图重复出现` }
          : {
              en: `the order ${record.number} is told of before its intent`,
              zh: `订单 ${record.number} 的结果出现在其意图之前`,
            },
      );
    else if (record.kind === "intent") {
      if (record.of !== undefined && record.account === undefined && !intended.has(record.of))
        throw resultsError(row.place, {
          en: `the order ${record.number} is of ${record.of}, which no line before intends, and names no account`,
          zh: `订单 ${record.number} 所属的 ${record.of} 未在此前出现，且未注明账户`,
        });
      intended.add(record.number);
    }
  }
  if (!Number.isFinite(beganAt))
    throw new LoadError({ en: "the results hold no call", zh: "结果文件中没有任何调用" }, { where: file });
  return { beganAt, endedAt, calls, orders: intended.size, lacking, broken, torn };
}

/** The plan of an imported load: each call is a journey of its own, at the rate that was seen. */
export function planOf({ beganAt, endedAt, calls }: Survey, { pack, statement }: Judging): LoadPlan {
  const interfaces = Object.keys(calls);
  const seconds = Math.max(1, Math.ceil((endedAt - beganAt) / 1000));
  const rate = Object.values(calls).reduce((sum, count) => sum + count, 0) / seconds;
  return {
    profile: {
      name: "imported",
      title: { en: "Imported results of another tool", zh: "导入的其他工具的结果" },
      pace: "even",
      phases: [{ seconds, from: rate, to: rate }],
      mix: calls,
    },
    journeys: Object.fromEntries(interfaces.map((id) => [id, [id]])),
    levels: levelsFor(pack, statement, interfaces),
    interfaces,
  };
}
