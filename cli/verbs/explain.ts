import type { Command } from "commander";
import pc from "picocolors";
import { stagesOf, statusAt } from "../../core/pack/error-code.ts";
import type { ErrorCode, PackSource, Requirement } from "../../core/pack/types.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import { languageOf } from "../language/language.ts";
import type { Language } from "../language/language.ts";
import { ROLES } from "../explain/role.ts";
import { families } from "../../reports/grouping.ts";
import { packView } from "../../suites/pack-view.ts";
import { listChecks } from "../../suites/verify.ts";
import { interfaceLines } from "../explain/interface.ts";
import { resourceLines } from "../explain/resource.ts";
import { examples } from "../examples.ts";
import { nearName } from "../../core/names/near-name.ts";
import { readPack } from "../../hosting/packs.ts";
import { UserError } from "../../hosting/user-error.ts";
import { addExplainSignature } from "./explain-signature.ts";

export function addExplain(program: Command): void {
  const explain = program
    .command("explain")
    .summary("what an interface, a resource, an error code or a requirement means")
    .description(
      "Explains an interface with its fields and an example, a resource, an error code or a requirement of a pack; without a\nname, lists interfaces, resources and codes.",
    )
    .argument("[name]", "such as payment.create, payment, INSUFFICIENT_FUNDS or IDM-03")
    .option("--pack <name|folder>", "the interface specification", "cooperation")
    .addHelpText(
      "after",
      examples("explain payment.create", "explain payment", "explain INSUFFICIENT_FUNDS", "explain IDM-03"),
    )
    .action(async (name: string | undefined, flags: { readonly pack: string }, self: Command) => {
      const language = languageOf(self);
      const source = readPack(flags.pack, process.cwd(), "--pack");
      console.log((name === undefined ? listed(source, language) : await explained(source, name, language)).join("\n"));
    });
  addExplainSignature(explain);
}

function listed({ interfaces, lifecycles, errors }: PackSource, language: Language): readonly string[] {
  return [
    ...interfaces.map(
      ({ id, provider, http, title }) =>
        `${id.padEnd(24)} ${provider.padEnd(9)} ${http.method.padEnd(5)} ${http.path.padEnd(40)} ${title[language]}`,
    ),
    "",
    ...lifecycles.map(({ resource, role, title }) => `${resource.padEnd(24)} ${role.padEnd(9)} ${title[language]}`),
    "",
    ...errors.map(({ code, status, title }) => `${code.padEnd(26)} ${status}  ${title[language]}`),
  ];
}

async function explained(source: PackSource, name: string, language: Language): Promise<readonly string[]> {
  const { interfaces, lifecycles, errors, requirements } = source;
  const one = interfaces.find(({ id }) => id === name);
  if (one !== undefined) return interfaceLines(packView(source), one, language);
  const lifecycle = lifecycles.find(({ resource }) => resource === name);
  if (lifecycle !== undefined) return resourceLines(lifecycle, language);
  const error = errors.find(({ code }) => code === name);
  if (error !== undefined) return ofError(error, source, language);
  const requirement = requirements.find(({ id }) => id === name);
  if (requirement !== undefined) return ofRequirement(requirement, source, language);
  const known = [
    ...interfaces.map(({ id }) => id),
    ...lifecycles.map(({ resource }) => resource),
    ...errors.map(({ code }) => code),
    ...requirements.map(({ id }) => id),
  ];
  throw new UserError(
    {
      en: `the pack has no interface, resource, error code or requirement "${name}"`,
      zh: `规范包中没有名为“${name}”的接口、业务对象、错误码或要求`,
    },
    {
      where: "NAME",
      near: nearName(name, known),
      next: {
        en: `\`liantiao explain\` lists interfaces and codes, and \`liantiao verify bank --list\` the requirements`,
        zh: `\`liantiao explain\` 列出接口与错误码，\`liantiao verify bank --list\` 列出各项要求`,
      },
    },
  );
}

