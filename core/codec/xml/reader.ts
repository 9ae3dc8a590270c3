import type { Bounds } from "../codec.ts";

/** An element as it stands in a document. Places count characters from the start. */
export interface XmlElement {
  readonly name: XmlName;
  readonly attributes: readonly { readonly name: XmlName; readonly value: string; readonly at: number }[];
  readonly children: readonly XmlElement[];
  /** The character data, all of it together; white space between children is left out. */
  readonly text: string;
  readonly at: number;
  /** The place right behind it. */
  readonly end: number;
}

/** An expanded name (Namespaces in XML 1.0): the namespace is `""` for none. */
export interface XmlName {
  readonly namespace: string;
  readonly local: string;
}

/** What a document is made of that this reader does not take, in both languages. */
export class XmlFault extends Error {
  readonly at: number;
  readonly en: string;
  readonly zh: string;

  constructor(at: number, en: string, zh: string) {
    super(en);
    this.name = "XmlFault";
    this.at = at;
    this.en = en;
    this.zh = zh;
  }
}

const NAME_START =
  "A-Z_a-z\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFF\\u200C\\u200D\\u2070-\\u218F\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFFD\\u{10000}-\\u{EFFFF}";
const NC_NAME = `[${NAME_START}][${NAME_START}\\-.0-9\\u00B7\\u0300-\\u036F\\u203F\\u2040]*`;
const QUALIFIED = new RegExp(`(?:(${NC_NAME}):)?(${NC_NAME})(?!:)`, "uy");
const SIMPLE_NAME = new RegExp(`^${NC_NAME}$`, "u");
const NO_CHARACTER = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;
const DECLARATION =
  /<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:"1\.0"|'1\.0')(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(?:"([A-Za-z][A-Za-z0-9._-]*)"|'([A-Za-z][A-Za-z0-9._-]*)'))?(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(?:"(?:yes|no)"|'(?:yes|no)'))?[ \t\r\n]*\?>/y;
