import { AvailabilityMeter } from "../../core/inspection/availability.ts";
import type { Availability } from "../../core/inspection/availability.ts";
import type { DownRule } from "../../core/inspection/down-rule.ts";
import { InspectionRecord } from "../../core/inspection/record.ts";
import type { InspectionHead, Look, Round } from "../../core/inspection/round.ts";
import type { Interface } from "../../core/pack/types.ts";
import type { Runtime } from "../../core/runtime/runtime.ts";
import { openSut } from "../run/open-sut.ts";
import { runScope } from "../run/scope.ts";
import { sutRuntime } from "../run/sut-runtime.ts";
import { Prober } from "./prober.ts";
import type { Unasked } from "./prober.ts";

export interface InspectOptions {
  readonly packDirectory: string;
  readonly statementFile: string;
  readonly rule: DownRule;
  readonly everySeconds: number;
  /** Absent: until the signal. */
  readonly forSeconds?: number;
  /** One round, for a scheduler that comes back every `everySeconds`. */
  readonly once?: boolean;
  readonly keepDays: number;
  readonly seed: number;
  readonly outDirectory: string;
  readonly signal: AbortSignal;
  /** Told once, ahead of the first round. */
  readonly onStart?: (start: { readonly asked: readonly string[]; readonly unasked: readonly Unasked[] }) => void;
  /** Told of each round, with what is known by then. */
  readonly onRound?: (round: Round, seen: Inspected) => void;
}

/** What an inspection knows: of this process and of those before it in the folder. */
export interface Inspected {
  readonly head: InspectionHead;
  readonly availability: Availability;
  readonly unasked: readonly Unasked[];
  /** Rounds that this process made. */
  readonly rounds: number;
  /** When this process began. */
  readonly since: number;
}

/**
 * Looks at a SUT round by round and keeps what it saw, until the time is over or the signal comes.
 *
 * @throws StatementProblems, OtherInspection, and what the file system says
 */
export async function inspect(options: InspectOptions): Promise<Inspected> {
  const { rule } = options;
  const { pack, statement, keys } = openSut(options);
  const patient = { ...statement, limits: { ...statement.limits, timeoutMs: 1000 * rule.withinSeconds } };
  const { runtime } = sutRuntime(patient);
  const startedAt = runtime.now();
  try {
    const scope = runScope({
      pack,
      statement: patient,
      statementFile: options.statementFile,
      runtime,
      race: () => Promise.reject(new TypeError("an inspection races nothing")),
      handshake: () => Promise.reject(new TypeError("an inspection makes no handshake of its own")),
      seed: options.seed,
      effort: "smoke",
      startedAt,
      part: "checks",
      counterparty: undefined,
      emit: () => {},
      ...keys,
    });
    const prober = new Prober(scope, options.signal);
    const { asked, unasked } = await prober.interfaces();
    const { name, version, timeZone } = pack.source.manifest;
    const head: InspectionHead = {
      version: 1,
      role: statement.role,
      sut: { name: statement.name, baseUrl: statement.baseUrl },
      pack: { name, version, timeZone },
      rule,
      keepDays: options.keepDays,
    };
    options.onStart?.({ asked: asked.map(({ id }) => id), unasked });
    return await rounds(options, {
      head,
      unasked,
      runtime,
      look: () => lookAtAll(prober, asked, statement.limits.maxConcurrency),
    });
  } finally {
    runtime.close();
  }
}

async function lookAtAll(prober: Prober, asked: readonly Interface[], atOnce: number): Promise<readonly Look[]> {
  const looks = new Map<string, Look>();
  const queue = asked.values();
  const work = async (): Promise<void> => {
    for (const one of queue) looks.set(one.id, await prober.look(one));
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, asked.length) }, work));
  return asked.flatMap(({ id }) => looks.get(id) ?? []);
}

/** What the rounds of an inspection are made with. */
export interface Rounds {
  readonly head: InspectionHead;
  readonly unasked: readonly Unasked[];
  readonly runtime: Pick<Runtime, "now" | "sleep">;
  /** All looks of one round. Rejects when the signal is aborted. */
  look(): Promise<readonly Look[]>;
}

/** Makes rounds at moments that lie `everySeconds` apart, whatever each takes; one that is cut off is not kept. */
export async function rounds(
  {
    outDirectory,
    everySeconds,
    forSeconds = Infinity,
    once = false,
    signal,
    onRound,
  }: Omit<InspectOptions, "packDirectory" | "statementFile" | "rule" | "seed" | "keepDays">,
  { head, unasked, runtime, look }: Rounds,
): Promise<Inspected> {
  const meter = new AvailabilityMeter(head);
  const record = InspectionRecord.open(outDirectory, head, (at) => meter.dateOf(at));
  record.read((round) => meter.take(round));
  const since = runtime.now();
  const end = since + 1000 * forSeconds;
  let made = 0;
  const seen = (): Inspected => ({
    head,
    unasked,
    since,
    rounds: made,
    availability: meter.availability(runtime.now()),
  });
  const everyMs = 1000 * everySeconds;
  for (let next = since; next < end && !signal.aborted;) {
    await runtime.sleep(next - runtime.now(), signal).catch(() => {});
    if (signal.aborted) break;
    const at = runtime.now();
    const looks = await look().catch((failure: unknown) => {
      if (signal.aborted) return undefined;
      throw failure;
    });
    if (looks === undefined) break;
    const now = runtime.now();
    const round: Round = { at, everySeconds, tookMs: Math.max(0, now - at), looks };
    record.append(round);
    meter.take(round);
    made += 1;
    onRound?.(round, seen());
    if (once) break;
    // A moment that has passed while the round went on is left out.
    next += everyMs * Math.max(1, Math.ceil((now - next) / everyMs));
  }
  return seen();
}
