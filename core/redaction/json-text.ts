/** Behind the closing quote, or the end of the text. */
export function stringEnd(body: string, quote: number): number {
  for (let at = quote + 1; at < body.length; at += 1) {
    if (body[at] === "\\") at += 1;
    else if (body[at] === '"') return at + 1;
  }
  return body.length;
}

/** Behind the closing bracket, or the end of the text. */
export function nestedEnd(body: string, open: number): number {
  let depth = 0;
  for (let at = open; at < body.length; at += 1) {
    const character = body[at];
    if (character === '"') at = stringEnd(body, at) - 1;
    else if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") depth -= 1;
    if (depth === 0) return at + 1;
  }
  return body.length;
}

export function isJson(body: string): boolean {
  try {
    JSON.parse(body);
    return true;
  } catch {
    return false;
  }
}

/** The text of a literal, also of one that is not closed. */
export function decoded(literal: string): string {
  if (!literal.includes("\\")) return withoutQuotes(literal);
  try {
    return String(JSON.parse(literal));
  } catch {
    return withoutQuotes(literal);
  }
}

function withoutQuotes(literal: string): string {
  return literal.slice(1, literal.length > 1 && literal.endsWith('"') ? -1 : undefined);
}
