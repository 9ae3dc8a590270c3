import { interfaceFile, lifecycleFile, scenarioFile } from "../file.ts";
import { meaningsOfInterface } from "../meaning.ts";
import { notificationsOf } from "../transition-notifications.ts";
import type { Problem } from "../problem.ts";
import { THINGS, VERBS, verbOf } from "../purpose.ts";
import type { Meaning, Verb } from "../purpose.ts";
import type { Interface, Lifecycle, PackSource } from "../types.ts";
import { names, problem } from "./rule.ts";
import type { Rule } from "./rule.ts";

/** Verbs that go with one of the things beside resources. */
const ABOUT_THINGS: Readonly<Partial<Record<Verb, readonly string[]>>> = {
  reads: ["balance", "bill"],
  lists: ["entries", "keys"],
  files: ["bill"],
  probes: ["channel"],
};

/** A purpose has one verb, and names what the pack has. */
export const purposeNames: Rule = {
  id: "purpose.names",
  check: (source) => {
    const resources = source.lifecycles.map(({ resource }) => resource);
    return source.interfaces.flatMap((one) => {
      if (one.purpose === undefined) return [];
      const said = verbOf(one);
      const at = (pointer: string, en: string, zh: string, remedy: readonly [string, string]): readonly Problem[] => [
        problem("purpose.names", interfaceFile(one), `/purpose${pointer}`, [en, zh], remedy),
      ];
      if (said === undefined)
        return at(
          "",
          `${one.id} has no verb or several as its purpose.`,
          `${one.id} 的 purpose 没有动词或有多个动词。`,
          [`Give exactly one of: ${VERBS.join(", ")}.`, `请只写一个:${VERBS.join("、")}。`],
        );
      const things = ABOUT_THINGS[said.verb] ?? [];
      const allowed = [...(said.verb === "probes" ? [] : resources), ...things];
      if (!allowed.includes(said.of))
        return at(
          `/${said.verb}`,
          `${one.id} ${said.verb} ${JSON.stringify(said.of)}, which is no resource of this pack.`,
          `${one.id} 的 ${said.verb} 指向 ${JSON.stringify(said.of)},但本规范包没有该资源。`,
          [`Name one of: ${names(allowed)}.`, `请填写:${names(allowed)}。`],
        );
      const kinds = Object.keys(source.manifest.accounts);
      const needsAccount = said.of === "balance" || said.of === "entries";
      const { account } = one.purpose;
      if (
        needsAccount
          ? account === undefined || !kinds.includes(account)
          : account !== undefined && !kinds.includes(account)
      )
        return at(
          account === undefined ? "" : "/account",
          `${one.id} must say whose ${said.of} it shows.`,
          `${one.id} 须说明显示的是哪类账户的 ${said.of}。`,
          [`Give "account": one of ${names(kinds)}.`, `请写 "account":${names(kinds)} 之一。`],
        );
      return [];
    });
  },
};

/** A resource of a lifecycle is not called like one of the things beside them. */
export const purposeReserved: Rule = {
  id: "purpose.reserved",
  check: (source) =>
    source.lifecycles
      .filter(({ resource }) => (THINGS as readonly string[]).includes(resource))
      .map((one) =>
        problem(
          "purpose.reserved",
          lifecycleFile(one),
          "/resource",
          [`A purpose means something else by "${one.resource}".`, `purpose 中 "${one.resource}" 另有含义。`],
          [`Give it another name than ${names(THINGS)}.`, `请改用 ${names(THINGS)} 以外的名称。`],
        ),
      ),
};

/** What a purpose says is what the lifecycles do. */
export const purposeTrue: Rule = {
  id: "purpose.true",
  check: (source) =>
    source.interfaces.flatMap((one) => {
      const said = verbOf(one);
      const lifecycle = source.lifecycles.find(({ resource }) => resource === said?.of);
      if (said === undefined || lifecycle === undefined) return [];
      const why = untrue(source, one, said.verb, lifecycle);
      return why === undefined
        ? []
        : [
            problem(
              "purpose.true",
              interfaceFile(one),
              `/purpose/${said.verb}`,
              [
                `${one.id} is said to be what ${said.verb} ${said.of}, but ${why.en}.`,
                `${one.id} 声明为 ${said.verb} ${said.of},但${why.zh}。`,
              ],
              [
                `Correct the purpose, or the lifecycle in ${lifecycleFile(lifecycle)}.`,
                `请修正 purpose 或 ${lifecycleFile(lifecycle)} 中的生命周期。`,
              ],
            ),
          ];
    }),
};

