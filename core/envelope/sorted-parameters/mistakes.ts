import { Buffer } from "node:buffer";
import { createHash, createHmac } from "node:crypto";
import { escaped, form } from "../../codec/form.ts";
import { said } from "../diagnosis.ts";
import type { Attempt, Mistake } from "../diagnosis.ts";
import { KEY_MISTAKES } from "../mistakes/keys.ts";
import { BASE64_MISTAKES } from "../mistakes/encodings.ts";
import { RSA_MISTAKES } from "../mistakes/rsa.ts";
import { TIME_MISTAKES } from "../mistakes/times.ts";
import { sortedText } from "./base.ts";
import type { Parameter } from "./base.ts";
import type { SortedParametersPolicy } from "./policy.ts";

/** Every mistake known with this envelope, the commonest first. A new one is added here, and `mistakes.test.ts` asks for a case of it. */
export function mistakesWith(policy: SortedParametersPolicy): readonly Mistake[] {
  return [
    ...parameterMistakes(policy),
    ...extentMistakes(policy),
    ...SECRET_MISTAKES,
    ...KEY_MISTAKES,
    ...(policy.encoding === "hex" ? HEX_MISTAKES : BASE64_MISTAKES),
    ...(Object.values(policy.algorithms).includes("rsa2048") ? RSA_MISTAKES : []),
    ...TIME_MISTAKES,
  ];
}

/** How a text is tried, and the parameters of a message by name. */
function tryingWith(policy: SortedParametersPolicy): {
  readonly text: (attempt: Attempt) => string;
  readonly fits: (attempt: Attempt, signed: string) => boolean;
  readonly sorted: (attempt: Attempt) => readonly Parameter[];
} {
  return {
    text: (attempt) => Buffer.from(attempt.base()).toString(),
    fits: (attempt, signed) => attempt.fits(Buffer.from(signed)),
    sorted: (attempt) => parametersOf(attempt, policy),
  };
}

/** What goes wrong with the form and the order of the text that is signed. */
function parameterMistakes(policy: SortedParametersPolicy): readonly Mistake[] {
  const { fits, sorted } = tryingWith(policy);
  return [
    {
      id: "values-escaped",
      proven: true,
      explains: (attempt) =>
        said(
          [escaped, plusForSpace].some((spell) =>
            fits(attempt, sortedText(sorted(attempt).map(([name, value]) => [name, spell(value)]))),
          ),
          "the values were signed as they are escaped; sign them as they read, and escape them afterwards",
          "签名时使用了编码后的值；应先用原始值签名，再做 URL 编码",
        ),
    },
    {
      id: "not-sorted",
      proven: true,
      explains: (attempt) =>
        said(
          fits(attempt, joined(asSent(attempt, policy))) ||
            fits(attempt, joined(sorted(attempt).toSorted(([left], [right]) => left.localeCompare(right, "en")))),
          "the parameters were signed in another order; sort them by the ASCII codes of their names, capitals first",
          "签名时参数顺序不符；应按参数名 ASCII 码从小到大排序（大写字母在前）",
        ),
    },
    {
      id: "empty-values-signed",
      proven: true,
      explains: (attempt) =>
        said(
          sorted(attempt).some(([, value]) => value === "") && fits(attempt, joined(byName(sorted(attempt)))),
          "parameters without a value were signed; leave them out",
          "空值参数参与了签名；应剔除",
        ),
    },
  ];
}

/** What is left out of the text that is signed, or added to it. */
function extentMistakes(policy: SortedParametersPolicy): readonly Mistake[] {
  const { fits, sorted, text } = tryingWith(policy);
  return [
    {
      id: "algorithm-left-out",
      proven: true,
      explains: (attempt) => {
        const { algorithm } = policy.parameters;
        return said(
          algorithm !== undefined && fits(attempt, sortedText(sorted(attempt).filter(([name]) => name !== algorithm))),
          `the parameter ${algorithm ?? ""} was left out of what was signed; only the signature itself is`,
          `待签名串遗漏了参数 ${algorithm ?? ""}；仅签名参数本身不参与签名`,
        );
      },
    },
    {
      id: "envelope-left-out",
      proven: true,
      explains: (attempt) => {
        const own = new Set(Object.values(policy.parameters));
        return said(
          fits(attempt, sortedText(sorted(attempt).filter(([name]) => !own.has(name)))),
          "only the business parameters were signed; party, time and nonce are signed too",
          "仅对业务参数签名；机构号、时间戳与随机串也须参与签名",
        );
      },
    },
    {
      id: "separator-at-end",
      proven: true,
      explains: (attempt) =>
        said(
          fits(attempt, `${text(attempt)}&`) || fits(attempt, `${text(attempt)}\n`),
          "the signed text ends with a separator; it ends with the last value",
          "待签名串末尾多了分隔符；应以最后一个值结尾",
        ),
    },
  ];
}

