import { interfaceFile } from "../file.ts";
import { stagesOf } from "../error-code.ts";
import { codeUses } from "./codes.ts";
import { instead, problem } from "./rule.ts";
import type { Rule } from "./rule.ts";

/** Every code that is named is declared, with the stage at which it is answered. */
export const errorUnknown: Rule = {
  id: "error.unknown",
  check: (source) => {
    const declared = new Map(source.errors.map((error) => [error.code, error]));
    const listed = source.interfaces.flatMap((one) =>
      one.errors.map((code, index) => ({ code, file: interfaceFile(one), pointer: `/errors/${index}` })),
    );
    return [...codeUses(source), ...listed]
      .filter(({ code }) => !declared.has(code))
      .map(({ code, file, pointer }) =>
        problem(
          "error.unknown",
          file,
          pointer,
          [`The code ${code} is not declared.`, `错误码 ${code} 未声明。`],
          declaredOr(code, declared.keys()),
        ),
      );
  },
};

const declaredOr = (code: string, known: Iterable<string>): readonly [string, string] => {
  const [en, zh] = instead(code, known);
  return [`${en} Or declare it in errors.json.`, `${zh}或在 errors.json 中声明。`];
};

/** A code of guards stands at the stage guards, one of a policy at the policy's stage. */
export const errorStage: Rule = {
  id: "error.stage",
  check: (source) => {
    const declared = new Map(source.errors.map((error) => [error.code, error]));
    return codeUses(source).flatMap(({ code, file, pointer, stage }) => {
      const error = declared.get(code);
      // A number used up may be answered by a guard with the very code that idempotency has for another fingerprint.
      if (
        error === undefined ||
        stage === undefined ||
        stagesOf(error).includes(stage) ||
        (stage === "guards" && stagesOf(error).includes("idempotency"))
      )
        return [];
      return [
        problem(
          "error.stage",
          file,
          pointer,
          [
            `${code} is declared for the stage ${stagesOf(error).join(", ")} but answered at the stage ${stage}.`,
            `${code} 声明于阶段 ${stagesOf(error).join("、")},却在阶段 ${stage} 返回。`,
          ],
          [
            `Use a code of the stage ${stage}, or say in errors.json that it is answered there as well: "also": [{"stage": "${stage}"}].`,
            `请使用阶段 ${stage} 的错误码,或在 errors.json 中声明该阶段:"also": [{"stage": "${stage}"}]。`,
          ],
        ),
      ];
    });
  },
};

/** Ranks order the codes of one stage, so no two are equal. */
export const errorRank: Rule = {
  id: "error.rank",
  check: (source) =>
    source.errors.flatMap((error, index) => {
      const earlier = source.errors
        .slice(0, index)
        .find(({ stage, rank }) => stage === error.stage && rank === error.rank);
      return earlier === undefined
        ? []
        : [
            problem(
              "error.rank",
              "errors.json",
              `/errors/${index}/rank`,
              [
                `${error.code} has the rank ${error.rank} that ${earlier.code} has in the stage ${error.stage}.`,
                `${error.code} 与 ${earlier.code} 在阶段 ${error.stage} 中排序同为 ${error.rank}。`,
              ],
              [
                "Give each code of a stage its own rank; lower is answered first.",
                "同一阶段的错误码排序须各不相同,小者先返回。",
              ],
            ),
          ];
    }),
};

/** An interface lists exactly the codes that its guards, loads and idempotency may answer. */
export const errorListed: Rule = {
  id: "error.listed",
  check: (source) => {
    const uses = codeUses(source);
    return source.interfaces.flatMap((one) => {
      const mine = uses.filter(({ interfaces }) => interfaces?.includes(one.id));
      const missing = new Map(mine.filter(({ code }) => !one.errors.includes(code)).map((use) => [use.code, use]));
      const stray = one.errors.flatMap((code, index) =>
        mine.some((use) => use.code === code) ? [] : [{ code, index }],
      );
      return [
        ...[...missing.values()].map(({ code, file, pointer }) =>
          problem(
            "error.listed",
            interfaceFile(one),
            "/errors",
            [
              `${one.id} may answer ${code} (${file}#${pointer}) but does not list it.`,
              `${one.id} 可能返回 ${code}(${file}#${pointer}),但未列出。`,
            ],
            [`Add ${code} to errors.`, `请把 ${code} 加入 errors。`],
          ),
        ),
        ...stray.map(({ code, index }) =>
          problem(
            "error.listed",
            interfaceFile(one),
            `/errors/${index}`,
            [`${one.id} lists ${code}, which nothing of it answers.`, `${one.id} 列出了 ${code},但不会返回它。`],
            ["Remove it, or add the guard that answers it.", "请删除,或补上会返回它的守卫。"],
          ),
        ),
      ];
    });
  },
};

/** A declared code is answered by something; what only a fault of the environment provokes needs no guard. */
export const errorUnused: Rule = {
  id: "error.unused",
  check: (source) => {
    const used = new Set(codeUses(source).map(({ code }) => code));
    return source.errors.flatMap(({ code, stage }, index) =>
      used.has(code) || stage === "system"
        ? []
        : [
            problem(
              "error.unused",
              "errors.json",
              `/errors/${index}`,
              [`Nothing answers ${code}.`, `没有任何地方返回 ${code}。`],
              ["Remove it, or name it in a guard or a policy.", "请删除,或在守卫或策略中使用。"],
            ),
          ],
    );
  },
};
