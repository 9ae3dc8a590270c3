import { expect, test } from "vitest";
import { testNamesOf } from "./test-names.ts";

const read = (text: string): readonly string[] => testNamesOf("x.test.ts", text).names.map(({ name }) => name);

test("reads the names of test and it, in every way that vitest has", () => {
  expect(
    read(`
      import { describe, expect, it, test as check } from "vitest";
      describe("a group", () => {
        it("one", () => {});
        check.each([[1, "of a row"]])("two %s", () => {});
        it.each\`a | b\`("three $a", () => {});
        check.skipIf(process.platform === "win32")("four", { timeout: 1 }, () => {});
        check.concurrent.for([1])("five", () => {});
        it.todo("six");
      });
    `),
  ).toEqual(["one", "two %s", "three $a", "four", "five", "six"]);
});

test("follows a tester that a file makes for itself", () => {
  expect(
    read(`
      import { test } from "vitest";
      const onLinux = test.skipIf(process.platform !== "linux");
      onLinux("one", () => {});
    `),
  ).toEqual(["one"]);
});

test("shows templates, joined texts and alternatives as they are written", () => {
  expect(
    read(`
      import { test } from "vitest";
      test(\`\${a} and \${b}\`, () => {});
      test("a long " + "name", () => {});
      test(role + " answers", () => {});
      test(fast ? "is fast" : "is slow", () => {});
    `),
  ).toEqual(["… and …", "a long name", "… answers", "is fast", "is slow"]);
});

test("leaves comments, texts and functions of other libraries alone", () => {
  expect(
    read(`
      import { expect } from "vitest";
      import { test } from "another";
      // test("in a comment", () => {});
      const text = 'test("in a text", () => {})';
      test("of another library", () => {});
      /it("x")/.test("a regular expression");
    `),
  ).toEqual([]);
});

test("tells the place of each name, and of each that is computed", () => {
  const text = 'import { test } from "vitest";\n// 中文 🙂\ntest(\n  "one",\n  () => {},\n);\ntest(name, () => {});\n';
  expect(testNamesOf("x.test.ts", text)).toEqual({
    names: [{ file: "x.test.ts", line: 4, name: "one" }],
    computed: [{ file: "x.test.ts", line: 7 }],
  });
});