function untrue(
  source: PackSource,
  one: Interface,
  verb: Verb,
  lifecycle: Lifecycle,
): { readonly en: string; readonly zh: string } | undefined {
  const { resource } = lifecycle;
  const called = lifecycle.transitions.filter(({ on }) => "call" in on && on.call === one.id);
  switch (verb) {
    case "creates":
      return called.some(({ from }) => from.includes("ABSENT"))
        ? undefined
        : {
            en: `no transition of ${resource} begins at ABSENT with this call`,
            zh: `${resource} 没有由该调用从 ABSENT 开始的转换`,
          };
    case "advances":
    case "confirms":
      return called.length > 0
        ? undefined
        : { en: `no transition of ${resource} is triggered by this call`, zh: `${resource} 没有由该调用触发的转换` };
    case "ends":
      // What ends a resource may also be a row of its own that closes a number which was never used.
      return called.length > 0 || loadsOf(source, one).includes(resource)
        ? undefined
        : {
            en: `neither a transition of ${resource} nor one that loads it is triggered by this call`,
            zh: `没有由该调用触发且涉及 ${resource} 的转换`,
          };
    case "notifies":
      return lifecycle.transitions.some((each) => notificationsOf(each).some(({ id }) => id === one.id))
        ? undefined
        : { en: `no transition of ${resource} sends it`, zh: `${resource} 没有转换会发送该通知` };
    case "reads":
    case "lists":
    case "files":
      return loadsOf(source, one).includes(resource)
        ? undefined
        : { en: `it loads no ${resource}`, zh: `它没有 load ${resource}` };
    default:
      return undefined;
  }
}

/** Resources whose rows an interface loads, by itself or in the transitions that it triggers. */
function loadsOf(source: PackSource, one: Interface): readonly string[] {
  const loads = [
    ...Object.values(one.read?.load ?? {}),
    ...source.lifecycles.flatMap(({ transitions }) =>
      transitions
        .filter(({ on }) => "call" in on && on.call === one.id)
        .flatMap(({ load }) => Object.values(load ?? {})),
    ),
  ];
  return loads.flatMap((load) => ("resource" in load ? [load.resource] : []));
}

/** Fields without which a verb says nothing to a judge: of the request, and of the answer; one of each list is enough. */
const WANTED: Readonly<
  Partial<Record<string, { readonly request?: readonly Meaning[]; readonly answer?: readonly (readonly Meaning[])[] }>>
> = {
  creates: { request: ["number", "id"], answer: [["number", "id"], ["state"]] },
  advances: { request: ["number", "id"] },
  confirms: { request: ["code"] },
  ends: { request: ["number", "id"] },
  reads: { request: ["number", "id"], answer: [["number", "id"], ["state"]] },
  "reads balance": { answer: [["available", "posted"]] },
  "reads bill": { request: ["date"], answer: [["hash", "url"]] },
  "files bill": { request: ["date"], answer: [["file"]] },
  "lists entries": { request: ["from"], answer: [["entries"], ["amount"], ["direction"], ["entry"]] },
  "lists keys": { answer: [["serial"], ["public-key"]] },
  notifies: { request: ["state"] },
};

/** The fields that a verb speaks of say what they are. */
export const purposeFields: Rule = {
  id: "purpose.fields",
  check: (source) =>
    source.interfaces.flatMap((one) => {
      const said = verbOf(one);
      if (said === undefined) return [];
      const wanted = WANTED[`${said.verb} ${said.of}`] ?? WANTED[said.verb] ?? {};
      const meant = meaningsOfInterface(source, one);
      const asked = new Set([...meant.path, ...meant.query, ...meant.body].map(({ meaning }) => meaning));
      const answered = new Set(meant.answer.map(({ meaning }) => meaning));
      const lack = (side: "request" | "answer", any: readonly Meaning[]): Problem =>
        problem(
          "purpose.fields",
          interfaceFile(one),
          side === "request" ? "/request" : "/response/body",
          [
            `${one.id} ${said.verb} ${said.of}, and no field of its ${side} says that it is ${any.join(" or ")}.`,
            `${one.id} 的 ${side === "request" ? "请求" : "应答"}中没有字段声明为 ${any.join(" 或 ")}。`,
          ],
          [
            `Write "x-is": "${any[0]}" at that field in messages/.`,
            `请在 messages/ 中该字段处写 "x-is": "${any[0]}"。`,
          ],
        );
      return [
        ...(wanted.request !== undefined && !wanted.request.some((meaning) => asked.has(meaning))
          ? [lack("request", wanted.request)]
          : []),
        ...(isJudged(one, said.verb) ? (wanted.answer ?? []) : [])
          .filter((any) => !any.some((meaning) => answered.has(meaning) || shownByQuery(source, one, meaning)))
          .map((any) => lack("answer", any)),
      ];
    }),
};

