import type { Bilingual } from "../core/run/verdict.ts";
import { nearName } from "../core/names/near-name.ts";
import { UserError } from "../hosting/user-error.ts";

/** The member of `list` called `name`. @throws UserError naming what there is. */
export function nameOneOf<T extends { readonly name: string }>(
  list: readonly T[],
  name: string,
  kind: Bilingual,
  where: string,
): T {
  const found = list.find((one) => one.name === name);
  if (found !== undefined) return found;
  const names = list.map((one) => one.name);
  throw new UserError(
    { en: `there is no ${kind.en} "${name}"`, zh: `没有${kind.zh}“${name}”` },
    {
      where,
      allowed: names.join(", "),
      near: nearName(name, names),
      next: { en: "give one of the names above", zh: "请给出上列名称之一" },
    },
  );
}
