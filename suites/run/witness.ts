import type { PackView } from "../pack-view.ts";
import { TransportFailure } from "../../core/runtime/runtime.ts";
import type { HttpRequest, HttpResponse } from "../../core/runtime/runtime.ts";
import { readAnswer } from "../wire/answer.ts";
import type { Answer } from "../wire/answer.ts";
import { fieldsOf } from "../wire/draft.ts";
import type { Draft } from "../wire/draft.ts";
import { faithful, ofGateway, partyOf } from "../wire/exchange.ts";
import type { Exchange } from "../wire/exchange.ts";
import { inspect, sensitiveValues } from "../wire/inspection.ts";
import type { Signer } from "../wire/signer.ts";
import type { Incident, RunScope, Seen } from "./scope.ts";

/** A call that is over. Times by the harness's clock. */
export interface Call {
  readonly check: string;
  readonly draft: Draft;
  readonly request: HttpRequest;
  readonly outcome: HttpResponse | TransportFailure;
  readonly label: string;
  readonly startedAt: number;
}

/**
 * Records a call for the whole run: evidence, event log, the history that laws judge, and anything that no answer may
 * show. Returns the call as checks read it.
 */
export function witness(run: RunScope, { check, draft, request, outcome, label, startedAt }: Call): Exchange {
  const endedAt = run.runtime.now();
  const wire = run.recorder.record(label, request, outcome, startedAt, endedAt);
  const interfaceId = draft.interface.id;
  const see = (told: Pick<Seen, "status" | "json">): void =>
    void run.seen.push({
      began: startedAt,
      at: endedAt,
      check,
      interface: interfaceId,
      party: partyOf(draft, run.signers[0] as Signer),
      fields: fieldsOf(draft),
      faithful: faithful(run.pack.dialect.spell(draft), request),
      ...told,
    });
  if (outcome instanceof TransportFailure) {
    run.presence.noticed(endedAt, outcome);
    run.emit({ type: "exchange", at: endedAt, check, interface: interfaceId, exchange: wire });
    see({ status: 0, json: undefined });
    return { draft, label, failure: outcome, wire };
  }
  const answer = readAnswer(
    outcome,
    run.pack,
    [...run.sutKeys, ...run.learnedKeys],
    Math.floor((endedAt + run.sutClock.offsetMs) / 1000),
  );
  if (ofGateway(answer, run.pack)) {
    // Not the SUT's, so that nothing it shows is held against the SUT.
    run.emit({ type: "exchange", at: endedAt, check, interface: interfaceId, exchange: wire });
    see({ status: 0, json: undefined });
    const failure = {
      kind: "gateway",
      message: `HTTP ${answer.status} of a gateway, with neither a signature nor a code of the pack`,
      sent: true,
    } as const;
    run.presence.noticed(endedAt, failure);
    return { draft, label, response: outcome, failure, wire };
  }
  const magic = answer.code !== undefined && byMagicData(run.pack, answer.code);
  run.emit({
    type: "exchange",
    at: endedAt,
    check,
    interface: interfaceId,
    ...(answer.code === undefined
      ? {}
      : { code: run.pack.dialect.word(answer.code), provokedBy: magic ? "fixture" : "state" }),
    exchange: wire,
  });
  for (const value of sensitiveValues({ ...draft.body, ...draft.query, ...draft.path }, run.pack.sensitiveFields))
    run.canaries.add(value);
  for (const found of incidentsOf(run, draft, answer, request, outcome))
    run.incidents.push({ ...found, check, interface: interfaceId, exchange: wire });
  run.presence.noticed(endedAt);
  see({ status: answer.status, json: answer.json });
  return { draft, label, answer, response: outcome, wire };
}

/** What an answer shows that none may. */
function incidentsOf(
  run: RunScope,
  draft: Draft,
  answer: Answer,
  request: HttpRequest,
  response: HttpResponse,
): readonly Pick<Incident, "kind" | "expected" | "seen">[] {
  const one = draft.interface;
  const found: Pick<Incident, "kind" | "expected" | "seen">[] = [];
  const note = (kind: Incident["kind"], expected: string, seen: string): void =>
    void found.push({ kind, expected, seen });
  if (answer.status >= 400) {
    const known = answer.code === undefined ? undefined : run.pack.error(answer.code);
    if (answer.code === undefined)
      note("undocumented-code", "an error body with a documented code", `HTTP ${answer.status} without a code`);
    else if (known === undefined || !run.pack.documented(one, answer.code))
      note("undocumented-code", `a code that the pack documents for ${one.id}`, answer.code);
    else if (known.status !== answer.status)
      note("status-mismatch", `HTTP ${known.status} for ${answer.code}`, `HTTP ${answer.status}`);
  }
  if (answer.status >= 500) note("server-error", "no HTTP 5xx", `HTTP ${answer.status} ${answer.code ?? ""}`.trim());
  if (!answer.signature.ok && (one.response.signed !== false || answer.status >= 400))
    note("answer-signature", "an answer signed with a key of the statement", answer.signature.message);
  return [
    ...found,
    ...inspect(one, answer, response, request, run).map(({ trait, expected, seen }) => ({
      kind: trait,
      expected,
      seen,
    })),
  ];
}

/** Whether the pack provokes a code by data that make the SUT behave so, and not by ordinary state. */
function byMagicData(pack: PackView, code: string): boolean {
  const [way] = pack.error(code)?.provoke ?? [];
  return [way, ...(way?.after ?? [])].some(
    (step) => step?.scenario !== undefined && pack.scenario(step.scenario)?.provoke === "fixture",
  );
}
