import { didYouMean } from "../core/names/near-name.ts";
import { UserError } from "../hosting/user-error.ts";

/** The member of `list` called `name`. @throws UserError naming what there is. */
export function nameOneOf<T extends { readonly name: string }>(
  list: readonly T[],
  name: string,
  kind: string,
  where: string,
): T {
  const found = list.find((one) => one.name === name);
  if (found !== undefined) return found;
  const names = list.map((one) => one.name);
  throw new UserError(`there is no ${kind} "${name}"`, {
    where,
    allowed: names.join(", "),
    next: `${didYouMean(name, names)}give one of the names above`,
  });
}
