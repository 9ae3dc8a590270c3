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
  return new Reader(text).document();
}

class Reader {
  #text;
  #at = 0;
  #members = 0;

  constructor(text) {
    this.#text = text;
  }

  document() {
    const result = this.#value(0);
    this.#match(SPACE);
    return this.#at === this.#text.length ? result : this.#fail("text after the end of the value");
  }

  #fail(what) {
    throw new SyntaxError(`${what} at character ${this.#at}`);
  }

  #match(pattern) {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found !== null) this.#at += found[0].length;
    return found?.[0];
  }

  #take(character) {
    this.#match(SPACE);
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #count() {
    this.#members += 1;
    if (this.#members > MAX_MEMBERS) this.#fail(`more than ${MAX_MEMBERS} members`);
  }

  #string() {
    const source = this.#match(STRING) ?? this.#fail("a string was expected");
    const value = JSON.parse(source);
    return value.isWellFormed() ? value : this.#fail("a string holds half a surrogate pair");
  }

  #object(depth) {
    const result = Object.create(null);
    if (this.#take("}")) return result;
    do {
      this.#match(SPACE);
      const name = this.#string();
      // Compared after unescaping: "amo\u0075nt" is "amount".
      if (name in result) this.#fail("a name appears twice in one object");
      if (!this.#take(":")) this.#fail('":" was expected');
      this.#count();
      result[name] = this.#value(depth);
    } while (this.#take(","));
    return this.#take("}") ? result : this.#fail('"," or "}" was expected');
  }

  #array(depth) {
    const result = [];
    if (this.#take("]")) return result;
    do {
      this.#count();
      result.push(this.#value(depth));
    } while (this.#take(","));
    return this.#take("]") ? result : this.#fail('"," or "]" was expected');
  }

  #number() {
    const source = this.#match(NUMBER) ?? this.#fail("a value was expected");
    const result = Number(source);
    // -0, 1.0, 1e2 and 9007199254740993 would each come back as something else than was signed.
    return String(result) === source && Number.isSafeInteger(result)
      ? result
      : this.#fail("only integers up to 2^53-1, written plainly, are allowed");
  }

  #value(outerDepth) {
    const depth = outerDepth + 1;
    if (depth > MAX_DEPTH + 1) this.#fail(`deeper than ${MAX_DEPTH} levels`);
    this.#match(SPACE);
    const first = this.#text[this.#at];
    if (first === '"') return this.#string();
    if (first === "{" || first === "[") {
      if (depth > MAX_DEPTH) this.#fail(`deeper than ${MAX_DEPTH} levels`);
      return this.#take("{") ? this.#object(depth) : this.#take("[") && this.#array(depth);
    }
    const literal = this.#match(LITERAL);
    return literal === undefined ? this.#number() : JSON.parse(literal);
  }
}
