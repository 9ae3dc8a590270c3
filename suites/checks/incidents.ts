import type { Bilingual } from "../../core/run/verdict.ts";
import type { Incident } from "../run/scope.ts";
import type { Session } from "../session.ts";

/** Fails with everything of a kind that any answer of the run showed; inconclusive when the run saw no answer. */
export function expectNoIncident(session: Session, kind: Incident["kind"] | readonly Incident["kind"][], what: Bilingual): void {
  const kinds = typeof kind === "string" ? [kind] : kind;
  if (session.run.seen.length === 0) session.inconclusive("the run saw no answer to judge", "运行中没有可评判的应答");
  const found = session.run.incidents.filter((one) => kinds.includes(one.kind));
  const first = found[0];
  if (first === undefined) return session.judged();
  const places = [...new Set(found.map((one) => `${one.interface} (${one.check}): ${one.seen}`))];
  return session.fail({
    summary: { en: `${what.en}: ${found.length} of ${session.run.seen.length} answers`, zh: `${what.zh}：${session.run.seen.length} 个应答中有 ${found.length} 个` },
    expected: first.expected,
    seen: places.slice(0, 10).join("; "),
    evidence: found.slice(0, 5).map((one) => one.exchange),
  });
}
