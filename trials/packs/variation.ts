import { checkPack } from "../../core/pack/check.ts";
import { messageFile } from "../../core/pack/file.ts";
import type { PackSource, Policies } from "../../core/pack/types.ts";
import type { RandomStream } from "../../core/runtime/runtime.ts";

/** One way in which another bank's pack says the same things otherwise. */
export interface Variation {
  /** Stable: seeds and reports name it. */
  readonly name: string;
  vary(source: PackSource, random: RandomStream): PackSource;
}

export const pick = <T>(random: RandomStream, list: readonly T[]): T => list[random.below(list.length)] as T;

/** The same pack with its JSON written otherwise. */
export function rewritten(source: PackSource, write: (text: string) => string): PackSource {
  return JSON.parse(write(JSON.stringify(source))) as PackSource;
}

/** Another word wherever a word of the pack stands, in fields, paths and expressions alike; `$party` is the engine's. */
export const worded = (source: PackSource, from: string, to: string): PackSource =>
  rewritten(source, (text) => text.replaceAll(new RegExp(`(?<![\\w-]|\\$party\\.)${from}(?![\\w-])`, "gu"), to));

export const policies = (source: PackSource, change: (policies: Policies) => Partial<Policies>): PackSource => ({
  ...source,
  manifest: { ...source.manifest, policies: { ...source.manifest.policies, ...change(source.manifest.policies) } },
});

/** Schemas of messages, each object of which may be changed. */
export function schemas(
  source: PackSource,
  change: (object: Record<string, unknown>) => Record<string, unknown>,
): PackSource {
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== "object" || value === null) return value;
    const inner = Object.fromEntries(Object.entries(value).map(([name, one]) => [name, walk(one)]));
    return inner["type"] === "object" ? change(inner) : inner;
  };
  return { ...source, messages: walk(source.messages) as PackSource["messages"] };
}

/** The pack without what it defines and, by `pack check`, uses nowhere. */
export function withoutUnused(source: PackSource): PackSource {
  const unused = new Set(
    checkPack(source)
      .filter(({ rule }) => rule === "schema.unused")
      .map(({ file, pointer }) => `${file}#${pointer}`),
  );
  if (unused.size === 0) return source;
  let removed = 0;
  const messages = Object.entries(source.messages).map(([name, schema]) => {
    const { $defs = {}, ...rest } = schema as { readonly $defs?: object };
    const all = Object.entries($defs);
    const used = all.filter(([each]) => !unused.has(`${messageFile(name)}#/$defs/${each}`));
    removed += all.length - used.length;
    return [name, { ...rest, $defs: Object.fromEntries(used) }] as const;
  });
  const made = { ...source, messages: Object.fromEntries(messages) as PackSource["messages"] };
  // What is unused and stands elsewhere stays: `pack check` then refuses the pack.
  return removed === 0 ? source : withoutUnused(made);
}
