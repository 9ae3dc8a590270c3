import type { Role } from "../../core/pack/types.ts";
import { seededStream } from "../../suites/random.ts";

/** A pack that exists, by the name of its folder in specs/, and the role that is played of it. */
export interface DrawnSubject {
  readonly pack: string;
  readonly role: Role;
}

/** Of twenty seeds; a pack that costs more is drawn less often. */
const SHARES: readonly (readonly [share: number, subject: DrawnSubject])[] = [
  [8, { pack: "vocabulary", role: "bank" }],
  [6, { pack: "form-gateway", role: "bank" }],
  [2, { pack: "cooperation", role: "bank" }],
  [1, { pack: "vocabulary", role: "platform" }],
  [1, { pack: "form-gateway", role: "platform" }],
  [2, { pack: "cooperation", role: "platform" }],
];

/** The pack and the role that a seed draws. */
export function drawnSubject(seed: number): DrawnSubject {
  const all = SHARES.flatMap(([share, subject]) => Array.from({ length: share }, () => subject));
  return all[seededStream(seed, "subject").below(all.length)] as DrawnSubject;
}
