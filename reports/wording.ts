import { acceleratedLabel } from "../core/load/accelerated.ts";
import type { PreflightFinished } from "../core/run/event.ts";
import { isExcused } from "../core/run/judgement.ts";
import type {
  CodeCoverage,
  Outcome,
  Reason,
  ReasonCode,
  RequirementJudgement,
  RunJudgement,
  Standing,
  WaiverJudgement,
} from "../core/run/judgement.ts";
import type { Coverable } from "../core/run/coverage.ts";
import type { Bilingual } from "../core/run/verdict.ts";

/** The words that every report shares, so that no two of them tell a run differently. */
export const OUTCOME_WORDS: Readonly<Record<Outcome, Bilingual>> = {
  passed: { en: "Passed", zh: "通过" },
  failed: { en: "Failed", zh: "未通过" },
  undecided: { en: "Undecided", zh: "未能判定" },
  configuration: { en: "Configuration to be mended", zh: "配置有误" },
  "service-level": { en: "Service level missed", zh: "服务水平未达标" },
};

export const STANDING_WORDS: Readonly<Record<Standing, Bilingual>> = {
  pass: { en: "pass", zh: "通过" },
  fail: { en: "fail", zh: "未通过" },
  inconclusive: { en: "inconclusive", zh: "无法判定" },
  error: { en: "harness error", zh: "工具出错" },
  unfinished: { en: "unfinished", zh: "未完成" },
  skipped: { en: "skipped", zh: "跳过" },
  untested: { en: "untested", zh: "未测" },
};

export const COVERAGE_WORDS: Readonly<Record<CodeCoverage, Bilingual>> = {
  state: { en: "provoked through state", zh: "由业务状态触发" },
  fixture: { en: "only by a magic fixture", zh: "仅由专用测试数据触发" },
  seen: { en: "seen, origin not stated", zh: "出现过，触发方式未记录" },
  never: { en: "never seen", zh: "从未出现" },
};

export const COVERABLE_WORDS: Readonly<Record<Coverable, Bilingual>> = {
  called: { en: "interfaces called", zh: "已调用接口" },
  told: { en: "calls and notifications received", zh: "已收到的调用与通知" },
  codes: { en: "error codes provoked", zh: "已触发错误码" },
  moves: { en: "changes of state seen", zh: "已出现的状态变化" },
};

export const WAIVER_WORDS: Readonly<Record<WaiverJudgement["state"], Bilingual>> = {
  applied: { en: "in force", zh: "生效中" },
  expired: { en: "expired, not applied", zh: "已过期，不再适用" },
  unused: { en: "not needed, remove it", zh: "已无需要，请移除" },
  untested: { en: "not judged in this run", zh: "本次未判定" },
  unknown: { en: "names no requirement", zh: "所指要求不存在" },
};

export const ATTRIBUTION_NAMES: Readonly<Record<NonNullable<PreflightFinished["attribution"]>, string>> = {
  configuration: "配置",
  network: "网络",
  harness: "测试工具",
  sut: "被测系统",
};

/** The owner of a failed preflight, in words. */
export const ATTRIBUTION_WORDS: Readonly<Record<NonNullable<PreflightFinished["attribution"]>, Bilingual>> = {
  configuration: { en: "a matter of configuration, not of the SUT", zh: "属配置问题，不计入被测系统" },
  network: { en: "a matter of the network, not of the SUT", zh: "属网络问题，不计入被测系统" },
  harness: { en: "a matter of the harness, not of the SUT", zh: "属测试工具问题，不计入被测系统" },
  sut: { en: "the SUT is not ready; nothing was judged", zh: "被测系统尚未就绪，未作任何判定" },
};