/** Whether the fields of an answer must say what they are; a file that a message carries is found by nothing else. */
const isJudged = ({ response: { representation } }: Interface, verb: Verb): boolean =>
  representation === "json" || (verb === "files" && representation !== "table");

/**
 * Whether the query of what an interface makes shows this, so that its answer need not: an order is known by the number
 * that its caller gave, and its answer may have a link alone.
 */
function shownByQuery(source: PackSource, one: Interface, meaning: Meaning): boolean {
  const made = one.purpose?.creates;
  if (made === undefined || !meaningsOfInterface(source, one).body.some((each) => each.meaning === "number"))
    return false;
  return source.interfaces.some(
    (other) =>
      other.purpose?.reads === made &&
      meaningsOfInterface(source, other).answer.some((each) => each.meaning === meaning),
  );
}

/** Where a purpose speaks of a resource, each of its states has an outcome. */
export const stateOutcome: Rule = {
  id: "state.outcome",
  check: (source) => {
    const spoken = new Set(source.interfaces.map((one) => verbOf(one)?.of));
    return source.lifecycles
      .filter(({ resource }) => spoken.has(resource))
      .flatMap((one) =>
        Object.entries(one.states)
          .filter(([, { outcome }]) => outcome === undefined)
          .map(([state]) =>
            problem(
              "state.outcome",
              lifecycleFile(one),
              `/states/${state}`,
              [`${state} of ${one.resource} has no outcome.`, `${one.resource} 的状态 ${state} 没有 outcome。`],
              [
                'Say how far it has come: "outcome": open, succeeded, failed, closed or returned.',
                '请写 "outcome":open、succeeded、failed、closed 或 returned。',
              ],
            ),
          ),
      );
  },
};

/** What a law speaks of exists. */
export const lawNames: Rule = {
  id: "law.names",
  check: (source) => {
    const kinds = [...Object.keys(source.manifest.accounts), "outside"];
    const resources = source.lifecycles.map(({ resource }) => resource);
    return source.lifecycles.flatMap((one) => {
      if (one.law === undefined) return [];
      const law = one.law as Readonly<Record<string, unknown>>;
      const wrong = (pointer: string, value: unknown, allowed: readonly string[]): Problem =>
        problem(
          "law.names",
          lifecycleFile(one),
          `/law${pointer}`,
          [`${JSON.stringify(value)} is unknown here.`, `${JSON.stringify(value)} 未定义。`],
          [`Name one of: ${names(allowed)}.`, `请填写:${names(allowed)}。`],
        );
      return Object.entries(law).flatMap(([word, value]) => {
        if (word === "moves" || word === "holds")
          return Object.entries(value as Readonly<Record<string, string>>)
            .filter(([, kind]) => !kinds.includes(kind))
            .map(([side, kind]) => wrong(`/${word}/${side}`, kind, kinds));
        if ((word === "reverses" || word === "mirrors") && !resources.includes(String(value)))
          return [wrong(`/${word}`, value, resources)];
        const fees = Object.keys(source.manifest.fees);
        return word === "fee" && !fees.includes(String(value)) ? [wrong("/fee", value, fees)] : [];
      });
    });
  },
};

/** A scenario plays a resource that its side has. */
export const scenarioPlays: Rule = {
  id: "scenario.plays",
  check: (source) =>
    source.scenarios.flatMap((one) => {
      const own = source.lifecycles.filter(({ role }) => role === one.role).map(({ resource }) => resource);
      return (one.plays ?? []).flatMap(({ resource }, index) =>
        own.includes(resource)
          ? []
          : [
              problem(
                "scenario.plays",
                scenarioFile(one),
                `/plays/${index}/resource`,
                [
                  `The ${one.role} has no resource ${JSON.stringify(resource)}.`,
                  `${one.role} 没有资源 ${JSON.stringify(resource)}。`,
                ],
                [`Name one of: ${names(own)}.`, `请填写:${names(own)}。`],
              ),
            ],
      );
    }),
};
