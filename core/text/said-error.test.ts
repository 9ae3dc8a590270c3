import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { reasonOf, SaidError } from "./said-error.ts";

/** What `work` throws. */
function thrown(work: () => unknown): unknown {
  try {
    work();
  } catch (cause) {
    return cause;
  }
  throw new Error("nothing was thrown");
}

test("an error that people read has its pair, its own name and an English message", () => {
  class Refused extends SaidError {}
  const error = new Refused({ en: "it is refused", zh: "被拒绝" });
  expect(error).toMatchObject({ name: "Refused", message: "it is refused" });
  expect(reasonOf(error)).toEqual({ en: "it is refused", zh: "被拒绝" });
});

test("a code of the operating system is told in Chinese, and what is unknown is quoted", () => {
  const { en, zh } = reasonOf(thrown(() => readFileSync("/no/such/file")));
  expect(en).toContain("no such file");
  expect(zh).toBe("文件不存在（ENOENT）");
  expect(reasonOf(new Error("odd"))).toEqual({ en: "odd", zh: "odd" });
  expect(reasonOf("odd")).toEqual({ en: "odd", zh: "odd" });
});
