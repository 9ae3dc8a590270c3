/** One result that is no rate: what was seen beside what it is held against, in the same unit. */
export interface Measure {
  readonly name: string;
  readonly seen: number;
  /** What `against` says, of the same run. */
  readonly limit: number;
  readonly unit: "MB" | "ms";
  readonly against: string;
  /** `seen / limit`. */
  readonly ratio: number;
}

export function measureOf({ seen, limit, ...rest }: Omit<Measure, "ratio">): Measure {
  const round = (value: number): number => Math.round(value * 100) / 100;
  return { ...rest, seen: round(seen), limit: round(limit), ratio: round(seen / limit) };
}
