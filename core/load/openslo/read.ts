import { readFileSync } from "node:fs";
import type { ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { LineCounter, parseAllDocuments } from "yaml";
import type { Document } from "yaml";
import schema from "../../../specs/meta/openslo.schema.json" with { type: "json" };
import { explainMeta } from "../../pack/meta-explanation.ts";
import { reasonOf } from "../../text/said-error.ts";
import type { Level } from "../level.ts";
import type { SliDocument, SloDocument } from "./document.ts";
import { levelsOf } from "./levels.ts";
import type { Placed, SloProblem } from "./place.ts";

/** Kinds that OpenSLO has and a load reads nothing of. */
const OTHER_KINDS = ["DataSource", "Service", "AlertPolicy", "AlertCondition", "AlertNotificationTarget"];

/** Documents of one file; a service level takes a few dozen lines. */
const MOST_BYTES = 1_048_576;

export type SloReading =
  | { readonly ok: true; readonly levels: readonly Level[] }
  | { readonly ok: false; readonly problems: readonly SloProblem[] };

/** Reads service levels from files of OpenSLO v1, in YAML or JSON. What is wrong is returned, with its place. */
export function readOpenSlo(files: readonly string[]): SloReading {
  const problems: SloProblem[] = [];
  const slos: Placed<SloDocument>[] = [];
  const slis: Placed<SliDocument>[] = [];
  for (const file of files)
    for (const placed of documentsOf(file, problems)) {
      const found = problemsOf(placed);
      problems.push(...found);
      if (found.length > 0) continue;
      // The schema of its kind holds.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      if (kindOf(placed.document) === "SLO") slos.push(placed as Placed<SloDocument>);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      else slis.push(placed as Placed<SliDocument>);
    }
  const levels = slos.flatMap((slo) => levelsOf(slo, slis, problems));
  for (const [index, level] of levels.entries())
    if (levels.findIndex(({ name }) => name === level.name) < index)
      problems.push({
        file: files.join(", "),
        pointer: "/metadata/name",
        message: {
          en: `Two service levels are called ${JSON.stringify(level.name)}.`,
          zh: `有两个服务水平同名：${JSON.stringify(level.name)}。`,
        },
      });
  return problems.length > 0 ? { ok: false, problems } : { ok: true, levels };
}

const kindOf = (document: unknown): unknown =>
  typeof document === "object" && document !== null && "kind" in document ? document.kind : undefined;

/** The documents of a file: one after another in YAML, in JSON one or a list of them. */
function documentsOf(file: string, problems: SloProblem[]): readonly Placed<unknown>[] {
  const refuse = (en: string, zh: string, line?: number): readonly [] => {
    problems.push({ file: line === undefined ? file : `${file}:${line}`, pointer: "", message: { en, zh } });
    return [];
  };
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    const { en, zh } = reasonOf(cause);
    return refuse(`It cannot be read: ${en}.`, `无法读取：${zh}。`);
  }
  if (text.length > MOST_BYTES) return refuse("It is larger than 1 MiB.", "文件超过 1 MiB。");
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
  if (!Array.isArray(documents) || documents.length === 0) return refuse("It is empty.", "文件为空。");
  return documents.flatMap((document: Document): readonly Placed<unknown>[] => {
    const [error] = [...document.errors, ...document.warnings];
    if (error !== undefined)
      return refuse(
        `It cannot be read as YAML or JSON: ${error.message}.`,
        `无法按 YAML 或 JSON 读取：${error.message}。`,
        lines.linePos(error.pos[0]).line,
      );
    const value: unknown = plainOf(document, refuse);
    const list = Array.isArray(value) ? value.entries().toArray() : [[undefined, value] as const];
    return list.map(([index, one]) => ({
      document: one,
      problem: (pointer, en, zh) => {
        const path = pointer.split("/").slice(1);
        const line = lineOf(document, index === undefined ? path : [String(index), ...path], lines);
        return { file: `${file}:${line}`, pointer, message: { en, zh } };
      },
    }));
  });
}

/** What a document says, once its aliases are resolved; a chain of them that grows beyond bounds is refused. */
function plainOf(document: Document, refuse: (en: string, zh: string) => readonly []): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    const { en, zh } = reasonOf(cause);
    refuse(`Its aliases cannot be resolved: ${en}.`, `无法展开其中的别名：${zh}。`);
    return [];
  }
}

/** The line of a place, or of what is nearest around it. */
function lineOf(document: Document, path: readonly string[], lines: LineCounter): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const steps = path.slice(0, length).map((step) => (/^\d+$/.test(step) ? Number(step) : step));
    const node: unknown = length === 0 ? document.contents : document.getIn(steps, true);
    if (typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range))
      return lines.linePos(Number(node.range[0])).line;
  }
  return 1;
}

/** Compiled for the first file of a process. */
let compiled: Readonly<Record<"SLO" | "SLI", ValidateFunction>> | undefined;

function compileSchema(): Readonly<Record<"SLO" | "SLI", ValidateFunction>> {
  const ajv = new Ajv2020({ allErrors: true, strict: false, verbose: true, ownProperties: true });
  ajv.addSchema(schema, "openslo");
  const of = (kind: string): ValidateFunction => ajv.compile({ $ref: `openslo#/$defs/${kind}` });
  return { SLO: of("SLO"), SLI: of("SLI") };
}

function problemsOf({ document, problem }: Placed<unknown>): readonly SloProblem[] {
  const kind = kindOf(document);
  if (kind !== "SLO" && kind !== "SLI") {
    const known = OTHER_KINDS.includes(String(kind));
    const said = kind === undefined ? "nothing" : JSON.stringify(kind);
    return [
      problem(
        "/kind",
        known
          ? `A load reads nothing of a ${String(kind)}. Allowed: SLO, SLI.`
          : `Its kind is ${said}. Allowed: SLO, SLI.`,
        known ? `施加负载时不读取 ${String(kind)}。可用：SLO、SLI。` : `kind 现为 ${said}。可用：SLO、SLI。`,
      ),
    ];
  }
  compiled ??= compileSchema();
  const validate = compiled[kind];
  if (validate(document)) return [];
  return explainMeta(validate.errors ?? [], "").map(({ pointer, message }) => problem(pointer, message.en, message.zh));
}
