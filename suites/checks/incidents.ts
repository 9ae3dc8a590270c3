import { verifyCommand } from "../../core/run/command.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import type { Incident } from "../run/scope.ts";
import type { Session } from "../session.ts";

/** Fails with everything of a kind that any answer of the run showed; inconclusive when the run saw no answer. */
export function expectNoIncident(
  session: Session,
  kind: Incident["kind"] | readonly Incident["kind"][],
  what: Bilingual,
): void {
  const kinds = typeof kind === "string" ? [kind] : kind;
  if (session.run.seen.length === 0) nothingSeen(session, "no answer", "应答");
  const found = session.run.incidents.filter((one) => kinds.includes(one.kind));
  const first = found[0];
  if (first === undefined) return session.judged();
  const places = [...new Set(found.map((one) => `${one.interface} (${one.check}): ${one.seen}`))];
  return session.fail({
    summary: {
      en: `${what.en}: ${found.length} of ${session.run.seen.length} answers`,
      zh: `${what.zh}：${session.run.seen.length} 个应答中有 ${found.length} 个`,
    },
    expected: first.expected,
    seen: places.slice(0, 10).join("; "),
    evidence: found.slice(0, 5).map((one) => one.exchange),
    shownBy: [...new Set(found.map((one) => one.check))].filter((check) => check !== "preflight").slice(0, 5),
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
