/** The first Node whose SQLite, streams and iterators the program was tried on. */
const LEAST = 24;

/** The message for a Node that is too old; undefined when it is new enough. */
export function unsupportedNode(version: string): string | undefined {
  if (Number(version.split(".")[0]) >= LEAST) return undefined;
  return [
    `error: liantiao needs Node ${LEAST} or later, and this is Node ${version}`,
    `  where:   ${process.execPath}`,
    "  next:    install it from https://nodejs.org, or beside this package: npm install node@24",
  ].join("\n");
}
