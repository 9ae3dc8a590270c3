/** One row of the result. `limitRps` is measured in the same run; `share` is `rps / limitRps`. */
export interface Row {
  readonly name: string;
  readonly rps: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly limitRps: number;
  readonly share: number;
}

/** A row from latencies in ascending order, in milliseconds. */
export function rowOf(name: string, rps: number, latenciesMs: readonly number[], limitRps: number): Row {
  const round = (value: number): number => Math.round(value * 100) / 100;
  const at = (part: number): number =>
    latenciesMs[Math.min(latenciesMs.length - 1, Math.floor(latenciesMs.length * part))] ?? 0;
  return {
    name,
    rps: round(rps),
    p50Ms: round(at(0.5)),
    p99Ms: round(at(0.99)),
    limitRps: round(limitRps),
    share: round(rps / limitRps),
  };
}
