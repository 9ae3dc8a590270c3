import { BOOLEAN, MONEY, TEXT } from "../../expression/type.ts";
import type { Type } from "../../expression/type.ts";
import { presentWhen, typeOf } from "../../expression/typing.ts";
import type { TypeEnvironment } from "../../expression/typing.ts";
import type { Branch, Lifecycle, Posting } from "../types.ts";
import type { FilePlacing } from "./placing.ts";
import type { Roots } from "./roots.ts";
import { newRowType, settableType } from "./row-type.ts";

/** One branch of a transition with what is known where it is taken. */
interface TakenBranch {
  readonly branch: Branch;
  readonly lifecycle: Lifecycle;
  readonly roots: Roots;
  /** Paths that exist for certain. */
  readonly present: readonly string[];
  /** The row's type. */
  readonly own: Type;
  /** Whether the transition makes the row. */
  readonly creates: boolean;
}

/** Places what a branch sets and posts. */
export function placeBranch(file: FilePlacing, at: string, taken: TakenBranch): void {
  const { branch, lifecycle, roots, present, own, creates } = taken;
  const before = { ...roots, [lifecycle.resource]: creates ? newRowType(lifecycle, own) : own };
  const env = file.pack.environment(before, present);
  file.placeFields(`${at}/set`, branch.set, env, settableType(lifecycle, own));
  // What the branch sets exists from here on.
  const set = Object.entries(branch.set ?? {})
    .filter(([, expression]) => typeOf(expression, env).type.kind !== "optional")
    .map(([name]) => `$${lifecycle.resource}.${name}`);
  const after = file.pack.environment({ ...roots, [lifecycle.resource]: own }, [...present, ...set]);
  (branch.post ?? []).forEach((posting, index) => placePosting(file, `${at}/post/${index}`, posting, after));
}

function placePosting(file: FilePlacing, at: string, posting: Posting, env: TypeEnvironment): void {
  if (posting.phase === "void") return;
  if (posting.phase === "post") {
    file.place(`${at}/amount`, posting.amount, env, MONEY);
    return;
  }
  file.place(`${at}/when`, posting.when, env, BOOLEAN);
  const posted =
    posting.when === undefined
      ? env
      : { ...env, present: [...(env.present ?? []), ...presentWhen(posting.when, true)] };
  file.place(`${at}/debit`, posting.debit, posted, TEXT);
  file.place(`${at}/credit`, posting.credit, posted, TEXT);
  file.place(`${at}/amount`, posting.amount, posted, MONEY);
  file.place(`${at}/reference`, posting.reference, posted, TEXT);
}
