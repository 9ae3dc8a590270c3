import type { LoadHead } from "../../core/load/load-folder.ts";
import type { RunLog } from "../../core/run/log.ts";
import type { LiveRuntime } from "../../core/runtime/live.ts";
import type { OpenSut } from "../run/open-sut.ts";
import { runScope } from "../run/scope.ts";
import type { Counterparty, RunScope } from "../run/scope.ts";
import { seedOf } from "./segment.ts";

interface Around {
  readonly runtime: LiveRuntime;
  readonly log: RunLog;
  /** When this process began. */
  readonly startedAt: number;
  readonly head: LoadHead;
  /** What others of the same load draw from. */
  readonly nonces: readonly string[];
  /** Whether the load was made by other processes, and is put together here. */
  readonly isMerged?: boolean;
}

/** The scope of what a load sends beside its journeys: pre-flight, settlement, books. */
export function loadScope(
  settings: {
    readonly statementFile: string;
    readonly counterparty?: Counterparty;
    readonly notifyUrl?: string;
  },
  { pack, statement, keys }: OpenSut,
  { runtime, log, startedAt, head, nonces, isMerged = false }: Around,
): RunScope {
  return runScope({
    pack,
    statement,
    statementFile: settings.statementFile,
    runtime,
    race: () => Promise.reject(new TypeError("a load races nothing")),
    handshake: () => Promise.reject(new TypeError("a load makes no handshake of its own")),
    seed: seedOf(head.seed, head.segment),
    effort: "standard",
    startedAt,
    part: "preflight",
    counterparty: settings.counterparty,
    notifyUrl: settings.notifyUrl,
    nonces,
    emit: (event) => {
      // Calls of the settlement are too many to keep; what they showed is judged.
      if (event.type === "exchange" || event.type === "piece.covered") return;
      // What others make is expected of a segment, and of a load that another process or tool has made.
      const others = isMerged || head.segment.of > 1 || head.engine !== "embedded";
      if (others && event.type === "run.noted" && event.note === "foreign-movement") return;
      log.append(event);
    },
    ...keys,
  });
}
