import type { Role } from "../../core/pack/types.ts";
import { seededStream } from "../../suites/random.ts";

/** A pack that exists, by the name of its folder in specs/, and the role that is played of it. */
export interface DrawnSubject {
  readonly pack: string;
  readonly role: Role;
}

/** Of ten seeds. The reference pack costs as much as all others together, so it is left to `--pack cooperation`. */
const SHARES: readonly (readonly [share: number, subject: DrawnSubject])[] = [
  [5, { pack: "vocabulary", role: "bank" }],
  [3, { pack: "form-gateway", role: "bank" }],
  [1, { pack: "vocabulary", role: "platform" }],
  [1, { pack: "form-gateway", role: "platform" }],
];

/** The pack and the role that a seed draws. */
export function drawnSubject(seed: number): DrawnSubject {
  const all = SHARES.flatMap(([share, subject]) => Array.from({ length: share }, () => subject));
  return all[seededStream(seed, "subject").below(all.length)] as DrawnSubject;
}