/** What goes wrong with a shared secret. */
const SECRET_MISTAKES: readonly Mistake[] = [
  {
    id: "secret-appended",
    proven: true,
    explains: (attempt) =>
      said(
        explained(attempt, (secret, base) => [
          ...["sha256", "md5"].flatMap((hash) =>
            [`${base}&key=${secret}`, `${base}${secret}`].map((signed) => createHash(hash).update(signed).digest()),
          ),
          createHmac("sha256", secret).update(`${base}&key=${secret}`).digest(),
        ]),
        "the secret was appended to the text, as older gateways want it; use it as the key of HMAC-SHA256, and append nothing",
        "把密钥拼接在待签名串之后（旧式做法）；应以其为 HMAC-SHA256 的密钥，不拼接",
      ),
  },
  {
    id: "secret-decoded",
    proven: true,
    explains: (attempt) =>
      said(
        explained(attempt, (secret, base) =>
          (["hex", "base64"] as const).map((encoding) =>
            createHmac("sha256", Buffer.from(secret, encoding)).update(base).digest(),
          ),
        ),
        "the secret was decoded from hexadecimal or base64 before it was used; its characters are the key as they are",
        "使用密钥前先做了十六进制或 Base64 解码；应直接使用其字符",
      ),
  },
  {
    id: "other-hash",
    proven: true,
    explains: (attempt) =>
      said(
        explained(attempt, (secret, base) =>
          ["sha1", "sha512", "md5"].map((hash) => createHmac(hash, secret).update(base).digest()),
        ),
        "another hash was used; the signature is HMAC with SHA-256",
        "使用了其他摘要算法；应为 HMAC-SHA256",
      ),
  },
];

/** What goes wrong with the spelling of a signature that is to be lower-case hexadecimal. */
const HEX_MISTAKES: readonly Mistake[] = [
  {
    id: "encoding-upper-case",
    proven: true,
    explains: (attempt) => {
      const { signature } = attempt.failed;
      return said(
        /^(?:[0-9A-Fa-f]{2})+$/.test(signature) && attempt.fits(attempt.base(), Buffer.from(signature, "hex")),
        "the hexadecimal digits of the signature are in upper case; write them in lower case",
        "签名的十六进制使用了大写；应为小写",
      );
    },
  },
  {
    id: "encoding-base64",
    proven: true,
    explains: (attempt) =>
      said(
        attempt.fits(attempt.base(), Buffer.from(attempt.failed.signature, "base64")),
        "the signature is sent as base64; send it as lower-case hexadecimal",
        "签名以 Base64 发送；应使用小写十六进制",
      ),
  },
];

function explained(attempt: Attempt, make: (secret: string, base: string) => readonly Uint8Array[]): boolean {
  const { key } = attempt.failed;
  const { signature } = attempt;
  if (key.kind !== "secret" || signature === undefined || signature.length === 0) return false;
  const base = Buffer.from(attempt.base()).toString();
  const made = (secret: string): readonly Uint8Array[] => make(secret, base);
  return [0, 1, 2, 3, 4].some((index) => key.explains((secret) => made(secret)[index] ?? new Uint8Array(), signature));
}

/** What the message says, the envelope's parameters and empty ones included, by name. */
function parametersOf(attempt: Attempt, policy: SortedParametersPolicy): readonly Parameter[] {
  return byName(asSent(attempt, policy));
}

/** The same in the order of the body: the business parameters, then those of the envelope. */
function asSent({ failed }: Attempt, { parameters: names }: SortedParametersPolicy): readonly Parameter[] {
  const decoded = form.decode(failed.message.body, { bytes: Infinity, depth: 1, members: Infinity });
  const payload = decoded.ok ? Object.entries(decoded.value as Readonly<Record<string, string>>) : [];
  const message: Partial<Record<keyof typeof names, string>> = {
    ...(failed.kind === "request" ? { party: failed.message.party } : {}),
    serial: failed.message.serial,
    algorithm: failed.message.algorithm,
    timestamp: failed.message.timestamp,
    nonce: failed.message.nonce,
  };
  return [
    ...payload,
    ...(["party", "serial", "algorithm", "timestamp", "nonce"] as const).flatMap((id) => {
      const [name, value] = [names[id], message[id]];
      return name === undefined || value === undefined ? [] : [[name, value] as const];
    }),
  ];
}

const byName = (parameters: readonly Parameter[]): readonly Parameter[] =>
  parameters.toSorted(([left], [right]) => (left < right ? -1 : 1));

const joined = (parameters: readonly Parameter[]): string =>
  parameters.map(([name, value]) => `${name}=${value}`).join("&");

const plusForSpace = (value: string): string => escaped(value).replaceAll("%20", "+");
