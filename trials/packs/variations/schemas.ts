import { schemas } from "../variation.ts";
import type { Variation } from "../variation.ts";

/** Messages may have fields that the pack does not know, so it does not demand that they are refused. */
export const open: Variation = {
  name: "open schemas",
  vary: (source) => {
    const made = schemas(source, ({ additionalProperties: _closed, ...rest }) => rest);
    return { ...made, requirements: made.requirements.filter(({ id }) => id !== "PAR-15") };
  },
};

export const closed: Variation = {
  name: "closed schemas",
  vary: (source) =>
    schemas(source, (object) =>
      object["properties"] === undefined ? object : { ...object, additionalProperties: false },
    ),
};
