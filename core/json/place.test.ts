import { expect, test } from "vitest";
import { placeOf } from "./place.ts";

const utf8 = new TextEncoder();

test.each([
  ["", 0, 1, 1],
  ["abc", 2, 1, 3],
  ["a\nb", 2, 2, 1],
  ["a\r\nb", 3, 2, 1],
  ["a\rb", 2, 2, 1],
  ["a\n", 2, 2, 1],
  // Bytes are counted in the file, characters in the editor.
  ["联调x", 6, 1, 3],
])("the place of %j at byte %i is line %i, column %i", (text, offset, line, column) => {
  expect(placeOf(utf8.encode(text), offset)).toEqual({ line, column });
});
