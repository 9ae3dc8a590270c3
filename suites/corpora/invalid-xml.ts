/*
 * XML that is none, that two readers read differently, or that attacks are made of: from the grammars of XML 1.0 (fifth
 * edition) and of Namespaces in XML 1.0, and from what is left out of messages on purpose (document types, entities,
 * comments, instructions). Written for this project; nothing is copied from another collection. Kept below every limit
 * of size and number, so that only the form itself is at issue.
 */

export interface XmlText {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Whole documents. `R` is the root, with what its namespace asks for. */
const DOCUMENTS: Readonly<Record<string, readonly string[]>> = {
  "no document": ["", " ", "a", "{}", "a=1", "<", ">", "<>", "</R>", "&amp;", "<?xml version='1.0'?>"],
  "a root that does not end": ["<R>", "<R", "<R ", "<R/", "<R><a>1</a>", "<R></R", "<R></", "<R><"],
  "a tag that is closed wrongly": [
    "<R><a>1</R>",
    "<R><a>1</b></R>",
    "<R><a><b>1</a></b></R>",
    "<R><a>1</A></R>",
    "<R></a></R>",
    "<R>1</a></R>",
    "<R><a>1</ a></R>",
    "<R><a>1</a/></R>",
    "<R><a/>1</a></R>",
  ],
  "a name that is none": [
    "<R>< a>1</a></R>",
    "<R><1a>1</1a></R>",
    "<R><-a>1</-a></R>",
    "<R><a!>1</a!></R>",
    "<R><.>1</.></R>",
  ],
  "a second root": ["<R/><R/>", "<R></R><b/>", "<R/>text", "text<R/>", "<R/>\0"],
  "an attribute that is none": [
    "<R><a b>1</a></R>",
    "<R><a b=1>1</a></R>",
    "<R><a b='1\">1</a></R>",
    "<R><a b='1'c='2'>1</a></R>",
    "<R><a b='1' b='2'>1</a></R>",
    "<R><a b='<'>1</a></R>",
    "<R><a b='&'>1</a></R>",
    "<R><a ='1'>1</a></R>",
    "<R><a b='1>1</a></R>",
    "<R><a></a b='1'></R>",
  ],
  "a reference that is none": [
    "<R><a>&</a></R>",
    "<R><a>& b</a></R>",
    "<R><a>&amp</a></R>",
    "<R><a>&nbsp;</a></R>",
    "<R><a>&x;</a></R>",
    "<R><a>&#;</a></R>",
    "<R><a>&#x;</a></R>",
    "<R><a>&#0;</a></R>",
    "<R><a>&#1;</a></R>",
    "<R><a>&#xD800;</a></R>",
    "<R><a>&#x110000;</a></R>",
    "<R><a>&#xFFFE;</a></R>",
    "<R><a>&#X41;</a></R>",
    "<R><a>&AMP;</a></R>",
  ],
  "a character that XML has not": [
    "<R><a>\0</a></R>",
    "<R><a>\u{1}</a></R>",
    "<R><a>\u{1b}[0m</a></R>",
    "<R><a>\u{fffe}</a></R>",
    "<R><a>\u{ffff}</a></R>",
  ],
  "]]> in a text": ["<R><a>]]></a></R>", "<R><a><![CDATA[1]]>]]></a></R>"],
  "a section that is none": [
    "<R><a><![CDATA[1</a></R>",
    "<R><a><![cdata[1]]></a></R>",
    "<R><a><![CDATA [1]]></a></R>",
    "<![CDATA[1]]>",
  ],
  "text beside elements": [
    "<R>1<a>1</a></R>",
    "<R><a>1</a>1</R>",
    "<R><a>1<b>2</b></a></R>",
    "<R><![CDATA[ ]]><a>1</a></R>",
    "<R>&#32;<a>1</a></R>",
  ],
  "a document type": [
    "<!DOCTYPE R><R><a>1</a></R>",
    "<!DOCTYPE R []><R><a>1</a></R>",
    '<!DOCTYPE R SYSTEM "file:///etc/passwd"><R><a>1</a></R>',
    '<!DOCTYPE R [<!ENTITY x "1">]><R><a>&x;</a></R>',
    '<!DOCTYPE R [<!ENTITY x SYSTEM "file:///etc/passwd">]><R><a>&x;</a></R>',
    '<!DOCTYPE R [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd">%p;]><R><a>1</a></R>',
    '<!DOCTYPE R [<!ENTITY a "aa"><!ENTITY b "&a;&a;"><!ENTITY c "&b;&b;">]><R><a>&c;</a></R>',
    '<!DOCTYPE R [<!ATTLIST a b CDATA "1">]><R><a/></R>',
    '<!ENTITY x "1"><R><a>&x;</a></R>',
  ],
  "a comment or an instruction": [
    "<R><a>1<!--x-->00</a></R>",
    "<R><!--x--><a>1</a></R>",
    "<!--x--><R><a>1</a></R>",
    "<R><a>1</a></R><!--x-->",
    "<R><!-- -- --><a>1</a></R>",
    "<R><a>1<?x?>00</a></R>",
    "<?x y?><R><a>1</a></R>",
    '<?xml-stylesheet href="http://127.0.0.1:9/x.xsl"?><R><a>1</a></R>',
    "<R><a>1</a></R><?x?>",
  ],
  "a declaration that is none": [
    " <?xml version='1.0'?><R/>",
    "<?xml?><R/>",
    "<?xml version='1.1'?><R/>",
    "<?xml version='2.0'?><R/>",
    "<?xml encoding='UTF-8'?><R/>",
    "<?xml encoding='UTF-8' version='1.0'?><R/>",
    "<?xml version='1.0' encoding='UTF-16'?><R/>",
    "<?xml version='1.0' encoding='ISO-8859-1'?><R/>",
    "<?xml version='1.0' encoding=''?><R/>",
    "<?xml version='1.0' standalone='maybe'?><R/>",
    "<?XML version='1.0'?><R/>",
    "<?xml version='1.0'?><?xml version='1.0'?><R/>",
    "<?xml version='1.0'><R/>",
  ],
  "a namespace that is none": [
    "<R><p:a>1</p:a></R>",
    "<R><a p:b='1'>1</a></R>",
    "<R><p:a xmlns:p=''>1</p:a></R>",
    "<R><a xmlns:xmlns='urn:x'>1</a></R>",
    "<R><a xmlns:xml='urn:x'>1</a></R>",
    "<R><a xmlns:p='http://www.w3.org/2000/xmlns/'>1</a></R>",
    "<R><a xmlns:p='urn:1' xmlns:p='urn:2'>1</a></R>",
    "<R><a:b:c xmlns:a='urn:1'>1</a:b:c></R>",
    "<R><:a>1</:a></R>",
    "<R><a:>1</a:></R>",
  ],
  "an element of another namespace": [
    "<R><a xmlns='urn:other'>1</a></R>",
    "<R><p:a xmlns:p='urn:other'>1</p:a></R>",
    "<R><a xmlns:p='urn:other' p:b='1'>1</a></R>",
  ],
  "another root": ["<Q/>", "<r/>", "<R xmlns='urn:other'/>", "<p:R xmlns:p='urn:other'/>", "<R>1</R>"],
  "a list that does not stand together": ["<R><a>1</a><b>2</b><a>3</a></R>"],
  "a name that objects keep for themselves": [
    "<R><__proto__>1</__proto__></R>",
    "<R><constructor>1</constructor></R>",
    "<R><a prototype='1'>1</a></R>",
  ],
  "an inclusion": [
    "<R><xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='file:///etc/passwd' parse='text'/></R>",
  ],
};

/** Bytes that are no text of any document in UTF-8. */
const BYTES: readonly (readonly [string, string])[] = [
  ["0xFF in a text", "<R><a>\u{ff}</a></R>"],
  ["an overlong slash", "<R><a>\u{c0}\u{af}</a></R>"],
  ["half a surrogate pair", "<R><a>\u{ed}\u{a0}\u{80}</a></R>"],
  ["GBK in a text", "<R><a>\u{d6}\u{d0}</a></R>"],
  ["a byte order mark", "\u{ef}\u{bb}\u{bf}<R><a>1</a></R>"],
  ["a text cut within a character", "<R><a>\u{e4}\u{b8}</a></R>"],
];

/**
 * All of them, for the root element `root` of a namespace. Each is refused by a reader that keeps to the grammar and to
 * this form.
 */
export function invalidXml(root = "R", namespace?: string): readonly XmlText[] {
  const declared = namespace === undefined ? "" : ` xmlns="${namespace}"`;
  const rooted = (text: string): string =>
    text.replaceAll(
      /(<\/?(?:p:)?|DOCTYPE )R(?=[\s/>[]|$)/g,
      (_all, before: string) => before + root + (before === "<" ? declared : ""),
    );
  return [
    ...Object.entries(DOCUMENTS).flatMap(([kind, texts]) =>
      texts.map((text) => ({ name: `${kind}: ${JSON.stringify(text)}`, bytes: Buffer.from(rooted(text)) })),
    ),
    ...BYTES.map(([name, text]) => ({ name: `bytes: ${name}`, bytes: Buffer.from(rooted(text), "latin1") })),
    { name: "bytes: UTF-16", bytes: Buffer.from(`\u{feff}${rooted("<R><a>1</a></R>")}`, "utf16le") },
  ];
}

/**
 * Ways to spoil a document that is right otherwise: a lenient reader would see the very request in it. The document has
 * an element with a text.
 */
export function spoiltXml(valid: string): readonly XmlText[] {
  const start = valid.indexOf("?>") < 0 ? 0 : valid.indexOf("?>") + 2;
  const [declaration, document] = [valid.slice(0, start), valid.slice(start)];
  const root = /^<([^\s/>]+)/.exec(document)?.[1] ?? "";
  const [leaf = "", name = "", text = ""] = /<([^\s/>]+)>([^<]+)<\/\1>/.exec(document) ?? [];
  const inLeaf = (content: string): string => valid.replace(leaf, () => `<${name}>${content}</${name}>`);
  const spoilt: Readonly<Record<string, string>> = {
    "a byte order mark before": `\u{feff}${valid}`,
    "white space before the declaration": declaration === "" ? valid : ` ${valid}`,
    "a document type": `${declaration}<!DOCTYPE ${root}>${document}`,
    "a document type with an entity for a value": `${declaration}<!DOCTYPE ${root} [<!ENTITY v "${text}">]>${inLeaf("&v;").slice(start)}`,
    "a document type outside": `${declaration}<!DOCTYPE ${root} SYSTEM "http://127.0.0.1:9/liantiao.dtd">${document}`,
    "a comment within a value": inLeaf(`${text.slice(0, 1)}<!--liantiao-->${text.slice(1)}`),
    "a comment before the root": `${declaration}<!--liantiao-->${document}`,
    "an instruction within a value": inLeaf(`${text.slice(0, 1)}<?liantiao?>${text.slice(1)}`),
    "an instruction after the root": `${valid}<?liantiao?>`,
    "an entity that is none": inLeaf(`${text}&nbsp;`),
    "a bare ampersand": inLeaf(`${text}&`),
    "a NUL by its number": inLeaf(`${text}&#0;`),
    "a NUL": inLeaf(`${text}\0`),
    "text beside elements": valid.replace(leaf, () => `liantiao${leaf}`),
    "the first element twice, apart": valid
      .replace(leaf, () => leaf)
      .replace(new RegExp(`</${root}>$`), () => `${leaf}</${root}>`),
    "an undeclared prefix": valid.replace(leaf, () => `<liantiao:${name}>${text}</liantiao:${name}>`),
    "another namespace": valid.replace(leaf, () => `<${name} xmlns="urn:liantiao">${text}</${name}>`),
    "a closing tag in another case": valid.replace(
      leaf,
      () => `<${name}>${text}</${name.toUpperCase() === name ? name.toLowerCase() : name.toUpperCase()}>`,
    ),
    "a closing tag left out": valid.replace(leaf, () => `<${name}>${text}`),
    "an attribute without quotes": valid.replace(leaf, () => `<${name} liantiao=1>${text}</${name}>`),
    "a second root": `${valid}<liantiao/>`,
    "text after the root": `${valid}liantiao`,
    "the root left open": valid.replace(new RegExp(`</${root}>$`), ""),
    "another root": valid.replace(`<${root}`, `<x${root}`).replace(new RegExp(`</${root}>$`), `</x${root}>`),
  };
  return Object.entries(spoilt)
    .filter(([, one]) => one !== valid)
    .map(([kind, one]) => ({ name: kind, bytes: Buffer.from(one) }));
}

/** The same message, said in other ways that are XML too: what is read must be equal. */
export function respeltXml(valid: string): readonly (readonly [string, string])[] {
  const start = valid.indexOf("?>") < 0 ? 0 : valid.indexOf("?>") + 2;
  const [declaration, document] = [valid.slice(0, start), valid.slice(start)];
  const leaves = /<([^\s/>]+)>([^<]+)<\/\1>/g;
  return [
    ["a line end before and after the root", `${declaration}\n${document}\n`],
    [
      "each element on a line",
      `${declaration}${document.replaceAll(/(<\/?[^>]+>)(?=<)/g, (_all, tag: string) => `${tag}\n  `).replaceAll(/<([^\s/>]+)>\n  <\/\1>/g, (_all, name: string) => `<${name}></${name}>`)}`,
    ],
    [
      "texts as CDATA",
      valid.replaceAll(leaves, (_all, name: string, text: string) =>
        /[&]/.test(text) ? `<${name}>${text}</${name}>` : `<${name}><![CDATA[${text}]]></${name}>`,
      ),
    ],
    [
      "every character by its number",
      valid.replaceAll(leaves, (_all, name: string, text: string) =>
        /&/.test(text)
          ? `<${name}>${text}</${name}>`
          : `<${name}>${Array.from(text, (one) => `&#x${(one.codePointAt(0) ?? 0).toString(16)};`).join("")}</${name}>`,
      ),
    ],
    [
      "white space in tags",
      valid.replaceAll(/<(\/?)([^\s/>?!]+)>/g, (_all, slash: string, name: string) => `<${slash}${name} >`),
    ],
    [
      "empty elements with two tags",
      valid.replaceAll(/<([^\s/>?]+)\/>/g, (_all, name: string) => `<${name}></${name}>`),
    ],
  ];
}
