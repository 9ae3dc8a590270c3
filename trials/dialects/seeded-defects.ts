import { interfaceFile } from "../../core/pack/file.ts";
import { meaningsOf } from "../../core/pack/meaning.ts";
import type { Meaning, Reason } from "../../core/pack/purpose.ts";
import type { Expression, Interface, PackSource, Schema } from "../../core/pack/types.ts";
import { DEFECTS } from "../../simulator/defects/index.ts";
import type { Wrappers } from "../../simulator/defects/defect.ts";
import { at, edited, interfacePath, withoutGuard } from "../../simulator/defects/parts/edit-pack.ts";
import type { Path } from "../../simulator/defects/parts/edit-pack.ts";
import { resourcesOf } from "../../suites/resources/resource.ts";
import type { Resource } from "../../suites/resources/resource.ts";

/*
 * One defect of each area, made of any pack by what it says of itself: its purposes, meanings, outcomes and reasons.
 */

export const AREAS = ["signature", "idempotency", "error codes", "state", "notifications", "money"] as const;
export type Area = (typeof AREAS)[number];

export interface SeededDefect {
  readonly what: string;
  /** Requirements of which one must fail. */
  readonly found: RegExp;
  readonly wrappers: Wrappers;
}

/** A defect of an area in a pack; throws where the pack says nothing that could be broken so. */
export const SEEDED: Readonly<Record<Area, (source: PackSource) => SeededDefect>> = {
  signature: () => ofCatalogue("any-party-key"),
  idempotency: (source) => ({
    what: "the same number with other content is not told apart",
    found: /^IDM-/u,
    wrappers: { pack: () => withoutFingerprints(source) },
  }),
  "error codes": (source) => {
    const { reads } = paid(source);
    const refusing = absenceOf(source, reads);
    if (refusing === undefined) throw new RangeError(`${reads.id} refuses nothing for being absent`);
    const value = source.manifest.policies.stages.schema;
    return {
      what: "an unknown number is refused as a wrong parameter",
      found: /^(?:ERR|LIF|IDM)-/u,
      wrappers: {
        pack: () =>
          edited(source, [{ path: [...interfacePath(source, reads.id), "read", ...refusing, "else"], value }]),
      },
    };
  },
  state: (source) => {
    const { resource, reads } = paid(source);
    const other = otherEnd(resource);
    return {
      what: `the query shows ${other} for ever`,
      found: /^(?:LIF|CON|IDM|LAW)-/u,
      wrappers: {
        pack: () => saying(source, { one: reads, schema: reads.response.body, at: ["read", "answer"] }, "state", other),
      },
    };
  },
  notifications: (source) => {
    const { resource } = paid(source);
    const { notifies } = resource;
    if (notifies === undefined) throw new RangeError(`nothing tells of ${resource.name}`);
    const other = otherEnd(resource);
    return {
      what: `the notification tells ${other} of what was paid`,
      found: /^(?:NOT-|LAW-09)/u,
      wrappers: {
        pack: () =>
          saying(
            source,
            { one: notifies, schema: notifies.request.body, at: ["notification", "body"] },
            "state",
            other,
          ),
      },
    };
  },
  money: (source) => {
    const refund = resourcesOf(source)
      .of("bank")
      .find(({ law, creates }) => creates !== undefined && law !== undefined && "reverses" in law);
    const code = refund?.creates === undefined ? undefined : codeOf(source, refund.creates, "exceeds");
    const made = refund?.lifecycle.transitions.find(({ on }) => "call" in on && on.call === refund.creates?.id);
    if (refund === undefined || code === undefined || made === undefined)
      throw new RangeError("the pack has no refund that may be too large");
    return {
      what: "more than was paid is refunded",
      found: /^(?:IDM|LIF|LAW|ERR)-/u,
      wrappers: { pack: () => withoutGuard(source, `${refund.name}.${made.name}`, code) },
    };
  },
};

function ofCatalogue(name: string): SeededDefect {
  const found = DEFECTS.find((one) => one.name === name);
  if (found === undefined) throw new RangeError(`there is no defect ${name}`);
  return { what: found.title.en, found: new RegExp(`^${found.requirement}$`, "u"), wrappers: found };
}

/** What a customer pays, and its query. */
function paid(source: PackSource): { readonly resource: Resource; readonly reads: Interface } {
  const resource = resourcesOf(source)
    .of("bank")
    .find(
      ({ law, creates, reads }) => creates !== undefined && reads !== undefined && law !== undefined && "moves" in law,
    );
  if (resource?.reads === undefined) throw new RangeError("the pack has nothing that is paid and queried");
  return { resource, reads: resource.reads };
}

function withoutFingerprints(source: PackSource): PackSource {
  return edited(
    source,
    source.interfaces.flatMap((one, index) =>
      one.idempotency === undefined
        ? []
        : [{ path: ["interfaces", index, "idempotency", "fingerprint"], value: one.idempotency.key }],
    ),
  );
}

/** A message that an interface makes: its schema, and where its expression stands. */
interface Made {
  readonly one: Interface;
  readonly schema: Schema | undefined;
  readonly at: Path;
}

/** The pack with a message that says something else at the field with a meaning. */
function saying(source: PackSource, { one, schema, at: where }: Made, meaning: Meaning, value: Expression): PackSource {
  const place = meaningsOf(source, schema, interfaceFile(one)).find((each) => each.meaning === meaning);
  const within = [...interfacePath(source, one.id), ...where];
  const [path] = place === undefined ? [] : placesOf(at(source, within), place.path);
  if (path === undefined) throw new RangeError(`${one.id} has no ${meaning} of its own at ${where.join("/")}`);
  return edited(source, [{ path: [...within, ...path], value }]);
}

/** Where an expression says a field, whatever decides on it; first where it does not always say the same. */
function placesOf(tree: unknown, field: readonly string[]): readonly Path[] {
  if (typeof tree !== "object" || tree === null) return [];
  const said = at(tree, field);
  if (said !== undefined) return [field];
  const found = Object.entries(tree).flatMap(([step, inner]) =>
    placesOf(inner, field).map((path): Path => [Array.isArray(tree) ? Number(step) : step, ...path]),
  );
  const constant = (path: Path): number => {
    const value = at(tree, path);
    return typeof value === "string" && !value.startsWith("$") ? 1 : 0;
  };
  return found.toSorted((left, right) => constant(left) - constant(right));
}

/** Which of what a query loads or requires refuses a number that is unknown. */
function absenceOf(source: PackSource, { read }: Interface): Path | undefined {
  const load = Object.entries(read?.load ?? {}).find(([, one]) => "key" in one && one.else !== undefined);
  if (load !== undefined) return ["load", load[0]];
  const guard = (read?.require ?? []).findIndex(({ else: code }) =>
    source.errors.some((error) => error.code === code && error.reason === "not-found"),
  );
  return guard < 0 ? undefined : ["require", guard];
}

/** A state in which what was paid is not. */
function otherEnd(resource: Resource): string {
  const [other] = [...resource.states("closed"), ...resource.states("failed")];
  return other ?? `NOT_${resource.states("succeeded")[0] ?? ""}`;
}

function codeOf(source: PackSource, one: Interface, reason: Reason): string | undefined {
  return source.errors.find((error) => error.reason === reason && one.errors.includes(error.code))?.code;
}
