import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { describe, expect, test } from "vitest";
import { validateXML } from "xmllint-wasm";
import type { RunEvent } from "../../core/run/event.ts";
import { failedRun } from "../../reports/testing/failed-run.ts";
import { hostileRun } from "../../reports/testing/hostile-run.ts";
import { passedRun, unreachableRun, waivedRun } from "../../reports/testing/runs.ts";
import { sampleHead } from "../../reports/testing/sample-events.ts";
import { rendered } from "../../reports/format.ts";
import { junit } from "../../reports/junit.ts";
import { sarif } from "../../reports/sarif.ts";

const own = (file: string): string => readFileSync(new URL(file, import.meta.url), "utf8");

/** Long runs, whose times have thousands of seconds, belong to the format as well. */
const longRun = (): readonly RunEvent[] =>
  passedRun().map((event) => (event.type === "check.finished" ? { ...event, durationMs: 12_345_678 } : event));

const RUNS: readonly (readonly [string, readonly RunEvent[]])[] = [
  ["failed", failedRun()],
  ["passed", passedRun()],
  ["waived", waivedRun()],
  ["unreachable", unreachableRun()],
  ["long", longRun()],
  ["hostile", hostileRun("</failure>]]>&<\u0000\u001b\"'\ud800\n\t<![CDATA[ 中文 \u{1f600}")],
  ["crashed", failedRun().slice(0, 30)],
  ["empty plan", [sampleHead({})]],
  ["empty log", []],
];

test("the schemas are the published ones", () => {
  const digest = (file: string): string => createHash("sha256").update(own(file)).digest("hex");
  expect(digest("sarif-schema-2.1.0.json")).toBe("c3b4bb2d6093897483348925aaa73af03b3e3f4bd4ca38cef26dcb4212a2682e");
  expect(digest("junit-10.xsd")).toBe("a1a816f58d1bf95ebabf371994df0b9246dee66ea9572fbec4f9296f1b2c0ff6");
});

describe("SARIF 2.1.0, by the schema of OASIS", () => {
  const {
    id,
    $schema: _draft4,
    ...schema
  } = JSON.parse(own("sarif-schema-2.1.0.json")) as Readonly<Record<string, unknown>>;
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  // The package's types describe a default export that is a namespace; at run time it is the function.
  (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
  // It is written in draft 4, of whose particulars it uses the name of `$id` alone.
  const validate = ajv.compile({ ...schema, $id: String(id) });

  test.each(RUNS)("SARIF of a %s run is valid by the schema of OASIS", (_name, events) => {
    validate(JSON.parse(rendered(sarif, events)));
    expect(validate.errors ?? []).toEqual([]);
  });

  test("the schema of SARIF refuses a wrong document", () => {
    expect(validate(JSON.parse(rendered(sarif, failedRun()).replace('"ruleId"', '"rule"')))).toBe(false);
    expect(validate(JSON.parse(rendered(sarif, failedRun()).replace('"level": "error"', '"level": "fatal"')))).toBe(
      false,
    );
  });
});

describe("JUnit, by the schema that Jenkins holds it to", () => {
  const problems = async (contents: string): Promise<readonly string[]> => {
    const { errors } = await validateXML({ xml: [{ fileName: "junit.xml", contents }], schema: [own("junit-10.xsd")] });
    return errors.map(({ message }) => message);
  };

  test.each(RUNS)("JUnit of a %s run is valid by the schema of Jenkins", async (_name, events) => {
    expect(await problems(rendered(junit, events))).toEqual([]);
  });

  test("the schema of JUnit refuses a wrong document", async () => {
    expect(await problems(rendered(junit, failedRun()).replace("<testcase ", "<case "))).not.toEqual([]);
    expect(await problems(rendered(junit, failedRun()).replace(/ tests="\d+"/g, ""))).not.toEqual([]);
  });
});
