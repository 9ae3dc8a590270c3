import { deeper, mutant } from "../mutant.ts";
import type { Mutator, Place } from "../mutant.ts";

/** A code with another HTTP status. */
export const errors: Mutator = {
  name: "errors",
  mutants: (source) =>
    source.errors.map((error, index) => {
      const place: Place = { role: "bank", label: error.code, path: ["errors", index], about: [error.code] };
      return mutant("errors", deeper(place, "status"), "other-status", error.status === 400 ? 422 : 400);
    }),
};
