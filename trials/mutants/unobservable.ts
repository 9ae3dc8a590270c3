import type { PackSource } from "../../core/pack/types.ts";
import { at } from "../../simulator/defects/parts/edit-pack.ts";
import type { Edit } from "../../simulator/defects/parts/edit-pack.ts";
import type { Mutant } from "./mutant.ts";

/**
 * Why no interface of the pack shows what a mutant changes, told from the purposes of the pack's interfaces; undefined
 * where one might.
 */
export function unobservable(source: PackSource, { edits }: Mutant): string | undefined {
  const [edit] = edits;
  return edit === undefined ? undefined : (hiddenPosting(source, edit) ?? alikeAcknowledged(source, edit));
}

/** A status in place of another with which a notification is acknowledged as well. */
function alikeAcknowledged(source: PackSource, { path, value }: Edit): string | undefined {
  const [area, index, ...rest] = path;
  if (area !== "interfaces" || rest.join("/") !== "response/status") return undefined;
  const one = source.interfaces[Number(index)];
  const { acknowledgeStatus } = source.manifest.policies.notification;
  return one?.notification !== undefined &&
    [one.response.status, value].every((each) => acknowledgeStatus.includes(Number(each)))
    ? `the policy takes HTTP ${acknowledgeStatus.join(" and ")} for an acknowledgement alike`
    : undefined;
}

/** What a posting says that shows in no entry, and the side of an account that shows nowhere. */
function hiddenPosting(source: PackSource, edit: Edit): string | undefined {
  if (edit.path[0] !== "lifecycles" || edit.path[edit.path.length - 3] !== "post") return undefined;
  const keyword = String(edit.path.at(-1));
  if ((keyword === "reference" || keyword === "kind") && !listsEntries(source))
    return "no interface lists entries, so that nothing shows the kind or reference of a posting";
  if (keyword !== "credit") return undefined;
  const side = String(at(source, edit.path)).split(":")[0] ?? "";
  return edit.value !== undefined && !isShown(source, side)
    ? `no interface shows an account of the kind ${side}`
    : undefined;
}

/** Whether an interface gives the entries of an account, or a bill, which tells of them. */
function listsEntries({ interfaces }: PackSource): boolean {
  return interfaces.some(({ purpose }) =>
    [purpose?.lists, purpose?.reads, purpose?.files].some((thing) => thing === "entries" || thing === "bill"),
  );
}

/** Whether an interface shows something of accounts of a kind. */
function isShown({ interfaces, manifest }: PackSource, kind: string): boolean {
  // A customer's and a party's account count in what is available to them, whatever shows it.
  if (manifest.accounts[kind]?.owner !== undefined) return true;
  return interfaces.some(({ purpose }) => purpose?.account === kind);
}