const SPACES = /[ \t\r\n]*/y;
const PLAIN_TEXT = /[^<&]*/y;
const REFERENCE = /&(?:(amp|lt|gt|quot|apos)|#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6}));/y;
const CDATA = "<![CDATA[";

const PREDEFINED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
const XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace";
const XMLNS_NAMESPACE = "http://www.w3.org/2000/xmlns/";
/** Addresses and names by which namespaces are told apart (RFC 3986), without escapes and brackets. */
const NAMESPACE =
  /^(?:[A-Za-z][A-Za-z0-9+.-]*:[\w~!$'()*+,;=:@/?.-]*|[\w~!$'()*+,;=@/?.-]*)(?:#[\w~!$'()*+,;=:@/?.-]*)?$/;
/** Names that become something else than a member where an object is made of them. */
const FORBIDDEN_NAMES: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/** Whether a text can be the name of an element or an attribute. */
export const isXmlName = (text: string): boolean => SIMPLE_NAME.test(text) && !FORBIDDEN_NAMES.has(text);

/** The first character of a text that XML has no place for, if there is one. */
export const forbiddenCharacter = (text: string): number => text.search(NO_CHARACTER);

/**
 * Reads a document of XML 1.0 with namespaces into its root. Less than XML is taken, because what is left out is what
 * readers disagree about and what attacks are made of: no document type, so no entity but the five predefined ones; no
 * comment and no processing instruction; no byte order mark; no text beside elements; no attribute that spans lines.
 * What it takes, every conforming reader takes with the same value. Nothing outside of the document is ever read.
 *
 * `encoding` is what the bytes were read as; a declaration that names another is refused. Where `lenient` is set,
 * comments, instructions and a byte order mark are skipped, as a judge may who only wants to see what was said.
 *
 * @throws XmlFault
 */
export function readXml(text: string, encoding: string, bounds: Bounds, lenient = false): XmlElement {
  return new Reader(text, encoding, bounds, lenient).document();
}

type Scope = Readonly<Record<string, string>>;

class Reader {
  readonly #text: string;
  readonly #encoding: string;
  readonly #bounds: Bounds;
  readonly #lenient: boolean;
  #at = 0;
  /** The root is no member. */
  #members = -1;
  #declarations = 0;

  constructor(text: string, encoding: string, bounds: Bounds, lenient: boolean) {
    this.#text = text;
    this.#encoding = encoding;
    this.#bounds = bounds;
    this.#lenient = lenient;
  }

  document(): XmlElement {
    const bad = forbiddenCharacter(this.#text);
    if (bad >= 0) throw new XmlFault(bad, "XML has no place for this character", "该字符不允许出现在 XML 中");
    if (this.#lenient && this.#text.startsWith("\uFEFF")) this.#at = 1;
    this.#declaration();
    this.#between();
    if (this.#text[this.#at] !== "<") this.#wrong("the root element is wanted here", "此处应为根元素");
    const root = this.#element(0, { xml: XML_NAMESPACE, "": "" });
    this.#between();
    if (this.#at < this.#text.length)
      this.#wrong("nothing may stand behind the root element", "根元素之后不允许有其他内容");
    return root;
  }

  #declaration(): void {
    if (!/^<\?xml[ \t\r\n]/.test(this.#text.slice(this.#at, this.#at + 6))) {
      if (this.#encoding !== "UTF-8")
        this.#wrong(
          `a declaration that names ${this.#encoding} is wanted here`,
          `此处应为注明 ${this.#encoding} 的 XML 声明`,
        );
      return;
    }
    const [whole = "", double, single] = this.#match(DECLARATION) ?? [];
    if (whole === "")
      this.#wrong(
        'the declaration is not <?xml version="1.0" encoding="…"?>',
        '声明应为 <?xml version="1.0" encoding="…"?>',
      );
    const named = double ?? single ?? "UTF-8";
    if (named.toUpperCase() !== this.#encoding)
      this.#wrong(`the declaration does not name ${this.#encoding}`, `声明的编码不是 ${this.#encoding}`);
    this.#at += whole.length;
  }

  /** Skips what may stand between elements: white space. */
  #between(): void {
    for (;;) {
      this.#at += this.#match(SPACES)?.[0].length ?? 0;
      const skipped = this.#lenient ? this.#comment() : 0;
      if (skipped === 0) return;
      this.#at += skipped;
    }
  }

  /** How long a comment or an instruction is that stands here. */
  #comment(): number {
    for (const [open, close] of [
      ["<!--", "-->"],
      ["<?", "?>"],
    ] as const) {
      if (!this.#text.startsWith(open, this.#at)) continue;
      const end = this.#text.indexOf(close, this.#at + open.length);
      if (end >= 0) return end + close.length - this.#at;
    }
    return 0;
  }

  #element(depth: number, outer: Scope): XmlElement {
    const at = this.#at;
    this.#at += 1;
    const name = this.#qualified();
    const found = this.#attributes();
    const scope = scopeOf(found, outer);
    const attributes = found
      .filter(({ prefix, local }) => !isDeclaration(prefix, local))
      .map(({ prefix, local, value, at: place }) => ({
        name: { namespace: prefix === undefined ? "" : namespaceOf(prefix, scope, place), local },
        value,
        at: place,
      }));
    const seen = new Set<string>();
    for (const attribute of attributes) {
      const expanded = `${attribute.name.namespace} ${attribute.name.local}`;
      if (seen.has(expanded)) throw new XmlFault(attribute.at, "the attribute stands here twice", "属性重复");
      seen.add(expanded);
    }
    const element = {
      name: { namespace: namespaceOf(name.prefix ?? "", scope, at), local: name.local },
      attributes,
      at,
    };
    if (attributes.length > 0) this.#deeper(depth, at);
    if (this.#text.startsWith("/>", this.#at)) {
      this.#at += 2;
      return { ...element, children: [], text: "", end: this.#at };
    }
    if (this.#text[this.#at] !== ">") this.#wrong("the tag does not end here", "标签未正确结束");
    this.#at += 1;
    const content = this.#content(depth, scope);
    const close = `</${name.prefix === undefined ? "" : `${name.prefix}:`}${name.local}`;
    if (!this.#text.startsWith(close, this.#at)) this.#wrong(`${close}> is wanted here`, `此处应为 ${close}>`);
    this.#at += close.length;
    this.#at += this.#match(SPACES)?.[0].length ?? 0;
    if (this.#text[this.#at] !== ">") this.#wrong(`${close}> is wanted here`, `此处应为 ${close}>`);
    this.#at += 1;
    return { ...element, ...content, end: this.#at };
  }

  #content(depth: number, scope: Scope): Pick<XmlElement, "children" | "text"> {
    const children: XmlElement[] = [];
    let text = "";
    /** Where the first character stands that is no bare white space. */
    let written: number | undefined;
    for (;;) {
      const from = this.#at;
      const plain = this.#match(PLAIN_TEXT)?.[0] ?? "";
      const end = plain.indexOf("]]>");
      if (end >= 0) throw new XmlFault(from + end, "]]> stands outside of a CDATA section", "]]> 出现在 CDATA 之外");
      if (/[^ \t\r\n]/.test(plain)) written ??= from;
      text += plain.replaceAll(/\r\n?/g, "\n");
      this.#at += plain.length;
      if (this.#at >= this.#text.length) this.#wrong("the document ends within an element", "文档在元素中间结束");
      if (this.#text[this.#at] === "&") {
        written ??= this.#at;
        text += this.#reference();
      } else if (this.#text.startsWith(CDATA, this.#at)) {
        const close = this.#text.indexOf("]]>", this.#at);
        if (close < 0) this.#wrong("a CDATA section does not end", "CDATA 段没有结束");
        written ??= this.#at;
        text += this.#text.slice(this.#at + CDATA.length, close).replaceAll(/\r\n?/g, "\n");
        this.#at = close + 3;
      } else if (this.#text[this.#at + 1] === "/") {
        if (children.length > 0 && written !== undefined) mixed(written);
        return { children, text: children.length > 0 ? "" : text };
      } else {
        const skipped = this.#lenient ? this.#comment() : 0;
        this.#at += skipped;
        if (skipped > 0) continue;
        if (children.length === 0) this.#deeper(depth, this.#at);
        children.push(this.#element(depth + 1, scope));
      }
      if (children.length > 0 && written !== undefined) mixed(written);
    }
  }

  #reference(): string {
    const [whole, named, decimal, hexadecimal] = this.#match(REFERENCE) ?? [];
    if (whole === undefined)
      this.#wrong(
        "an ampersand begins &amp; &lt; &gt; &quot; &apos; or the number of a character",
        "& 只能用于 &amp; &lt; &gt; &quot; &apos; 或字符编号",
      );
    const point = decimal === undefined ? Number.parseInt(hexadecimal ?? "", 16) : Number(decimal);
    const character =
      named === undefined ? (point <= 0x10ffff ? String.fromCodePoint(point) : "\0") : PREDEFINED[named];
    if (character === undefined || forbiddenCharacter(character) >= 0)
      this.#wrong("XML has no place for this character", "该字符不允许出现在 XML 中");
    this.#at += whole.length;
    return character;
  }

  #qualified(): { readonly prefix: string | undefined; readonly local: string } {
    const [whole, prefix, local = ""] = this.#match(QUALIFIED) ?? [];
    if (whole === undefined)
      this.#wrong(
        "the name of an element is wanted here; document types, comments and instructions are not taken",
        "此处应为元素名；不接受文档类型声明、注释与处理指令",
      );
    if (FORBIDDEN_NAMES.has(local)) this.#wrong("the name is not allowed", "该名称不允许使用");
    if (isDeclaration(prefix, local)) this.#declarations += 1;
    else this.#members += 1;
    if (this.#members > this.#bounds.members || this.#declarations > this.#bounds.members)
      this.#wrong(
        `the document has more than ${this.#bounds.members} elements and attributes`,
        `元素与属性超过 ${this.#bounds.members} 个`,
      );
    this.#at += whole.length;
    return { prefix, local };
  }

  #attributes(): readonly Attribute[] {
    const found: Attribute[] = [];
    for (;;) {
      const space = this.#match(SPACES)?.[0].length ?? 0;
      this.#at += space;
      if (this.#text[this.#at] === ">" || this.#text.startsWith("/>", this.#at)) return found;
      if (space === 0) this.#wrong("white space or the end of the tag is wanted here", "此处应为空白或标签结尾");
      const at = this.#at;
      const name = this.#qualified();
      this.#at += this.#match(SPACES)?.[0].length ?? 0;
      if (this.#text[this.#at] !== "=") this.#wrong('an attribute is written name="value"', '属性应写作 名称="值"');
      this.#at += 1;
      this.#at += this.#match(SPACES)?.[0].length ?? 0;
      found.push({ ...name, at, value: this.#attributeValue() });
    }
  }

  #attributeValue(): string {
    const quote = this.#text[this.#at];
    if (quote !== '"' && quote !== "'") this.#wrong('an attribute is written name="value"', '属性应写作 名称="值"');
    this.#at += 1;
    const plain = quote === '"' ? /[^"<&\t\r\n]*/y : /[^'<&\t\r\n]*/y;
    let value = "";
    for (;;) {
      const part = this.#match(plain)?.[0] ?? "";
      value += part;
      this.#at += part.length;
      if (this.#text[this.#at] === quote) {
        this.#at += 1;
        return value;
      }
      if (this.#text[this.#at] !== "&")
        this.#wrong("the value of an attribute does not end on its line", "属性值未在本行内结束");
      value += this.#reference();
    }
  }

  /** Notes that something stands within an element of this depth. */
  #deeper(depth: number, at: number): void {
    if (depth + 1 > this.#bounds.depth)
      throw new XmlFault(
        at,
        `the document is more than ${this.#bounds.depth} levels deep`,
        `嵌套超过 ${this.#bounds.depth} 层`,
      );
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#text);
  }

  #wrong(en: string, zh: string): never {
    throw new XmlFault(this.#at, en, zh);
  }
}

function mixed(at: number): never {
  throw new XmlFault(at, "text stands beside elements", "文本与子元素混排");
}

interface Attribute {
  readonly prefix: string | undefined;
  readonly local: string;
  readonly value: string;
  readonly at: number;
}

const isDeclaration = (prefix: string | undefined, local: string): boolean =>
  prefix === "xmlns" || (prefix === undefined && local === "xmlns");

/** The namespaces in reach within an element that declares these. */
function scopeOf(attributes: readonly Attribute[], outer: Scope): Scope {
  const scope: Record<string, string> = {};
  for (const { prefix, local, value, at } of attributes) {
    const declared = prefix === "xmlns" ? local : prefix === undefined && local === "xmlns" ? "" : undefined;
    if (declared === undefined) continue;
    if (
      Object.hasOwn(scope, declared) ||
      declared === "xml" ||
      declared === "xmlns" ||
      value === XML_NAMESPACE ||
      value === XMLNS_NAMESPACE ||
      (declared !== "" && value === "") ||
      !NAMESPACE.test(value)
    )
      throw new XmlFault(at, "this namespace cannot be declared so", "命名空间声明不合法");
    scope[declared] = value;
  }
  return Object.keys(scope).length === 0 ? outer : { ...outer, ...scope };
}

function namespaceOf(prefix: string, scope: Scope, at: number): string {
  const namespace = Object.hasOwn(scope, prefix) ? scope[prefix] : undefined;
  if (namespace === undefined)
    throw new XmlFault(at, "the prefix of the name is not declared", "名称的前缀未声明命名空间");
  return namespace;
}
