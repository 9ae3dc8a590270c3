import { escape } from "../../expression/typing.ts";
import { namesIn } from "../schema-words.ts";
import type { PackSource } from "../types.ts";
import { problem } from "./rule.ts";
import type { Rule } from "./rule.ts";

type Kind = "fields" | "states" | "codes";
const ZH: Readonly<Record<Kind, string>> = { fields: "字段", states: "状态", codes: "错误码" };

/** Every word that `means` explains is a word of the pack. */
export const meaningUnused: Rule = {
  id: "meaning.unused",
  check: (source) => {
    const words = vocabulary(source);
    return meanings(source)
      .filter(({ kind, word }) => !words[kind].has(word))
      .map(({ kind, word, pointer }) =>
        problem(
          "meaning.unused",
          "pack.json",
          pointer,
          [`No ${kind.slice(0, -1)} of this pack is called ${word}.`, `本规范包没有名为 ${word} 的${ZH[kind]}。`],
          [
            "Write it as it stands in messages, lifecycles or errors.json, or take the entry out.",
            "请按报文、生命周期或 errors.json 中的写法填写,或删除该项。",
          ],
        ),
      );
  },
};

/** A meaning must not be another word of the pack: in the words of the suites the two would become one. */
export const meaningTaken: Rule = {
  id: "meaning.taken",
  check: (source) => {
    const words = vocabulary(source);
    return meanings(source)
      .filter(({ kind, meaning }) => words[kind].has(meaning) && source.manifest.means?.[kind]?.[meaning] === undefined)
      .map(({ kind, word, meaning, pointer }) =>
        problem(
          "meaning.taken",
          "pack.json",
          pointer,
          [
            `${word} is said to mean ${meaning}, but this pack has a ${kind.slice(0, -1)} called ${meaning} too.`,
            `${word} 被声明为 ${meaning},但本规范包另有名为 ${meaning} 的${ZH[kind]}。`,
          ],
          [
            `Say what this pack's own ${meaning} means ("${meaning}": "…"), or take the entry out.`,
            `请同时声明本包自有的 ${meaning} 的含义,或删除该项。`,
          ],
        ),
      );
  },
};

function meanings({ manifest: { means } }: PackSource): readonly {
  readonly kind: Kind;
  readonly word: string;
  readonly meaning: string;
  readonly pointer: string;
}[] {
  return (["fields", "states", "codes"] as const).flatMap((kind) =>
    Object.entries(means?.[kind] ?? {})
      .filter(([word, meaning]) => word !== meaning)
      .map(([word, meaning]) => ({ kind, word, meaning, pointer: `/means/${kind}/${escape(word)}` })),
  );
}

function vocabulary(source: PackSource): Readonly<Record<Kind, ReadonlySet<string>>> {
  const columns = source.interfaces.flatMap(({ response }) => response.table?.columns.map(({ name }) => name) ?? []);
  const inPaths = source.interfaces.flatMap(({ http }) =>
    [...http.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? ""),
  );
  return {
    fields: new Set([...namesIn([source.messages, source.interfaces], source), ...columns, ...inPaths]),
    states: new Set(source.lifecycles.flatMap(({ states }) => Object.keys(states))),
    codes: new Set(source.errors.map(({ code }) => code)),
  };
}
