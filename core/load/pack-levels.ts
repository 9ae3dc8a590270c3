import type { LoadsSource } from "../pack/loads-source.ts";
import type { Role } from "../pack/types.ts";
import type { Level } from "./level.ts";
import type { Ending } from "./sample.ts";

/** The levels of a pack, with numbers where its files have decimal texts. */
export const packLevels = ({ levels }: LoadsSource, of?: Role): readonly Level[] =>
  levels
    .filter(({ role }) => role === undefined || of === undefined || role === of)
    .map(({ target, slices, good, role: _role, ...rest }) => ({
      ...rest,
      target: Number(target),
      good: {
        // The meta-schema allows no other.
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        endings: good.endings as readonly Ending[],
        ...(good.withinMs === undefined ? {} : { withinMs: good.withinMs }),
      },
      ...(slices === undefined ? {} : { slices: { seconds: slices.seconds, target: Number(slices.target) } }),
    }));
