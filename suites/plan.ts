import { formatOf } from "../core/codec/codecs.ts";
import type { Lack, SkipCause } from "../core/run/event.ts";
import type { Bilingual, Level } from "../core/run/verdict.ts";
import { SaidError } from "../core/text/said-error.ts";
import type { Check, Instance, PlanContext } from "./check.ts";
import { EFFORTS } from "./effort.ts";
import type { Effort } from "./effort.ts";
import { glob } from "./glob.ts";
import { firstReason } from "./not-demanded.ts";
import type { Skip } from "./not-demanded.ts";
import type { PackView } from "./pack-view.ts";
import { inProfile, claimedOf, offersHook } from "./profile.ts";
import { STAGES, stageOf } from "./stage.ts";
import type { Statement } from "./statement/statement.ts";

/** One line of a plan: a check with one of its cases, to be run or skipped for a reason. */
export interface Planned {
  /** `signature.absent/payment.create`. */
  readonly id: string;
  readonly check: Check;
  readonly instance: Instance;
  readonly requirement: string;
  readonly level: Level;
  readonly title: Bilingual;
  readonly skip?: Skip;
}

export interface PlanRequest {
  readonly checks: readonly Check[];
  readonly pack: PackView;
  readonly statement: Statement;
  readonly effort: Effort;
  /** A glob over ids of instances, checks or requirements: `signature.*`, `IDM-0*`, `*payment.create`. */
  readonly only?: string;
  readonly hasCounterparty: boolean;
}

/** A registry that does not fit the pack: the harness or the pack is wrong, never the SUT. */
export class PlanError extends SaidError {
  /** Whether `--only` is what does not fit. */
  readonly ofOnly: boolean;

  constructor(said: Bilingual, ofOnly = false) {
    super(said);
    this.ofOnly = ofOnly;
  }
}

/**
 * What will be judged, stage by stage and otherwise in the order of the checks, and what will not and why. Throws
 * `PlanError` for ids that stand twice, and for a plan in which nothing would run: nothing judged is never a pass.
 */
export function plan(request: PlanRequest): readonly Planned[] {
  const { pack, statement, effort } = request;
  const role = statement.role;
  const wanted = request.only === undefined ? undefined : glob(request.only);
  const context: PlanContext = { pack, role, effort, provided: claimedOf(pack, statement) };
  if (context.provided.length === 0) throw new PlanError(nothingClaimed(request));
  if (request.checks.length > 0 && request.checks.every((check) => pack.requirement(check.requirement) === undefined))
    throw new PlanError(nothingDemanded(pack));
  const seen = new Set<string>();
  const lines: Planned[] = [];
  for (const check of STAGES.flatMap((stage) => request.checks.filter((one) => stageOf(one) === stage))) {
    const requirement = pack.requirement(check.requirement);
    // A pack demands only the requirements that it lists. The probe of the profile reports how many checks that leaves
    // out.
    if (requirement === undefined) continue;
    if (requirement.role !== "both" && requirement.role !== role) continue;
    if (check.roles !== undefined && !check.roles.includes(role)) continue;
    if ((check.needs?.interfaces ?? []).some((id) => pack.hasInterface(id) && pack.interface(id).provider !== role))
      continue;
    for (const instance of check.each === undefined ? [{ id: "" }] : check.each(context)) {
      const id = instance.id === "" ? check.id : `${check.id}/${instance.id}`;
      if (seen.has(id)) throw new PlanError(twice(id));
      seen.add(id);
      if (wanted !== undefined && !wanted(id) && !wanted(check.id) && !wanted(check.requirement)) continue;
      const skip =
        instance.absent === undefined
          ? firstToSay(reasonToSkip(check, instance, request), instance, request)
          : { reason: instance.absent, cause: "not-demanded" as const };
      lines.push({
        id,
        check,
        instance,
        requirement: check.requirement,
        level: requirement.level,
        title: check.title,
        ...(skip === undefined ? {} : { skip }),
      });
    }
  }
  if (lines.length === 0) throw new PlanError(nothingPlanned(request), request.only !== undefined);
  if (lines.every((line) => line.skip !== undefined)) throw new PlanError(everythingSkipped(lines[0]));
  return lines;
}

function nothingClaimed({ pack, statement }: PlanRequest): Bilingual {
  const { name } = pack.source.manifest;
  const claimed = JSON.stringify(statement.profile.interfaces);
  const provided = pack.provided(statement.role).map((one) => one.id);
  return {
    en: `the statement's profile claims no interface of the pack ${name}; correct profile.interfaces, which is ${claimed}. The pack has ${provided.join(", ")}`,
    zh: `声明范围不含规范包 ${name} 的任何接口；请更正 profile.interfaces，现为 ${claimed}。规范包的接口有 ${provided.join("、")}`,
  };
}

