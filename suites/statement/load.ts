import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { ownHeaders } from "../../core/gateway/own-headers.ts";
import { placeOf } from "../../core/json/place.ts";
import { parseStrictJson } from "../../core/json/strict-json.ts";
import { keyFiles } from "./key-files.ts";
import { list, reason } from "./raw-statement.ts";
import type { Complaint, RawStatement, StatementProblem } from "./raw-statement.ts";
import { schemaProblems } from "./schema-problems.ts";
import { LISTENER_FILES } from "./statement.ts";
import type { Fixture, ListenerTls, Statement, TlsFiles } from "./statement.ts";

export type { StatementProblem } from "./raw-statement.ts";

export type StatementLoading =
  | {
      readonly ok: true;
      readonly statement: Statement;
      readonly file: string;
      /** SHA-256 of the file's bytes, hex. */ readonly digest: string;
    }
  | { readonly ok: false; readonly problems: readonly StatementProblem[] };

const LIMITS = { bytes: 4 * 1024 * 1024, members: 100_000, depth: 32, integersOnly: false } as const;

/** Reads, checks and completes a statement. Every problem is reported at once, key files included; never throws for what a user wrote. */
export function loadStatement(file: string): StatementLoading {
  const path = resolve(file);
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    return refuse(path, {
      rule: { en: `cannot be read: ${reason(cause).en}`, zh: `无法读取：${reason(cause).zh}` },
      remedy: {
        en: "Give the path of a statement (sut.json); docs/statement.md shows one.",
        zh: "请给出声明文件（sut.json）的路径；写法见 docs/statement.zh-CN.md。",
      },
    });
  }
  const parsed = parseStrictJson(bytes, LIMITS);
  if (!parsed.ok) {
    const { line, column } = placeOf(bytes, parsed.offset);
    return refuse(`${file}:${line}:${column}`, {
      rule: {
        en: `is not JSON: ${parsed.message.en} (line ${line}, column ${column})`,
        zh: `不是 JSON：${parsed.message.zh}（第 ${line} 行第 ${column} 列）`,
      },
      remedy: { en: "Correct the syntax at that place.", zh: "请更正该处的语法。" },
    });
  }
  // Whether it is of that shape the schema says next.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const raw = parsed.value as unknown as RawStatement;
  const problems = schemaProblems(raw, file);
  if (typeof raw !== "object" || raw === null) return { ok: false, problems };
  const files = keyFiles(raw, path, file, problems);
  const own = ownHeaders(raw.headers ?? {});
  problems.push(
    ...own.problems.map(({ name, ...complaint }) => ({ file, pointer: `/headers/${name}`, ...complaint })),
    ...cross(raw, file),
  );
  if (problems.length > 0) return { ok: false, problems };
  return {
    ok: true,
    file: path,
    digest: createHash("sha256").update(bytes).digest("hex"),
    statement: { ...complete(raw, files, path), ...(raw.headers === undefined ? {} : { headers: own.headers }) },
  };
}

function refuse(file: string, complaint: Complaint): StatementLoading {
  return { ok: false, problems: [{ file, pointer: "", ...complaint }] };
}

/** Rules that a schema cannot say. */
function cross(raw: RawStatement, file: string): StatementProblem[] {
  const problems: StatementProblem[] = [];
  const [first, second] = list(raw.parties);
  if (first !== undefined && second !== undefined && first.partyId === second.partyId) {
    problems.push({
      file,
      pointer: "/parties/1/partyId",
      rule: { en: `is the first party again ("${second.partyId}")`, zh: `与第一个参与方相同（“${second.partyId}”）` },
      remedy: { en: "The second party must be another one, or left out.", zh: "第二个参与方须是另一方，也可不写。" },
    });
  }
  for (const [index, party] of list(raw.parties).entries())
    if (party.privateKey !== undefined && party.secret !== undefined)
      problems.push({
        file,
        pointer: `/parties/${index}/secret`,
        rule: { en: "stands beside a privateKey", zh: "不能与 privateKey 同时给出" },
        remedy: {
          en: "Give the one that the algorithm needs: a secret for HMAC, a private key for every other.",
          zh: "请只给出算法所需的一种：HMAC 用共享密钥，其余算法用私钥。",
        },
      });
  if (list(raw.sutKeys).length === 0 && list(raw.parties).some(({ secret }) => secret === undefined))
    problems.push({
      file,
      pointer: "/sutKeys",
      rule: { en: "is empty, and a party signs with a key pair", zh: "为空，而有参与方以密钥对签名" },
      remedy: {
        en: "Name the public keys with which the SUT signs; only a shared secret verifies both ways.",
        zh: "请给出被测系统签名所用的公钥；只有共享密钥才能双向验签。",
      },
    });
  if (raw.notify?.tls !== undefined && isPlain(raw.notify.publicUrl))
    problems.push({
      file,
      pointer: "/notify/publicUrl",
      rule: {
        en: "says http, and notify.tls has our counterparty speak TLS",
        zh: "写的是 http，而 notify.tls 使对端使用 TLS",
      },
      remedy: {
        en: "Write https, or take notify.tls out; where a gateway ends TLS ahead of our counterparty, notify.tls stays out.",
        zh: "请改为 https，或删去 notify.tls；若由前置网关终止 TLS，则不写 notify.tls。",
      },
    });
  const serials = new Set<string>();
  for (const [index, key] of list(raw.sutKeys).entries()) {
    if (serials.has(key.serial))
      problems.push({
        file,
        pointer: `/sutKeys/${index}/serial`,
        rule: { en: "stands twice", zh: "重复出现" },
        remedy: { en: "A serial names one key.", zh: "一个序列号只能对应一把密钥。" },
      });
    serials.add(key.serial);
  }
  if (raw.role === "platform" && first !== undefined && raw.sutPartyId === first.partyId) {
    problems.push({
      file,
      pointer: "/parties/0/partyId",
      rule: { en: "is the SUT's own party", zh: "是被测系统自身" },
      remedy: {
        en: "For a platform the first party is the bank that calls it.",
        zh: "被测系统为平台时，第一个参与方是调用它的银行。",
      },
    });
  }
  return problems;
}

