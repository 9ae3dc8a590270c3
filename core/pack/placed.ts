import { BOOLEAN, DATE, INTEGER, list, MONEY, object, optional, TEXT, TIME, UNKNOWN } from "../expression/type.ts";
import type { Type } from "../expression/type.ts";
import { escape, presentWhen, typeOf } from "../expression/typing.ts";
import type { TypeEnvironment } from "../expression/typing.ts";
import { ENCODINGS } from "../table/encoding.ts";
import { interfaceFile, lifecycleFile, scenarioFile } from "./file.ts";
import { isSchemaObject } from "./reference.ts";
import { typeOfSchema } from "./schema-type.ts";
import type {
  Branch,
  Expression,
  FieldType,
  Guard,
  Interface,
  Lifecycle,
  Load,
  PackSource,
  Transition,
} from "./types.ts";

/** An expression of a pack with all that is known about the place it stands at. */
export interface Placed {
  readonly file: string;
  readonly pointer: string;
  readonly expression: Expression;
  readonly environment: TypeEnvironment;
  /** What the place wants; absent where any value will do. */
  readonly expected?: Type;
}

type Roots = Readonly<Record<string, Type>>;

/** Roots that are there everywhere, beside `$policies`: `$now`, `$today` (the business date, which never goes back), `$self` (the provider), `$party` (the caller). */
const BASE: Roots = {
  now: TIME,
  today: DATE,
  self: object({ base_url: TEXT }, true),
  party: object({ party_id: TEXT, index: TEXT, notify_prefixes: list(TEXT), notify_url: optional(TEXT) }),
};

/** `$policies`: what the manifest says, so that a number said there is not said again in an expression. */
function typeOfPolicy(value: unknown): Type {
  if (Array.isArray(value)) return list(value.length === 0 ? UNKNOWN : typeOfPolicy(value[0]));
  if (typeof value === "object" && value !== null)
    return object(Object.fromEntries(Object.entries(value).map(([name, member]) => [name, typeOfPolicy(member)])));
  return typeof value === "number" ? INTEGER : typeof value === "boolean" ? BOOLEAN : TEXT;
}

const ENTRY = object({
  entry_id: TEXT,
  transfer_id: TEXT,
  kind: TEXT,
  direction: { kind: "text", values: ["debit", "credit"] },
  amount: MONEY,
  balance_after: MONEY,
  reference: TEXT,
  at: TIME,
  business_date: DATE,
});

const FIELD_TYPES: Readonly<Record<string, Type>> = {
  text: TEXT,
  integer: INTEGER,
  money: MONEY,
  time: TIME,
  date: DATE,
  boolean: BOOLEAN,
};

export function typeOfField(type: FieldType): Type {
  const there = FIELD_TYPES[type.replace("?", "")] ?? UNKNOWN;
  return type.endsWith("?") ? optional(there) : there;
}

/** A resource's row as expressions see it. */
export function rowType(lifecycle: Lifecycle): Type & { kind: "object" } {
  const fields: Record<string, Type> = {
    state: { kind: "text", values: Object.keys(lifecycle.states) },
    entered: INTEGER,
  };
  for (const name of lifecycle.key) fields[name] = TEXT;
  for (const [name, type] of Object.entries(lifecycle.fields)) fields[name] = typeOfField(type);
  // A sum has no currency until something was summed, unless a transition starts it at zero.
  for (const [name, { sum }] of Object.entries(lifecycle.aggregates ?? {}))
    fields[name] = sum === undefined ? INTEGER : optional(MONEY);
  return { kind: "object", fields };
}

/** Path, query and body fields of a request, merged. */
export function requestType(source: PackSource, one: Interface): Type {
  const fields: Record<string, Type> = {};
  let open = false;
  for (const part of ["path", "query", "body"] as const) {
    const schema = one.request[part];
    if (schema === undefined) continue;
    const type = typeOfSchema(source, schema, interfaceFile(one));
    if (type.kind !== "object") return UNKNOWN;
    Object.assign(fields, type.fields);
    open ||= type.open === true;
  }
  return object(fields, open);
}

