import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { AnySchemaObject } from "ajv";
import { describe, expect, test } from "vitest";
import { SCRIPT_FILE } from "./k6-folder.ts";

const read = (path: string): string => readFileSync(fileURLToPath(new URL(path, import.meta.url)), "utf8");

/** Made from the documentation of k6-operator v1.6, and no copy of its CRD: it knows the fields that the recipe uses. */
const schema = JSON.parse(read("./testing/testrun.schema.json")) as AnySchemaObject;

interface Manifest {
  readonly spec: {
    readonly script: { readonly volumeClaim: { readonly file: string } };
    readonly arguments: string;
    readonly runner: {
      readonly env: readonly { readonly name: string; readonly value?: string }[];
      readonly volumeMounts: readonly { readonly mountPath: string; readonly subPathExpr: string }[];
    };
  };
}

const manifestIn = (document: string): Manifest =>
  JSON.parse(/```json\n(.+?)```/s.exec(read(document))?.[1] ?? "") as Manifest;

describe.each(["../../../docs/recipes/load-k6.md", "../../../docs/recipes/load-k6.zh-CN.md"])(
  "the manifest in %s",
  (document) => {
    const manifest = manifestIn(document);

    test("has the fields of a TestRun as k6-operator documents them", () => {
      const validate = new Ajv2020().compile(schema);
      expect(validate(manifest), JSON.stringify(validate.errors)).toBe(true);
      expect(validate({ ...manifest, spec: { ...manifest.spec, args: [] } })).toBe(false);
    });

    test("runs the script that is prepared, and keeps each runner's output apart", () => {
      const { script, runner, arguments: given } = manifest.spec;
      expect(script.volumeClaim.file).toBe(SCRIPT_FILE);
      const [mount] = runner.volumeMounts;
      expect(given).toBe(`--out json=${mount?.mountPath ?? ""}/results.json.gz`);
      const variable = /^\$\((\w+)\)$/.exec(mount?.subPathExpr ?? "")?.[1];
      expect(runner.env.map(({ name }) => name)).toContain(variable);
    });

    test("has k6 fetch nothing and tell nobody", () => {
      expect(manifest.spec.runner.env).toEqual(
        expect.arrayContaining([
          { name: "K6_AUTO_EXTENSION_RESOLUTION", value: "false" },
          { name: "K6_NO_USAGE_REPORT", value: "true" },
        ]),
      );
    });
  },
);
