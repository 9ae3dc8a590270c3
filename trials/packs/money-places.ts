import { interfaceFile, lifecycleFile } from "../../core/pack/file.ts";
import { follow, isSchemaObject } from "../../core/pack/reference.ts";
import type { SchemaObject } from "../../core/pack/reference.ts";
import type { Expression, Interface, Lifecycle, PackSource, Transition, Way } from "../../core/pack/types.ts";

/** How a message writes an amount where rules hold money. */
export interface AmountShape {
  /** The schema of a property that was an object of `value` and `currency`, and the object itself. */
  schema(property: SchemaObject, money: SchemaObject): SchemaObject;
  /** Money of a request's field. */
  read(path: string): Expression;
  /** What a message says of money. */
  write(money: Expression): Expression;
  /** Where in the property a way to a code sets the money. */
  readonly below?: string;
  /** Amounts of this currency alone can be said; absent: of any. */
  readonly only?: string;
}

/** The pack with another shape wherever a message has an object of `value` and `currency`. */
export function withAmounts(source: PackSource, shape: AmountShape): PackSource {
  const told = new Teller(source, shape);
  return {
    ...source,
    messages: Object.fromEntries(
      Object.entries(source.messages).map(([name, schema]) => [name, told.schema(schema, `messages/${name}.json`)]),
    ) as PackSource["messages"],
    interfaces: source.interfaces.map((one) => told.interface(one)),
    lifecycles: source.lifecycles.map((one) => told.lifecycle(one)),
    errors: source.errors.map(({ provoke, ...error }) => {
      const ways = provoke?.flatMap((way) => told.way(way));
      return ways === undefined || ways.length === 0 ? error : { ...error, provoke: ways };
    }),
  };
}

/** A schema without references at its top, and the file in which it stands. */
function standing(
  source: PackSource,
  schema: unknown,
  file: string,
): { readonly at: SchemaObject; readonly file: string } {
  if (!isSchemaObject(schema)) return { at: {}, file };
  const target = typeof schema["$ref"] === "string" ? follow(source, schema["$ref"], file) : undefined;
  if (target === undefined) return { at: schema, file };
  const found = standing(source, target.schema, target.file);
  const { $ref: _followed, ...own } = schema;
  return { at: { ...found.at, ...own }, file: found.file };
}

/** The object of `value` and `currency` that a schema is; undefined for any other. */
function moneyOf(source: PackSource, schema: unknown, file: string): SchemaObject | undefined {
  const { at } = standing(source, schema, file);
  const properties = at["properties"];
  return isSchemaObject(properties) && Object.keys(properties).toSorted().join() === "currency,value" ? at : undefined;
}

class Teller {
  readonly #source: PackSource;
  readonly #shape: AmountShape;

  constructor(source: PackSource, shape: AmountShape) {
    this.#source = source;
    this.#shape = shape;
  }

  /** A schema whose properties that are money have the shape. */
  schema(schema: unknown, file: string): unknown {
    if (Array.isArray(schema)) return schema.map((one) => this.schema(one, file));
    if (!isSchemaObject(schema)) return schema;
    return Object.fromEntries(
      Object.entries(schema).map(([word, value]) => [
        word,
        word === "properties" && isSchemaObject(value) ? this.#properties(value, file) : this.schema(value, file),
      ]),
    );
  }

  #properties(properties: SchemaObject, file: string): SchemaObject {
    return Object.fromEntries(
      Object.entries(properties).map(([name, property]) => {
        const money = moneyOf(this.#source, property, file);
        return [
          name,
          money === undefined || !isSchemaObject(property)
            ? this.schema(property, file)
            : this.#shape.schema(property, money),
        ];
      }),
    );
  }

  interface(one: Interface): Interface {
    const file = interfaceFile(one);
    const read = this.#reader(Object.values(one.request), file);
    const { body } = one.response;
    const answer = (expression: Expression | undefined): Expression | undefined =>
      expression === undefined ? undefined : this.#written(expression, body, file, true);
    return {
      ...read(one),
      response: {
        ...read(one.response),
        ...kept("answer", answer(one.response.answer)),
      },
      ...kept("read", one.read && { ...read(one.read), ...kept("answer", answer(read(one.read).answer)) }),
      ...kept(
        "notification",
        one.notification && {
          ...one.notification,
          body: this.#written(one.notification.body, one.request.body, file, true),
        },
      ),
    };
  }

  lifecycle(one: Lifecycle): Lifecycle {
    return {
      ...one,
      transitions: one.transitions.map((transition) => this.#transition(transition, lifecycleFile(one))),
    };
  }

  #transition(transition: Transition, file: string): Transition {
    const { on } = transition;
    if ("operator" in on) return on.input === undefined ? transition : this.#reader([on.input], file)(transition);
    const called = "call" in on ? this.#source.interfaces.find(({ id }) => id === on.call) : undefined;
    return called === undefined
      ? transition
      : this.#reader(Object.values(called.request), interfaceFile(called))(transition);
  }