/** Every expression of the pack. */
export function placedExpressions(source: PackSource): readonly Placed[] {
  const placed: Placed[] = [];
  const names = {
    interfaces: new Set(source.interfaces.filter(({ response }) => response.table !== undefined).map(({ id }) => id)),
    fees: new Set(Object.keys(source.manifest.fees)),
    currencies: new Set(source.manifest.currencies.map(({ code }) => code)),
  };
  const base: Roots = { ...BASE, policies: typeOfPolicy(source.manifest.policies) };
  const environment = (roots: Roots, present: readonly string[] = []): TypeEnvironment => ({
    roots: { ...base, ...roots },
    present,
    ...names,
  });
  const rows = new Map(source.lifecycles.map((lifecycle) => [lifecycle.resource, rowType(lifecycle)]));
  const row = (resource: string): Type => rows.get(resource) ?? UNKNOWN;
  const place = (
    file: string,
    pointer: string,
    expression: Expression | undefined,
    env: TypeEnvironment,
    expected?: Type,
  ): void => {
    if (expression !== undefined)
      placed.push({ file, pointer, expression, environment: env, ...(expected === undefined ? {} : { expected }) });
  };
  const placeFields = (
    file: string,
    pointer: string,
    set: Readonly<Record<string, Expression>> | undefined,
    env: TypeEnvironment,
    owner: Type,
  ): void => {
    for (const [name, expression] of Object.entries(set ?? {})) {
      const field = owner.kind === "object" && Object.hasOwn(owner.fields, name) ? owner.fields[name] : undefined;
      place(file, `${pointer}/${escape(name)}`, expression, env, field);
    }
  };

  /** Places what a load says; gives the roots with what it loads. */
  const placeLoads = (
    file: string,
    pointer: string,
    loads: Readonly<Record<string, Load>> | undefined,
    given: Roots,
  ): Roots => {
    let roots = given;
    for (const [name, load] of Object.entries(loads ?? {})) {
      const at = `${pointer}/${escape(name)}`;
      const env = environment(roots);
      let type: Type = UNKNOWN;
      if ("resource" in load) {
        placeFields(file, `${at}/key`, load.key, env, row(load.resource));
        type = load.else === undefined ? optional(row(load.resource)) : row(load.resource);
      } else if ("ledger" in load) {
        place(file, `${at}/ledger`, load.ledger, env, TEXT);
        place(file, `${at}/currency`, load.currency, env, TEXT);
        type = object({ posted: MONEY, pending: MONEY, available: MONEY });
      } else if ("entries" in load) {
        place(file, `${at}/entries`, load.entries, env, TEXT);
        place(file, `${at}/fromDate`, load.fromDate, env, DATE);
        place(file, `${at}/toDate`, load.toDate, env, DATE);
        place(file, `${at}/currency`, load.currency, env, TEXT);
        place(file, `${at}/after`, load.after, env, optional(TEXT));
        place(file, `${at}/limit`, load.limit, env, INTEGER);
        type = object({ items: list(ENTRY), more: BOOLEAN });
      } else {
        type = list(
          object(
            { serial: TEXT, algorithm: TEXT, public_key: TEXT, effective_at: TIME, expires_at: optional(TIME) },
            true,
          ),
        );
      }
      roots = { ...roots, [name]: type };
    }
    return roots;
  };

  /** Places guards in order; gives the paths that exist once all of them hold. */
  const placeGuards = (
    file: string,
    pointer: string,
    guards: readonly Guard[] | undefined,
    roots: Roots,
    own: Type,
  ): readonly string[] => {
    const present: string[] = [];
    (guards ?? []).forEach((guard, index) => {
      const at = `${pointer}/${index}`;
      place(file, `${at}/that`, guard.that, environment(roots, [...present]), BOOLEAN);
      const refused = environment(roots, [...present, ...presentWhen(guard.that, false)]);
      placeFields(file, `${at}/onRefuse/set`, guard.onRefuse?.set, refused, own);
      guard.onRefuse?.to?.forEach((to, which) =>
        place(file, `${at}/onRefuse/to/${which}/when`, to.when, refused, BOOLEAN),
      );
      present.push(...presentWhen(guard.that, true));
    });
    return present;
  };

  const afterOf = new Map<string, Roots[]>();

  for (const lifecycle of source.lifecycles) {
    const file = lifecycleFile(lifecycle);
    const own = row(lifecycle.resource);
    lifecycle.transitions.forEach((transition, index) => {
      placeTransition(lifecycle, transition, file, `/transitions/${index}`, own);
    });
    for (const [name, aggregate] of Object.entries(lifecycle.aggregates ?? {})) {
      const env = environment({ [aggregate.of]: row(aggregate.of) });
      placeFields(file, `/aggregates/${escape(name)}/by`, aggregate.by, env, own);
      place(file, `/aggregates/${escape(name)}/sum`, aggregate.sum, env, MONEY);
    }
    (lifecycle.invariants ?? []).forEach((invariant, index) =>
      place(file, `/invariants/${index}/that`, invariant.that, environment({ [lifecycle.resource]: own }), BOOLEAN),
    );
  }

  function placeTransition(lifecycle: Lifecycle, transition: Transition, file: string, at: string, own: Type): void {
    const creates = transition.from.includes("ABSENT");
    const on = transition.on;
    let roots: Roots = {};
    const placeKey = (partyId: Expression): void => {
      for (const name of lifecycle.key) {
        const said = transition.key !== undefined && Object.hasOwn(transition.key, name);
        place(
          file,
          said ? `${at}/key/${escape(name)}` : at,
          said ? transition.key?.[name] : name === "party_id" ? partyId : `$request.${name}`,
          environment(roots),
          typeOfKey(lifecycle, name),
        );
      }
    };
    if ("call" in on) {
      const called = source.interfaces.find(({ id }) => id === on.call);
      roots = { request: called === undefined ? UNKNOWN : requestType(source, called) };
      const first = lifecycle.transitions.find((other) => "call" in other.on && other.on.call === on.call);
      // The engine finds the row by the key of the first transition of the call.
      if (first === transition) placeKey("$party.party_id");
    } else if ("operator" in on) {
      roots = { request: on.input === undefined ? object({}) : typeOfSchema(source, on.input, file) };
      // A row that is there is named by the operator; a new one by what it is made of.
      if (creates) placeKey("$request.party_id");
    } else if ("transition" in on) {
      const [resource = ""] = on.transition.split(".");
      roots = { cause: row(resource), [resource]: row(resource), request: UNKNOWN };
    } else if ("after" in on)
      place(file, `${at}/on/after`, on.after, environment({ [lifecycle.resource]: own }), optional(INTEGER));
    else if ("at" in on) place(file, `${at}/on/at`, on.at, environment({ [lifecycle.resource]: own }), optional(TIME));

    roots = placeLoads(file, `${at}/load`, transition.load, {
      ...roots,
      [lifecycle.resource]: creates ? optional(own) : own,
    });
    const present = placeGuards(file, `${at}/require`, transition.require, roots, own);
    const otherwise: string[] = [...present];
    transition.to.forEach((branch, index) => {
      const here = `${at}/to/${index}`;
      place(file, `${here}/when`, branch.when, environment(roots, [...otherwise]), BOOLEAN);
      placeBranch(
        file,
        here,
        branch,
        lifecycle,
        roots,
        [...otherwise, ...(branch.when === undefined ? [] : presentWhen(branch.when, true))],
        own,
        creates,
      );
      if (branch.when !== undefined) otherwise.push(...presentWhen(branch.when, false));
    });
    if ("call" in on) afterOf.set(on.call, [...(afterOf.get(on.call) ?? []), { ...roots, [lifecycle.resource]: own }]);
  }

  function placeBranch(
    file: string,
    at: string,
    branch: Branch,
    lifecycle: Lifecycle,
    roots: Roots,
    present: readonly string[],
    own: Type,
    creates: boolean,
  ): void {
    // A new row is its key and its counts until `set` has run.
    const young =
      creates && own.kind === "object" && lifecycle.transitions.length > 0
        ? object(
            Object.fromEntries(
              Object.entries(own.fields).map(([name, type]) => [
                name,
                lifecycle.key.includes(name) || isCount(lifecycle, name) ? type : optional(type),
              ]),
            ),
          )
        : own;
    placeFields(
      file,
      `${at}/set`,
      branch.set,
      environment({ ...roots, [lifecycle.resource]: young }, present),
      withSettableSums(lifecycle, own),
    );
    // What the branch sets exists from here on.
    const known = environment({ ...roots, [lifecycle.resource]: young });
    const set = Object.entries(branch.set ?? {})
      .filter(([, expression]) => typeOf(expression, { ...known, present }).type.kind !== "optional")
      .map(([name]) => `$${lifecycle.resource}.${name}`);
    const after = environment({ ...roots, [lifecycle.resource]: own }, [...present, ...set]);
    (branch.post ?? []).forEach((posting, index) => {
      const here = `${at}/post/${index}`;
      if (posting.phase === "void") return;
      if (posting.phase === "post") {
        place(file, `${here}/amount`, posting.amount, after, MONEY);
        return;
      }
      place(file, `${here}/when`, posting.when, after, BOOLEAN);
      const env =
        posting.when === undefined
          ? after
          : { ...after, present: [...(after.present ?? []), ...presentWhen(posting.when, true)] };
      place(file, `${here}/debit`, posting.debit, env, TEXT);
      place(file, `${here}/credit`, posting.credit, env, TEXT);
      place(file, `${here}/amount`, posting.amount, env, MONEY);
      place(file, `${here}/reference`, posting.reference, env, TEXT);
    });
  }

  for (const one of source.interfaces) {
    const file = interfaceFile(one);
    const request: Roots = { request: requestType(source, one) };
    place(file, "/request/party", one.request.party, environment(request), TEXT);
    const wanted = one.response.body === undefined ? undefined : closed(typeOfSchema(source, one.response.body, file));
    const read = placeLoads(file, "/read/load", one.read?.load, request);
    const present = placeGuards(file, "/read/require", one.read?.require, read, UNKNOWN);
    const triggered = shared(afterOf.get(one.id) ?? []);
    const roots = one.read === undefined ? { ...triggered, ...request } : read;
    place(file, "/read/answer", one.read?.answer, environment(roots, present), wanted);
    place(file, "/response/answer", one.response.answer, environment(roots, present), wanted);
    const { table } = one.response;
    if (table !== undefined) {
      const env = environment(roots, present);
      place(file, "/response/table/rows", table.rows, env, list(UNKNOWN));
      place(file, "/response/table/encoding", table.encoding, env, { kind: "text", values: [...ENCODINGS] });
      const items = typeOf(table.rows, env).type;
      const item = items.kind === "list" ? items.of : UNKNOWN;
      table.columns.forEach((column, index) =>
        place(file, `/response/table/columns/${index}/value`, column.value, environment({ ...roots, item }, present)),
      );
      table.footer?.forEach((cell, index) =>
        place(
          file,
          `/response/table/footer/${index}/value`,
          cell.value,
          environment({ ...roots, rows: items }, present),
        ),
      );
    }
    if (one.notification !== undefined) {
      const about: Record<string, Type> = { notification: object({ id: TEXT }) };
      for (const lifecycle of source.lifecycles) {
        if (lifecycle.transitions.some((transition) => notificationsOf(transition).some(({ id }) => id === one.id)))
          about[lifecycle.resource] = row(lifecycle.resource);
      }
      place(
        file,
        "/notification/body",
        one.notification.body,
        environment(about),
        one.request.body === undefined ? undefined : closed(typeOfSchema(source, one.request.body, file)),
      );
      place(file, "/notification/target", one.notification.target, environment(about), optional(TEXT));
    }
  }

  for (const scenario of source.scenarios) {
    const file = scenarioFile(scenario);
    let seeded: Roots = {};
    scenario.seed.forEach((seed, index) => {
      const at = `/seed/${index}`;
      placeFields(file, `${at}/fields`, seed.fields, environment(seeded), row(seed.resource));
      seeded = { ...seeded, [seed.resource]: row(seed.resource) };
      place(file, `${at}/opening/account`, seed.opening?.account, environment(seeded), TEXT);
      place(file, `${at}/opening/amount`, seed.opening?.amount, environment(seeded), MONEY);
    });
    for (const [name, expression] of Object.entries(scenario.bind)) {
      place(
        file,
        `/bind/${escape(name)}`,
        expression,
        environment(seeded),
        scenario.gives[name]?.type === "money" ? MONEY : TEXT,
      );
    }
  }
  return placed;
}

