import { escape } from "../../expression/typing.ts";
import { stageOfPolicy } from "../error-code.ts";
import { interfaceFile, lifecycleFile } from "../file.ts";
import type { Guard, Lifecycle, Load, PackSource, Stage, Transition } from "../types.ts";

/** A place where a pack names an error code. */
export interface CodeUse {
  readonly code: string;
  readonly file: string;
  readonly pointer: string;
  /** The stage at which a code named there is answered. */
  readonly stage: Stage | undefined;
  /** Interfaces that may answer it because of this use; absent for policies, which apply to all. */
  readonly interfaces?: readonly string[];
}

/** Every place that names a code, but for the interfaces' own lists. */
export function codeUses(source: PackSource): readonly CodeUse[] {
  const uses: CodeUse[] = [];
  for (const [name, code] of Object.entries(source.manifest.policies.stages)) {
    uses.push({ code, file: "pack.json", pointer: `/policies/stages/${escape(name)}`, stage: stageOfPolicy(name) });
  }
  for (const one of source.interfaces) {
    const file = interfaceFile(one);
    const interfaces = [one.id];
    uses.push(
      ...ofLoads(one.read?.load, file, "/read/load", interfaces),
      ...ofGuards(one.read?.require, file, "/read/require", interfaces),
    );
    if (one.idempotency === undefined) continue;
    uses.push({
      code: one.idempotency.mismatch,
      file,
      pointer: "/idempotency/mismatch",
      stage: "idempotency",
      interfaces,
    });
    if (one.idempotency.duplicateCode !== undefined)
      uses.push({
        code: one.idempotency.duplicateCode,
        file,
        pointer: "/idempotency/duplicateCode",
        stage: undefined,
        interfaces,
      });
  }
  for (const lifecycle of source.lifecycles) {
    const file = lifecycleFile(lifecycle);
    lifecycle.transitions.forEach((transition, index) => {
      const at = `/transitions/${index}`;
      const interfaces = callersOf(source, lifecycle, transition);
      for (const [state, code] of Object.entries(transition.otherwise ?? {}))
        uses.push({ code, file, pointer: `${at}/otherwise/${escape(state)}`, stage: "guards", interfaces });
      uses.push(
        ...ofLoads(transition.load, file, `${at}/load`, interfaces),
        ...ofGuards(transition.require, file, `${at}/require`, interfaces),
      );
    });
    for (const word of ["unique", "limits"] as const)
      (lifecycle[word] ?? []).forEach((rule, index) => {
        const interfaces = lifecycle.transitions
          .filter(({ to }) => to.some(({ state }) => rule.while.includes(state)))
          .flatMap((transition) => callersOf(source, lifecycle, transition));
        uses.push({
          code: rule.else,
          file,
          pointer: `/${word}/${index}/else`,
          stage: "guards",
          interfaces: [...new Set(interfaces)],
        });
      });
  }
  return uses;
}

function ofLoads(
  loads: Readonly<Record<string, Load>> | undefined,
  file: string,
  at: string,
  interfaces: readonly string[],
): readonly CodeUse[] {
  return Object.entries(loads ?? {}).flatMap(([name, load]) =>
    "else" in load && load.else !== undefined
      ? [{ code: load.else, file, pointer: `${at}/${escape(name)}/else`, stage: "guards" as const, interfaces }]
      : [],
  );
}

function ofGuards(
  guards: readonly Guard[] | undefined,
  file: string,
  at: string,
  interfaces: readonly string[],
): readonly CodeUse[] {
  return (guards ?? []).map((guard, index) => ({
    code: guard.else,
    file,
    pointer: `${at}/${index}/else`,
    stage: "guards" as const,
    interfaces,
  }));
}

/** Interfaces whose call takes the transition, itself or through moves of other rows. */
function callersOf(
  source: PackSource,
  lifecycle: Lifecycle,
  transition: Transition,
  seen: ReadonlySet<Transition> = new Set(),
): readonly string[] {
  if (seen.has(transition)) return [];
  if ("call" in transition.on) return [transition.on.call];
  const movers: string[] = [];
  for (const other of source.lifecycles) {
    for (const cause of other.transitions) {
      const moves = cause.to.some(({ move }) =>
        move?.some(({ row, transition: name }) => {
          const load = cause.load?.[row];
          return (
            name === transition.name && load !== undefined && "key" in load && load.resource === lifecycle.resource
          );
        }),
      );
      if (moves) movers.push(...callersOf(source, other, cause, new Set([...seen, transition])));
    }
  }
  return movers;
}
