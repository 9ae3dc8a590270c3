import type { Bilingual } from "../../core/run/verdict.ts";
import { alike } from "../../core/text/alike.ts";
import type { Json } from "../../core/unit/unit.ts";
import { withIds } from "./twins.ts";
import type { World } from "./twins.ts";
import type { Universe } from "./universe.ts";

/** What the SUT answered. */
export interface Told {
  readonly status: number;
  readonly code: string | undefined;
  readonly json: Json | undefined;
}

/** Worlds kept after calls of unknown outcome; each has rows of its own. */
const MOST_FOLLOWED = 64;

/** Thrown when no possible world gives the answer that the SUT gave. */
export class Mismatch extends Error {
  readonly expected: Bilingual;
  readonly seen: Bilingual;
  /** JSON Pointers of the fields that differ from the answer that comes nearest; empty where status or code differ. */
  readonly differing: readonly string[];
  constructor(expected: Bilingual, seen: Bilingual, differing: readonly string[] = []) {
    super(`expected ${expected.en}; seen ${seen.en}`);
    this.name = "Mismatch";
    this.expected = expected;
    this.seen = seen;
    this.differing = differing;
  }
}

/**
 * The worlds that the SUT may be in, given all that it has said. Each answer leaves those that would have said the same;
 * when none is left the SUT has contradicted the pack, or itself.
 */
export class Oracle {
  readonly #universe: Universe;
  #worlds: readonly World[];

  constructor(universe: Universe, worlds: readonly World[]) {
    this.#universe = universe;
    this.#worlds = worlds;
  }

  get possible(): number {
    return this.#worlds.length;
  }

  /** Takes an answer in. Throws `Mismatch` and then keeps its state. */
  hear(interfaceId: string, request: Readonly<Record<string, Json>>, told: Told): void {
    const left = new Map<string, World>();
    const expected = new Set<string>();
    const near: (readonly string[])[] = [];
    for (const before of this.#worlds.flatMap((world) => this.#universe.unfold(world))) {
      const { world, outcome } = this.#universe.call(before, interfaceId, request);
      expected.add(
        outcome.kind === "refusal"
          ? `${outcome.status} ${outcome.code}`
          : `${outcome.status} ${show(outcome.bodies[0], outcome.bodies[1])}`,
      );
      if (
        outcome.kind === "refusal"
          ? told.status === outcome.status && told.code === outcome.code
          : told.status === outcome.status &&
            (agrees(told.json, ...outcome.bodies) ||
              (outcome.replayed && this.#asItIsNow(before, interfaceId, request, told)))
      )
        left.set(world.label, outcome.kind === "answer" ? withIds(world, told.json, outcome.bodies) : world);
      else if (outcome.kind === "answer" && told.status === outcome.status)
        near.push(differences(told.json, ...outcome.bodies));
    }
    if (left.size === 0)
      throw new Mismatch(
        eitherOf([...expected].slice(0, 4)),
        alike(`${told.status} ${told.code ?? (told.json === undefined ? "" : JSON.stringify(told.json))}`),
        near.toSorted((one, other) => one.length - other.length)[0],
      );
    this.#worlds = [...left.values()];
  }

  /**
   * Takes in that a call came to nothing that says whether it was carried out: from here on both may be so. False when
   * there are then more worlds than can be followed, for each such call may double them.
   */
  hearNothing(interfaceId: string, request: Readonly<Record<string, Json>>): boolean {
    const either = new Map<string, World>();
    for (const before of this.#worlds.flatMap((world) => this.#universe.unfold(world))) {
      if (either.size >= MOST_FOLLOWED) return false;
      either.set(before.label, before);
      const { world, outcome } = this.#universe.call(before, interfaceId, request);
      if (outcome.kind === "answer")
        either.set(`${world.label} +${either.size}`, { ...world, label: `${world.label} +${either.size}` });
    }
    this.#worlds = [...either.values()];
    return true;
  }

  /** A repeated request may be answered with the resource as it is now as well as with the first answer again. */
  #asItIsNow(world: World, interfaceId: string, request: Readonly<Record<string, Json>>, told: Told): boolean {
    const query = this.#universe.pack.interface(interfaceId).caller.query?.interface;
    if (query === undefined) return false;
    const { outcome } = this.#universe.call(world, query, request);
    return outcome.kind === "answer" && agrees(told.json, ...outcome.bodies);
  }
}

/** Answers of which each would have done. */
const eitherOf = (answers: readonly string[]): Bilingual => ({ en: answers.join(", or "), zh: answers.join("，或 ") });

/** Whether an answer agrees with both twins. Where they differ any value agrees; optional fields may be absent. */
export function agrees(said: Json | undefined, first: Json | undefined, second: Json | undefined): boolean {
  return differences(said, first, second).length === 0;
}

/** JSON Pointers of the values about which an answer disagrees with both twins. */
function differences(
  said: Json | undefined,
  first: Json | undefined,
  second: Json | undefined,
  place = "",
): readonly string[] {
  if (first === undefined || second === undefined) return [];
  if (
    typeof first === "object" &&
    first !== null &&
    typeof second === "object" &&
    second !== null &&
    !Array.isArray(first) &&
    !Array.isArray(second)
  ) {
    if (typeof said !== "object" || said === null || Array.isArray(said)) return [place];
    const [told, one, other] = [said, first, second] as readonly Readonly<Record<string, Json>>[];
    // Whether a required field is there is the schema's business, which is held beside this.
    return Object.keys(one ?? {}).flatMap((name) =>
      told?.[name] === undefined ? [] : differences(told[name], one?.[name], other?.[name], `${place}/${name}`),
    );
  }
  return JSON.stringify(first) !== JSON.stringify(second) || JSON.stringify(said) === JSON.stringify(first)
    ? []
    : [place];
}

/** A body with dots in place of unpredictable values. */
function show(first: Json | undefined, second: Json | undefined): string {
  const known = (a: Json | undefined, b: Json | undefined): Json => {
    if (
      typeof a === "object" &&
      a !== null &&
      !Array.isArray(a) &&
      typeof b === "object" &&
      b !== null &&
      !Array.isArray(b)
    ) {
      return Object.fromEntries(
        Object.entries(a).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, known(value, (b as Readonly<Record<string, Json>>)[name])]],
        ),
      );
    }
    return JSON.stringify(a) === JSON.stringify(b) ? (a ?? null) : "…";
  };
  return JSON.stringify(known(first, second));
}
