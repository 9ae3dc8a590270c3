import type { Outcome } from "../../../core/pack/purpose.ts";
import type { Bilingual } from "../../../core/run/verdict.ts";
import { asJson, oneOf } from "../../../core/text/alike.ts";
import type { Check } from "../../check.ts";
import { eachResource, resourceOf } from "../../check.ts";
import type { ResourceKind } from "../../resources/kinds.ts";
import { lapseOf, lifetimeSeconds } from "../../resources/lifetime.ts";
import type { Resource } from "../../resources/resource.ts";
import type { Shown } from "../../resources/shown.ts";
import type { Session } from "../../session.ts";
import { afterItsTime } from "../agreement-steps.ts";
import { created, knownBy, look, needed } from "../resource-steps.ts";

/** Is made for a time, and ends by itself when that is over: a quote, a hold, an application on which no decision comes. */
const TIMED: ResourceKind = {
  en: "resource that is made for a time",
  zh: "有有效期的资源",
  holds: (resource) => resource.creates !== undefined && resource.reads !== undefined && endings(resource).length > 0,
};

/** The outcomes of the states into which its time moves a resource. */
function endings(resource: Resource): readonly Outcome[] {
  const atMoment = resource.lifecycle.transitions.filter(({ on }) => "at" in on).flatMap(({ to }) => to);
  const states = atMoment.length > 0 ? atMoment.map(({ state }) => state) : (lapseOf(resource)?.states ?? []);
  if (lifetimeSeconds(resource) === undefined) return [];
  return states.map((state) => resource.outcome(state)).filter((one) => one !== undefined);
}

/** How long ahead of its end something is looked at: what the call itself takes is more in a slow environment. */
export const AHEAD_SECONDS = [1, 5, 15] as const;

export const expiry: Check = {
  id: "lifecycle.expiry",
  requirement: "LIF-26",
  title: { en: "What is made for a time ends when that is over", zh: "有有效期的资源到期即结束" },
  effort: "standard",
  needs: { hooks: ["clock"] },
  each: eachResource(TIMED),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const seconds = lifetimeSeconds(resource) as number;
    const shown = await justBefore(session, resource, seconds);
    await session.setClock(session.sutNow() + (Math.max(...AHEAD_SECONDS) + 1) * 1000);
    const late = await afterItsTime(session, resource, shown, session.statement.limits.settleWithinSeconds * 1000);
    expectOneOf(session, resource, late, endings(resource), {
      en: `${seconds + 1} s after it was made`,
      zh: `创建后 ${seconds + 1} 秒`,
    });
  },
};

/**
 * Makes one and holds that it is open just before its time is over: as little before as the calls leave, since what is
 * answered later than its end says nothing.
 */
async function justBefore(session: Session, resource: Resource, seconds: number): Promise<Shown> {
  const within = AHEAD_SECONDS.filter((ahead) => ahead <= seconds / 3);
  for (const ahead of within.length > 0 ? within : [Math.floor(seconds / 3)]) {
    const began = await onWholeSecond(session);
    const { shown } = await created(session, resource);
    await session.setClock(began + (seconds - ahead) * 1000);
    // Clocks are set to whole seconds: half of one later is nearer to its end than to that of a second less.
    await session.sleep(HALF_SECOND_MS);
    const seen = await look(session, resource, shown);
    if (session.sutNow() + session.run.sutClock.uncertainMs >= began + seconds * 1000) continue;
    expectOneOf(session, resource, seen, ["open"], {
      en: `${ahead} s before its time is over`,
      zh: `到期前 ${ahead} 秒`,
    });
    return shown;
  }
  return session.inconclusive("the calls took so long that its time was over", "调用耗时过长，资源已到期");
}

export const HALF_SECOND_MS = 500;

/** Sets the SUT's clock to a whole second, which it tells. */
export async function onWholeSecond(session: Session): Promise<number> {
  const whole = Math.ceil((session.sutNow() + 1) / 1000) * 1000;
  await session.setClock(whole);
  return whole;
}

/** The fraction of a second at which it is made, so that a rounded moment cannot be one of another second. */
const FRACTION_MS = 300;

/**
 * A moment that is promised is the one at which the lifecycle ends it, to the second. A fraction may be left out, since
 * times are told in seconds; none is added.
 */
export const lifetimeTold: Check = {
  id: "lifecycle.lifetime-told",
  requirement: "LIF-26",
  title: { en: "An answer tells the moment at which its time is over", zh: "应答所示失效时间与有效期一致" },
  effort: "standard",
  needs: { hooks: ["clock"] },
  each: eachResource({
    ...TIMED,
    holds: (resource, pack) =>
      TIMED.holds(resource, pack) &&
      resource.creates !== undefined &&
      pack.meanings(resource.creates).shown("expires").length > 0,
  }),
  async run(session, instance) {
    const resource = resourceOf(session.pack, instance);
    const seconds = lifetimeSeconds(resource) as number;
    for (let turn = 0; turn < MOST_TURNS; turn += 1) if (await tellsItsEnd(session, resource, seconds)) return;
  },
};

/** How often one is made until it is known in which second that was: on a busy machine a call may take longer. */
const MOST_TURNS = 5;

/** Holds that answer and query tell the end of one that is made now; whether it is known in which second it was made. */
async function tellsItsEnd(session: Session, resource: Resource, seconds: number): Promise<boolean> {
  const creates = needed(session, resource, "creates");
  const draft = await session.make(creates);
  await onWholeSecond(session);
  await session.sleep(FRACTION_MS);
  const earliest = session.sutNow();
  const shown = session.expectShown(await session.send(draft, { label: creates.id }));
  const latest = session.sutNow() + session.run.sutClock.uncertainMs;
  const queried = await look(session, resource, knownBy(session, needed(session, resource, "reads"), draft, shown));
  const { calendar } = session.pack;
  for (const [where, view] of [
    ["the answer", shown],
    ["the query", queried],
  ] as const) {
    const told = view.moment("expires");
    session.judged();
    if (told !== undefined && told > earliest + seconds * 1000 - 1_000 && told <= latest + seconds * 1000) continue;
    session.fail({
      summary: {
        en: `${where} tells another end of a ${resource.name} than ${seconds} s after it was made`,
        zh: `${resource.name} 的${where === "the answer" ? "应答" : "查询"}所示失效时间不是创建后 ${seconds} 秒`,
      },
      expected: {
        en: `${calendar.rfc3339(earliest + seconds * 1000)} to ${calendar.rfc3339(latest + seconds * 1000)}`,
        zh: `${calendar.rfc3339(earliest + seconds * 1000)} 至 ${calendar.rfc3339(latest + seconds * 1000)}`,
      },
      seen: asJson(view.value("expires")),
    });
  }
  return Math.floor(earliest / 1000) === Math.floor(latest / 1000);
}

function expectOneOf(
  session: Session,
  resource: Resource,
  shown: Shown,
  outcomes: readonly Outcome[],
  when: Bilingual,
): void {
  session.judged();
  if (shown.outcome !== undefined && outcomes.includes(shown.outcome)) return;
  const states = oneOf(outcomes.flatMap((one) => resource.states(one)));
  session.fail({
    summary: {
      en: `a ${resource.name} is in a wrong state ${outcomes.includes("open") ? "within its time" : "after its time"}`,
      zh: `${resource.name} 在${outcomes.includes("open") ? "有效期内" : "到期后"}状态异常`,
    },
    expected: { en: `state ${states.en}`, zh: `状态 ${states.zh}` },
    seen: { en: `state ${String(shown.state)} ${when.en}`, zh: `${when.zh}状态为 ${String(shown.state)}` },
  });
}
