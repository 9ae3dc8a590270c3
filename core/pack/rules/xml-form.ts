import { isXmlName } from "../../codec/xml/reader.ts";
import type { XmlForm } from "../../codec/xml/form.ts";
import { escape } from "../../expression/typing.ts";
import { interfaceFile } from "../file.ts";
import type { Problem } from "../problem.ts";
import { problem } from "./rule.ts";
import type { Rule } from "./rule.ts";

const ID = "xml.form";
const AT = "/policies/xml";

/** What is written as XML has a form, and every element of that has one name and one place. */
export const xmlForm: Rule = {
  id: ID,
  check: ({ manifest, interfaces }) => {
    const { xml } = manifest.policies;
    if (xml !== undefined) return [...wrongNames(xml), ...twoPlaces(xml)];
    return interfaces.flatMap((one) =>
      (["request", "response"] as const).flatMap((part) =>
        one[part].representation === "xml"
          ? [
              problem(
                ID,
                interfaceFile(one),
                `/${part}/representation`,
                [
                  "The body is XML, and the pack does not say how it is written.",
                  "报文体为 XML，而规范包未说明其写法。",
                ],
                [
                  'Add policies.xml to pack.json, such as {"root": "root", "encoding": "UTF-8", "declaration": true}.',
                  '请在 pack.json 中加入 policies.xml，如 {"root": "root", "encoding": "UTF-8", "declaration": true}。',
                ],
              ),
            ]
          : [],
      ),
    );
  },
};

/** Names that no element or namespace can have. */
function wrongNames({ root, namespaces = {}, groups = {} }: XmlForm): readonly Problem[] {
  const prefixes = Object.keys(namespaces);
  const fits = (name: string): boolean => {
    const [first = "", second, ...more] = name.split(":");
    return second === undefined ? isXmlName(first) : prefixes.includes(first) && isXmlName(second) && more.length === 0;
  };
  const named: readonly (readonly [string, string])[] = [
    [root, `${AT}/root`],
    ...Object.keys(groups).flatMap((path) =>
      path === "" ? [] : path.split("/").map((step) => [step, `${AT}/groups/${escape(path)}`] as const),
    ),
    ...Object.entries(groups).flatMap(([path, names]) =>
      names.map((name, index) => [name, `${AT}/groups/${escape(path)}/${index}`] as const),
    ),
  ];
  return [
    ...named
      .filter(([name, pointer]) => (pointer === `${AT}/root` ? !isXmlName(name) : !fits(name)))
      .map(([name, pointer]) =>
        problem(
          ID,
          "pack.json",
          pointer,
          [`No element can be called ${JSON.stringify(name)}.`, `元素不能命名为 ${JSON.stringify(name)}。`],
          [
            `Begin with a letter or _, go on with letters, digits, "-", "." and "_"; ahead of it may stand a prefix of namespaces and a colon (${prefixes.join(", ") || "there is none"}).`,
            `须以字母或 _ 开头，其后为字母、数字、-、.、_；其前可加 namespaces 中的前缀与冒号（${prefixes.join("、") || "目前没有"}）。`,
          ],
        ),
      ),
    ...prefixes
      .filter((prefix) => ["xml", "xmlns"].includes(prefix))
      .map((prefix) =>
        problem(
          ID,
          "pack.json",
          `${AT}/namespaces/${prefix}`,
          [`The prefix ${prefix} belongs to XML itself.`, `前缀 ${prefix} 由 XML 自身保留。`],
          ["Choose another prefix.", "请改用其他前缀。"],
        ),
      ),
  ];
}

/** Elements that stand in two groups, or that group others and have a value too. */
function twoPlaces({ groups = {} }: XmlForm): readonly Problem[] {
  const paths = Object.keys(groups).flatMap((path) =>
    path.split("/").map((_step, index, steps) => steps.slice(0, index + 1).join("/")),
  );
  const seen = new Map<string, string>();
  return Object.entries(groups).flatMap(([path, names]) =>
    names.flatMap((name, index) => {
      const other = seen.get(name);
      seen.set(name, path);
      if (paths.includes(path === "" ? name : `${path}/${name}`) || other === undefined) return [];
      return [
        problem(
          ID,
          "pack.json",
          `${AT}/groups/${escape(path)}/${index}`,
          [
            `${name} stands in ${JSON.stringify(other)} too, and a field of a message has one place.`,
            `${name} 也位于 ${JSON.stringify(other)}，而报文的一个字段只能有一处位置。`,
          ],
          [
            "Take it out of one of them, or leave the group out and describe its element as an object.",
            "请从其中一处删除；或不将该元素列为分组，而以对象描述。",
          ],
        ),
      ];
    }),
  );
}