const nothingDemanded = ({ source }: PackView): Bilingual => ({
  en: `the pack ${source.manifest.name} demands nothing that a check judges: copy the files of specs/cooperation/requirements whose demands your interface makes too into ${source.directory}/requirements (docs/recipes/pack.md)`,
  zh: `规范包 ${source.manifest.name} 没有任何检查所对应的要求：请在 specs/cooperation/requirements 中选出贵方接口同样提出的要求，将其文件复制到 ${source.directory}/requirements（见 docs/recipes/pack.zh-CN.md）`,
});

const twice = (id: string): Bilingual => ({
  en: `two checks are called ${id}; ids are unique. See suites/checks/index.ts`,
  zh: `有两项检查都名为 ${id}，而编号须唯一。见 suites/checks/index.ts`,
});

function nothingPlanned({ pack, statement: { role }, only }: PlanRequest): Bilingual {
  const { name } = pack.source.manifest;
  const asked = only === undefined ? undefined : JSON.stringify(only);
  return {
    en: `nothing is planned${asked === undefined ? "" : ` for --only ${asked}`}: no check fits the role ${role}, the pack ${name} and the statement's profile`,
    zh: `${asked === undefined ? "" : `按 --only ${asked}，`}没有可执行的检查：没有检查适用于角色 ${role}、规范包 ${name} 与声明范围`,
  };
}

function everythingSkipped(first: Planned | undefined): Bilingual {
  const { id = "", skip } = first ?? {};
  return {
    en: `every planned check would be skipped, so nothing would be judged. The first: ${id}: ${skip?.reason.en ?? ""}`,
    zh: `全部检查都将被跳过，无从判定。第一项：${id}：${skip?.reason.zh ?? ""}`,
  };
}

/** The word for people for a format of bodies. */
const titleOf = (representation: string): string => formatOf(representation)?.title ?? "no body";

function firstToSay(skip: Skip | undefined, instance: Instance, { pack, statement }: PlanRequest): Skip | undefined {
  return skip === undefined ? undefined : firstReason(skip, instance, { pack, statement });
}

function reasonToSkip(
  check: Check,
  instance: Instance,
  { pack, statement, effort, hasCounterparty }: PlanRequest,
): Skip | undefined {
  const because = (cause: SkipCause, en: string, zh: string, lacks?: Lack): Skip => ({
    cause,
    reason: { en, zh },
    ...(lacks === undefined ? {} : { lacks }),
  });
  const excepted = statement.profile.requirementsExcept.find((one) => one.requirement === check.requirement);
  if (excepted !== undefined)
    return because(
      "capability",
      `the statement excludes ${check.requirement}: ${excepted.reason}`,
      `声明排除了 ${check.requirement}：${excepted.reason}`,
    );
  const needs = check.needs ?? {};
  const absent = (needs.interfaces ?? []).find((id) => !pack.hasInterface(id) || !inProfile(statement, id));
  if (absent !== undefined)
    return because("not-demanded", `the interface ${absent} is not in the profile`, `接口 ${absent} 不在声明范围内`);
  if (EFFORTS.indexOf(check.effort) > EFFORTS.indexOf(effort))
    return because("effort", `runs at effort ${check.effort} and above`, `仅在 ${check.effort} 及以上强度运行`, {
      kind: "effort",
      name: check.effort,
    });
  const written = instance.interface === undefined ? undefined : pack.interface(instance.interface).request;
  if (check.body !== undefined && written !== undefined && written.representation !== check.body)
    return because(
      "not-demanded",
      `it is about how ${titleOf(check.body)} is written, and ${instance.interface ?? ""} has ${titleOf(written.representation)}`,
      `该检查针对 ${titleOf(check.body)} 报文，而 ${instance.interface ?? ""} 使用 ${titleOf(written.representation)}`,
    );
  if (needs.parties !== undefined && statement.parties.length < needs.parties)
    return because("capability", "needs a second enrolled party", "需要第二个已登记的参与方", { kind: "party" });
  const hook = (needs.hooks ?? []).find((name) => !offersHook(statement, name));
  if (hook !== undefined)
    return because(
      "capability",
      `needs the control hook "${hook}" (docs/hooks.md)`,
      `需要控制钩子 "${hook}"（docs/hooks.md）`,
      { kind: "hook", name: hook },
    );
  if (needs.notify === true && !hasCounterparty)
    return because(
      "capability",
      "needs a counterparty that the SUT can call (notify in the statement)",
      "需要被测系统可回调的对端（声明中的 notify）",
      { kind: "counterparty" },
    );
  for (const scenario of needs.fixtures ?? []) {
    const bound = statement.fixtures[scenario];
    if (bound === undefined)
      return because("fixture", `no fixture is bound to the scenario ${scenario}`, `场景 ${scenario} 未绑定测试数据`, {
        kind: "fixture",
        name: scenario,
      });
    if ("none" in bound)
      return because(
        "capability",
        `the SUT has no ${scenario}: ${bound.none}`,
        `被测系统没有场景 ${scenario}：${bound.none}`,
      );
  }
  return undefined;
}
