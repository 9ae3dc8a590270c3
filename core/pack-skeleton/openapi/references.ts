import { DocumentProblem, isObject } from "../document.ts";

const DEPTH = 32;

/** Follows references within one document; what stands elsewhere is not fetched. */
export class References {
  readonly #document: unknown;

  constructor(document: unknown) {
    this.#document = document;
  }

  /** The value itself, or what its `$ref` leads to. @throws DocumentProblem where that is nothing. */
  resolve(value: unknown): unknown {
    let found = value;
    for (let step = 0; isObject(found) && typeof found["$ref"] === "string"; step += 1) {
      const reference = found["$ref"];
      if (step > DEPTH) throw leadsNowhere(reference);
      found = this.#at(reference);
    }
    return found;
  }

  #at(reference: string): unknown {
    if (!reference.startsWith("#/")) throw elsewhere(reference, "");
    let found: unknown = this.#document;
    for (const token of reference.slice(2).split("/")) {
      const key = decodeURIComponent(token).replaceAll("~1", "/").replaceAll("~0", "~");
      if (typeof found !== "object" || found === null || !Object.hasOwn(found, key)) throw leadsNowhere(reference);
      found = Reflect.get(found, key) as unknown;
    }
    return found;
  }
}

/** A reference out of the document. */
export function elsewhere(reference: string, pointer: string): DocumentProblem {
  return new DocumentProblem(
    {
      en: `it refers to ${JSON.stringify(reference)}, which stands elsewhere and is not fetched`,
      zh: `引用了 ${JSON.stringify(reference)}，该内容在文档之外，不会下载`,
    },
    pointer,
    {
      en: "put all files into one with the bundler of your choice, such as `redocly bundle`, and give that",
      zh: "请先用工具（如 `redocly bundle`）合并为一个文件",
    },
  );
}

function leadsNowhere(reference: string): DocumentProblem {
  return new DocumentProblem(
    {
      en: `its reference ${JSON.stringify(reference)} leads nowhere`,
      zh: `引用 ${JSON.stringify(reference)} 没有目标`,
    },
    "",
    { en: "correct the reference", zh: "请更正引用" },
  );
}
