/** A test for names: `*` stands for any run of characters, `{a,b}` for one of several, all else for itself. */
export function glob(pattern: string): (name: string) => boolean {
  let depth = 0;
  const source = Array.from(pattern).map((character) => {
    if (character === "*") return ".*";
    if (character === "{") return ((depth += 1), "(?:");
    if (character === "}" && depth > 0) return ((depth -= 1), ")");
    if (character === "," && depth > 0) return "|";
    return character.replace(/[.+?^${}()|[\]\\/]/g, "\\$&");
  });
  const expression = new RegExp(`^${source.join("")}${")".repeat(depth)}$`);
  return (name) => expression.test(name);
}