function complete(raw: RawStatement, files: ReadonlyMap<string, string>, path: string): Statement {
  const pem = (pointer: string): string => files.get(pointer) ?? "";
  const tls = tlsFiles(raw.tls, "/tls", pem);
  const hooksTls = tlsFiles(raw.hooks?.tls, "/hooks/tls", pem);
  const listener = raw.notify === undefined ? undefined : listenerTls(raw.notify, pem);
  const fixtures: Record<string, Fixture> = {};
  for (const [scenario, values] of Object.entries(raw.fixtures ?? {})) {
    fixtures[scenario] = typeof values["none"] === "string" ? { none: values["none"] } : { values };
  }
  const parties = raw.parties.map(({ partyId, serial, algorithm }, index) => ({
    partyId,
    serial,
    algorithm,
    key:
      raw.parties[index]?.secret === undefined
        ? { privateKey: pem(`/parties/${index}/privateKey`) }
        : { secret: pem(`/parties/${index}/secret`).trim() },
    ...(raw.parties[index]?.sealingSecret === undefined
      ? {}
      : { sealingSecret: pem(`/parties/${index}/sealingSecret`).trim() }),
    ...(raw.parties[index]?.tls === undefined
      ? {}
      : { tls: { cert: pem(`/parties/${index}/tls/cert`), key: pem(`/parties/${index}/tls/key`) } }),
  }));
  return {
    name: raw.name,
    role: raw.role,
    pack: raw.pack,
    baseUrl: raw.baseUrl,
    ...(raw.signedPrefix === undefined ? {} : { signedPrefix: raw.signedPrefix }),
    sutPartyId: raw.sutPartyId,
    parties: parties as unknown as Statement["parties"],
    sutKeys: (raw.sutKeys ?? []).map(({ serial, algorithm }, index) => ({
      serial,
      algorithm,
      publicPem: pem(`/sutKeys/${index}/publicKey`),
    })),
    ...(tls === undefined ? {} : { tls }),
    profile: {
      interfaces: raw.profile?.interfaces ?? ["*"],
      except: raw.profile?.except ?? [],
      ...(raw.profile?.modules === undefined ? {} : { modules: raw.profile.modules }),
      requirementsExcept: raw.profile?.requirements?.except ?? [],
    },
    fixtures,
    ...(raw.notify === undefined
      ? {}
      : {
          notify: {
            listen: { host: raw.notify.listen.host ?? "127.0.0.1", port: raw.notify.listen.port },
            publicUrl: raw.notify.publicUrl,
            ...(listener === undefined ? {} : { tls: listener }),
          },
        }),
    ...(raw.hooks === undefined
      ? {}
      : { hooks: { ...raw.hooks, ...(hooksTls === undefined ? {} : { tls: hooksTls }) } }),
    limits: { timeoutMs: 10_000, maxConcurrency: 20, settleWithinSeconds: 10, checkTimeoutSeconds: 60, ...raw.limits },
    ...(raw.loads === undefined ? {} : { loads: raw.loads }),
    waivers: raw.waivers ?? [],
    checks: (raw.checks ?? []).map((name) => resolve(dirname(path), name)),
    ...(raw.levels === undefined ? {} : { levels: raw.levels.map((name) => resolve(dirname(path), name)) }),
  };
}

/** The text of a file of the statement, by its pointer. */
type Pem = (pointer: string) => string;

function tlsFiles(raw: TlsFiles | undefined, place: string, pem: Pem): TlsFiles | undefined {
  return raw === undefined
    ? undefined
    : {
        ...(raw.ca === undefined ? {} : { ca: pem(`${place}/ca`) }),
        ...(raw.cert === undefined ? {} : { cert: pem(`${place}/cert`), key: pem(`${place}/key`) }),
        ...(raw.servername === undefined ? {} : { servername: raw.servername }),
      };
}

function listenerTls({ tls }: NonNullable<RawStatement["notify"]>, pem: Pem): ListenerTls | undefined {
  if (tls === undefined) return undefined;
  const named = (part: keyof typeof tls, name: string): ListenerTls["cert"] => ({
    name,
    text: pem(`/notify/tls/${part}`),
  });
  return {
    ...Object.fromEntries(
      LISTENER_FILES.flatMap((part) => {
        const name = tls[part];
        return name === undefined ? [] : [[part, named(part, name)]];
      }),
    ),
    cert: named("cert", tls.cert),
    key: named("key", tls.key),
  };
}

/** Whether a text is the address of a plain HTTP server; the schema may have complained about what is no text. */
const isPlain = (url: unknown): boolean => typeof url === "string" && url.startsWith("http:");