function typeOfKey(lifecycle: Lifecycle, name: string): Type {
  const type = lifecycle.fields[name];
  return type === undefined ? TEXT : typeOfField(type);
}

function isCount(lifecycle: Lifecycle, name: string): boolean {
  const aggregate = lifecycle.aggregates?.[name];
  return aggregate !== undefined && aggregate.sum === undefined;
}

function withSettableSums(lifecycle: Lifecycle, own: Type): Type {
  if (own.kind !== "object") return own;
  // A sum that nothing was added to may be started at zero.
  return object({
    ...own.fields,
    ...Object.fromEntries(
      Object.entries(lifecycle.aggregates ?? {})
        .filter(([, { sum }]) => sum !== undefined)
        .map(([name]) => [name, MONEY]),
    ),
  });
}

/** An answer may gain fields, but a pack says all of those that it gives: a field that the schema lacks is a misspelling. */
function closed(type: Type): Type {
  if (type.kind === "object")
    return object(
      Object.fromEntries(Object.entries(type.fields).map(([name, field]) => [name, closed(field)])),
      type.open === true && Object.keys(type.fields).length === 0,
    );
  if (type.kind === "list") return list(closed(type.of));
  return type.kind === "optional" ? optional(closed(type.of)) : type;
}

/** Roots of several transitions of one call: what only some of them load may be missing in the answer. */
function shared(all: readonly Roots[]): Roots {
  const made: Record<string, Type> = {};
  for (const roots of all) {
    for (const [name, type] of Object.entries(roots))
      made[name] = all.every((other) => Object.hasOwn(other, name)) ? type : optional(type);
  }
  return made;
}

