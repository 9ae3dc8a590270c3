import { InvalidArgumentError } from "commander";
import type { Role } from "../core/pack/types.ts";
import { nearName } from "../core/names/near-name.ts";
import { UserError } from "../hosting/user-error.ts";

/** A parser for commander: a whole number from `least` to `most`. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d{1,15}$/.test(text) || value < least || value > most)
      throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
    return value;
  };
}

export const port = wholeNumber(0, 65_535);

/** A moment as RFC 3339 writes it. @throws InvalidArgumentError for any other text. */
export function moment(text: string): string {
  if (
    !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/.test(text) ||
    Number.isNaN(Date.parse(text))
  )
    throw new InvalidArgumentError("Give a moment with its offset, such as 2026-11-22T23:59:50+08:00.");
  return text;
}

/** A path below which all is served, without a slash at its end; `/` is none. @throws InvalidArgumentError for any other text. */
export function basePath(text: string): string {
  const path = text.replace(/\/$/, "");
  if (!/^(?:\/[A-Za-z0-9._~-]+)*$/.test(path) || /\/\.{1,2}(?:\/|$)/.test(path))
    throw new InvalidArgumentError("Give a path such as /bank/v1, or / for none.");
  return path;
}

/** Gathers a flag that may be given several times. */
export function collected(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

const ROLES: readonly Role[] = ["bank", "platform"];

/** @throws UserError for anything but a role. */
export function roleOf(text: string): Role {
  const found = ROLES.find((role) => role === text);
  if (found === undefined)
    throw new UserError(
      { en: `there is no role "${text}"`, zh: `没有角色“${text}”` },
      {
        allowed: ROLES.join(", "),
        near: nearName(text, ROLES),
        next: { en: "name the role as the first word after the verb", zh: "请在命令之后首先写明角色" },
      },
    );
  return found;
}