export const REASON_WORDS: Readonly<Record<ReasonCode, Bilingual>> = {
  "no-head": { en: "The log has no head: the run never began.", zh: "日志没有开头：测试从未开始。" },
  "preflight-configuration": { en: "The preflight found the configuration wrong.", zh: "预检发现配置有误。" },
  "questions-open": {
    en: "The pack has open questions, so that the SUT was held against guesses. Findings are hints, and no pass is conformance.",
    zh: "规范包有待答问题，被测系统是按猜测检验的：发现仅供参考，通过也不代表符合规范。",
  },
  "must-failed": { en: "A MUST failed.", zh: "有必须满足的要求未通过。" },
  "preflight-failed": { en: "The preflight failed, and not for the configuration.", zh: "预检失败，且原因不在配置。" },
  "check-error": { en: "The harness broke in a check.", zh: "测试工具在某项检查中出错。" },
  "must-inconclusive": { en: "A MUST could not be decided.", zh: "有必须满足的要求无法判定。" },
  "must-unfinished": { en: "A planned MUST was not finished.", zh: "计划内的必测要求未测完。" },
  "must-skipped": {
    en: "A MUST was skipped although the statement does not exclude it.",
    zh: "声明未排除的必测要求被跳过。",
  },
  "must-unjudged": {
    en: "Nothing was judged of a MUST that the statement does not exclude.",
    zh: "有必测要求未作任何判定，声明也未将其排除。",
  },
  partial: { en: "The run ended before its plan was through.", zh: "测试在计划完成前结束。" },
  "nothing-judged": { en: "Nothing was judged.", zh: "没有得出任何判定。" },
  "service-level": { en: "A service level was missed.", zh: "有服务水平指标未达标。" },
};

/** The verdict of a run in one sentence. */
export function verdictSentence(judgement: RunJudgement): Bilingual {
  const { MUST, waived } = judgement.counts;
  const name = judgement.head?.sut.name ?? "the SUT";
  const failed = judgement.checks.filter(
    (check) => check.level === "MUST" && check.standing === "fail" && check.waiver === undefined,
  );
  const requirements = new Set(failed.map((check) => check.requirement)).size;
  const stop = stoppedBy(judgement);
  switch (judgement.outcome) {
    case "passed": {
      const others =
        waived > 0
          ? {
              en: `; ${waived} failed and ${waived === 1 ? "is" : "are"} waived`,
              zh: `；另有 ${waived} 项未通过，已获豁免`,
            }
          : { en: "", zh: "" };
      return {
        en: `${name} passed every MUST requirement that was judged (${MUST.pass})${others.en}.`,
        zh: `${name} 通过了本次判定的全部必测要求（${MUST.pass} 项）${others.zh}。`,
      };
    }
    case "failed":
      return {
        en: `${name} failed ${requirements} ${requirements === 1 ? "MUST" : "MUSTs"}, in ${failed.length} ${failed.length === 1 ? "check" : "checks"}; it passed ${MUST.pass}.`,
        zh: `${name} 有 ${requirements} 项必测要求未通过（${failed.length} 项检查），${MUST.pass} 项通过。`,
      };
    case "configuration":
      return {
        en: `The run could not begin properly: the configuration is to be mended. This says nothing about the SUT.${stop?.en ?? ""}`,
        zh: `测试未能正常开始，需先修正配置。此结果不对被测系统作任何判断。${stop?.zh ?? ""}`,
      };
    case "undecided": {
      if (stop !== undefined)
        return {
          en: `No verdict on ${name}: nothing was judged.${stop.en}`,
          zh: `无法对 ${name} 作出判定：未进行任何检查。${stop.zh}`,
        };
      const why = judgement.reasons.map((reason) => reasonSentence(reason, judgement));
      return {
        en: `No verdict on ${name}. ${why.map(({ en }) => en).join(" ")}`,
        zh: `无法对 ${name} 作出判定。${why.map(({ zh }) => zh).join("")}`,
      };
    }
    case "service-level":
      return {
        en: `${name} passed every MUST put to it (${MUST.pass}), but missed a service level.`,
        zh: `${name} 通过了全部 ${MUST.pass} 项必测要求，但有服务水平指标未达标。`,
      };
  }
  return judgement.outcome satisfies never;
}

/** Whether a preflight ended the run before any check did. */
export function neverBegan({ preflight, checks }: RunJudgement): boolean {
  return preflight.some(({ ok }) => !ok) && checks.every(({ standing }) => standing === "unfinished");
}

/** The preflight that ended the run, said after the verdict. */
function stoppedBy(judgement: RunJudgement): Bilingual | undefined {
  const bad = judgement.preflight.find(({ ok }) => !ok);
  return bad === undefined || !neverBegan(judgement)
    ? undefined
    : { en: ` Preflight "${bad.name}": ${bad.message.en}.`, zh: `预检“${bad.name}”：${bad.message.zh}。` };
}