/** Notifications that a transition sends, its refusals' too, with the pointer below the transition. */
export function notificationsOf(transition: Transition): readonly { readonly id: string; readonly pointer: string }[] {
  return [
    ...(transition.require ?? []).flatMap(({ onRefuse }, index) =>
      (onRefuse?.notify ?? []).map((id, place) => ({ id, pointer: `/require/${index}/onRefuse/notify/${place}` })),
    ),
    ...transition.to.flatMap(({ notify }, index) =>
      (notify ?? []).map((id, place) => ({ id, pointer: `/to/${index}/notify/${place}` })),
    ),
  ];
}

/** Every schema written in an interface, a lifecycle or a message file, with its place. */
export function writtenSchemas(source: PackSource): readonly {
  readonly file: string;
  readonly pointer: string;
  readonly schema: { readonly [key: string]: unknown };
}[] {
  const found: { file: string; pointer: string; schema: { readonly [key: string]: unknown } }[] = [];
  const add = (file: string, pointer: string, schema: unknown): void => {
    if (isSchemaObject(schema)) found.push({ file, pointer, schema });
  };
  for (const one of source.interfaces) {
    add(interfaceFile(one), "/request/path", one.request.path);
    add(interfaceFile(one), "/request/query", one.request.query);
    add(interfaceFile(one), "/request/body", one.request.body);
    add(interfaceFile(one), "/response/body", one.response.body);
  }
  for (const lifecycle of source.lifecycles) {
    lifecycle.transitions.forEach(({ on }, index) => {
      if ("operator" in on) add(lifecycleFile(lifecycle), `/transitions/${index}/on/input`, on.input);
    });
  }
  for (const [name, schema] of Object.entries(source.messages)) add(`messages/${name}.json`, "", schema);
  return found;
}
