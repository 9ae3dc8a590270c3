import * as fc from "fast-check";
import { ParseOption, XmlDocument, XmlElement as LibxmlElement, XmlText, XmlCData } from "libxml2-wasm";
import type { XmlTreeNode } from "libxml2-wasm";
import { describe, expect, test } from "vitest";
import { invalidXml, respeltXml, spoiltXml } from "../../../suites/corpora/invalid-xml.ts";
import { charsetOf } from "./charset.ts";
import { readXml, XmlFault } from "./reader.ts";
import type { XmlElement } from "./reader.ts";

const BOUNDS = { bytes: 65_536, depth: 16, members: 1_000 };
const utf8 = charsetOf("UTF-8");

/** A document as nested lists: name, attributes, content. */
type Plain = readonly [name: string, attributes: Readonly<Record<string, string>>, content: string | readonly Plain[]];

/** As our reader takes it; undefined where it does not. */
function ours(bytes: Uint8Array): Plain | undefined {
  const text = utf8.read(bytes);
  if (text === undefined) return undefined;
  const plain = ({ name, attributes, children, text: held }: XmlElement): Plain => [
    `{${name.namespace}}${name.local}`,
    Object.fromEntries(attributes.map((one) => [`{${one.name.namespace}}${one.name.local}`, one.value])),
    children.length > 0 ? children.map(plain) : held,
  ];
  try {
    return plain(readXml(text, "UTF-8", BOUNDS));
  } catch (fault) {
    if (fault instanceof XmlFault) return undefined;
    throw fault;
  }
}

/** As libxml2 takes it. */
function libxml2(bytes: Uint8Array): Plain | undefined {
  const parsed = (): XmlDocument | undefined => {
    try {
      return XmlDocument.fromBuffer(bytes, { option: ParseOption.XML_PARSE_NONET });
    } catch {
      return undefined;
    }
  };
  const plain = (element: LibxmlElement): Plain => {
    const nodes: XmlTreeNode[] = [];
    for (let node: XmlTreeNode | null | undefined = element.firstChild; node !== null && node !== undefined;)
      [node] = [node.next, nodes.push(node)];
    const children = nodes.filter((node) => node instanceof LibxmlElement);
    return [
      `{${element.namespaceUri}}${element.name}`,
      Object.fromEntries(element.attrs.map((one) => [`{${one.namespaceUri}}${one.name}`, one.value])),
      children.length > 0
        ? children.map(plain)
        : nodes.map((node) => (node instanceof XmlText || node instanceof XmlCData ? node.content : "?")).join(""),
    ];
  };
  const document = parsed();
  try {
    return document === undefined ? undefined : plain(document.root);
  } finally {
    document?.dispose();
  }
}

const VALID =
  '<?xml version="1.0" encoding="UTF-8"?><root xmlns="urn:a" xmlns:s="urn:b"><Head><No>0012</No><Memo>a &lt;b&gt; &#x4e2d;</Memo></Head><s:Item s:id="1" b="x&quot;y"><![CDATA[<1>]]></s:Item><Item/>\r\n</root>';

describe("the reader of XML", () => {
  test("takes elements, namespaces, attributes and sections as they stand", () => {
    expect(ours(Buffer.from(VALID))).toEqual([
      "{urn:a}root",
      {},
      [
        [
          "{urn:a}Head",
          {},
          [
            ["{urn:a}No", {}, "0012"],
            ["{urn:a}Memo", {}, "a <b> 中"],
          ],
        ],
        ["{urn:b}Item", { "{urn:b}id": "1", "{}b": 'x"y' }, "<1>"],
        ["{urn:a}Item", {}, ""],
      ],
    ]);
  });

  test("takes nothing that libxml2 refuses, and everything with the same value", () => {
    const documents = [
      Buffer.from(VALID),
      ...invalidXml("root").map(({ bytes }) => bytes),
      ...spoiltXml(VALID).map(({ bytes }) => bytes),
      ...respeltXml(VALID).map(([, text]) => Buffer.from(text)),
    ];
    for (const bytes of documents) {
      const taken = ours(bytes);
      if (taken !== undefined) expect(libxml2(bytes), Buffer.from(bytes).toString()).toEqual(taken);
    }
    const pieces = [
      "<",
      ">",
      "&",
      "/",
      '"',
      "'",
      "=",
      "]]>",
      "<!--",
      "-->",
      "<?",
      "?>",
      "<![CDATA[",
      "&#10;",
      "&lt;",
      "xmlns",
      ":",
      " ",
      "\r",
      "\t",
      "\0",
      "\u{feff}",
      "中",
      "<a>",
      "</a>",
      "<s:a/>",
      " x='1'",
    ];
    let both = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(VALID.length), fc.nat(3), fc.constantFrom("", ...pieces)), {
          minLength: 1,
          maxLength: 3,
        }),
        (changes) => {
          const text = changes.reduce((now, [at, cut, put]) => now.slice(0, at) + put + now.slice(at + cut), VALID);
          const taken = ours(Buffer.from(text));
          if (taken === undefined) return;
          both += 1;
          expect(libxml2(Buffer.from(text)), text).toEqual(taken);
        },
      ),
      { numRuns: 1_500 },
    );
    expect(both).toBeGreaterThan(20);
  });

  test("refuses document types, entities, comments and instructions, which libxml2 takes", () => {
    const taken = [...invalidXml("root"), ...spoiltXml(VALID)].filter(({ bytes }) => libxml2(bytes) !== undefined);
    expect(taken.length).toBeGreaterThan(20);
    const kinds = taken.filter(({ name }) => /document type|comment|instruction|byte order mark|beside/.test(name));
    expect(kinds.map(({ bytes }) => ours(bytes))).toEqual(kinds.map(() => undefined));
  });

  test("skips comments and instructions only where it is told to be lenient", () => {
    const text = "<?x?><!--a--><root><a>1<!--b-->2</a><?x y?></root><!--c-->";
    expect(() => readXml(text, "UTF-8", BOUNDS)).toThrow(XmlFault);
    expect(readXml(text, "UTF-8", BOUNDS, true).children[0]?.text).toBe("12");
  });

  test("takes a hundred thousand levels or attributes in no time, by refusing them", () => {
    const started = performance.now();
    for (const text of [
      "<a>".repeat(100_000),
      `<a ${Array.from({ length: 100_000 }, (_, at) => `a${at}='1'`).join(" ")}/>`,
      `<a ${Array.from({ length: 100_000 }, (_, at) => `xmlns:a${at}='u:${at}'`).join(" ")}/>`,
      `<a>${"&lt;".repeat(100_000)}`,
      `<a>${"<b/>".repeat(100_000)}</a>`,
      `<a>${"<![CDATA[]]>".repeat(100_000)}`,
    ])
      expect(() => readXml(text, "UTF-8", BOUNDS)).toThrow(XmlFault);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
