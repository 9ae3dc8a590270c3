import { FILE_KINDS, metaSchema } from "../../core/pack/meta-schema.ts";

/** A part of a meta-schema, as far as the page reads it. */
export interface Described {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly enumDescriptions?: readonly string[];
  readonly const?: unknown;
  readonly examples?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Described>>;
  readonly items?: Described;
  readonly additionalProperties?: boolean | Described;
  readonly oneOf?: readonly Described[];
  /** What holds where another member has a certain value, such as the style of an envelope. */
  readonly allOf?: readonly { readonly then?: Described }[];
  readonly anyOf?: readonly Described[];
  readonly $defs?: Readonly<Record<string, Described>>;
}

/** A word of the language: a member that a file of a pack may have. */
export interface Word {
  /** Where it stands below its part: names of members, `[]` for an item, `*` for any name. */
  readonly steps: Steps;
  readonly schema: Described;
  readonly required: boolean;
  readonly description: string;
  /** Members by which this form is told from others of the same place. Absent: the place has one form. */
  readonly form?: readonly string[];
}

/** A part of the language with a table of its own: a kind of file, or a shared part. */
export interface LanguagePart {
  readonly name: string;
  readonly words: readonly Word[];
}

/** A way into a document: names of members, `[]` for any item of a list, `*` for any member. */
export type Steps = readonly string[];

/** A way as the page shows it: `response.table.columns[].value`. */
export const pathOf = (steps: Steps): string => steps.join(".").replaceAll(".[]", "[]");

/** Where a shared part stands. */
export interface Site {
  readonly part: string;
  readonly steps: Steps;
}

/** The whole language: its parts, and where each shared part stands. */
export interface PackLanguage {
  readonly parts: ReadonlyMap<string, LanguagePart>;
  readonly sites: ReadonlyMap<string, readonly Site[]>;
}

const nameOf = ($ref: string): string => $ref.split("/").at(-1) ?? $ref;

/** The name of a shared part that has words of its own; undefined for any other reference. */
const partOf = (shared: Readonly<Record<string, Described>>, schema: Described): string | undefined => {
  if (schema.$ref === undefined) return undefined;
  const name = nameOf(schema.$ref);
  const target = shared[name];
  const hasWords = target?.properties !== undefined || target?.oneOf !== undefined;
  return hasWords && name !== "bilingual" ? name : undefined;
};

/** Reads the language off the meta-schemas. */
export function packLanguage(): PackLanguage {
  const shared = (metaSchema("shared") as Described).$defs ?? {};
  const sites = new Map<string, Site[]>();
  const parts = new Map<string, LanguagePart>();
  const add = (name: string, schema: Described): void => {
    const words: Word[] = [];
    visit({ shared, part: name, words, sites }, schema, []);
    parts.set(name, { name, words: merged(words) });
  };
  for (const kind of FILE_KINDS) add(kind, metaSchema(kind) as Described);
  for (const [name, schema] of Object.entries(shared))
    if (partOf(shared, { $ref: `#/$defs/${name}` }) !== undefined) add(name, schema);
  return { parts, sites };
}

interface Visiting {
  readonly shared: Readonly<Record<string, Described>>;
  readonly part: string;
  readonly words: Word[];
  readonly sites: Map<string, Site[]>;
}

function visit(visiting: Visiting, schema: Described, steps: Steps): void {
  const { shared, part, words, sites } = visiting;
  const target = partOf(shared, schema);
  if (target !== undefined) sites.set(target, [...(sites.get(target) ?? []), { part, steps }]);
  for (const [name, member] of Object.entries(schema.properties ?? {})) {
    if (name === "$schema") continue;
    const at = [...steps, name];
    words.push({
      steps: at,
      schema: member,
      required: schema.required?.includes(name) ?? false,
      description: descriptionOf(shared, member),
    });
    visit(visiting, member, at);
  }
  if (schema.items !== undefined) visit(visiting, schema.items, [...steps, "[]"]);
  if (typeof schema.additionalProperties === "object") visit(visiting, schema.additionalProperties, [...steps, "*"]);
  // A definition of its own refers on: `loads` are `load` by name.
  if (schema.$ref !== undefined && target === undefined) {
    const { description: _said, ...definition } = shared[nameOf(schema.$ref)] ?? {};
    if (typeof definition.additionalProperties === "object") visit(visiting, definition, steps);
  }
  for (const { then } of schema.allOf ?? []) if (then !== undefined) visit(visiting, then, steps);
  for (const form of schema.oneOf ?? []) {
    if (form.properties !== undefined)
      words.push({
        steps,
        schema: form,
        required: false,
        description: form.description ?? "",
        form: form.required ?? [],
      });
    visit(visiting, form, steps);
  }
}

/** What a schema says of itself, or what the definition that it names says. */
function descriptionOf(shared: Readonly<Record<string, Described>>, schema: Described): string {
  if (schema.description !== undefined) return schema.description;
  return schema.$ref === undefined ? "" : (shared[nameOf(schema.$ref)]?.description ?? "");
}

/** One word a path: a member that several forms of a place have is told once, with all that is said of it. */
function merged(words: readonly Word[]): readonly Word[] {
  const found = new Map<string, Word>();
  for (const word of words) {
    const key = `${pathOf(word.steps)} ${word.form?.join(",") ?? ""}`;
    const before = found.get(key);
    found.set(
      key,
      before === undefined || before.description.includes(word.description)
        ? (before ?? word)
        : { ...before, description: `${before.description} ${word.description}`.trim() },
    );
  }
  return [...found.values()];
}
