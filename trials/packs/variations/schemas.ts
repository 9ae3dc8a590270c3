import { schemas } from "../variation.ts";
import type { Variation } from "../variation.ts";

export const open: Variation = {
  name: "open schemas",
  vary: (source) => schemas(source, ({ additionalProperties: _closed, ...rest }) => rest),
};

export const closed: Variation = {
  name: "closed schemas",
  vary: (source) =>
    schemas(source, (object) =>
      object["properties"] === undefined ? object : { ...object, additionalProperties: false },
    ),
};
