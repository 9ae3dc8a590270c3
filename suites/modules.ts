import { suggestion } from "../core/names/near-name.ts";
import type { Module } from "../core/pack/types.ts";
import type { Bilingual } from "../core/run/verdict.ts";
import type { StatementProblem } from "./statement/load.ts";
import type { Statement } from "./statement/statement.ts";

/** A statement narrowed to the modules that are judged, or what is wrong with the claim or the choice. */
export type Narrowed =
  | { readonly ok: true; readonly statement: Statement }
  | { readonly ok: false; readonly problems: readonly StatementProblem[]; readonly ofChoice: boolean };

/**
 * The statement with the interfaces of all modules left out that it does not claim (`profile.modules`) or that are not
 * chosen (`--modules`). A chosen module brings those that it needs; a claimed one must claim them.
 */
export function narrowed(statement: Statement, modules: readonly Module[], chosen?: readonly string[]): Narrowed {
  const { modules: claimed } = statement.profile;
  const inStatement = [
    ...unknownIn(claimed ?? [], modules, "/profile/modules"),
    ...unclaimedNeeds(claimed ?? [], modules),
  ];
  if (inStatement.length > 0) return { ok: false, problems: inStatement, ofChoice: false };
  const within = modules.filter(({ name }) => claimed?.includes(name) ?? true);
  const notThere = chosen?.length === 0 ? [nothingChosen(within)] : unknownIn(chosen ?? [], within, "--modules");
  if (notThere.length > 0) return { ok: false, problems: notThere, ofChoice: true };
  const judged = chosen === undefined ? within : withNeeds(chosen, within);
  const left = modules.filter((one) => !judged.includes(one)).flatMap(({ holds }) => holds.interfaces);
  const { profile } = statement;
  return { ok: true, statement: { ...statement, profile: { ...profile, except: [...profile.except, ...left] } } };
}

const useSome = (names: readonly string[]): Bilingual => ({
  en: `Use some of: ${names.join(", ")}.`,
  zh: `可选模块：${names.join("、")}。`,
});

const nothingChosen = (modules: readonly Module[]): StatementProblem => ({
  file: "",
  pointer: "--modules",
  rule: { en: "names no module", zh: "没有给出模块" },
  remedy: useSome(modules.map(({ name }) => name)),
});

const NO_MODULES: Bilingual = {
  en: "The pack has no modules: leave it out.",
  zh: "该规范包没有模块：请不要写此项。",
};

function unknownIn(names: readonly string[], modules: readonly Module[], pointer: string): readonly StatementProblem[] {
  const known = modules.map(({ name }) => name);
  return names.flatMap((name, index) => {
    if (known.includes(name)) return [];
    const near = suggestion(name, known);
    const use = known.length === 0 ? NO_MODULES : useSome(known);
    const ofStatement = pointer.startsWith("/");
    return [
      {
        file: "",
        pointer: ofStatement ? `${pointer}/${index}` : pointer,
        rule: {
          en: `names the module ${JSON.stringify(name)}, which ${ofStatement ? "the pack does not have" : "the statement does not claim or the pack does not have"}`,
          zh: `${ofStatement ? "规范包没有模块" : "声明未包含或规范包没有模块"}“${name}”`,
        },
        remedy: { en: `${near.en}${use.en}`, zh: `${near.zh}${use.zh}` },
      },
    ];
  });
}

function unclaimedNeeds(claimed: readonly string[], modules: readonly Module[]): readonly StatementProblem[] {
  return claimed.flatMap((name, index) =>
    (modules.find((one) => one.name === name)?.needs ?? [])
      .filter((needed) => !claimed.includes(needed))
      .map((needed) => ({
        file: "",
        pointer: `/profile/modules/${index}`,
        rule: {
          en: `claims the module ${name}, which needs the module ${needed}, and does not claim that`,
          zh: `声明了模块 ${name}，却未声明其依赖的模块 ${needed}`,
        },
        remedy: {
          en: `Add ${JSON.stringify(needed)}, or take ${JSON.stringify(name)} out.`,
          zh: `请补上“${needed}”，或去掉“${name}”。`,
        },
      })),
  );
}

/** Modules by name, and all that they need. */
function withNeeds(names: readonly string[], modules: readonly Module[]): readonly Module[] {
  const wanted = new Set(names);
  // A set that grows while it is walked: what is added is walked too.
  for (const name of wanted)
    for (const needed of modules.find((one) => one.name === name)?.needs ?? []) wanted.add(needed);
  return modules.filter(({ name }) => wanted.has(name));
}
