import { COUNTER } from "./k6-load.ts";
import type { Said } from "./k6-load.ts";

/** What one line of `k6 run --out json` tells of a load. */
export type Told =
  | { readonly kind: "said"; readonly said: Said }
  /** Iterations that k6 did not begin, since no VU was free. */
  | { readonly kind: "dropped"; readonly count: number; readonly at: number };

const DROPPED = "dropped_iterations";

/**
 * Reads a line of k6's JSON output: `{"metric", "type": "Point" | "Metric", "data"}`. Undefined for a line of another
 * metric, and for one that declares a metric. Throws for a line of ours that cannot be read.
 */
export function pointOf(line: string): Told | undefined {
  // Nine of ten lines are points of k6's own.
  if (!line.includes(`"${COUNTER}"`) && !line.includes(`"${DROPPED}"`)) return undefined;
  const { type, metric, data } = JSON.parse(line) as {
    readonly type?: unknown;
    readonly metric?: unknown;
    readonly data?: { readonly time?: string; readonly value?: number; readonly metadata?: Record<string, string> };
  };
  if (type !== "Point") return undefined;
  if (metric === DROPPED) return { kind: "dropped", count: data?.value ?? 0, at: Date.parse(data?.time ?? "") };
  if (metric !== COUNTER) return undefined;
  const text = data?.metadata?.[COUNTER];
  if (text === undefined) throw new SyntaxError(`a point of ${COUNTER} has no metadata`);
  // The script wrote it.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { kind: "said", said: JSON.parse(text) as Said };
}
