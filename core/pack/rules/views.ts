import { escape } from "../../expression/typing.ts";
import { VIEWS_FILE } from "../standing.ts";
import type { PackSource } from "../types.ts";
import { viewsIn } from "../views.ts";
import { instead, problem } from "./rule.ts";
import type { Rule } from "./rule.ts";

const NONE: NonNullable<PackSource["views"]> = { defined: {}, uses: [] };

/** Every view that is used is one that the pack names. */
export const viewUnknown: Rule = {
  id: "view.unknown",
  check: ({ views = NONE }) => {
    const known = Object.keys(views.defined);
    const inViews = Object.entries(views.defined).flatMap(([name, body]) =>
      viewsIn(body).map((view) => ({ view, file: VIEWS_FILE, pointer: `/views/${escape(name)}` })),
    );
    // What a view uses is told where the view stands, also where no place uses that view.
    const direct = views.uses.filter(
      ({ file, pointer }) =>
        !views.uses.some((outer) => outer.file === file && pointer.startsWith(`${outer.pointer}/`)),
    );
    return [...direct, ...inViews]
      .filter(({ view }) => !known.includes(view))
      .map(({ view, file, pointer }) =>
        problem(
          "view.unknown",
          file,
          pointer,
          [`There is no view ${JSON.stringify(view)}.`, `没有视图 ${JSON.stringify(view)}。`],
          known.length === 0
            ? [
                "Name it in views.json, or write the expression here.",
                "请在 views.json 中命名该视图，或在此处写出表达式。",
              ]
            : instead(view, known),
        ),
      );
  },
};

/** No view leads back to itself. */
export const viewCycle: Rule = {
  id: "view.cycle",
  check: ({ views = NONE }) =>
    Object.keys(views.defined).flatMap((name) => {
      const way = wayBack(views.defined, name);
      if (way === undefined) return [];
      const told = [name, ...way].join(" -> ");
      return [
        problem(
          "view.cycle",
          VIEWS_FILE,
          `/views/${escape(name)}`,
          [`The view leads back to itself: ${told}.`, `视图循环引用自身：${told}。`],
          ["Write out the expression in one of them.", "请在其中一个视图里直接写出表达式。"],
        ),
      ];
    }),
};

/** Every view is used. */
export const viewUnused: Rule = {
  id: "view.unused",
  check: ({ views = NONE }) => {
    const used = new Set(views.uses.map(({ view }) => view));
    return Object.keys(views.defined)
      .filter((name) => !used.has(name))
      .map((name) =>
        problem(
          "view.unused",
          VIEWS_FILE,
          `/views/${escape(name)}`,
          [
            "No expression uses the view, so that its types are not checked.",
            "没有表达式使用该视图，其类型也就未经检查。",
          ],
          [
            `Use it as {"view": ${JSON.stringify(name)}}, or take it out.`,
            `请以 {"view": ${JSON.stringify(name)}} 引用，或删除该视图。`,
          ],
        ),
      );
  },
};

/** The shortest way from a view back to itself; undefined where there is none. */
function wayBack(defined: NonNullable<PackSource["views"]>["defined"], name: string): readonly string[] | undefined {
  const seen = new Set<string>();
  let ways: readonly (readonly string[])[] = [[]];
  while (ways.length > 0) {
    ways = ways.flatMap((way) => {
      const last = way.at(-1) ?? name;
      const body = Object.hasOwn(defined, last) ? defined[last] : undefined;
      return (body === undefined ? [] : viewsIn(body))
        .filter((next) => !seen.has(next))
        .map((next) => {
          seen.add(next);
          return [...way, next];
        });
    });
    const back = ways.find((way) => way.at(-1) === name);
    if (back !== undefined) return back;
  }
  return undefined;
}
