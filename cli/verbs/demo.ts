import { rmSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import pc from "picocolors";
import type { RunJudgement } from "../../core/run/judgement.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import { languageOf } from "../language/language.ts";
import type { Language } from "../language/language.ts";
import { startChild } from "../child.ts";
import { interruptible } from "../interrupt.ts";
import { STATEMENT_FILE } from "../../hosting/state/state.ts";
import { INVOCATION } from "../../core/run/invocation.ts";
import { readJudgement } from "../summary.ts";

/** The defect that the demo serves, and the requirement by which a run must find it. */
const DEFECT = { name: "idempotency-race", requirement: "IDM-03" } as const;

/** The area of that requirement. */
const IDEMPOTENCY = "IDM-*";

/** What is judged without --whole; a module brings those that it needs. */
const PAYMENT_MODULES = "payment,payout,reconciliation,keys";

const STATE = join(".liantiao", "demo");

export function addDemo(program: Command): void {
  program
    .command("demo")
    .summary("see it work: a bank that passes, and one whose race is found")
    .description(
      "Serves a conforming bank and judges it over HTTP, then one with a seeded race, and shows the race found.\nExit code: 0 when both came out as they must, 1 otherwise.\nIt takes about two minutes; keys and reports stay in .liantiao/demo and runs.",
    )
    .option("--whole", "judge the conforming bank by every module of the pack, not by those of payments alone")
    .option("--quick", `judge the conforming bank by ${IDEMPOTENCY} alone, in a quarter of the time`)
    .action(demo);
}

/** Every process is a real one, and talks to the others over sockets and files only. */
async function demo(
  { quick, whole }: { readonly quick?: true; readonly whole?: true },
  command: Command,
): Promise<void> {
  const language = languageOf(command);
  // Kept afterwards, so that a finding can be replayed; made anew each time.
  rmSync(STATE, { recursive: true, force: true });
  const stamp = new Date().toISOString().replaceAll(/[-:]|\.\d+Z$/g, "");
  const interrupt = interruptible();
  try {
    console.log(pc.bold(CONFORMING[language]));
    const conforming = await act({
      state: join(STATE, "conforming"),
      serve: [],
      verify: [
        ...(quick === true ? ["--only", IDEMPOTENCY] : ["--effort", "standard"]),
        ...(whole === true ? [] : ["--modules", PAYMENT_MODULES]),
      ],
      out: join("runs", `demo-${stamp}-conforming`),
      signal: interrupt.signal,
      language,
    });
    console.log(pc.bold(RACING[language]));
    const racing = await act({
      state: join(STATE, "racing"),
      serve: ["--defect", DEFECT.name],
      verify: ["--only", DEFECT.requirement],
      out: join("runs", `demo-${stamp}-race`),
      signal: interrupt.signal,
      language,
    });
    const race = racing.exitCode === 1 ? raceOf(racing.judgement) : undefined;
    if (race !== undefined) console.log(evidenceOf(race, language));

    console.log("");
    const passed = say(conforming.exitCode === 0, passes(conforming.exitCode), conforming.out, language);
    const found = say(race !== undefined, isFound(racing.exitCode), racing.out, language);
    process.exitCode = passed && found ? 0 : 1;
  } finally {
    interrupt.release();
  }
}

const CONFORMING: Bilingual = {
  en: "1/2  A conforming bank is served from its SQLite store, and judged over HTTP.",
  zh: "1/2  启动符合规范的模拟银行（SQLite 存储），并通过 HTTP 检验。",
};

const RACING: Bilingual = {
  en: "\n2/2  A bank that looks a number up before it pays, not while it pays: two at once pay twice.",
  zh: "\n2/2  先查重后入账的银行：两笔并发请求会重复扣款。",
};

const passes = (exitCode: number): Bilingual => ({
  en: `the conforming bank passes (exit ${exitCode})`,
  zh: `合规的银行通过检验（退出码 ${exitCode}）`,
});

const isFound = (exitCode: number): Bilingual => ({
  en: `the race is found (exit ${exitCode})`,
  zh: `并发缺陷被发现（退出码 ${exitCode}）`,
});

interface Act {
  readonly language: Language;
  readonly state: string;
  readonly serve: readonly string[];
  readonly verify: readonly string[];
  readonly out: string;
  readonly signal: AbortSignal;
}

interface Acted {
  readonly exitCode: number;
  readonly out: string;
  readonly judgement: RunJudgement;
}

/** Serves a bank in a process of its own, judges it in another, and ends both. */
async function act({ state, serve, verify, out, signal, language }: Act): Promise<Acted> {
  const bank = startChild(["serve", "bank", "--json", "--port", "0", "--state", state, ...serve], { signal });
  try {
    const ready = JSON.parse(await bank.firstLine) as { readonly url: string; readonly pid: number };
    const served = {
      en: `bank at ${ready.url}, process ${ready.pid}`,
      zh: `银行位于 ${ready.url}，进程 ${ready.pid}`,
    };
    console.log(pc.dim(served[language]));
    const statement = join(state, STATEMENT_FILE);
    const judge = startChild(["verify", "bank", "--lang", language, "--sut", statement, "--out", out, ...verify], {
      signal,
      show: true,
    });
    const exitCode = await judge.ended;
    return { exitCode, out, judgement: readJudgement(out) };
  } finally {
    await bank.end();
  }
}

type Race = NonNullable<RunJudgement["failures"][number]["finding"]>;

function raceOf(judgement: RunJudgement): Race | undefined {
  return judgement.failures.find(
    ({ requirement, finding }) => requirement === DEFECT.requirement && finding?.minimal !== undefined,
  )?.finding;
}

/** The requests and answers of the smallest case that still shows the finding. */
function evidenceOf({ evidence, replay }: Race, language: Language): string {
  const copies = evidence.filter(({ request }) => request.method === "POST");
  return [
    "",
    pc.bold({ en: "On the wire:", zh: "报文：" }[language]),
    ...copies
      .slice(-2)
      .flatMap(({ label, request, response, failure }) => [
        pc.cyan(`  ${label}`),
        `    > ${request.method} ${new URL(request.url).pathname} ${request.body.slice(0, 300)}`,
        `    < ${response === undefined ? (failure?.message ?? "no answer") : `${response.status} ${response.body.slice(0, 300)}`}`,
      ]),
    pc.bold({ en: "To replay it:", zh: "复现：" }[language]),
    `  ${INVOCATION} serve bank --state ${join(STATE, "racing")} --defect ${DEFECT.name} --port 0`,
    `  ${replay}`,
  ].join("\n");
}

function say(held: boolean, what: Bilingual, out: string, language: Language): boolean {
  const report = resolve(out, "report.html");
  const said = {
    en: `${held ? pc.green("as expected") : pc.red("NOT as expected")}: ${what.en}. Report: ${report}`,
    zh: `${held ? pc.green("符合预期") : pc.red("不符合预期")}：${what.zh}。报告：${report}`,
  };
  console.log(said[language]);
  return held;
}
