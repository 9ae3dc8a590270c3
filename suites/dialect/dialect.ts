import type { Interface, PackSource } from "../../core/pack/types.ts";
import type { Json } from "../../core/unit/unit.ts";
import { fieldsOf } from "../wire/draft.ts";
import type { Draft, Fields } from "../wire/draft.ts";
import { retell } from "./retell.ts";
import { fieldsThatList, wordsIn } from "../../core/pack/schema-words.ts";
import { NAME, none, reversed, wordsOf } from "../../core/pack/words.ts";
import type { Words } from "../../core/pack/words.ts";

/**
 * The translation between checks, which use the words of the reference pack, and the wire, where a bank uses its own: the
 * encoding rules of an abstract test suite (ISO/IEC 9646). A pack says what its words mean (`means` in pack.json); for a
 * pack without `means` every text passes unchanged.
 */
export interface Dialect {
  /** The pack as its files have it. */
  readonly written: PackSource;
  /** The pack in the words of the suites. */
  readonly told: PackSource;
  /** A request as the bank spells it. Path parameters keep their names: they are not on the wire. */
  spell(draft: Draft): Draft;
  /** All fields of a request under the bank's names, those of its path too: for a hook that is told what to call. */
  spellFields(draft: Draft): Fields;
  /** What came from the wire, or from a statement, in the words of the suites. */
  read(value: Json): Json;
  /** The same for the body of a refusal, whose code and pointer are words too. */
  readRefusal(value: Json): Json;
  readCode(code: string): string;
  /** A field, state or code of the suites as the pack has it. */
  word(meaning: string): string;
  /** A text of ours in the bank's words, for readers of a finding who know the bank's documents. */
  say(text: string): string;
}

export function dialectOf(written: PackSource): Dialect {
  const words = wordsOf(written.manifest);
  return none(words) ? plainDialect(written) : wordedDialect(written, words);
}

/** Of a pack that uses the words of the suites: every text passes unchanged. */
function plainDialect(written: PackSource): Dialect {
  return {
    written,
    told: written,
    spell: same,
    spellFields: fieldsOf,
    read: same,
    readRefusal: same,
    readCode: same,
    word: same,
    say: same,
  };
}

function wordedDialect(written: PackSource, words: Words): Dialect {
  const told = retell(written, words);
  const stateFields = fieldsThatList(new Set(words.states.values()), told);
  const spellPart = spelling(written, words, stateFields);
  const [fieldWords, stateWords, codeWords] = [reversed(words.fields), reversed(words.states), reversed(words.codes)];
  const read = (value: Json): Json =>
    renamed(
      value,
      (name) => words.fields.get(name) ?? name,
      (name, text) => (stateFields.has(words.fields.get(name) ?? name) ? (words.states.get(text) ?? text) : text),
    );
  const word = (meaning: string): string =>
    (fieldWords.get(meaning) ?? stateWords.get(meaning) ?? codeWords.get(meaning))?.[0] ?? meaning;
  return {
    written,
    told,
    read,
    word,
    spellFields: (draft) => spellPart(fieldsOf(draft), draft.interface) as Fields,
    readCode: (code) => words.codes.get(code) ?? code,
    spell: (draft) => ({
      interface: draft.interface,
      path: draft.path,
      query: spellPart(draft.query, draft.interface) as Fields,
      ...(draft.body === undefined ? {} : { body: spellPart(draft.body, draft.interface) as Fields }),
    }),
    readRefusal: (value) => refusalRead(read(value), words),
    say: (text) => text.replace(NAME, word),
  };
}

/** Gives fields of a request the names and states that the bank has for them. */
function spelling(
  written: PackSource,
  words: Words,
  stateFields: ReadonlySet<string>,
): (part: Json, one: Interface) => Json {
  const [fieldWords, stateWords] = [reversed(words.fields), reversed(words.states)];
  const spoken = new Map(written.interfaces.map((one) => [one.id, one]));
  const vocabularies = new Map<string, ReadonlySet<string>>();
  /** Of several words for a thing, the one that this interface's request knows. */
  const chosen = (candidates: readonly string[] | undefined, one: Interface): string | undefined => {
    if (candidates === undefined || candidates.length < 2) return candidates?.[0];
    const known = vocabularies.get(one.id) ?? wordsIn(spoken.get(one.id)?.request, written);
    vocabularies.set(one.id, known);
    return candidates.find((word) => known.has(word)) ?? candidates[0];
  };
  return (part, one) =>
    renamed(
      part,
      (name) => chosen(fieldWords.get(name), one) ?? name,
      (name, text) => (stateFields.has(name) ? (chosen(stateWords.get(text), one) ?? text) : text),
    );
}

/** The code of a refusal, and the pointer to what it is about, in the words of the suites. */
function refusalRead(body: Json, words: Words): Json {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return body;
  const fields = body as Fields;
  const { code, detail } = fields;
  const field =
    typeof detail === "object" && detail !== null && !Array.isArray(detail) ? (detail as Fields)["field"] : undefined;
  return {
    ...fields,
    ...(typeof code === "string" ? { code: words.codes.get(code) ?? code } : {}),
    ...(typeof field === "string"
      ? { detail: { ...(detail as Fields), field: field.replace(NAME, (name) => words.fields.get(name) ?? name) } }
      : {}),
  };
}

function same<T>(value: T): T {
  return value;
}

/** A copy with other names at any depth, and other texts where `text` says so. */
function renamed(
  value: Json,
  name: (name: string) => string,
  text: (name: string, text: string) => string,
  under = "",
): Json {
  if (typeof value === "string") return text(under, value);
  if (Array.isArray(value)) return value.map((item: Json) => renamed(item, name, text, under));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value as Fields).map(([one, inner]) => [name(one), renamed(inner, name, text, one)]),
  );
}
