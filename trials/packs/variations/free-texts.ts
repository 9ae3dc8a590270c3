import type { SchemaObject } from "../../../core/pack/reference.ts";
import type { Interface, PackSource } from "../../../core/pack/types.ts";
import { pick } from "../variation.ts";
import type { Variation } from "../variation.ts";

const NAMES = [["memo"], ["memo", "attach"], ["memo", "attach", "subject"]] as const;

const text = (name: string): SchemaObject => ({
  "x-title": { en: `Free text ${name}`, zh: `自由文本 ${name}` },
  type: "string",
  minLength: 1,
  maxLength: 64,
});

/**
 * Free texts beside what a request builds on, which may be good for one use: each text that is tried then needs another
 * prior. What is not kept is not shown.
 */
export const freeTexts: Variation = {
  name: "free texts",
  vary: (source, random) => {
    const names = pick(random, NAMES);
    const bodies = new Set(source.interfaces.filter(isMoving).map(({ request }) => reference(request.body)));
    return {
      ...source,
      messages: withProperties(source.messages, bodies, Object.fromEntries(names.map((name) => [name, text(name)]))),
    };
  },
};

const isMoving = ({ purpose, notification }: Interface): boolean =>
  notification === undefined && (purpose?.creates !== undefined || purpose?.advances !== undefined);

const reference = (schema: unknown): string => (schema as { readonly $ref?: string } | undefined)?.$ref ?? "";

function withProperties(
  messages: PackSource["messages"],
  wanted: ReadonlySet<string>,
  added: SchemaObject,
): PackSource["messages"] {
  return Object.fromEntries(
    Object.entries(messages).map(([name, document]) => {
      const { $defs, ...rest } = document as { readonly $defs?: Readonly<Record<string, SchemaObject>> };
      const defs = Object.entries($defs ?? {}).map(([each, schema]) => [
        each,
        wanted.has(`messages/${name}.json#/$defs/${each}`)
          ? { ...schema, properties: { ...added, ...(schema["properties"] as SchemaObject) } }
          : schema,
      ]);
      return [name, { ...rest, ...($defs === undefined ? {} : { $defs: Object.fromEntries(defs) }) }];
    }),
  );
}
