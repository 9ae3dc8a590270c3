import type { RunEvent } from "../core/run/event.ts";

/** How long the SUT took to answer on one interface, in milliseconds by the harness's clock. */
export interface Latency {
  readonly interface: string;
  readonly answered: number;
  /** Exchanges that ended without an answer; they have no latency, and leaving them out silently would flatter. */
  readonly unanswered: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** All samples, ascending. */
  readonly samplesMs: readonly number[];
}

/** Measures latencies while the events of a run come; it keeps a number for each answer. */
export interface LatencyMeter {
  event(event: RunEvent): void;
  /** Latencies by interface, sorted by name; answers of the counterparty are not the SUT's and are left out. */
  latencies(): readonly Latency[];
}

export function latencyMeter(): LatencyMeter {
  const byInterface = new Map<string, { readonly samplesMs: number[]; unanswered: number }>();
  return {
    event: (event) => {
      if (event.type !== "exchange" || (event.answeredBy ?? "sut") !== "sut") return;
      const name = event.interface ?? "(no interface)";
      const seen = byInterface.get(name) ?? { samplesMs: [], unanswered: 0 };
      byInterface.set(name, seen);
      if (event.exchange.response === undefined) seen.unanswered += 1;
      else seen.samplesMs.push(event.exchange.durationMs);
    },
    latencies: () =>
      [...byInterface]
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, { samplesMs, unanswered }]) => latencyOf(name, samplesMs, unanswered)),
  };
}

/** The latencies of a run whose events are all at hand. */
export function latencies(events: Iterable<RunEvent>): readonly Latency[] {
  const meter = latencyMeter();
  for (const event of events) meter.event(event);
  return meter.latencies();
}

function latencyOf(name: string, samples: readonly number[], unanswered: number): Latency {
  const samplesMs = samples.toSorted((a, b) => a - b);
  return {
    interface: name,
    answered: samplesMs.length,
    unanswered,
    p50Ms: percentile(samplesMs, 50),
    p90Ms: percentile(samplesMs, 90),
    p99Ms: percentile(samplesMs, 99),
    maxMs: samplesMs.at(-1) ?? 0,
    samplesMs,
  };
}

/** Nearest rank: always a value that was measured, never one between two. 0 without samples. */
export function percentile(ascending: readonly number[], percent: number): number {
  return ascending[Math.max(0, Math.ceil((percent / 100) * ascending.length) - 1)] ?? 0;
}

/** Milliseconds for people: three figures below ten, one decimal below a hundred, then whole. */
export function formatMs(ms: number): string {
  if (ms < 10) return ms.toFixed(2);
  return ms < 100 ? ms.toFixed(1) : ms.toFixed(0);
}
