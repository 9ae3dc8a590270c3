import type { Interface } from "../core/pack/types.ts";
import { alternatives, flatten } from "./generators/schema-source.ts";
import { glob } from "./glob.ts";
import type { PackView } from "./pack-view.ts";
import type { HookName, Statement } from "./statement/statement.ts";

/** Whether the statement claims an interface. */
export function inProfile(statement: Pick<Statement, "profile">, interfaceId: string): boolean {
  const { interfaces, except } = statement.profile;
  return (
    interfaces.some((pattern) => glob(pattern)(interfaceId)) && !except.some((pattern) => glob(pattern)(interfaceId))
  );
}

/** Whether the SUT offers a control hook. */
export function offersHook({ hooks }: Pick<Statement, "hooks">, name: HookName): boolean {
  return hooks?.supports.includes(name) === true;
}

/** The interfaces of the SUT that the statement claims, in the pack's order. */
export function claimedOf(pack: PackView, statement: Pick<Statement, "profile" | "role">): readonly Interface[] {
  return pack.provided(statement.role).filter((one) => inProfile(statement, one.id));
}

/** Names of the fields of one part of a request. */
export function fieldNames(
  pack: PackView,
  one: Interface,
  part: "path" | "query" | "body",
  which: "all" | "required" = "all",
): readonly string[] {
  const schema = one.request[part];
  if (schema === undefined || typeof schema === "boolean") return [];
  const flat = alternatives(flatten({ schema, document: schema }, pack.schemas), pack.schemas)[0]?.schema;
  return which === "required"
    ? ((flat?.["required"] as string[] | undefined) ?? [])
    : Object.keys((flat?.["properties"] as object | undefined) ?? {});
}

/** The field in which a message names the party that signs it; undefined where it names none. */
export const partyField = (one: Interface): string | undefined => one.request.party?.replace(/^\$request\./, "");
