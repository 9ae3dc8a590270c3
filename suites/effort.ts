/** How much a run may spend, from least to most. What each leaves out is in the log (docs/decisions/0006). */
export const EFFORTS = ["smoke", "standard", "exhaustive"] as const;
export type Effort = (typeof EFFORTS)[number];
