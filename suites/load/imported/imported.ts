import { join } from "node:path";
import type { Bilingual } from "../../../core/run/verdict.ts";
import type { EngineResult, EngineWork, LoadEngine } from "../engine.ts";
import { Gatherer, LATE_MS } from "../gatherer.ts";
import { Measures } from "../measures.ts";
import { OrdersFile } from "../orders.ts";
import { BALANCE_RULE, DOCUMENTED_RULE, MONEY_RULES, SIGNED_RULE } from "../rules.ts";
import type { Sample } from "../../../core/load/sample.ts";
import { recordOf } from "./record.ts";
import type { ImportedCall, Judging } from "./record.ts";
import { rowsOf } from "./rows.ts";
import { planOf, surveyed } from "./survey.ts";
import type { Survey } from "./survey.ts";

/**
 * The engine that makes no load: it reads what another tool has measured, in the form of docs/recipes/load-import.md.
 *
 * @throws LoadError for a file that is not of that form, with the line; what the file system says
 */
export async function imported(file: string, judging: Judging): Promise<LoadEngine> {
  const survey = await surveyed(file, judging);
  return {
    name: "import",
    remark: remarkOf(survey),
    past: { beganAt: survey.beganAt },
    leavesOut: leftOutOf(survey),
    plan: () => planOf(survey, judging),
    run: (work) => read(file, judging, survey, work),
  };
}

function remarkOf(survey: Survey): Bilingual {
  const { lacking, torn } = survey;
  const leftOut = leftOutOf(survey).join(", ");
  const parts: readonly (Bilingual | undefined)[] = [
    {
      en: "The figures of this load are imported: how the other tool measured is not known here.",
      zh: "本次负载的数据为导入：其他工具如何测量，此处不得而知。",
    },
    lacking.schedule === 0
      ? undefined
      : {
          en: `Of ${lacking.schedule} calls it does not say when they were to begin, so a wait before they were sent is not counted.`,
          zh: `有 ${lacking.schedule} 次调用未注明应当开始的时刻，发出之前的等待未计入时延。`,
        },
    { en: `They tell too little to judge ${leftOut}.`, zh: `所含信息不足以判定 ${leftOut}。` },
    torn ? { en: "Its last line was cut off and left out.", zh: "其最后一行不完整，已略去。" } : undefined,
  ];
  const said = parts.filter((part) => part !== undefined);
  return { en: said.map(({ en }) => en).join(" "), zh: said.map(({ zh }) => zh).join("") };
}

async function read(file: string, judging: Judging, survey: Survey, work: EngineWork): Promise<EngineResult> {
  const { head, signal, outDirectory } = work;
  const ordersFile = join(outDirectory, "orders-import.ndjson");
  const orders = new OrdersFile(ordersFile, work.ordersLimitBytes);
  const measures = new Measures(work.latencies);
  const gathered = new Map<number, Gatherer>();
  const at = (ms: number): Gatherer => {
    const index = Math.floor(ms / (1000 * head.intervalSeconds));
    const known = gathered.get(index);
    if (known !== undefined) return known;
    const made = new Gatherer(head.levels, head.intervalSeconds, work.onInterval, index);
    gathered.set(index, made);
    return made;
  };
  try {
    for await (const row of rowsOf(file, () => {})) {
      if (signal?.aborted === true || !orders.hasRoom) break;
      const record = recordOf(row, judging);
      if (record.kind !== "call") {
        orders.append(record);
        continue;
      }
      const sample = sampleOf(record, survey.beganAt);
      at(sample.scheduledMs).arrival(sample.scheduledMs, record.sentAt - record.scheduledAt > LATE_MS, true);
      at(sample.scheduledMs + (record.latencyMs === undefined ? 0 : sample.sinceScheduledMs)).sample(sample);
      measures.take(sample);
    }
  } finally {
    orders.close();
  }
  for (const [, one] of [...gathered].toSorted(([left], [right]) => left - right)) one.end();
  return {
    stopped: signal?.aborted === true,
    ordersFull: !orders.hasRoom,
    ordersFiles: [ordersFile],
    problems: [],
  };
}

/** What the results can say nothing of. What they show to be broken is judged all the same. */
const leftOutOf = ({ lacking, broken, orders }: Survey): readonly string[] => [
  // The load was over before any balance was read.
  BALANCE_RULE.check,
  ...(orders === 0 ? MONEY_RULES.map(({ check }) => check) : []),
  ...(lacking.signature > 0 && broken.signature === 0 ? [SIGNED_RULE.check] : []),
  ...(lacking.ending > 0 && broken.ending === 0 ? [DOCUMENTED_RULE.check] : []),
];

function sampleOf(call: ImportedCall, beganAt: number): Sample {
  const { latencyMs, signed, code } = call;
  return {
    interface: call.interface,
    scheduledMs: call.scheduledAt - beganAt,
    sinceScheduledMs: latencyMs === undefined ? Infinity : call.sentAt - call.scheduledAt + latencyMs,
    sinceSentMs: latencyMs ?? Infinity,
    ending: call.ending,
    status: call.status,
    ...(code === undefined ? {} : { code }),
    ...(signed === undefined ? {} : { signed }),
  };
}
