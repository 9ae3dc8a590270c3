// JSON as money needs it: what two readers could read differently is refused, never repaired.

const MAX_DEPTH = 16;
const MAX_MEMBERS = 1000;
const SPACE = /[ \t\r\n]*/y;
const STRING = /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const LITERAL = /true|false|null/y;

/**
 * Reads a request body. Objects come back without a prototype, so `__proto__` is a name like any other.
 * Throws SyntaxError for anything but one JSON value in plain UTF-8 with unique names and safe integers.
 */
export function parseStrictJson(bytes) {
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new SyntaxError("the body is not valid UTF-8");
  }
  let at = 0;
  let members = 0;

  const fail = (what) => {
    throw new SyntaxError(`${what} at character ${at}`);
  };
  const match = (pattern) => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found !== null) at += found[0].length;
    return found?.[0];
  };
  const skipSpace = () => match(SPACE);
  const take = (character) => {
    skipSpace();
    if (text[at] !== character) return false;
    at += 1;
    return true;
  };
  const string = () => {
    const source = match(STRING) ?? fail("a string was expected");
    const value = JSON.parse(source);
    return value.isWellFormed() ? value : fail("a string holds half a surrogate pair");
  };
  const count = () => {
    members += 1;
    if (members > MAX_MEMBERS) fail(`more than ${MAX_MEMBERS} members`);
  };

  const object = (depth) => {
    const result = Object.create(null);
    if (take("}")) return result;
    do {
      skipSpace();
      const name = string();
      // Compared after unescaping: "amo\u0075nt" is "amount".
      if (name in result) fail("a name appears twice in one object");
      if (!take(":")) fail('":" was expected');
      count();
      result[name] = value(depth);
    } while (take(","));
    return take("}") ? result : fail('"," or "}" was expected');
  };
  const array = (depth) => {
    const result = [];
    if (take("]")) return result;
    do {
      count();
      result.push(value(depth));
    } while (take(","));
    return take("]") ? result : fail('"," or "]" was expected');
  };
  const number = () => {
    const source = match(NUMBER) ?? fail("a value was expected");
    const result = Number(source);
    // -0, 1.0, 1e2 and 9007199254740993 would each come back as something else than was signed.
    return String(result) === source && Number.isSafeInteger(result)
      ? result
      : fail("only integers up to 2^53-1, written plainly, are allowed");
  };
  const value = (outerDepth) => {
    const depth = outerDepth + 1;
    if (depth > MAX_DEPTH + 1) fail(`deeper than ${MAX_DEPTH} levels`);
    skipSpace();
    if (text[at] === '"') return string();
    if (text[at] === "{" || text[at] === "[") {
      if (depth > MAX_DEPTH) fail(`deeper than ${MAX_DEPTH} levels`);
      return take("{") ? object(depth) : take("[") && array(depth);
    }
    const literal = match(LITERAL);
    return literal === undefined ? number() : JSON.parse(literal);
  };

  const result = value(0);
  skipSpace();
  return at === text.length ? result : fail("text after the end of the value");
}
