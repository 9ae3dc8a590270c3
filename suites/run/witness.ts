import { wireStatuses } from "../../core/pack/error-code.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import type { WireExchange } from "../../core/run/finding.ts";
import { alike, oneOf } from "../../core/text/alike.ts";
import { NO_SERVER_ERROR } from "../expectation.ts";
import type { PackView } from "../pack-view.ts";
import { TransportFailure } from "../../core/runtime/runtime.ts";
import type { HttpRequest, HttpResponse } from "../../core/runtime/runtime.ts";
import { observationsOf } from "../data/history.ts";
import { sensitiveAddress } from "../wire/addresses.ts";
import { isStale, isUnsigned, restsOnClockOrKey } from "../wire/answer-signature.ts";
import { readAnswer } from "../wire/answer.ts";
import type { Answer } from "../wire/answer.ts";
import { fieldsOf } from "../wire/draft.ts";
import type { Draft, Fields } from "../wire/draft.ts";
import { valueAt } from "../resources/meant.ts";
import { shownIn } from "../resources/shown.ts";
import { faithful, ofGateway, partyOf } from "../wire/exchange.ts";
import type { Exchange, NoAnswer } from "../wire/exchange.ts";
import { isFormless, offenceOf, serverOf } from "../wire/on-the-way.ts";
import { inspect, sensitiveValues } from "../wire/inspection.ts";
import type { Signer } from "../wire/signer.ts";
import type { Incident } from "../evidence/incidents.ts";
import { coverAnswer } from "./covered-by-answer.ts";
import type { RunScope, Seen } from "./scope.ts";

/** A call that is over. Times by the harness's clock. */
export interface Call {
  readonly check: string;
  readonly draft: Draft;
  readonly request: HttpRequest;
  readonly outcome: HttpResponse | TransportFailure;
  readonly label: string;
  readonly startedAt: number;
  /** Whether a server ahead of the SUT refused it. */
  readonly refusedOnTheWay?: boolean;
}

/**
 * Records a call for the whole run: evidence, event log, the history that laws judge, and anything that no answer may
 * show. Returns the call as checks read it.
 */
export function witness(run: RunScope, call: Call): Exchange {
  const { check, draft, request, outcome, label, startedAt } = call;
  const endedAt = run.runtime.now();
  const wire = run.recorder.record(label, run.door.shown(request), outcome, startedAt, endedAt);
  const interfaceId = draft.interface.id;
  const see = (told: Pick<Seen, "status" | "json" | "code">): void => {
    const seen: Seen = {
      began: startedAt,
      at: endedAt,
      check,
      interface: interfaceId,
      party: partyOf(draft, signerOf(run, draft, request)),
      fields: fieldsOf(draft),
      faithful: faithful(draft, request, run.pack.codecOf),
      ...told,
    };
    for (const observation of observationsOf(run.pack, seen)) run.history.add(observation);
    coverAnswer(run.pieces, run.pack, seen);
  };
  if (outcome instanceof TransportFailure) {
    run.presence.noticed(endedAt, outcome);
    run.emit({ type: "exchange", at: endedAt, check, interface: interfaceId, exchange: wire });
    see({ status: 0, json: undefined });
    return { draft, label, failure: outcome, wire };
  }
  const answer = readAnswer(
    outcome,
    draft.interface,
    run.pack,
    [...run.sutKeys, ...run.learnedKeys],
    Math.floor((endedAt + run.sutClock.offsetMs) / 1000),
    request,
  );
  const failure = failureOnTheWay(run, call, answer) ?? byAnotherClock(run, call, answer);
  if (failure !== undefined) {
    // Not the SUT's, so that nothing it shows is held against the SUT.
    const answeredBy = failure.kind === "clock" ? "sut" : "gateway";
    run.emit({ type: "exchange", at: endedAt, check, interface: interfaceId, answeredBy, exchange: wire });
    see({ status: 0, json: undefined });
    if (failure.kind === "clock") run.presence.noticed(endedAt);
    else if (failure.refused !== true) run.presence.noticed(endedAt, failure);
    return { draft, label, response: outcome, failure, wire };
  }
  if (answer.status >= 400 && (!isFormless(answer, run.pack) || offenceOf(request, draft, run.pack) === undefined))
    run.refusals.noticed(answer, outcome, run.pack);
  const magic = answer.code !== undefined && byMagicData(run.pack, answer.code);
  run.emit({
    type: "exchange",
    at: endedAt,
    check,
    interface: interfaceId,
    ...(answer.code === undefined ? {} : { code: answer.code, provokedBy: magic ? "fixture" : "state" }),
    exchange: wire,
  });
  for (const value of sensitiveValues({ ...draft.body, ...draft.query, ...draft.path }, run.pack.sensitiveFields))
    run.canaries.add(value);
  noteIncidents(run, call, answer, outcome, wire);
  run.presence.noticed(endedAt);
  run.tally.answers += 1;
  run.servers.answered(interfaceId, check, answer.status);
  if (answer.status >= 500 && !run.outage.down) failed(run, draft, request);
  run.others.own(namesIn(run.pack, draft, answer));
  see({
    status: answer.status,
    json: answer.json,
    ...(answer.code === undefined ? {} : { code: answer.code }),
  });
  return { draft, label, answer, response: outcome, wire };
}