/**
 * Why a run does not end with 0, in a sentence; checks that the effort left out are named as such, with the next step.
 */
export function reasonSentence({ code, subjects }: Reason, judgement: RunJudgement): Bilingual {
  if (code !== "must-skipped") return REASON_WORDS[code];
  const open = judgement.checks.filter(({ check }) => subjects.includes(check));
  if (open.some(({ skipCause }) => skipCause !== "effort")) return REASON_WORDS[code];
  const requirements = new Set(open.map(({ requirement }) => requirement)).size;
  const effort = judgement.head?.effort ?? "smoke";
  return {
    en: `The effort ${effort} leaves ${requirements} MUST ${requirements === 1 ? "requirement" : "requirements"} unproved; a higher --effort judges them.`,
    zh: `测试强度 ${effort} 未覆盖 ${requirements} 项必测要求；请提高 --effort 以完成判定。`,
  };
}

/** The reasons to show; those that merely follow from a preflight that ended the run are left out. */
export function reasonsToSay(judgement: RunJudgement): RunJudgement["reasons"] {
  return neverBegan(judgement)
    ? judgement.reasons.filter(({ code }) => code.startsWith("preflight"))
    : judgement.reasons;
}

/** The verdict for a place where the reasons follow in a list. */
export function headline(judgement: RunJudgement): Bilingual {
  const name = judgement.head?.sut.name ?? "the SUT";
  return judgement.outcome === "undecided" && !neverBegan(judgement)
    ? { en: `No verdict on ${name}.`, zh: `无法对 ${name} 作出判定。` }
    : verdictSentence(judgement);
}

/** Notes on how calls got to the SUT; they change no verdict. */
const OF_THE_WAY: ReadonlySet<RunJudgement["notes"][number]["note"]> = new Set(["gateway", "turned-away"]);

/** What has to be known before the verdict is read: it may be about more than the SUT. */
export function noticesAhead({ head, notes }: RunJudgement): readonly Bilingual[] {
  const accelerated = head?.load?.accelerated;
  return [
    ...(accelerated === undefined ? [] : [acceleratedLabel(accelerated)]),
    ...notes.filter(({ note }) => !OF_THE_WAY.has(note)).map(({ message }) => message),
  ];
}