function ofError(error: ErrorCode, { interfaces }: PackSource, language: Language): readonly string[] {
  const answering = interfaces.filter(({ errors }) => errors.includes(error.code)).map(({ id }) => id);
  const stages = stagesOf(error)
    .map(
      (stage) =>
        ({
          en: `HTTP ${statusAt(error, stage)} at the stage ${stage}`,
          zh: `${stage} 阶段为 HTTP ${statusAt(error, stage)}`,
        })[language],
    )
    .join({ en: ", ", zh: "，" }[language]);
  const answered = { en: `answered by: ${answering.join(", ")}`, zh: `返回此码的接口：${answering.join("、")}` };
  return [
    `${pc.bold(error.code)} ${stages}${language === "en" ? ", " : "，"}${error.class}`,
    error.title[language],
    error.remedy[language],
    ...(answering.length === 0 ? [] : [answered[language]]),
    ...waysOf(error).map((way) => pc.dim(`${{ en: "provoked by: ", zh: "触发方式：" }[language]}${way[language]}`)),
  ];
}

/** How the code is provoked, a line a way. */
function waysOf({ stage, provoke }: ErrorCode): readonly Bilingual[] {
  if (provoke === undefined)
    return [
      stage === "system"
        ? { en: "a fault or overload", zh: "故障或过载" }
        : { en: `what the stage ${stage} refuses`, zh: `${stage} 阶段所拒绝的请求` },
    ];
  return provoke.map(({ in: call, scenario, set, after }) => {
    const fields = set === undefined ? undefined : Object.keys(set);
    const before = after?.map((step) => step.call);
    return {
      en: `${call}${scenario === undefined ? "" : ` in ${scenario}`}${fields === undefined ? "" : ` with ${fields.join(", ")}`}${before === undefined ? "" : ` after ${before.join(", ")}`}`,
      zh: `${before === undefined ? "" : `先调用 ${before.join("、")}，再`}调用 ${call}${scenario === undefined ? "" : `，场景 ${scenario}`}${fields === undefined ? "" : `，设定 ${fields.join("、")}`}`,
    };
  });
}

function ofRequirement(requirement: Requirement, source: PackSource, language: Language): readonly string[] {
  const roles = requirement.role === "both" ? (["bank", "platform"] as const) : [requirement.role];
  const checks = roles
    .flatMap((role) => listChecks({ source }, role))
    .filter((check) => check.requirement === requirement.id);
  const role = roles.map((one) => ROLES[one][language]).join({ en: " and ", zh: "、" }[language]);
  const judging = families([...new Set(checks.map(({ id }) => id))])
    .map(({ name, cases }) => (cases.length === 0 ? name : countedName(name, cases.length)[language]))
    .join({ en: ", ", zh: "、" }[language]);
  const unseen = Object.entries(requirement.unobservable ?? {}).map(
    ([one, why]) =>
      ({
        en: `cannot be observed of a ${one}: ${why.en}`,
        zh: `${ROLES[one as keyof typeof ROLES].zh}无法从外部观察：${why.zh}`,
      })[language],
  );
  return [
    `${pc.bold(requirement.id)} ${requirement.level} (${role}) ${requirement.title[language]}`,
    requirement.text[language],
    pc.dim(requirement.source),
    requirement.judgedBy === "load"
      ? { en: "judged by a load: liantiao load", zh: "由负载检验：liantiao load" }[language]
      : checks.length === 0
        ? {
            en: "No check judges it: the statement excludes it, or the pack says why it cannot be observed.",
            zh: "没有检查项：须由声明排除，或由规范包说明无法观察的原因。",
          }[language]
        : { en: `judged by: ${judging}`, zh: `检查项：${judging}` }[language],
    ...unseen,
  ];
}

const countedName = (name: string, cases: number): Bilingual => ({
  en: `${name} (${cases} ${cases === 1 ? "case" : "cases"})`,
  zh: `${name}（${cases} 例）`,
});