/** The signer of a request that names its party nowhere but in its signature; else the first, whom most checks sign as. */
function signerOf(run: RunScope, draft: Draft, request: HttpRequest): Signer {
  const { party } = run.pack.requestEnvelope(draft.interface).readRequest(request).claims;
  return run.signers.find(({ partyId }) => partyId === party) ?? (run.signers[0] as Signer);
}

/** Adds what an answer shows that none may. */
function noteIncidents(
  run: RunScope,
  { check, draft, request }: Call,
  answer: Answer,
  response: HttpResponse,
  exchange: WireExchange,
): void {
  const isPage = answer.status >= 500 && answer.code === undefined && isUnsigned(answer.signature);
  for (const found of incidentsOf(run, draft, answer, request, response))
    run.incidents.add({
      ...found,
      check,
      interface: draft.interface.id,
      exchange,
      ...(isPage && OF_ANY_PAGE.has(found.kind) ? { page: true } : {}),
    });
}

/** What the page of a failing server lacks because it is one. What it gives away is held against it all the same. */
const OF_ANY_PAGE: ReadonlySet<Incident["kind"]> = new Set([
  "undocumented-code",
  "answer-signature",
  "error-body",
  "encoding",
]);

/** Keeps what the SUT itself could not answer, where it was asked as it should be by the first party. */
function failed(run: RunScope, draft: Draft, request: HttpRequest): void {
  const [first] = run.signers;
  if (first !== undefined && faithful(draft, request, run.pack.codecOf) && partyOf(draft, first) === first.partyId)
    run.failedCalls.add(draft);
}

/** Numbers and ids that a call was made under, and that its answer tells. */
function namesIn(pack: PackView, draft: Draft, { status, json }: Answer): readonly (string | undefined)[] {
  const meanings = pack.meanings(draft.interface);
  const fields = fieldsOf(draft);
  const asked = NAMING.map((meaning) =>
    valueAt(
      fields,
      meanings.asked(meaning).map(({ path }) => path),
    ),
  ).map((value) => (typeof value === "string" ? value : undefined));
  const body = typeof json === "object" && json !== null && !Array.isArray(json) ? (json as Fields) : {};
  const shown = pack.succeeds(draft.interface, status) ? shownIn(pack, draft.interface, body) : undefined;
  return [...asked, ...NAMING.map((meaning) => shown?.text(meaning))];
}

/** What tells one thing of a SUT from another. */
const NAMING = ["number", "id", "of"] as const;

/** With these a gateway turns away what comes too fast for it; nginx with the second, unless it is told otherwise. */
const LIMITED = new Set([429, 503]);

/** How an answer is none of the SUT's: a gateway got nothing from the SUT, or refused the request itself. */
function failureOnTheWay(run: RunScope, { outcome, refusedOnTheWay }: Call, answer: Answer): NoAnswer | undefined {
  if (outcome instanceof TransportFailure) return undefined;
  if (refusedOnTheWay === true) {
    const server = serverOf(outcome);
    const by = server === undefined ? "a server ahead of the SUT" : `a gateway (${server})`;
    run.note("gateway", {
      en: `A server ahead of the SUT${server === undefined ? "" : ` (${server})`} answers some requests itself; what it refuses is neither signed nor in the pack's form, and counts as refused on the way.`,
      zh: `被测系统前端有服务器${server === undefined ? "" : `（${server}）`}直接应答部分请求；其拒绝应答既无签名也不符合规范格式，视为在途中被拒绝。`,
    });
    const byZh = server === undefined ? "被测系统前端的服务器" : `网关（${server}）`;
    const en = `refused by ${by} with HTTP ${answer.status}`;
    const said = { en, zh: `被${byZh}以 HTTP ${answer.status} 拒绝` };
    return { kind: "gateway", message: en, said, sent: true, refused: true };
  }
  if (!ofGateway(answer, run.pack)) return undefined;
  const said = gatewaySaid(answer.status);
  return { kind: "gateway", message: said.en, said, sent: true };
}

