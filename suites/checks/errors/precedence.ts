import type { Bilingual } from "../../../core/run/verdict.ts";
import type { PackView } from "../../pack-view.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import type { Check } from "../../check.ts";
import type { ErrorCode, Interface, Way } from "../../../core/pack/types.ts";
import { settings } from "../../provocation/way.ts";
import { withGiven } from "../../resources/draft-fields.ts";
import type { Session } from "../../session.ts";
import type { Draft } from "../../wire/draft.ts";
import { withFields } from "../../wire/draft.ts";
import { otherMethods } from "../../provocation/other-method.ts";
import { otherMedia } from "../../wire/other-media.ts";
import type { Tamper } from "../../wire/sealed-request.ts";

type StageName = keyof PackView["policies"]["stages"];

interface Fault {
  readonly name: string;
  /** `business`: idempotency and guards, which come last and whose code depends on the interface. */
  readonly stage: StageName | "business";
  readonly tamper?: Tamper;
  /** Undefined: the interface has nothing to break so. */
  readonly change?: (draft: Draft, session: Session) => Draft | undefined | Promise<Draft | undefined>;
  /** The part that it is about: messages without it cannot fail so. */
  readonly carried?: "nonce" | "timestamp";
  /** Faults that break the same thing and cannot stand in one request. */
  readonly excludes?: readonly string[];
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** One fault of each kind, in the order in which the stages and their ranks answer. */
const WRONG_IN_TWO_WAYS: Bilingual = { en: "a request wrong in two ways", zh: "有两处错误的请求" };

const FAULTS: readonly Fault[] = [
  {
    name: "unknown-path",
    stage: "route.unknown",
    tamper: { target: (target) => target.replace(/^([^?]*)/, "$1/liantiao-unknown/x/y") },
  },
  {
    name: "wrong-method",
    stage: "route.method",
    change: (draft, session) => {
      const [method] = otherMethods(session, draft.interface);
      return method === undefined
        ? undefined
        : { ...draft, interface: { ...draft.interface, http: { ...draft.interface.http, method } } };
    },
  },
  {
    name: "too-large",
    stage: "route.size",
    tamper: { body: (body) => encode(new TextDecoder().decode(body) + " ".repeat(70_000)) },
  },
  {
    name: "wrong-media",
    stage: "route.media",
    tamper: {
      headers: (headers) =>
        headers.map(([name, value]) =>
          name.toLowerCase() === "content-type" ? [name, otherMedia(value)] : [name, value],
        ),
    },
  },
  { name: "unsigned", stage: "signature", tamper: { claims: () => undefined }, excludes: ["forged"] },
  {
    name: "forged",
    stage: "signature",
    tamper: { signature: (bytes) => bytes.map((byte, index) => (index === 9 ? byte ^ 1 : byte)) },
  },
  { name: "stale", stage: "freshness.timestamp", carried: "timestamp", tamper: { clock: (now) => now - 100_000 } },
  { name: "used-nonce", stage: "freshness.replay", carried: "nonce" },
  {
    name: "not-json",
    stage: "decode",
    tamper: { body: () => encode('{"party_id":') },
    excludes: ["extra-field", "other-party", "known-number", "unknown-number"],
  },
  { name: "extra-field", stage: "schema", change: (draft) => withFields(draft, { liantiao_extra_field: "x" }) },
  {
    name: "other-party",
    stage: "party",
    change: (draft, session) =>
      session.pack.meanings(draft.interface).asked("party").length === 0
        ? undefined
        : withGiven(session.pack, draft, { party: "P9999" }),
  },
  {
    name: "unknown-number",
    stage: "business",
    change: async (draft, session) => {
      const stray = guardsOf(session, draft).find(({ error }) => error.reason === "not-found");
      return stray === undefined ? undefined : (await settings(session, stray.way))(draft);
    },
  },
];

/** The four that every interface with a body can have; these pairs are the smoke test. */
const PLAIN = ["unsigned", "stale", "not-json", "extra-field"];
const PAIRS = PLAIN.flatMap((first, index) => PLAIN.slice(index + 1).map((second) => [first, second] as const));

export const precedence: Check = {
  id: "errors.precedence",
  requirement: "ERR-01",
  title: { en: "Of two faults the earlier stage's is answered", zh: "两处错误时按较早阶段返回" },
  effort: "smoke",
  isolated: true,
  each: ({ provided, pack }) =>
    provided
      .filter((one) => one.request.body !== undefined)
      .flatMap((one) =>
        PAIRS.filter((pair) => pair.every((name) => canFail(pack, one, fault(name)))).map(([first, second]) => ({
          id: `${one.id}/${first}+${second}`,
          interface: one.id,
          data: [first, second],
        })),
      ),
  async run(session, instance) {
    const [first, second] = (instance.data as readonly string[]).map(fault) as [Fault, Fault];
    const draft = await session.request(String(instance.interface));
    const before = await session.observe(draft);
    await expectFirst(session, draft, first, second, undefined);
    await session.expectUnchanged(before, WRONG_IN_TWO_WAYS);
    session.expectSuccess(await session.send(draft, { label: "the same request without a fault" }));
  },
};

/** Every pair of faults that can stand in one request, within a stage by rank. */
export const everyPair: Check = {
  id: "errors.every-pair",
  requirement: "ERR-01",
  title: {
    en: "Of any two faults the earlier stage's or lower rank's is answered",
    zh: "任意两处错误按阶段与序号的先后返回",
  },
  effort: "standard",
  isolated: true,
  each: eachInterface((one) => one.request.body !== undefined && one.notification === undefined),
  async run(session, instance) {
    const id = interfaceOf(instance);
    const used = session.nonce();
    const faults = FAULTS.filter((each) => canFail(session.pack, session.pack.interface(id), each));
    if (session.pack.requestCarries(session.pack.interface(id), "nonce")) {
      const other = await session.request(id);
      session.expectSuccess(await session.send(other, { label: "takes a nonce", tamper: { nonce: () => used } }));
      await session.close();
    }
    const draft = await session.request(id);
    const before = await session.observe(draft);
    for (const [index, first] of faults.entries()) {
      for (const second of faults.slice(index + 1)) {
        if (first.excludes?.includes(second.name) === true || first.stage === "business") continue;
        await expectFirst(session, draft, first, second, used);
      }
    }
    await session.expectUnchanged(before, WRONG_IN_TWO_WAYS);
    session.expectSuccess(await session.send(draft, { label: "the same request without a fault" }));
  },
};

/** A number that is known comes before everything that is wrong with the new content. */
export const knownNumber: Check = {
  id: "errors.known-number",
  requirement: "ERR-01",
  title: {
    en: "A known number with other content is answered ahead of the guards",
    zh: "已知单号内容不一致先于业务校验返回",
  },
  effort: "standard",
  isolated: true,
  each: eachInterface((one) => one.idempotency?.fingerprint === "all" && one.purpose?.creates !== undefined),
  async run(session, instance) {
    const id = interfaceOf(instance);
    const draft = await session.request(id);
    session.expectSuccess(await session.send(draft, { label: "first" }));
    const before = await session.observe(draft);
    const mismatch = draft.interface.idempotency?.mismatch ?? "";
    for (const { error, way } of guardsOf(session, draft))
      session.expectRefusal(
        await session.send((await settings(session, way))(draft), { label: `the same number with ${error.code}` }),
        mismatch,
        { en: "The guards are checked before the number.", zh: "业务校验先于单号查重。" },
      );
    await session.expectUnchanged(before, {
      en: "a known number with other content",
      zh: "单号已用而内容不同的请求",
    });
  },
};

/** What guards refuse by the request's own content, other than its number. */
function guardsOf(
  session: Session,
  { interface: one }: Draft,
): readonly { readonly error: ErrorCode; readonly way: Way }[] {
  const key = new Set(one.idempotency?.key.map((name) => `/${name}`));
  return session.pack.source.errors
    .filter(({ stage, code }) => stage === "guards" && one.errors.includes(code))
    .flatMap((error) =>
      (error.provoke ?? [])
        .filter(
          (way) =>
            way.in === one.id &&
            way.after === undefined &&
            way.scenario === undefined &&
            !Object.keys(way.set ?? {}).some((pointer) => key.has(pointer)),
        )
        .map((way) => ({ error, way })),
    );
}

/** Of two faults the one that is answered: a body that the signature stands in is decoded before anything else. */
function series({ pack }: Session, one: Fault, other: Fault): readonly [Fault, Fault] {
  const signed = one.stage === "signature" || one.stage.startsWith("freshness.");
  return pack.envelope.decodesFirst && signed && other.stage === "decode" ? [other, one] : [one, other];
}

async function expectFirst(
  session: Session,
  draft: Draft,
  one: Fault,
  other: Fault,
  used: string | undefined,
): Promise<void> {
  const [first, second] = series(session, one, other);
  let broken: Draft | undefined = draft;
  for (const { change } of [first, second])
    if (broken !== undefined && change !== undefined) broken = await change(broken, session);
  if (broken === undefined) return;
  const nonce =
    [first, second].some(({ name }) => name === "used-nonce") && used !== undefined ? { nonce: () => used } : {};
  // Both may be about the body: what spoils the text is said first, what makes it longer comes upon it.
  const bodies = [second.tamper?.body, first.tamper?.body].flatMap((one) => (one === undefined ? [] : [one]));
  const body =
    bodies.length === 0
      ? {}
      : { body: (bytes: Uint8Array): Uint8Array => bodies.reduce((made, change) => change(made), bytes) };
  const exchange = await session.send(broken, {
    label: `${first.name} and ${second.name}`,
    tamper: { ...second.tamper, ...first.tamper, ...body, ...nonce },
  });
  session.expectRefusal(exchange, session.code(first.stage as StageName), {
    en: `${second.name} is checked before ${first.name}.`,
    zh: `${second.name} 先于 ${first.name} 被校验。`,
  });
}

/** Whether a request of the interface can have the fault: a part that it does not carry cannot be wrong. */
function canFail(pack: PackView, one: Interface, { carried }: Fault): boolean {
  return carried === undefined || pack.requestCarries(one, carried);
}

function fault(name: string): Fault {
  return FAULTS.find((one) => one.name === name) as Fault;
}
