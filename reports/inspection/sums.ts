import type { Availability, InterfaceDay } from "../../core/inspection/availability.ts";
import type { InspectionHead } from "../../core/inspection/round.ts";
import type { Bilingual } from "../../core/run/verdict.ts";

/** What the reports of an inspection say. */
export interface InspectionSeen {
  readonly head: InspectionHead;
  readonly availability: Availability;
  /** Interfaces that were not asked, and why. */
  readonly unasked: readonly { readonly interface: string; readonly reason: Bilingual }[];
}

/** What was seen of one interface over all days that are kept. */
export interface InterfaceSum extends InterfaceDay {
  readonly interface: string;
}

/** The sums of each interface, in the order in which they were first seen. */
export function interfaceSums({ days }: Availability): readonly InterfaceSum[] {
  const sums = new Map<string, InterfaceSum>();
  for (const { interfaces } of days)
    for (const [id, day] of Object.entries(interfaces)) {
      const sum = sums.get(id) ?? { looks: 0, unanswered: 0, agreed: 0, observedMs: 0, downMs: 0 };
      sums.set(id, {
        interface: id,
        looks: sum.looks + day.looks,
        unanswered: sum.unanswered + day.unanswered,
        agreed: sum.agreed + day.agreed,
        observedMs: sum.observedMs + day.observedMs,
        downMs: sum.downMs + day.downMs,
      });
    }
  return [...sums.values()];
}

/** A share as people read it; a dash where nothing was observed. Cut, so that what was down once never reads as 100 %. */
export function shareText(share: number | undefined): string {
  return share === undefined ? "–" : `${Math.floor(share * 1e6 + 1e-6) / 1e4} %`;
}
