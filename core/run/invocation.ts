/**
 * How a person starts this program here: from a clone, or from the installed package. `--no` keeps npx from fetching a
 * package of this name from the public registry, where the name is not ours.
 */
export const INVOCATION = import.meta.url.endsWith(".ts") ? "npm run -s liantiao --" : "npx --no liantiao";

/** A command line that was written in a clone or by a package, as it is typed here. */
export function asTypedHere(command: string): string {
  return command.replace(/^(?:npx (?:--no )?liantiao|npm run -s liantiao --)(?= )/, INVOCATION);
}
