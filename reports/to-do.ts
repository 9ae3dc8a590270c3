import type { CheckJudgement, RunJudgement } from "../core/run/judgement.ts";
import type { Lack } from "../core/run/event.ts";
import type { Bilingual } from "../core/run/verdict.ts";
import { neverBegan } from "./wording.ts";

/** A longer list is not read. */
const MOST = 6;

/** Names that one line shows. */
const NAMES = 6;

/**
 * What brings a run without a verdict nearer to one, the most telling first: time, effort, test data, a second party, hooks.
 * At most six lines, the last of which may be what to exclude; none for a run that has a verdict.
 */
export function toDo(judgement: RunJudgement): readonly Bilingual[] {
  if (judgement.outcome !== "undecided" || neverBegan(judgement)) return [];
  const musts = judgement.checks.filter(({ level }) => level === "MUST");
  const lacking = (kind: Lack["kind"]): Waiting => waiting(musts, kind);
  const excludable = exclusionsOf(judgement);
  return [
    ...[
      ...ended(judgement, musts),
      ...effort(lacking("effort")),
      ...fixtures(lacking("fixture")),
      ...party(lacking("party")),
      ...hooks(lacking("hook")),
      ...counterparty(lacking("counterparty")),
      ...scheme(lacking("scheme")),
      ...tls(lacking("tls")),
    ].slice(0, MOST - excludable.length),
    ...excludable,
  ];
}

/** MUST checks that wait for one kind of thing, and the names of what is lacking. */
interface Waiting {
  readonly checks: number;
  readonly names: readonly string[];
}

function waiting(musts: readonly CheckJudgement[], kind: Lack["kind"]): Waiting {
  // A check that finds out while it runs that test data is missing may not know for which scenario.
  const found = musts.filter(
    ({ standing, lacks, skipCause }) => standing === "skipped" && (lacks?.kind ?? skipCause) === kind,
  );
  return {
    checks: found.length,
    names: [...new Set(found.flatMap(({ lacks }) => (lacks !== undefined && "name" in lacks ? [lacks.name] : [])))],
  };
}

function ended({ partial, partialReason }: RunJudgement, musts: readonly CheckJudgement[]): readonly Bilingual[] {
  const open = musts.filter(({ standing }) => standing === "inconclusive" || standing === "unfinished").length;
  if (!partial || open === 0) return [];
  const longer = partialReason === "time budget spent";
  return [
    {
      en: `Run it again ${longer ? "with a longer --time-budget" : "and let it end"}: ${count(open)} ${are(open)} undecided.`,
      zh: `请重新运行${longer ? "并延长 --time-budget" : "并等待其结束"}：${open} 项必测检查尚未判定。`,
    },
  ];
}

function effort({ checks, names }: Waiting): readonly Bilingual[] {
  if (checks === 0) return [];
  const wanted = names.includes("exhaustive") && !names.includes("standard") ? "exhaustive" : "standard";
  return [
    {
      en: `Run it with --effort ${wanted}: ${count(checks)} ${are(checks)} left out at this effort.`,
      zh: `请使用 --effort ${wanted} 运行：当前力度未执行 ${checks} 项必测检查。`,
    },
  ];
}

function fixtures({ checks, names }: Waiting): readonly Bilingual[] {
  if (checks === 0) return [];
  const { en, zh } = listed(names);
  return [
    {
      en: `Bind ${names.length === 0 ? "more " : ""}test data under /fixtures of the statement (docs/catalogue/scenarios.md)${names.length === 0 ? "" : `: ${en}`}. ${count(checks)} ${waits(checks)} for it.`,
      zh: `请在声明的 /fixtures 中绑定${names.length === 0 ? "更多" : ""}测试数据（docs/catalogue/scenarios.md）${names.length === 0 ? "" : `：${zh}`}。${checks} 项必测检查需要这些数据。`,
    },
  ];
}

function party({ checks }: Waiting): readonly Bilingual[] {
  if (checks === 0) return [];
  return [
    {
      en: `Enrol a second party and add it to /parties of the statement: ${count(checks)} ${waits(checks)} for one.`,
      zh: `请登记第二个参与方并写入声明的 /parties：${checks} 项必测检查需要它。`,
    },
  ];
}

function hooks({ checks, names }: Waiting): readonly Bilingual[] {
  if (checks === 0) return [];
  const { en, zh } = listed(names);
  return [
    {
      en: `Offer control hooks (docs/hooks.md): ${en}. ${count(checks)} ${waits(checks)} for them.`,
      zh: `请提供控制钩子（docs/hooks.md）：${zh}。${checks} 项必测检查需要这些钩子。`,
    },
  ];
}

function counterparty({ checks }: Waiting): readonly Bilingual[] {
  if (checks === 0) return [];
  return [
    {
      en: `Say under /notify of the statement where the system under test reaches us: ${count(checks)} ${waits(checks)} for its calls.`,
      zh: `请在声明的 /notify 中写明被测系统可回调的地址：${checks} 项必测检查需要回调。`,
    },
  ];
}

function scheme({ checks, names }: Waiting): readonly Bilingual[] {
  if (checks === 0) return [];
  const { en, zh } = listed(names);
  return [
    {
      en: `Enrol a party that signs with ${en}: ${count(checks)} ${waits(checks)} for one.`,
      zh: `请登记使用 ${zh} 签名的参与方：${checks} 项必测检查需要它。`,
    },
  ];
}

function tls({ checks }: Waiting): readonly Bilingual[] {
  if (checks === 0) return [];
  return [
    {
      en: `Give an https address as /baseUrl of the statement: ${count(checks)} ${waits(checks)} for one.`,
      zh: `请在声明的 /baseUrl 中给出 https 地址：${checks} 项必测检查需要它。`,
    },
  ];
}

/** MUSTs that nothing judged are judged, or excluded with a reason. */
function exclusionsOf({ requirements }: RunJudgement): readonly Bilingual[] {
  const open = requirements.filter(({ unjudged }) => unjudged !== undefined).length;
  if (open === 0) return [];
  return [
    {
      en: `Or exclude what cannot be judged, each with your reason, under /profile/requirements/except of the statement: it is ${open} MUST ${open === 1 ? "requirement" : "requirements"}.`,
      zh: `或在声明的 /profile/requirements/except 中排除无法检验的要求，并逐项写明理由：共 ${open} 项必测要求。`,
    },
  ];
}

const count = (checks: number): string => `${checks} MUST ${checks === 1 ? "check" : "checks"}`;
const are = (checks: number): string => (checks === 1 ? "is" : "are");
const waits = (checks: number): string => (checks === 1 ? "waits" : "wait");

function listed(names: readonly string[]): Bilingual {
  const rest = names.length - NAMES;
  const shown = names.slice(0, NAMES);
  return {
    en: `${shown.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`,
    zh: `${shown.join("、")}${rest > 0 ? ` 等另外 ${rest} 项` : ""}`,
  };
}
