import { DSIG } from "../../envelope/enveloped-signature/xml-signature.ts";
import { escape } from "../../expression/typing.ts";
import { interfaceFile } from "../file.ts";
import type { Problem } from "../problem.ts";
import type { PackSource } from "../types.ts";
import { names, problem } from "./rule.ts";
import type { Rule } from "./rule.ts";

const ID = "envelope.xml-signature";

/** `Algorithm` of SignatureMethod (RFC 9231 section 2.3) to the scheme that signs so. */
const METHODS: Readonly<Record<string, string>> = {
  "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256": "rsa2048",
  "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1": "rsa-pss-sha256",
  "http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1": "rsa-pss-sha512",
  "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256": "ecdsa-p256-sha256",
  "http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519": "ed25519",
  "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256": "hmac-sha256",
};

/** Names of XML Signature stand for what they stand for everywhere, and every message is XML in UTF-8. */
export const xmlSignature: Rule = {
  id: ID,
  check: (source) => {
    const { envelope } = source.manifest.policies;
    if (envelope.style !== "enveloped-signature") return [];
    return [...wrongMethods(envelope.algorithms), ...wrongXml(source), ...otherFormats(source)];
  },
};

function wrongMethods(algorithms: Readonly<Record<string, string>>): readonly Problem[] {
  return Object.entries(algorithms)
    .filter(([method, scheme]) => method.startsWith("http://www.w3.org/") && METHODS[method] !== scheme)
    .map(([method, scheme]) =>
      problem(
        ID,
        "pack.json",
        `/policies/envelope/algorithms/${escape(method)}`,
        [`The SignatureMethod ${method} is not ${scheme}.`, `SignatureMethod ${method} 并非 ${scheme}。`],
        [
          `Of XML Signature there are here: ${names(Object.entries(METHODS).map(([name, own]) => `${name} (${own})`))}. For a scheme that it has no name for, agree on an address of your own.`,
          `可用的 SignatureMethod：${names(Object.entries(METHODS).map(([name, own]) => `${name}（${own}）`))}。若算法没有标准名称，请自行约定一个地址。`,
        ],
      ),
    );
}

function wrongXml({ manifest }: PackSource): readonly Problem[] {
  const { xml } = manifest.policies;
  if (xml === undefined)
    return [
      problem(
        ID,
        "pack.json",
        "/policies/envelope/style",
        ["Messages are XML, and the pack does not say how it is written.", "报文为 XML，而规范包未说明其写法。"],
        [
          'Add policies.xml to pack.json, such as {"root": "root", "encoding": "UTF-8", "declaration": true}.',
          '请在 pack.json 中加入 policies.xml，如 {"root": "root", "encoding": "UTF-8", "declaration": true}。',
        ],
      ),
    ];
  const taken = Object.entries(xml.namespaces ?? {}).find(([, address]) => address === DSIG);
  return [
    ...(xml.encoding === "UTF-8"
      ? []
      : [
          problem(
            ID,
            "pack.json",
            "/policies/xml/encoding",
            [
              `A signature within a document is taken over UTF-8, and documents are in ${xml.encoding}.`,
              `XML 签名以 UTF-8 规范化，而报文编码为 ${xml.encoding}。`,
            ],
            ['Write "encoding": "UTF-8".', '请改为 "encoding": "UTF-8"。'],
          ),
        ]),
    ...(taken === undefined && xml.namespace !== DSIG
      ? []
      : [
          problem(
            ID,
            "pack.json",
            taken === undefined ? "/policies/xml/namespace" : `/policies/xml/namespaces/${escape(taken[0])}`,
            ["Elements of XML Signature are the envelope's own.", "XML 签名的元素由报文封装自行处理。"],
            ["Take this namespace out.", "请删去该命名空间。"],
          ),
        ]),
  ];
}

/** What has a body of another format has no place for the signature. */
function otherFormats({ interfaces }: PackSource): readonly Problem[] {
  return interfaces.flatMap((one) =>
    (["request", "response"] as const).flatMap((part) =>
      ["json", "form"].includes(one[part].representation)
        ? [
            problem(
              ID,
              interfaceFile(one),
              `/${part}/representation`,
              [
                `The signature stands within XML, and this body is ${one[part].representation}.`,
                `签名位于 XML 报文之内，而该报文体为 ${one[part].representation}。`,
              ],
              ['Write "representation": "xml".', '请改为 "representation": "xml"。'],
            ),
          ]
        : [],
    ),
  );
}