/** What the verdict of a run does not prove, the particular ahead of the general. */
export function limitsOfVerdict(judgement: RunJudgement): readonly Bilingual[] {
  const { head, counts, codes, exchangesDropped } = judgement;
  // A run that never began proves nothing, and saying so once is enough.
  if (neverBegan(judgement))
    return [
      {
        en: "Nothing about the SUT: the run ended before any check.",
        zh: "不对被测系统作任何判断：测试在检查开始前结束。",
      },
    ];
  const excused = judgement.checks.filter((check) => check.level === "MUST" && isExcused(check)).length;
  const never = codes.filter((code) => code.coverage === "never").length;
  const magic = codes.filter((code) => code.coverage === "fixture").length;
  return [
    ...excluded(judgement),
    ...when(judgement.partial, {
      en: "The run is partial: what came after its end is unknown.",
      zh: "本次测试不完整：中断之后的情况未知。",
    }),
    ...when(head?.load !== undefined, {
      en: `A load was judged: ${head?.load?.title.en ?? ""}, up to ${head?.load?.rate ?? 0} journeys a second for ${head?.load?.seconds ?? 0} s. What only functional checks show was not.`,
      zh: `检验的是负载：${head?.load?.title.zh ?? ""}，最高每秒 ${head?.load?.rate ?? 0} 次业务流程，持续 ${head?.load?.seconds ?? 0} 秒。功能检查的内容不在其内。`,
    }),
    ...when(head?.only !== undefined && head.load === undefined, {
      en: `Only the checks matching ${head?.only ?? ""} were run, not the whole profile.`,
      zh: `仅运行了匹配 ${head?.only ?? ""} 的检查，并非完整范围。`,
    }),
    ...when(head?.modules !== undefined, {
      en: `Only the modules ${head?.modules?.join(", ") ?? ""} and those that they need were judged, not the whole profile.`,
      zh: `仅检验了模块 ${head?.modules?.join("、") ?? ""} 及其依赖的模块，并非完整范围。`,
    }),
    ...notJudged(judgement),
    ...unobservable(judgement),
    ...byLoad(judgement),
    ...notDemanded(judgement),
    ...when(counts.MUST.untested > 0 && !isWhole(judgement) && head?.load === undefined, {
      en: `${counts.MUST.untested} MUST ${counts.MUST.untested === 1 ? "requirement was" : "requirements were"} not tested by any check.`,
      zh: `有 ${counts.MUST.untested} 项必测要求没有任何检查覆盖。`,
    }),
    ...when(excused > 0, {
      en: `${excused} MUST ${excused === 1 ? "check was" : "checks were"} skipped, because nothing that is claimed is of the kind that they are about, because the statement says that the SUT lacks what they need, or because the effort left them out where others of their requirement passed.`,
      zh: `因声明范围内没有相应内容、声明称被测系统不具备相应能力，或因所选力度而未执行（同一要求另有检查通过），跳过了 ${excused} 项必测检查。`,
    }),
    ...when(never + magic > 0 && head?.load === undefined, {
      en: `Of ${codes.length} declared error codes ${never} never appeared${magic === 0 ? "" : `, and ${magic} appeared only for data made to provoke them`}.`,
      zh: `${codes.length} 个已声明错误码中，${never} 个从未出现${magic === 0 ? "" : `，${magic} 个仅由专用测试数据触发`}。`,
    }),
    ...judgement.notes.filter(({ note }) => OF_THE_WAY.has(note)).map(({ message }) => message),
    ...when(exchangesDropped > 0, {
      en: `${exchangesDropped} exchanges are missing from the log, which had reached its size bound; coverage and latency are lower bounds.`,
      zh: `日志达到容量上限，缺少 ${exchangesDropped} 次交互记录；覆盖率与时延仅为下限。`,
    }),
    ...when(head?.load !== undefined, {
      en: "Levels hold for this rate, length and machine. A generator beside the SUT takes processors from it.",
      zh: "服务水平仅对本次速率、时长与机器成立。发生器与被测系统同机时会占用其处理器。",
    }),
    {
      en: "A pass means that no violation was found with this seed and effort. It does not show that there is none; races above all are found by chance.",
      zh: "“通过”仅表示在本次随机种子与测试强度下未发现违规，不能证明不存在违规；并发问题的发现尤其带有偶然性。",
    },
    ...when(head?.load === undefined, {
      en: "Latencies were measured by the harness during functional checks. They say nothing about behaviour under load.",
      zh: "时延由测试工具在功能检查期间测得，不代表负载下的表现。",
    }),
  ];
}

/**
 * How far a verdict reaches, for the place where it is read first: how many MUSTs were not judged, and how much the
 * statement claims. Empty for a run that judged nothing.
 */
export function reachOfVerdict(judgement: RunJudgement): readonly Bilingual[] {
  const { MUST } = judgement.counts;
  const judged = MUST.pass + MUST.fail;
  if (judged === 0) return [];
  const all = Object.values(MUST).reduce((sum, count) => sum + count, 0);
  const claimed = judgement.preflight.find(({ name }) => name === "profile")?.message;
  return [
    {
      en: `Not judged: ${all - judged} of ${all} MUST requirements.`,
      zh: `未判定：${all} 项必测要求中的 ${all - judged} 项。`,
    },
    ...(claimed === undefined ? [] : [{ en: `${claimed.en}.`, zh: `${claimed.zh}。` }]),
  ];
}

/** Whether the run was asked for all that the statement claims. */
const isWhole = ({ head }: RunJudgement): boolean => head?.only === undefined && head?.modules === undefined;

/** How many requirements are named; more would hide the others of the limits. */
const MOST_NAMED = 12;

/** Requirements by id and title in one language, and how many more there are. */
function namesOf(open: readonly RequirementJudgement[], language: keyof Bilingual): string {
  const more = open.length - MOST_NAMED;
  const named = open.slice(0, MOST_NAMED).map(({ row }) => `${row.id} ${row.title[language]}`);
  if (language === "zh") return `${named.join("；")}${more > 0 ? `；另有 ${more} 项` : ""}`;
  return `${named.join("; ")}${more > 0 ? `; and ${more} more` : ""}`;
}

