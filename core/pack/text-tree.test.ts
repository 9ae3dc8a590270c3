import { expect, test } from "vitest";
import { xmlCodec } from "../codec/xml/xml.ts";
import { smallPack } from "./testing/small-pack.ts";
import { textTree } from "./text-tree.ts";

const SCHEMA = {
  type: "object",
  required: ["lines", "none"],
  properties: {
    no: { type: "string" },
    count: { type: "integer" },
    test: { type: "boolean" },
    amount: { type: "string" },
    lines: { type: "array", items: { $ref: "#/properties/line" } },
    line: { type: "object", properties: { "@id": { type: "string" }, fee: { type: "integer" } } },
    noted: { type: "object", properties: { "@lang": { type: "string" }, "#text": { type: "string" } } },
    none: { type: "array", items: { type: "string" } },
    empty: { type: "object" },
  },
} as const;

test("texts of XML become what their schema names, leading zeros and decimals kept", () => {
  const codec = xmlCodec({ root: "R", encoding: "UTF-8", declaration: false });
  const decoded = codec.decode(
    Buffer.from(
      '<R><no>0012</no><count>3</count><test>true</test><amount>1.00</amount><lines id="7"><fee>5</fee></lines><noted>a</noted><empty/></R>',
    ),
    { bytes: 1_000, depth: 4, members: 100 },
  );
  if (!decoded.ok) throw new Error(decoded.message.en);
  const value = textTree(smallPack(), SCHEMA, "interfaces/x.json")(decoded.value);
  expect(value).toEqual({
    no: "0012",
    count: 3,
    test: true,
    amount: "1.00",
    lines: [{ "@id": "7", fee: 5 }],
    noted: { "#text": "a" },
    none: [],
    empty: {},
  });
  // Written again, it is the same message.
  expect(Buffer.from(codec.encode(value)).toString()).toBe(
    '<R><no>0012</no><count>3</count><test>true</test><amount>1.00</amount><lines id="7"><fee>5</fee></lines><noted>a</noted><empty/></R>',
  );
});

test("a number that is not spelled canonically stays a text", () => {
  const read = textTree(smallPack(), SCHEMA, "interfaces/x.json");
  for (const text of ["007", "+1", "1.0", "1e2", " 1", "9007199254740993", ""])
    expect(read({ count: text, lines: [], none: [] })).toEqual({ count: text, lines: [], none: [] });
});
