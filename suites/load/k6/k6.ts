import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Bilingual } from "../../../core/run/verdict.ts";
import type { EngineResult, EngineWork, LoadEngine } from "../engine.ts";
import { LoadError } from "../plan.ts";
import { BALANCE_RULE } from "../rules.ts";
import { OrdersFile } from "../orders.ts";
import { textLines } from "../text-lines.ts";
import type { TextLine } from "../text-lines.ts";
import { k6Binary } from "./binary.ts";
import type { K6Binary } from "./binary.ts";
import { notMeasured } from "./exit-code.ts";
import { followedLines } from "./follow.ts";
import { writeK6Folder } from "./k6-folder.ts";
import { OUTPUT_FILE, startK6 } from "./k6-process.ts";
import { pointOf } from "./point.ts";
import { K6Reader } from "./reader.ts";
import { requestScope } from "./request-scope.ts";

const FOLDER = "k6";
const RESULTS_FILE = "results.json";

/** Characters of k6's own output that a problem quotes. */
const QUOTED = 400;

/**
 * The engine that has the user's own k6 make the load: a script and its data are written into the run's folder, and k6's
 * JSON output is read as it grows.
 *
 * @throws LoadError where there is no k6 that can run the script
 */
export async function k6(environment: NodeJS.ProcessEnv): Promise<LoadEngine> {
  const binary = await k6Binary(environment);
  return { name: "k6", remark: remarkOf(binary.version), run: (work) => run({ binary, environment }, work) };
}

/**
 * The engine that reads what a k6 elsewhere has made of such a script, in the file of its `--out json`, `.gz` too.
 *
 * @throws LoadError for a file that tells of no arrival; what the file system says
 */
export async function k6Results(file: string): Promise<LoadEngine> {
  return {
    name: "k6",
    remark: remarkOf(undefined),
    past: { beganAt: await beginIn(file) },
    // The load was over before any balance was read.
    leavesOut: [BALANCE_RULE.check],
    run: (work) =>
      reading(work, async (reader) => {
        const torn = await readAll(reader, textLines(file), work.signal);
        return torn ? ["the last line of k6's output was cut off"] : [];
      }),
  };
}

const remarkOf = (version: string | undefined): Bilingual => ({
  en: `The load was made by k6${version === undefined ? " elsewhere" : ` ${version}`}: its arrivals are evenly spaced, and its latencies are told to a millisecond.`,
  zh: `本次负载由${version === undefined ? "他处的 k6" : ` k6 ${version} `}产生：到达间隔均匀，时延精确到毫秒。`,
});

interface Program {
  readonly binary: K6Binary;
  readonly environment: NodeJS.ProcessEnv;
}

const isStopped = ({ signal }: EngineWork): boolean => signal?.aborted === true;

async function run({ binary, environment }: Program, work: EngineWork): Promise<EngineResult> {
  // k6 runs in its folder, so that a relative path would lead elsewhere.
  const folder = resolve(work.outDirectory, FOLDER);
  return reading(work, async (reader, scope, orders) => {
    const { authorities } = await writeK6Folder(folder, scope, work.head, work.signal);
    if (isStopped(work)) return [];
    const results = join(folder, RESULTS_FILE);
    const { runtime } = scope;
    const process = startK6({
      runtime,
      environment,
      binary: binary.path,
      folder,
      results,
      authorities,
      signal: work.signal,
    });
    const torn = await readAll(reader, followedLines(results, process.ended, runtime), undefined, () => {
      if (!orders.hasRoom) process.interrupt();
    });
    const end = await process.ended;
    if (isStopped(work) || !orders.hasRoom) return [];
    const why = notMeasured(end.code, end.signal);
    return [
      ...(why === undefined ? [] : [`${why.en}: ${lastOutput(folder)}`]),
      ...(torn ? ["the last line of k6's output was cut off"] : []),
    ];
  });
}

/** The frame of both: opens what a reader needs, and puts together what it found. `read` gives what broke. */
async function reading(
  work: EngineWork,
  read: (
    reader: K6Reader,
    scope: ReturnType<typeof requestScope>["scope"],
    orders: OrdersFile,
  ) => Promise<readonly string[]>,
): Promise<EngineResult> {
  const ordersFile = join(work.outDirectory, "orders-k6.ndjson");
  const { scope, close } = requestScope(work);
  const orders = new OrdersFile(ordersFile, work.ordersLimitBytes);
  try {
    const reader = new K6Reader(scope, orders, work);
    const problems = await read(reader, scope, orders);
    const stopped = isStopped(work);
    reader.end(problems.length === 0 && !stopped && orders.hasRoom);
    return {
      stopped,
      ordersFull: !orders.hasRoom,
      ordersFiles: [ordersFile],
      problems: [...problems, ...reader.problems],
    };
  } finally {
    orders.close();
    close();
  }
}

/** Reads all lines; gives whether the last one was cut off. */
async function readAll(
  reader: K6Reader,
  lines: AsyncIterable<TextLine>,
  signal: AbortSignal | undefined,
  after: () => void = () => {},
): Promise<boolean> {
  for await (const { text, number, torn } of lines) {
    if (signal?.aborted === true) return false;
    if (torn) return true;
    reader.line(text, number);
    after();
  }
  return false;
}

async function beginIn(file: string): Promise<number> {
  for await (const { text, torn } of textLines(file)) {
    const told = torn ? undefined : pointOf(text);
    if (told?.kind === "said" && told.said.kind === "begin") return told.said.start;
  }
  throw new LoadError(
    {
      en: "the file tells of no arrival: it is no JSON output of a k6 that ran Liantiao's script",
      zh: "文件中没有任何到达：它不是以本工具脚本运行的 k6 的 JSON 输出",
    },
    { where: file },
  );
}

function lastOutput(folder: string): string {
  return readFileSync(join(folder, OUTPUT_FILE), "utf8").trim().slice(-QUOTED).replaceAll("\n", " / ");
}
