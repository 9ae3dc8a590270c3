import { verifyCommand } from "../../core/run/command.ts";
import { sayings } from "../../core/text/alike.ts";
import { quotation } from "../../core/text/quotation.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import type { Incident } from "../evidence/incidents.ts";
import type { Session } from "../session.ts";

/** Fails with everything of a kind that any answer of the run showed; inconclusive when the run saw no answer. */
export function expectNoIncident(
  session: Session,
  kind: Incident["kind"] | readonly Incident["kind"][],
  what: Bilingual,
): void {
  const kinds = typeof kind === "string" ? [kind] : kind;
  const { answers } = session.run.tally;
  if (answers === 0) nothingSeen(session, "no answer", "应答");
  const { count, samples, places, checks } = session.run.incidents.report(kinds);
  const [first] = samples;
  if (first === undefined) return onlyOnPages(session, kinds, what);
  const shown = (seen: string): string => session.run.redact.line(quotation(seen, 200));
  if (count > answers / 2)
    session.run.note("in-most-answers", {
      en: `Nearly every answer shows it: ${what.en}, in ${count} of ${answers} (${session.check}; expected ${first.expected.en}; seen ${shown(first.seen.en)}).`,
      zh: `几乎所有应答均有此问题：${what.zh}，${answers} 个应答中有 ${count} 个（${session.check}；应为：${first.expected.zh}；实际：${shown(first.seen.zh)}）。`,
    });
  return session.fail({
    summary: {
      en: `${what.en}: ${count} of ${answers} answers`,
      zh: `${what.zh}：${answers} 个应答中有 ${count} 个`,
    },
    expected: first.expected,
    seen: sayings(places),
    evidence: samples.map((one) => one.exchange),
    // Others may have moved the SUT's clock, or had it rotate its keys.
    ...(samples.some((one) => one.kind === "answer-clock-or-key") ? {} : { restsOn: "answer" }),
    shownBy: checks.filter((check) => check !== "preflight").slice(0, 5),
  });
}

/** Where pages of a failing server alone show it, the failure is the root, and this depends on it. */
function onlyOnPages(session: Session, kinds: readonly Incident["kind"][], what: Bilingual): void {
  const { count, samples, places, checks } = session.run.incidents.reportOfPages(kinds);
  session.judged();
  const [first] = samples;
  if (first === undefined) return;
  return session.fail({
    summary: {
      en: `${what.en}: ${count} pages of a server that failed`,
      zh: `${what.zh}：服务端出错页面 ${count} 次`,
    },
    expected: first.expected,
    seen: sayings(places),
    evidence: samples.map((one) => one.exchange),
    restsOn: "answer",
    breach: { kind: "failure-page", interface: first.interface },
    shownBy: checks.filter((check) => check !== "preflight").slice(0, 5),
  });
}

/** What most checks of what the run saw have enough of: each interface called once, as it should be. */
const FEEDING = ["contract.valid-request"];

/**
 * Ends a check of the run's observations as inconclusive where there are none. `en` and `zh` name the lack; `feeding` are
 * the checks that would bring it about, and the reason tells how to run them together.
 */
export function nothingSeen(session: Session, en: string, zh: string, feeding: readonly string[] = FEEDING): never {
  const { statement, statementFile } = session.run;
  const command = verifyCommand({
    role: statement.role,
    statementFile,
    only: `{${[session.check, ...feeding].join(",")}}`,
  });
  return session.inconclusive(
    `the run saw ${en}; this check judges the answers to other checks, so run some with it: ${command}`,
    `运行中没有${zh}；本检查评判其他检查所得的应答，请一并运行：${command}`,
  );
}
