import { parentPort, workerData } from "node:worker_threads";
import { openSut } from "../../run/open-sut.ts";
import { runScope } from "../../run/scope.ts";
import type { Counterparty } from "../../run/scope.ts";
import { sutRuntime } from "../../run/sut-runtime.ts";
import type { Statement } from "../../statement/statement.ts";
import type { Level } from "../../../core/load/level.ts";
import { LoadClock } from "../accelerated/load-clock.ts";
import { Measures } from "../measures.ts";
import type { Latencies } from "../measures.ts";
import type { CallerNews } from "../caller-news.ts";
import { threadSeed } from "./thread-seed.ts";
import type { LoadHead } from "../../../core/load/load-folder.ts";
import { OrdersFile } from "../orders.ts";
import { shareOfThread, threadOf } from "../segment.ts";
import type { LoadProfile } from "../../../core/load/profile.ts";
import { dueArrivals } from "./due.ts";
import { CallerKnowledge } from "../caller-knowledge.ts";
import { generate } from "./generator.ts";
import type { Interval } from "../../../core/load/interval.ts";

/** What a generator's thread is given: plain data, and histograms that it shares. */
export interface ThreadWork {
  readonly packDirectory: string;
  readonly statementFile: string;
  readonly seed: number;
  readonly startedAt: number;
  readonly counterparty?: Counterparty;
  readonly clock?: SharedArrayBuffer;
  readonly notifyUrl?: string;
  /** The first interval that is made. */
  readonly first: number;
  readonly profile: LoadProfile;
  readonly journeys: Readonly<Record<string, readonly string[]>>;
  readonly levels: readonly Level[];
  readonly latencies: Readonly<Record<string, Latencies>>;
  readonly intervalSeconds: number;
  readonly ordersFile: string;
  readonly ordersLimitBytes: number;
  /** This thread of so many of this process, and the process's segment of so many processes. */
  readonly thread: number;
  readonly threads: number;
  readonly segment: LoadHead["segment"];
}

/** What it is told. */
export type ThreadOrder =
  | { readonly kind: "begin"; readonly at: number }
  | { readonly kind: "news"; readonly news: CallerNews }
  | { readonly kind: "stop" };

/** What it tells. */
export type ThreadMessage =
  | { readonly kind: "ready" }
  | { readonly kind: "interval"; readonly interval: Interval }
  | { readonly kind: "done"; readonly ordersFull: boolean };

const port = parentPort;
if (port === null) throw new TypeError("generator-thread.ts is a thread of the load's engine");
// The engine made it.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const work = workerData as ThreadWork;
const tell = (message: ThreadMessage): void => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
  port.postMessage(message);
};

const { pack, statement, keys } = openSut(work);
const { runtime } = sutRuntime(statement);
const scope = runScope({
  pack,
  statement: shareOf(statement, work),
  statementFile: work.statementFile,
  runtime,
  race: () => Promise.reject(new TypeError("a load races nothing")),
  handshake: () => Promise.reject(new TypeError("a load makes no handshake of its own")),
  // Each thread draws identifiers and nonces of its own.
  seed: threadSeed(work.seed, threadOf(work.segment, work.thread)),
  effort: "standard",
  startedAt: work.startedAt,
  part: "checks",
  counterparty: work.counterparty,
  notifyUrl: work.notifyUrl,
  emit: () => {},
  ...keys,
});
const orders = new OrdersFile(work.ordersFile, work.ordersLimitBytes);
const stop = new AbortController();
const knowledge = new CallerKnowledge(scope);
const begun = Promise.withResolvers<number>();
port.on("message", (order: ThreadOrder) => {
  if (order.kind === "begin") begun.resolve(order.at);
  else if (order.kind === "news") knowledge.take(order.news);
  else stop.abort("stopped");
});
const due = dueArrivals({
  profile: work.profile,
  seed: work.seed,
  fromMs: 1000 * work.first * work.intervalSeconds,
  ...shareOfThread(work.segment, work.thread, work.threads),
});
tell({ kind: "ready" });
await generate({
  scope,
  ...(work.clock === undefined ? {} : { clock: new LoadClock(work.clock) }),
  knowledge,
  retries: work.profile.retries ?? 0,
  due,
  settings: {
    losesEvery: work.profile.losesEvery,
    agrees: work.segment.index * work.threads + work.thread === 0,
    told: work.profile.told === true,
  },
  journeys: work.journeys,
  levels: work.levels,
  measures: new Measures(work.latencies),
  orders,
  beginsAt: await begun.promise,
  signal: stop.signal,
  intervalSeconds: work.intervalSeconds,
  first: work.first,
  report: (interval) => tell({ kind: "interval", interval }),
});
const ordersFull = !orders.hasRoom;
orders.close();
runtime.close();
tell({ kind: "done", ordersFull });
port.close();

/** The statement with this thread's share of what it allows at once to all segments together. */
function shareOf(whole: Statement, { threads: own, segment }: ThreadWork): Statement {
  const threads = own * segment.of;
  const { maxConcurrency, callsPerSecond } = whole.limits;
  return {
    ...whole,
    limits: {
      ...whole.limits,
      maxConcurrency: Math.max(1, Math.floor(maxConcurrency / threads)),
      ...(callsPerSecond === undefined ? {} : { callsPerSecond: callsPerSecond / threads }),
    },
  };
}
