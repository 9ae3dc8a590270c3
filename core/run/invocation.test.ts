import { expect, test } from "vitest";
import { asTypedHere } from "./invocation.ts";

test.each(["npx liantiao verify bank", "npx --no liantiao verify bank", "npm run -s liantiao -- verify bank"])(
  "the command `%s` of a report is shown as a clone runs it",
  (command) => {
    expect(asTypedHere(command)).toBe("npm run -s liantiao -- verify bank");
  },
);