const mustsOf = ({ requirements }: RunJudgement): readonly RequirementJudgement[] =>
  requirements.filter(
    ({ row, standing }) => row.level === "MUST" && (standing === "skipped" || standing === "untested"),
  );

/** What the statement leaves out of what the run was asked for, each with its reason. */
function excluded(judgement: RunJudgement): readonly Bilingual[] {
  return judgement.requirements.flatMap(({ row, excluded: reason, checks }) =>
    reason === undefined || (!isWhole(judgement) && checks.length === 0)
      ? []
      : [
          {
            en: `The statement excludes ${row.id} ${row.title.en}: ${reason}`,
            zh: `声明排除了 ${row.id} ${row.title.zh}：${reason}`,
          },
        ],
  );
}

/** How a MUST of which a whole run judged nothing is told. */
type Untold = "excluded" | "unobservable" | "by-load" | "not-demanded" | "open";

function untold({ row, standing, excluded: reason, checks }: RequirementJudgement): Untold {
  if (reason !== undefined) return "excluded";
  if (row.unobservable !== undefined && standing === "untested") return "unobservable";
  if (row.judgedBy !== undefined && standing === "untested") return "by-load";
  const demanded =
    checks.length === 0
      ? row.unclaimed !== true
      : checks.some(({ skipCause }) => skipCause !== "not-demanded" && skipCause !== "effort");
  return demanded ? "open" : "not-demanded";
}

function untoldOf(judgement: RunJudgement, how: Untold): readonly RequirementJudgement[] {
  return isWhole(judgement) ? mustsOf(judgement).filter((one) => untold(one) === how) : [];
}

/** The MUSTs of which nothing was judged, though they are demanded: a verdict must not read as if it held with them. */
function notJudged(judgement: RunJudgement): readonly Bilingual[] {
  const open = untoldOf(judgement, "open");
  return when(open.length > 0, {
    en: `Nothing was judged of ${open.length} MUST ${open.length === 1 ? "requirement" : "requirements"}: ${namesOf(open, "en")}.`,
    zh: `有 ${open.length} 项必测要求未作任何判定：${namesOf(open, "zh")}。`,
  });
}

/** What no check can tell from outside, with the pack's reasons. */
function unobservable(judgement: RunJudgement): readonly Bilingual[] {
  return untoldOf(judgement, "unobservable").map(({ row }) => ({
    en: `${row.id} ${row.title.en} cannot be observed: ${row.unobservable?.en ?? ""}`,
    zh: `${row.id} ${row.title.zh} 无法从外部观察：${row.unobservable?.zh ?? ""}`,
  }));
}

/** The MUSTs that a load judges, and no check. */
function byLoad(judgement: RunJudgement): readonly Bilingual[] {
  const open = untoldOf(judgement, "by-load");
  return when(open.length > 0, {
    en: `Only a load judges ${open.length} MUST ${open.length === 1 ? "requirement" : "requirements"} (\`liantiao load\`): ${namesOf(open, "en")}.`,
    zh: `有 ${open.length} 项必测要求仅由负载检验（\`liantiao load\`）：${namesOf(open, "zh")}。`,
  });
}

/** The MUSTs that speak of nothing that the pack has and the statement claims. */
function notDemanded(judgement: RunJudgement): readonly Bilingual[] {
  const open = untoldOf(judgement, "not-demanded");
  return when(open.length > 0, {
    en: `Not demanded, because the pack has nothing of the kind or the statement does not claim it: ${open.length} MUST ${open.length === 1 ? "requirement" : "requirements"}, ${namesOf(open, "en")}.`,
    zh: `因规范包未涉及或声明未包含而不作要求的必测要求有 ${open.length} 项：${namesOf(open, "zh")}。`,
  });
}

function when(holds: boolean, text: Bilingual): readonly Bilingual[] {
  return holds ? [text] : [];
}

/** What a requirement demands, in the words of the pack. */
export function clauseOf({ requirements }: RunJudgement, id: string): Bilingual | undefined {
  return requirements.find(({ row }) => row.id === id)?.row.text;
}
