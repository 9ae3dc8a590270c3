import type { Branch, Interface, Lifecycle, Transition } from "../../../core/pack/types.ts";
import type { Check, Instance } from "../../check.ts";
import { alike, oneOf } from "../../../core/text/alike.ts";
import type { PackView } from "../../pack-view.ts";
import { fieldNames, partyField } from "../../profile.ts";
import type { Resource } from "../../resources/resource.ts";
import { shownIn } from "../../resources/shown.ts";
import type { Session } from "../../session.ts";
import { fieldsOf, picked } from "../../wire/draft.ts";
import type { Fields } from "../../wire/draft.ts";
import { created, look } from "../resource-steps.ts";

/** The rows of other resources that a transition moves, with the states that each may come to. */
interface Moved {
  readonly resource: Resource;
  readonly states: readonly string[];
}

/** A decision of people at the SUT changes the state of what they decide about, and of all that goes with it. */
export const decided: Check = {
  id: "lifecycle.decided",
  requirement: "LIF-29",
  title: { en: "What people decide is shown by every query", zh: "人工决定的结果在各查询中可见" },
  effort: "smoke",
  roles: ["bank"],
  needs: { hooks: ["decide"] },
  each: ({ pack, role, provided }) =>
    pack.resources
      .of(role)
      .filter(({ creates, reads }) => [creates, reads].every((one) => provided.some(({ id }) => id === one?.id)))
      .flatMap((resource) =>
        decisionsAbout(resource).map((decision): Instance => ({
          id: decision,
          data: { resource: resource.name, decision },
        })),
      ),
  async run(session, instance) {
    const { resource: name, decision } = instance.data as { readonly resource: string; readonly decision: string };
    const resource = session.pack.resources.named(name);
    const transition = decisionIn(resource.lifecycle, decision);
    const { draft, shown } = await created(session, resource);
    const known = { ...shown.body, ...fieldsOf(draft) };
    const moves = movesOf(session.pack, transition);
    const there: Moved[] = [];
    for (const one of moves) if ((await stateOf(session, one.resource, known)) !== undefined) there.push(one);
    if (!transition.from.includes((await look(session, resource, draft)).state ?? ""))
      session.skip(
        `what ${resource.creates?.id ?? resource.name} makes is not in a state from which ${decision} is decided`,
        `${resource.creates?.id ?? resource.name} 所建对象不处于可作出 ${decision} 的状态`,
        "not-demanded",
      );
    await session.decide(decision, known);
    const states = transition.to.map(({ state }) => state);
    expectState(session, decision, { resource, states }, (await look(session, resource, draft)).state);
    for (const one of there) expectState(session, decision, one, await stateOf(session, one.resource, known));
  },
};

/** A call changes the state of other things that it is about in the same moment. */
export const movedBesides: Check = {
  id: "lifecycle.moved-besides",
  requirement: "LIF-29",
  title: { en: "What a call changes besides is shown by every query", zh: "调用的连带变更在各查询中可见" },
  effort: "smoke",
  roles: ["bank"],
  each: ({ pack, provided }) =>
    provided
      .filter((one) => transitionsOn(pack, one).some((each) => movesOf(pack, each).length > 0))
      .map((one): Instance => ({ id: one.id, interface: one.id })),
  async run(session, instance) {
    const { pack } = session;
    const one = pack.interface(instance.interface ?? instance.id);
    const moves = transitionsOn(pack, one).flatMap((each) => movesOf(pack, each));
    const draft = await session.request(one.id);
    const own = pack.resources.about(one)?.resource;
    const before = own?.creates?.id === one.id || own === undefined ? {} : (await look(session, own, draft)).body;
    const known = { ...before, ...fieldsOf(draft) };
    // What is not there before the call cannot be moved by it.
    const there: Moved[] = [];
    for (const each of moves) if ((await stateOf(session, each.resource, known)) !== undefined) there.push(each);
    const answer = session.expectSuccess(await session.send(draft, { label: one.id }));
    for (const each of there)
      expectState(session, one.id, each, await stateOf(session, each.resource, { ...known, ...answer }));
  },
};

/** Decisions that are taken about what a call has just made. */
function decisionsAbout({ lifecycle, creates }: Resource): readonly string[] {
  const made = lifecycle.transitions
    .filter(({ on }) => "call" in on && on.call === creates?.id)
    .flatMap(({ to }) => to.map(({ state }) => state));
  return lifecycle.transitions.flatMap(({ on, from }) =>
    "operator" in on && made.length > 0 && made.every((state) => from.includes(state)) ? [on.operator] : [],
  );
}

const decisionIn = ({ transitions }: Lifecycle, decision: string): Transition =>
  transitions.find(({ on }) => "operator" in on && on.operator === decision) as Transition;

const transitionsOn = ({ source }: PackView, { id }: Interface): readonly Transition[] =>
  source.lifecycles.flatMap(({ transitions }) => transitions.filter(({ on }) => "call" in on && on.call === id));

/** What a transition moves that an interface of the pack reads. */
function movesOf({ resources, source }: PackView, { load, to }: Transition): readonly Moved[] {
  return to.flatMap(({ move = [] }: Branch) =>
    move.flatMap(({ row, transition }): readonly Moved[] => {
      const loaded = load?.[row];
      const resource = loaded !== undefined && "resource" in loaded ? resources.find(loaded.resource) : undefined;
      const taken = source.lifecycles
        .find((one) => one.resource === resource?.name)
        ?.transitions.find(({ name }) => name === transition);
      return resource?.reads === undefined || taken === undefined
        ? []
        : [{ resource, states: taken.to.map(({ state }) => state) }];
    }),
  );
}

/** The state that a resource's query shows, asked by what is known of it; undefined where nothing is there under that. */
async function stateOf(session: Session, { reads }: Resource, known: Fields): Promise<string | undefined> {
  if (reads === undefined || !session.claims(reads.id)) return undefined;
  const names = fieldNames(session.pack, reads, "path").filter((name) => name !== partyField(reads));
  const asked = picked(known, names);
  if (names.length === 0 || names.some((name) => asked[name] === undefined)) return undefined;
  const draft = await session.request(reads.id, asked);
  const exchange = await session.send(draft, { label: `what ${reads.id} shows` });
  const { code } = exchange.answer ?? {};
  if (code !== undefined && session.pack.resources.codes(reads, "not-found").includes(code)) return undefined;
  return shownIn(session.pack, reads, session.expectSuccess(exchange)).state;
}

/** Holds that a state is one of those that the pack leads to; what no query shows is left. */
function expectState(session: Session, cause: string, { resource, states }: Moved, seen: string | undefined): void {
  if (seen === undefined) return;
  session.judged();
  if (states.includes(seen)) return;
  session.fail({
    summary: {
      en: `after ${cause} the query shows another state of the ${resource.name}`,
      zh: `${cause} 之后，查询所示 ${resource.name} 的状态不符`,
    },
    expected: oneOf(states),
    seen: alike(seen),
  });
}