const gatewaySaid = (status: number): Bilingual => ({
  en: `HTTP ${status} of a gateway, with neither a signature nor a code of the pack${LIMITED.has(status) ? "; where it limits calls, limits.callsPerSecond in the statement keeps to that" : ""}`,
  zh: `网关的 HTTP ${status}，既无签名也无规范包的错误码${LIMITED.has(status) ? "；若网关限流，可在声明中设置 limits.callsPerSecond" : ""}`,
});

/** A request is as old as its way is long, and no older where a check does not want it so. */
const FRESH_SECONDS = 10;

/**
 * How an answer shows that others have moved the SUT's clock: a request made just now is refused as stale, in a signed
 * answer whose own time is as far away. It says nothing about the call, and nothing was done.
 */
function byAnotherClock(run: RunScope, { request, draft }: Call, answer: Answer): NoAnswer | undefined {
  const { signature, code, claims } = answer;
  const timestamp = run.pack.requestEnvelope(draft.interface).readRequest(request).claims.timestamp ?? "";
  const made = run.pack.times.read(timestamp) ?? Number.NaN;
  const nowSeconds = (run.runtime.now() + run.sutClock.offsetMs) / 1000;
  if (
    !isStale(signature) ||
    code !== run.pack.policies.stages["freshness.timestamp"] ||
    !(Math.abs(made - nowSeconds) < FRESH_SECONDS)
  )
    return undefined;
  const stands = new Date((run.pack.times.read(claims.timestamp ?? "") ?? 0) * 1000).toISOString();
  run.others.noticed({ en: `the clock of the SUT stood at ${stands}`, zh: `被测系统的时钟为 ${stands}` });
  const said = {
    en: `the SUT's clock stood at ${stands}, where this run had not put it`,
    zh: `被测系统的时钟为 ${stands}，并非本次运行所设`,
  };
  return { kind: "clock", message: said.en, said, sent: true };
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
  const note = (kind: Incident["kind"], expected: Bilingual, seen: Bilingual): void =>
    void found.push({ kind, expected, seen });
  if (answer.status >= 400) {
    const known = answer.code === undefined ? undefined : run.pack.error(answer.code);
    if (answer.code === undefined)
      note(
        "undocumented-code",
        { en: "an error body with a documented code", zh: "错误应答带有规范中的错误码" },
        { en: `HTTP ${answer.status} without a code`, zh: `HTTP ${answer.status}，无错误码` },
      );
    else if (known === undefined || !run.pack.documented(one, answer.code))
      note(
        "undocumented-code",
        { en: `a code that the pack documents for ${one.id}`, zh: `规范包为 ${one.id} 列明的错误码` },
        alike(answer.code),
      );
    else if (!wireStatuses(known, run.pack.policies).includes(answer.httpStatus))
      note(
        "status-mismatch",
        {
          en: `HTTP ${oneOf(wireStatuses(known, run.pack.policies)).en} for ${answer.code}`,
          zh: `${answer.code} 的状态为 HTTP ${oneOf(wireStatuses(known, run.pack.policies)).zh}`,
        },
        alike(`HTTP ${answer.httpStatus}`),
      );
  }
  if (answer.status >= 500 && !run.outage.down)
    note("server-error", NO_SERVER_ERROR, alike(`HTTP ${answer.status} ${answer.code ?? ""}`.trim()));
  const isShared = restsOnClockOrKey(answer.signature);
  if (
    isUnsigned(answer.signature) &&
    !(isShared && run.others.seen !== undefined) &&
    (run.pack.signsAnswer(one) || answer.status >= 400)
  )
    note(
      isShared ? "answer-clock-or-key" : "answer-signature",
      { en: "an answer signed with a key of the statement", zh: "应答以声明中的密钥签名" },
      answer.signature.ok ? alike("") : answer.signature.said,
    );
  const address = sensitiveAddress(answer.json, run.canaries);
  if (address !== undefined)
    note(
      "sensitive-address",
      { en: "addresses without accounts, identity and mobile numbers", zh: "URL 中没有账号、证件号与手机号" },
      alike(address),
    );
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
