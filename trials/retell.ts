import type {
  Expression,
  Guard,
  Interface,
  Lifecycle,
  Load,
  PackSource,
  RequestShape,
  Scenario,
  Schema,
  Table,
  Transition,
  Way,
} from "../core/pack/types.ts";
import { fieldSource } from "../core/pack/field-source.ts";
import { OPERATORS } from "../core/expression/registry.ts";

/** Words of a pack, and those that stand in their place; each kind on its own, since a code may read like anything. */
export interface Words {
  readonly fields: ReadonlyMap<string, string>;
  readonly states: ReadonlyMap<string, string>;
  readonly codes: ReadonlyMap<string, string>;
}

/** Names within a text that is no prose: an expression, a pointer, a template. */
const NAME = /[\p{L}_][\p{L}\p{N}_]*/gu;
/** Roots of expressions whose fields are the engine's own, and so are the words behind them. */
const ENGINE_ROOTS = ["$item", "$party", "$policies", "$self", "$notification", "$error", "$detail", "$hint"];
/** What every row has, in the engine's own words: `party_id` is whose row it is, whatever a message calls that. */
const OF_EVERY_ROW = new Set(["party_id", "state", "entered", "holds"]);

/**
 * The pack with other words: the same rules, told as another bank would. Words stand where messages, rows, states and
 * codes are named; ids, purposes, texts for people, addresses and headers are kept.
 */
export function retell(source: PackSource, words: Words): PackSource {
  const translator = new PackTranslator(words, new Set([...ENGINE_ROOTS, ...loadedByEngine(source)]));
  const { stages } = source.manifest.policies;
  return {
    ...source,
    manifest: {
      ...source.manifest,
      policies: { ...source.manifest.policies, stages: mapValues(stages, translator.code) as typeof stages },
    },
    interfaces: source.interfaces.map((one) => translator.interface(one)),
    messages: mapValues(source.messages, (schema) => translator.schema(schema)),
    lifecycles: source.lifecycles.map((one) => translator.lifecycle(one)),
    errors: source.errors.map((error) => ({
      ...error,
      code: translator.code(error.code),
      ...given("provoke", error.provoke, (ways) => ways.map((way) => translator.way(way))),
    })),
    scenarios: source.scenarios.map((one) => translator.scenario(one)),
  };
}

/** Roots under which a pack loads what the engine itself makes: balances, entries, keys. */
function loadedByEngine({ interfaces, lifecycles }: PackSource): readonly string[] {
  const loads = [
    ...interfaces.map(({ read }) => read?.load),
    ...lifecycles.flatMap(({ transitions }) => transitions.map(({ load }) => load)),
  ];
  return loads.flatMap((each) =>
    Object.entries(each ?? {}).flatMap(([name, load]) => ("resource" in load ? [] : [`$${name}`])),
  );
}

class PackTranslator {
  readonly #words: Words;
  readonly #engineRoots: ReadonlySet<string>;

  constructor(words: Words, engineRoots: ReadonlySet<string>) {
    this.#words = words;
    this.#engineRoots = engineRoots;
  }

  readonly field = (name: string): string => this.#words.fields.get(name) ?? name;
  /** A field of a row. */
  readonly held = (name: string): string => (OF_EVERY_ROW.has(name) ? name : this.field(name));
  readonly state = (name: string): string => this.#words.states.get(name) ?? name;
  readonly code = (name: string): string => this.#words.codes.get(name) ?? name;

