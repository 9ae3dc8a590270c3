import type { Command } from "commander";
import pc from "picocolors";
import { stagesOf, statusAt } from "../../core/pack/error-code.ts";
import type { ErrorCode, PackSource, Requirement } from "../../core/pack/types.ts";
import { families } from "../../reports/grouping.ts";
import { packView } from "../../suites/pack-view.ts";
import { listChecks } from "../../suites/verify.ts";
import { interfaceLines } from "../explain/interface.ts";
import { resourceLines } from "../explain/resource.ts";
import { examples } from "../examples.ts";
import { didYouMean } from "../../core/names/near-name.ts";
import { readPack } from "../../hosting/packs.ts";
import { UserError } from "../../hosting/user-error.ts";

export function addExplain(program: Command): void {
  program
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
    .action(async (name: string | undefined, flags: { readonly pack: string }) => {
      const source = readPack(flags.pack, process.cwd(), "--pack");
      console.log((name === undefined ? listed(source) : await explained(source, name)).join("\n"));
    });
}

function listed({ interfaces, lifecycles, errors }: PackSource): readonly string[] {
  return [
    ...interfaces.map(
      ({ id, provider, http, title }) =>
        `${id.padEnd(24)} ${provider.padEnd(9)} ${http.method.padEnd(5)} ${http.path.padEnd(40)} ${title.en} / ${title.zh}`,
    ),
    "",
    ...lifecycles.map(
      ({ resource, role, title }) => `${resource.padEnd(24)} ${role.padEnd(9)} ${title.en} / ${title.zh}`,
    ),
    "",
    ...errors.map(({ code, status, title }) => `${code.padEnd(26)} ${status}  ${title.en} / ${title.zh}`),
  ];
}

async function explained(source: PackSource, name: string): Promise<readonly string[]> {
  const { interfaces, lifecycles, errors, requirements } = source;
  const one = interfaces.find(({ id }) => id === name);
  if (one !== undefined) return interfaceLines(packView(source), one);
  const lifecycle = lifecycles.find(({ resource }) => resource === name);
  if (lifecycle !== undefined) return resourceLines(lifecycle);
  const error = errors.find(({ code }) => code === name);
  if (error !== undefined) return ofError(error, source);
  const requirement = requirements.find(({ id }) => id === name);
  if (requirement !== undefined) return ofRequirement(requirement, source);
  const known = [
    ...interfaces.map(({ id }) => id),
    ...lifecycles.map(({ resource }) => resource),
    ...errors.map(({ code }) => code),
    ...requirements.map(({ id }) => id),
  ];
  throw new UserError(`the pack has no interface, resource, error code or requirement "${name}"`, {
    where: "NAME",
    next: `${didYouMean(name, known)}\`liantiao explain\` lists interfaces and codes, and \`liantiao verify bank --list\` the requirements`,
  });
}

function ofError(error: ErrorCode, { interfaces }: PackSource): readonly string[] {
  const answering = interfaces.filter(({ errors }) => errors.includes(error.code)).map(({ id }) => id);
  return [
    `${pc.bold(error.code)} ${stagesOf(error)
      .map((stage) => `HTTP ${statusAt(error, stage)} at the stage ${stage}`)
      .join(", ")}, ${error.class}`,
    `${error.title.en} / ${error.title.zh}`,
    error.remedy.en,
    error.remedy.zh,
    ...(answering.length === 0 ? [] : [`answered by: ${answering.join(", ")}`]),
    ...waysOf(error).map((way) => pc.dim(`provoked by: ${way}`)),
  ];
}

/** How the code is provoked, a line a way. */
function waysOf({ stage, provoke }: ErrorCode): readonly string[] {
  if (provoke === undefined) return [stage === "system" ? "a fault or overload" : `what the stage ${stage} refuses`];
  return provoke.map(
    ({ in: call, scenario, set, after }) =>
      `${call}${scenario === undefined ? "" : ` in ${scenario}`}${set === undefined ? "" : ` with ${Object.keys(set).join(", ")}`}${after === undefined ? "" : ` after ${after.map((step) => step.call).join(", ")}`}`,
  );
}

function ofRequirement(requirement: Requirement, source: PackSource): readonly string[] {
  const roles = requirement.role === "both" ? (["bank", "platform"] as const) : [requirement.role];
  const checks = roles
    .flatMap((role) => listChecks({ source }, role))
    .filter((check) => check.requirement === requirement.id);
  return [
    `${pc.bold(requirement.id)} ${requirement.level} (${requirement.role}) ${requirement.title.en} / ${requirement.title.zh}`,
    requirement.text.en,
    requirement.text.zh,
    pc.dim(requirement.source),
    checks.length === 0
      ? "No check judges it yet. / 尚无检查项。"
      : `judged by: ${families([...new Set(checks.map(({ id }) => id))])
          .map(({ name, cases }) =>
            cases.length === 0 ? name : `${name} (${cases.length} ${cases.length === 1 ? "case" : "cases"})`,
          )
          .join(", ")}`,
  ];
}
