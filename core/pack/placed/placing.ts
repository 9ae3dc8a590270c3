import { BOOLEAN, UNKNOWN } from "../../expression/type.ts";
import type { Type } from "../../expression/type.ts";
import { escape, presentWhen } from "../../expression/typing.ts";
import type { TypeEnvironment } from "../../expression/typing.ts";
import { typeOfSchema } from "../schema-type.ts";
import type { Expression, Guard, PackSource, Schema } from "../types.ts";
import { baseRoots } from "./roots.ts";
import type { Roots } from "./roots.ts";
import { rowType } from "./row-type.ts";

/** An expression of a pack with all that is known about the place it stands at. */
export interface Placed {
  readonly file: string;
  readonly pointer: string;
  readonly expression: Expression;
  readonly environment: TypeEnvironment;
  /** What the place wants; absent where any value will do. */
  readonly expected?: Type;
}

/** Collects the expressions of a pack, and knows what each may name. */
export class Placing {
  readonly source: PackSource;
  readonly placed: Placed[] = [];
  readonly #base: Roots;
  readonly #names: Omit<TypeEnvironment, "roots" | "present">;
  readonly #rows: ReadonlyMap<string, Type>;

  constructor(source: PackSource) {
    this.source = source;
    this.#base = baseRoots(source);
    this.#names = {
      interfaces: new Set(source.interfaces.filter(({ response }) => response.table !== undefined).map(({ id }) => id)),
      fees: new Set(Object.keys(source.manifest.fees)),
      currencies: new Set(source.manifest.currencies.map(({ code }) => code)),
    };
    this.#rows = new Map(source.lifecycles.map((lifecycle) => [lifecycle.resource, rowType(lifecycle)]));
  }

  /** What an expression may name, and the paths that exist there for certain. */
  environment(roots: Roots, present: readonly string[] = []): TypeEnvironment {
    return { roots: { ...this.#base, ...roots }, present, ...this.#names };
  }

  /** A resource's row. */
  row(resource: string): Type {
    return this.#rows.get(resource) ?? UNKNOWN;
  }

  /** One file's expressions. */
  in(file: string): FilePlacing {
    return new FilePlacing(this, file);
  }
}

/** Collects the expressions of one file of a pack. */
export class FilePlacing {
  readonly pack: Placing;
  readonly #file: string;

  constructor(pack: Placing, file: string) {
    this.pack = pack;
    this.#file = file;
  }

  /** The type of a schema that is written in this file. */
  typeOf(schema: Schema): Type {
    return typeOfSchema(this.pack.source, schema, this.#file);
  }

  place(pointer: string, expression: Expression | undefined, environment: TypeEnvironment, expected?: Type): void {
    if (expression === undefined) return;
    this.pack.placed.push({
      file: this.#file,
      pointer,
      expression,
      environment,
      ...(expected === undefined ? {} : { expected }),
    });
  }

  /** Places expressions by the field of `owner` that each gives. */
  placeFields(
    pointer: string,
    set: Readonly<Record<string, Expression>> | undefined,
    environment: TypeEnvironment,
    owner: Type,
  ): void {
    for (const [name, expression] of Object.entries(set ?? {})) {
      const field = owner.kind === "object" && Object.hasOwn(owner.fields, name) ? owner.fields[name] : undefined;
      this.place(`${pointer}/${escape(name)}`, expression, environment, field);
    }
  }

  /** Places guards in order; gives the paths that exist once all of them hold. */
  placeGuards(pointer: string, guards: readonly Guard[] | undefined, roots: Roots, own: Type): readonly string[] {
    const present: string[] = [];
    (guards ?? []).forEach((guard, index) => {
      const at = `${pointer}/${index}`;
      this.place(`${at}/that`, guard.that, this.pack.environment(roots, [...present]), BOOLEAN);
      const refused = this.pack.environment(roots, [...present, ...presentWhen(guard.that, false)]);
      this.placeFields(`${at}/onRefuse/set`, guard.onRefuse?.set, refused, own);
      guard.onRefuse?.to?.forEach((to, which) =>
        this.place(`${at}/onRefuse/to/${which}/when`, to.when, refused, BOOLEAN),
      );
      present.push(...presentWhen(guard.that, true));
    });
    return present;
  }
}
