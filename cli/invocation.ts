/** How a person starts this program here: from a clone, or from the installed package. */
export const INVOCATION = import.meta.url.endsWith(".ts") ? "npm run -s liantiao --" : "npx liantiao";
