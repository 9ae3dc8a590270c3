import { readFileSync, statSync } from "node:fs";
import { DocumentProblem } from "../../core/pack-skeleton/document.ts";
import type { ApiDocument } from "../../core/pack-skeleton/document.ts";
import { readHar } from "../../core/pack-skeleton/har/read.ts";
import { readOpenapi } from "../../core/pack-skeleton/openapi/read.ts";
import { DOCUMENT_LIMITS, parseText } from "../../core/pack-skeleton/parse.ts";
import { skeletonOf } from "../../core/pack-skeleton/skeleton.ts";
import type { OpenQuestion } from "../../core/pack/open-question.ts";
import { reasonOf } from "../../core/text/said-error.ts";
import { glob } from "../../suites/glob.ts";
import { UserError } from "../user-error.ts";
import type { PackFiles } from "./folder.ts";
import type { ReferenceParts } from "./reference-parts.ts";

/** The document that a pack is made of, as the flags name it. */
export interface NamedDocument {
  readonly flag: "--from-openapi" | "--from-har";
  readonly file: string;
  /** A glob over paths, operation ids and ids of interfaces; absent: all. */
  readonly only?: string;
}

/** The requirement that unknown fields are refused, which a document that leaves requests open does not make. */
const UNKNOWN_FIELDS_REFUSED = "PAR-15";

/** The files of a pack that is derived from a document. @throws UserError where no pack can be made of it. */
export function documentPack(
  name: string,
  named: NamedDocument,
  reference: ReferenceParts,
): { readonly files: PackFiles; readonly questions: readonly OpenQuestion[] } {
  const document = readDocument(named);
  if (document.operations.length === 0) throw nothingLeft(named);
  const { files, questions, requestsClosed } = skeletonOf(document, name, reference);
  const requirements = requestsClosed
    ? reference.requirements
    : without(reference.requirements, UNKNOWN_FIELDS_REFUSED);
  return { files: { ...files, ...requirements }, questions };
}

function readDocument({ flag, file, only }: NamedDocument): ApiDocument {
  const wanted = only === undefined ? undefined : glob(only);
  try {
    const value = parseText(textOf(flag, file));
    const read = flag === "--from-har" ? readHar : readOpenapi;
    return read(value, (names) => wanted === undefined || names.some((name) => wanted(name)));
  } catch (cause) {
    if (!(cause instanceof DocumentProblem)) throw cause;
    throw new UserError(
      { en: `no pack can be made of ${file}: ${cause.said.en}`, zh: `无法由 ${file} 生成规范包：${cause.said.zh}` },
      { where: `${flag} ${file}${cause.pointer === "" ? "" : ` ${cause.pointer}`}`, next: cause.next, cause },
    );
  }
}

function textOf(flag: string, file: string): string {
  try {
    if (statSync(file).size > DOCUMENT_LIMITS.bytes) return " ".repeat(DOCUMENT_LIMITS.bytes + 1);
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file));
  } catch (cause) {
    const why = reasonOf(cause);
    throw new UserError(
      { en: `${file} cannot be read: ${why.en}`, zh: `无法读取 ${file}：${why.zh}` },
      {
        where: flag,
        next: { en: "give a file of JSON or YAML in UTF-8", zh: "请给出 UTF-8 编码的 JSON 或 YAML 文件" },
        cause,
      },
    );
  }
}

function nothingLeft({ flag, file, only }: NamedDocument): UserError {
  return new UserError(
    only === undefined
      ? { en: `${file} has no operation that a pack can have`, zh: `${file} 中没有规范包可用的接口` }
      : {
          en: `no operation of ${file} matches ${JSON.stringify(only)}`,
          zh: `${file} 中没有接口匹配 ${JSON.stringify(only)}`,
        },
    {
      where: only === undefined ? `${flag} ${file}` : "--only",
      next: {
        en: "give a glob over paths or operation ids, such as '/payments*', or leave --only out",
        zh: "请给出针对路径或 operationId 的通配模式，如 '/payments*'，或不写 --only",
      },
    },
  );
}

function without(requirements: PackFiles, id: string): PackFiles {
  return Object.fromEntries(
    Object.entries(requirements).map(([file, content]) => {
      const { requirements: list } = content as { readonly requirements: readonly { readonly id: string }[] };
      return [file, { requirements: list.filter((one) => one.id !== id) }];
    }),
  );
}