  way(way: Way): Way {
    return {
      ...way,
      ...given("set", way.set, (set) => this.#placed(set)),
      ...given("after", way.after, (steps) =>
        steps.map((step) => ({ ...step, ...given("set", step.set, (set) => this.#placed(set)) })),
      ),
    };
  }

  /** Values by JSON Pointer, whose parts are names of fields. */
  #placed(set: NonNullable<Way["set"]>): NonNullable<Way["set"]> {
    return Object.fromEntries(
      Object.entries(set).map(([pointer, value]) => [
        pointer.split("/").map(this.field).join("/"),
        this.expression(value),
      ]),
    );
  }

  interface(one: Interface): Interface {
    const { request, response, idempotency, read, notification } = one;
    return {
      ...one,
      http: {
        ...one.http,
        path: one.http.path.replace(/\{(\w+)\}/g, (_whole, name: string) => `{${this.field(name)}}`),
      },
      request: this.#request(request),
      response: {
        ...response,
        ...given("body", response.body, (body) => this.schema(body)),
        ...given("answer", response.answer, (answer) => this.expression(answer)),
        ...given("table", response.table, (table) => this.#table(table)),
      },
      ...given("idempotency", idempotency, (rule) => ({
        ...rule,
        key: rule.key.map(this.field),
        fingerprint: rule.fingerprint === "all" ? rule.fingerprint : rule.fingerprint.map(this.field),
        mismatch: this.code(rule.mismatch),
        ...given("duplicateCode", rule.duplicateCode, this.code),
      })),
      ...given("read", read, (rule) => ({
        ...(this.#rest(rule) as typeof rule),
        ...given("load", rule.load, (loads) => this.#loads(loads)),
        ...given("require", rule.require, (guards) => guards.map((guard) => this.#guard(guard))),
      })),
      ...given("notification", notification, (made) => ({
        ...made,
        body: this.expression(made.body),
        target: this.expression(made.target),
      })),
      errors: one.errors.map(this.code),
    };
  }

  lifecycle(one: Lifecycle): Lifecycle {
    return {
      ...one,
      key: one.key.map(this.held),
      fields: mapKeys(one.fields, this.held),
      states: mapKeys(one.states, this.state),
      transitions: one.transitions.map((transition) => this.#transition(transition)),
      ...given("aggregates", one.aggregates, (aggregates) =>
        mapValues(mapKeys(aggregates, this.held), (sum) => ({
          ...sum,
          by: this.#assigned(sum.by),
          while: sum.while.map(this.state),
          ...given("sum", sum.sum, (value) => this.expression(value)),
        })),
      ),
      ...given("unique", one.unique, (rules) =>
        rules.map((rule) => ({
          fields: rule.fields.map(this.held),
          while: rule.while.map(this.state),
          else: this.code(rule.else),
        })),
      ),
      ...given("limits", one.limits, (rules) =>
        rules.map((rule) => ({
          ...rule,
          fields: rule.fields.map(this.held),
          while: rule.while.map(this.state),
          ...given("sum", rule.sum, (value) => this.expression(value)),
          date: this.held(rule.date),
          most: this.expression(rule.most),
          else: this.code(rule.else),
        })),
      ),
      ...given("invariants", one.invariants, (rules) =>
        rules.map((rule) => ({ ...rule, that: this.expression(rule.that) })),
      ),
    };
  }

  scenario(one: Scenario): Scenario {
    return {
      ...one,
      gives: mapKeys(one.gives, this.field),
      seed: one.seed.map((row) => ({
        ...row,
        state: this.state(row.state),
        fields: this.#assigned(row.fields),
        ...given("opening", row.opening, ({ account, amount }) => ({
          account: this.expression(account),
          amount: this.expression(amount),
        })),
      })),
      bind: mapValues(mapKeys(one.bind, this.field), (value) => this.expression(value)),
    };
  }

  /** A JSON Schema: names of properties, and texts that it lists. */
  schema(schema: Schema, named: (name: string) => string = this.field): Schema {
    if (typeof schema === "boolean") return schema;
    const tell = (value: unknown, key: string): unknown => {
      if (Array.isArray(value)) {
        if (key === "required") return value.map((name) => named(String(name)));
        if (key === "enum")
          return value.map((text) => (typeof text === "string" ? this.state(text) : (text as unknown)));
        return key === "examples" ? value : value.map((item) => tell(item, ""));
      }
      if (typeof value === "string") {
        if (key === "const") return this.state(value);
        if (key === "$ref") return this.#reference(value);
        return key === "x-from" ? this.#source(value) : value;
      }
      if (typeof value !== "object" || value === null || key === "x-title" || key === "default") return value;
      const told = mapValues(value as Readonly<Record<string, unknown>>, tell);
      return key === "properties" || key === "dependentRequired" || key === "dependentSchemas"
        ? mapKeys(told, named)
        : told;
    };
    return tell(schema, "") as Schema;
  }

  /** An expression: paths, templates, states that it compares with, names of what it makes. */
  expression(value: Expression): Expression {
    const tell = (part: unknown): unknown => {
      if (typeof part === "string") return this.#text(part);
      if (Array.isArray(part)) return part.map(tell);
      if (typeof part !== "object" || part === null) return part;
      const told = mapValues(part as Readonly<Record<string, unknown>>, tell);
      const [only, ...more] = Object.keys(told);
      return only !== undefined && more.length === 0 && OPERATORS.has(only) ? told : mapKeys(told, this.field);
    };
    return tell(value) as Expression;
  }

  #request(request: RequestShape): RequestShape {
    return {
      ...request,
      ...given("path", request.path, (schema) => this.schema(schema)),
      ...given("query", request.query, (schema) => this.schema(schema)),
      ...given("body", request.body, (schema) => this.schema(schema)),
      ...given("party", request.party, (path) => this.#text(path)),
      ...given("receiver", request.receiver, (path) => this.#text(path)),
    };
  }

  #table(table: Table): Table {
    return {
      ...table,
      rows: this.expression(table.rows),
      columns: table.columns.map((column) => ({
        ...column,
        name: this.field(column.name),
        value: this.expression(column.value),
      })),
      ...given("footer", table.footer, (cells) =>
        cells.map((cell) => ({ ...cell, value: this.expression(cell.value) })),
      ),
      ...given("encoding", table.encoding, (encoding) => this.expression(encoding)),
    };
  }

  #transition(one: Transition): Transition {
    const on = mapValues(one.on as Readonly<Record<string, unknown>>, (value, key) =>
      key === "after" || key === "at"
        ? this.expression(value as Expression)
        : key === "input"
          ? this.schema(value as Schema, this.held)
          : value,
    );
    return {
      ...one,
      on: on as unknown as Transition["on"],
      from: one.from.map(this.state),
      ...given("key", one.key, (key) => this.#assigned(key)),
      ...given("otherwise", one.otherwise, (codes) => mapValues(mapKeys(codes, this.state), this.code)),
      ...given("load", one.load, (loads) => this.#loads(loads)),
      ...given("require", one.require, (guards) => guards.map((guard) => this.#guard(guard))),
      to: one.to.map((branch) => ({
        ...branch,
        state: this.state(branch.state),
        ...given("when", branch.when, (when) => this.expression(when)),
        ...given("set", branch.set, (set) => this.#assigned(set)),
        ...given("post", branch.post, (postings) => postings.map((posting) => this.#rest(posting) as typeof posting)),
      })),
    };
  }

  #guard(guard: Guard): Guard {
    return {
      ...guard,
      that: this.expression(guard.that),
      else: this.code(guard.else),
      ...given("onRefuse", guard.onRefuse, (effects) => ({
        ...effects,
        ...given("set", effects.set, (set) => this.#assigned(set)),
        ...given("to", effects.to, (branches) =>
          branches.map((branch) => ({
            state: this.state(branch.state),
            ...given("when", branch.when, (when) => this.expression(when)),
          })),
        ),
      })),
    };
  }

  #loads(loads: Readonly<Record<string, Load>>): Readonly<Record<string, Load>> {
    return mapValues(loads, (load) =>
      "key" in load
        ? { ...load, key: this.#assigned(load.key), ...given("else", load.else, this.code) }
        : "where" in load
          ? { ...load, where: this.#assigned(load.where), ...given("by", load.by, this.held) }
          : {
              ...(this.#rest(load) as Load),
              ...("else" in load ? given("else", load.else, this.code) : {}),
            },
    );
  }

  /** Expressions by the names of a row's fields. */
  #assigned(fields: Readonly<Record<string, Expression>>): Readonly<Record<string, Expression>> {
    return mapValues(mapKeys(fields, this.held), (value) => this.expression(value));
  }

  /** An object of the vocabulary whose values are expressions: its own names are kept. */
  #rest(value: object): object {
    return mapValues(value as Readonly<Record<string, Expression>>, (inner) => this.expression(inner));
  }

  #text(text: string): string {
    if (text.startsWith("$")) return this.#path(text);
    if (text.includes("{$")) return text.replace(/\{(\$[^{}]*)\}/g, (_whole, path: string) => `{${this.#path(path)}}`);
    return this.state(text);
  }

  #path(path: string): string {
    const [root = "", ...rest] = path.split(".");
    if (this.#engineRoots.has(root)) return path;
    return [
      root,
      ...rest.map((name) => (OF_EVERY_ROW.has(name) && root !== "$request" ? name : name.replace(NAME, this.field))),
    ].join(".");
  }

  /** Where a field's value comes from: the names of gifts, fields and states are words. */
  #source(text: string): string {
    const source = fieldSource(text);
    if (source?.kind === "scenario") return `scenario.${this.field(source.gift)}`;
    if (source?.kind !== "prior") return text;
    const field = source.field === undefined ? "" : `#${this.field(source.field)}`;
    const state = source.state === undefined ? "" : `@${this.state(source.state)}`;
    return `prior.${source.interface}${field}${state}`;
  }

  #reference(reference: string): string {
    const at = reference.indexOf("#");
    return at < 0
      ? reference
      : reference.slice(0, at) +
          reference
            .slice(at)
            .split("/")
            .map((part, index, parts) => (parts[index - 1] === "properties" ? this.field(part) : part))
            .join("/");
  }
}

function mapKeys<T>(value: Readonly<Record<string, T>>, name: (key: string) => string): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [name(key), inner]));
}

function mapValues<T, U>(
  value: Readonly<Record<string, T>>,
  map: (value: T, key: string) => U,
): Readonly<Record<string, U>> {
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, map(inner, key)]));
}

/** The property, where it is given. */
function given<K extends string, T, U>(name: K, value: T | undefined, map: (value: T) => U): { readonly [P in K]?: U } {
  return (value === undefined ? {} : { [name]: map(value) }) as { readonly [P in K]?: U };
}
