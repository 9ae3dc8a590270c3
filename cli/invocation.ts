/** How a person starts this program here: from a clone, or from the installed package. */
export const INVOCATION = import.meta.url.endsWith(".ts") ? "npm run -s liantiao --" : "npx liantiao";

/** A command line of a report, as it is typed here: reports name the installed package. */
export function asTypedHere(command: string): string {
  return command.replace(/^npx liantiao/, INVOCATION);
}
