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
  return edit === undefined ? undefined : RULES.find((rule) => rule(source, edit) !== undefined)?.(source, edit);
}

type Rule = (source: PackSource, edit: Edit) => string | undefined;

/** When a day ends, in a pack that tells no business date and gives no bill. */
const dayless: Rule = (source, { path: [area, ...rest] }) => {
  const place = rest.join("/");
  if (area !== "manifest" || !(place === "timeZone" || place.startsWith("policies/cutover/"))) return undefined;
  const { lifecycles, interfaces, views, messages } = source;
  return listsEntries(source) ||
    /\$today|"date\.|"x-is":"date"/u.test(JSON.stringify([lifecycles, interfaces, views, messages]))
    ? undefined
    : "the pack tells no business date, and a moment is the same in any zone";
};

/** The status of a code that no rule of the pack answers with: a fault may. */
const unanswered: Rule = ({ errors, manifest, lifecycles, interfaces }, { path: [area, index, field] }) => {
  const code = area === "errors" && field === "status" ? errors[Number(index)]?.code : undefined;
  if (code === undefined) return undefined;
  const rules = [manifest.policies.stages, lifecycles, interfaces.map(({ errors: _declared, ...one }) => one)];
  return JSON.stringify(rules).includes(`"${code}"`) ? undefined : "no rule of the pack answers with this code";
};

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

/** A field of a row that is set and that no rule, view or answer reads. */
const unread: Rule = ({ lifecycles, interfaces, views, scenarios }, { path }) => {
  const [area, index, , , , , set, field] = path;
  const one = area === "lifecycles" && set === "set" && path.length === 8 ? lifecycles[Number(index)] : undefined;
  if (one === undefined || one.key.includes(String(field))) return undefined;
  const reads = new RegExp(`\\$(?:${one.resource}|cause|item)\\.${String(field)}\\b`, "u");
  return reads.test(JSON.stringify([lifecycles, interfaces, views, scenarios]))
    ? undefined
    : "kept, and read by no rule, view or answer";
};

const RULES: readonly Rule[] = [hiddenPosting, alikeAcknowledged, dayless, unanswered, unread];

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
