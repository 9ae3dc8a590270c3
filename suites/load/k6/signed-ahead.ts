import { seededStream } from "../../../core/runtime/random.ts";
import { formatOf } from "../../../core/codec/codecs.ts";
import type { HttpRequest } from "../../../core/runtime/runtime.ts";
import type { RunScope } from "../../run/scope.ts";
import type { Draft } from "../../wire/draft.ts";
import { intentOf } from "../answered.ts";
import type { LoadHead } from "../../../core/load/load-folder.ts";
import { LoadError } from "../plan.ts";
import { arrivalsOf, journeyAt } from "../../../core/load/profile.ts";
import { arrivals } from "../schedule.ts";
import { JourneyDrafts } from "./journey-drafts.ts";
import type { K6Row, K6Step } from "./k6-load.ts";
import { orderOf } from "./templates.ts";

/** Requests that are signed ahead at most; project default, not a quotation. */
const MOST_REQUESTS = 200_000;

/** Iterations beyond those of the schedule: k6 may begin one more. */
const SPARE_ROWS = 10;

/** Times of requests stand this far ahead of k6's begin at least: it has to read all of them first. */
const LEAD_MS = 3_000;

/** How far the moment of a request may be from that of its call, and still be taken. */
const LEAST_SKEW_SECONDS = 60;

/** How many of the first rows tell how long all will take. */
const PROBE_ROWS = 5;

/**
 * Rows of requests that are whole and signed, one for each iteration, each with the time at which its call is due: for
 * schemes that k6 cannot sign.
 *
 * @throws LoadError for more than can be held, and for journeys that build on what an answer says
 */
export async function* signedAhead(
  scope: RunScope,
  { profile, journeys, seed }: Pick<LoadHead, "profile" | "journeys" | "seed">,
  signal: AbortSignal | undefined,
): AsyncGenerator<K6Row> {
  const count = Math.ceil(arrivalsOf(profile.phases)) + SPARE_ROWS;
  mustFit(scope, count * Math.max(...Object.values(journeys).map(({ length }) => length)));
  const drafts = new JourneyDrafts(scope);
  const draws = seededStream(seed, "journeys");
  const due = arrivals(profile.phases, "even", seededStream(seed, "arrivals"));
  const { runtime, sutClock } = scope;
  const beganSigning = runtime.now();
  let begins = beganSigning + LEAD_MS;
  let dueMs = 0;
  for (let index = 0; index < count; index += 1) {
    if (signal?.aborted === true) return;
    if (index === PROBE_ROWS) begins += ((runtime.now() - beganSigning) / PROBE_ROWS) * (count - PROBE_ROWS);
    dueMs = nextOf(due) ?? dueMs;
    const journey = journeyAt(profile.mix, draws.below(1_000_000) / 1_000_000);
    const steps = await drafts.of(journey, journeys[journey] ?? []);
    sutClock.offsetMs = begins + dueMs - runtime.now();
    yield { steps: steps.map((draft) => stepOf(draft, scope, drafts, journey)) };
    if (index % 50 === 0) await runtime.yield();
  }
}

function nextOf(moments: Generator<number>): number | undefined {
  const next = moments.next();
  return next.done === true ? undefined : next.value;
}

function mustFit({ pack }: RunScope, requests: number): void {
  if (requests > MOST_REQUESTS)
    throw new LoadError(
      {
        en: `k6 cannot sign for this pack, and ${requests} requests are more than the ${MOST_REQUESTS} that are signed ahead`,
        zh: `k6 无法按该规范签名，而 ${requests} 个请求超出可预先签名的 ${MOST_REQUESTS} 个`,
      },
      {
        where: "--rate",
        remedy: {
          en: "choose a lower rate or a shorter time, or the engine that is built in",
          zh: "请降低速率、缩短时长，或使用内置引擎",
        },
      },
    );
  const { clockSkewSeconds } = pack.policies.freshness;
  if (clockSkewSeconds < LEAST_SKEW_SECONDS)
    throw new LoadError(
      {
        en: `requests that are signed ahead need a clock skew of ${LEAST_SKEW_SECONDS} s, and the pack allows ${clockSkewSeconds} s`,
        zh: `预先签名的请求需要 ${LEAST_SKEW_SECONDS} 秒的时钟偏差，而规范只允许 ${clockSkewSeconds} 秒`,
      },
      { where: "--engine", allowed: ["embedded"] },
    );
}

function stepOf(draft: Draft, scope: RunScope, drafts: JourneyDrafts, journey: string): K6Step {
  const { pack, statement } = scope;
  const one = draft.interface;
  const request = drafts.session.seal(draft);
  const marked = drafts.markIn(`${request.url}\n${Buffer.from(request.body).toString("utf8")}`);
  if (marked !== undefined) throw buildsOnAnswer(journey, one.id, marked.field);
  const intent = intentOf(draft, pack);
  return {
    interface: one.id,
    method: request.method,
    target: [request.url],
    ...(request.body.length === 0 ? {} : { body: [Buffer.from(request.body).toString("base64")] }),
    headers: headersOf(request, statement.headers ?? []),
    ...(intent === undefined ? {} : { order: orderOf(intent, (text) => [text]) }),
    statuses: pack.successStatuses(one),
    marked: formatOf(one.response.representation) !== undefined,
  };
}

const headersOf = ({ headers }: HttpRequest, own: HttpRequest["headers"]): Readonly<Record<string, string>> =>
  Object.fromEntries([...own, ...headers]);

const buildsOnAnswer = (journey: string, id: string, field: string): LoadError =>
  new LoadError(
    {
      en: `the journey ${journey} cannot be signed ahead: ${id} takes "${field}" from an answer`,
      zh: `业务流程 ${journey} 无法预先签名：${id} 的“${field}”取自应答`,
    },
    { where: "--engine", allowed: ["embedded"] },
  );