  /** Ways with the money they set said in the shape; none for an amount that it cannot say. */
  way(way: Way): readonly Way[] {
    const steps = [way, ...(way.after ?? [])].map((step) => step.set ?? {});
    const { only, below } = this.#shape;
    const literal = (value: Expression): Expression =>
      isSchemaObject(value) && Object.keys(value).toSorted().join() === "currency,value"
        ? ({ "money.of": [value["value"], value["currency"]] } as Expression)
        : value;
    if (only !== undefined && steps.some((set) => mentionsOther(Object.values(set).map(literal), only))) return [];
    const left = new Set((way.after ?? []).flatMap(({ call }) => this.#left(call)));
    const set = (call: string, values: NonNullable<Way["set"]>): NonNullable<Way["set"]> => {
      const one = this.#source.interfaces.find(({ id }) => id === call);
      const money = one === undefined ? [] : this.#paths(Object.values(one.request), interfaceFile(one));
      return Object.fromEntries(
        Object.entries(values).map(([pointer, value]) => [
          below !== undefined && money.includes(pointer.slice(1).replaceAll("/", "."))
            ? `${pointer}/${below}`
            : pointer,
          belowRecord(literal(value), left, below),
        ]),
      );
    };
    return [
      {
        ...way,
        ...kept("set", way.set && set(way.in, way.set)),
        ...kept(
          "after",
          way.after?.map((step) => ({ ...step, ...kept("set", step.set && set(step.call, step.set)) })),
        ),
      },
    ];
  }

  /** Where money stands in what a call sent and was answered. */
  #left(call: string): readonly string[] {
    const one = this.#source.interfaces.find(({ id }) => id === call);
    return one === undefined ? [] : this.#paths([...Object.values(one.request), one.response.body], interfaceFile(one));
  }

  /** Reads a request's money in its shape, in all expressions of a part of the pack. */
  #reader(parts: readonly unknown[], file: string): <T>(part: T) => T {
    const money = new Set(this.#paths(parts, file).map((path) => `$request.${path}`));
    const read = (value: unknown): unknown => {
      if (typeof value === "string") return money.has(value) ? this.#shape.read(value) : value;
      if (Array.isArray(value)) return value.map(read);
      if (!isSchemaObject(value)) return value;
      return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, read(one)]));
    };
    return <T>(part: T) => read(part) as T;
  }

  /** Where money stands in schemas, as paths with dots. */
  #paths(parts: readonly unknown[], file: string): readonly string[] {
    return parts.flatMap((part) => {
      const { at, file: where } = standing(this.#source, part, file);
      return Object.entries((at["properties"] ?? {}) as SchemaObject).flatMap(([name, property]) =>
        moneyOf(this.#source, property, where) === undefined
          ? this.#paths([property], where).map((path) => `${name}.${path}`)
          : [name],
      );
    });
  }

  /** An answer's expression, with money in its shape wherever the schema has an amount. */
  #written(expression: Expression, schema: unknown, file: string, required: boolean): Expression {
    if (moneyOf(this.#source, schema, file) !== undefined) return this.#told(expression, required);
    if (!isSchemaObject(expression)) return expression;
    const { at, file: where } = standing(this.#source, schema, file);
    const [[word, given] = ["", undefined], ...more] = Object.entries(expression) as (readonly [string, Expression])[];
    if (more.length === 0 && word === "each" && Array.isArray(given))
      return { each: [given[0] as Expression, this.#written(given[1] as Expression, at["items"], where, true)] };
    if (more.length === 0 && word === "if" && Array.isArray(given))
      return {
        if: (given as readonly Expression[]).map((one, index) =>
          index === 0 ? one : this.#written(one, schema, file, required),
        ),
      };
    const properties = at["properties"];
    if (!isSchemaObject(properties)) return expression;
    const needed = (at["required"] ?? []) as readonly string[];
    return Object.fromEntries(
      Object.entries(expression as Readonly<Record<string, Expression>>).map(([name, one]) => [
        name,
        this.#written(one, properties[name], where, needed.includes(name)),
      ]),
    );
  }

  #told(money: Expression, required: boolean): Expression {
    const [[word, given] = ["", undefined]] = isSchemaObject(money) ? Object.entries(money) : [];
    if (word === "if" && Array.isArray(given))
      return {
        if: (given as readonly Expression[]).map((one, index) => (index === 0 ? one : this.#told(one, true))),
      };
    const told = this.#shape.write(money);
    return required ? told : { if: [{ exists: [money] }, told] };
  }
}

/** An expression of a way whose steps have left money deeper in their records, which have names of their own. */
function belowRecord(expression: Expression, left: ReadonlySet<string>, below: string | undefined): Expression {
  if (below === undefined) return expression;
  return JSON.parse(
    JSON.stringify(expression).replaceAll(
      /"\$(?!scenario\.|party\.)(\w+)\.([\w.]+)"/gu,
      (whole, root: string, path: string) => (left.has(path) ? `"$${root}.${path}.${below}"` : whole),
    ),
  ) as Expression;
}

/** Whether an expression makes money of another currency. */
function mentionsOther(expressions: readonly unknown[], currency: string): boolean {
  return [...JSON.stringify(expressions).matchAll(/"money.of":\[[^\]]*"(?<code>[A-Z]{3})"\]/gu)].some(
    ({ groups }) => groups?.["code"] !== currency,
  );
}

const kept = <Name extends string, T>(name: Name, value: T | undefined): { readonly [key in Name]?: T } =>
  value === undefined ? {} : ({ [name]: value } as { readonly [key in Name]: T });
