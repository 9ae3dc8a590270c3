import { expect, test } from "vitest";
import { memberSpans } from "./member-spans.ts";

const spans = (text: string): unknown =>
  memberSpans(Buffer.from(text))?.map(({ name, from, to }) => [name, Buffer.from(text).subarray(from, to).toString()]);

test("each member of an object is given with the bytes of its value", () => {
  expect(spans(' { "a" : {"x":"}\\"","y":[1, {"z":null}]} , "\\u4e2d":"字" ,"n":-1.5e3\n}')).toEqual([
    ["a", '{"x":"}\\"","y":[1, {"z":null}]}'],
    ["中", '"字"'],
    ["n", "-1.5e3"],
  ]);
});

test("a text within a value that looks like a member is none", () => {
  expect(spans('{"r":{"m":"\\",\\"sign\\":\\"x"},"sign":"y"}')).toEqual([
    ["r", '{"m":"\\",\\"sign\\":\\"x"}'],
    ["sign", '"y"'],
  ]);
});

test("an empty object has no members, and a list is no object", () => {
  expect(spans("{}")).toEqual([]);
  expect(spans("[1]")).toBeUndefined();
});
