import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { ErrorObject, ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { suggestion } from "../../core/names/near-name.ts";
import { placeOf } from "../../core/json/place.ts";
import { parseStrictJson } from "../../core/json/strict-json.ts";
import schema from "../../specs/meta/statement.schema.json" with { type: "json" };
import { keyFiles } from "./key-files.ts";
import { list, reason } from "./raw-statement.ts";
import type { RawStatement, StatementProblem } from "./raw-statement.ts";
import type { Fixture, Statement, TlsFiles } from "./statement.ts";

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
    return refuse(
      path,
      "",
      `cannot be read: ${reason(cause)}`,
      "Give the path of a statement (sut.json); docs/statement.md shows one.",
    );
  }
  const parsed = parseStrictJson(bytes, LIMITS);
  if (!parsed.ok) {
    const { line, column } = placeOf(bytes, parsed.offset);
    return refuse(
      `${file}:${line}:${column}`,
      "",
      `is not JSON: ${parsed.message.en} (line ${line}, column ${column})`,
      "Correct the syntax at that place.",
    );
  }
  // Whether it is of that shape the schema says next.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const raw = parsed.value as unknown as RawStatement;
  const problems = schemaProblems(raw, file);
  if (typeof raw !== "object" || raw === null) return { ok: false, problems };
  const files = keyFiles(raw, path, file, problems);
  problems.push(...cross(raw, file));
  if (problems.length > 0) return { ok: false, problems };
  return {
    ok: true,
    file: path,
    digest: createHash("sha256").update(bytes).digest("hex"),
    statement: complete(raw, files, path),
  };
}

function refuse(file: string, pointer: string, rule: string, remedy: string): StatementLoading {
  return { ok: false, problems: [{ file, pointer, rule, remedy }] };
}

/** Compiled for the first statement of a process. */
let compiled: ValidateFunction | undefined;

function compileSchema(): ValidateFunction {
  const ajv = new Ajv2020({ allErrors: true, strict: false, verbose: true });
  // The package's types describe a default export that is a namespace; at run time it is the function.
  (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
  return ajv.compile(schema);
}

function schemaProblems(raw: unknown, file: string): StatementProblem[] {
  compiled ??= compileSchema();
  const validate = compiled;
  if (validate(raw)) return [];
  const found = (validate.errors ?? [])
    .filter((error) => error.keyword !== "oneOf" && error.keyword !== "not")
    .map((error) => ({ file, ...explain(error, raw) }));
  // What may be one thing or another complains once for each.
  return found.filter(
    (one, at) => found.findIndex((other) => other.pointer === one.pointer && other.rule === one.rule) === at,
  );
}

function explain(
  error: ErrorObject,
  raw: unknown,
): { readonly pointer: string; readonly rule: string; readonly remedy: string } {
  const pointer = error.instancePath;
  const parameters = error.params as Readonly<Record<string, unknown>>;
  // Fixtures name people, hooks have a token, and headers a key.
  const seen = /^\/(fixtures|hooks|headers)\//.test(pointer) ? "a value" : shown(at(raw, pointer));
  switch (error.keyword) {
    case "required":
      return {
        pointer,
        rule: `"${String(parameters["missingProperty"])}" is missing`,
        remedy: `Add "${String(parameters["missingProperty"])}".`,
      };
    case "additionalProperties": {
      const allowed = Object.keys((error.parentSchema?.["properties"] ?? {}) as object);
      const name = String(parameters["additionalProperty"]);
      return {
        pointer: `${pointer}/${name}`,
        rule: "is no field of a statement",
        remedy: `${suggestion(name, allowed)}Remove it, or correct its spelling${allowed.length === 0 ? "" : `; allowed here: ${allowed.join(", ")}`}.`,
      };
    }
    case "enum":
      return {
        pointer,
        rule: `is ${seen}, none of the allowed values`,
        remedy: `Use one of ${JSON.stringify(parameters["allowedValues"])}.`,
      };
    case "type":
      return {
        pointer,
        rule: `is ${seen}, not ${KINDS[String(parameters["type"])] ?? String(parameters["type"])}`,
        remedy: `Give ${KINDS[String(parameters["type"])] ?? String(parameters["type"])}; docs/statement.md describes the field.`,
      };
    case "minItems":
    case "minProperties":
      return { pointer, rule: "is empty", remedy: "Name at least one; docs/statement.md describes the field." };
    case "format":
      return {
        pointer,
        rule: `is ${seen}, and no ${String(parameters["format"])}`,
        remedy:
          parameters["format"] === "date"
            ? "Give a day of the calendar as 2026-12-31."
            : "Correct the value; docs/statement.md describes the field.",
      };
    case "pattern":
      if (pointer === "/baseUrl")
        return {
          pointer,
          rule: `is ${seen}, and no base URL`,
          remedy:
            "Give scheme, host and port as https://bank.example:8443; a path prefix may follow, without a slash at its end.",
        };
      return {
        pointer,
        rule: `is ${seen}, which does not match ${String(parameters["pattern"])}`,
        remedy: "Correct the value; docs/statement.md describes the field.",
      };
    default:
      return {
        pointer,
        rule: `is ${seen} and ${error.message ?? error.keyword}`,
        remedy: "Correct the value; docs/statement.md describes the field.",
      };
  }
}

const KINDS: Readonly<Record<string, string>> = {
  object: "an object",
  array: "a list",
  string: "a text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
};

/** The value at a JSON Pointer. */
function at(value: unknown, pointer: string): unknown {
  return pointer
    .split("/")
    .slice(1)
    .reduce<unknown>(
      (inner, part) =>
        typeof inner === "object" && inner !== null
          ? (inner as Readonly<Record<string, unknown>>)[part.replaceAll("~1", "/").replaceAll("~0", "~")]
          : undefined,
      value,
    );
}

/** A value as evidence; of what is long, its kind. A key that was pasted in shows nothing of itself. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  if (text.length <= 48 && !text.includes("PRIVATE KEY")) return text;
  return KINDS[Array.isArray(value) ? "array" : typeof value] ?? "a value";
}

/** Headers by which a message is framed and read. Those that sign it the pack says; `Host` may differ from `baseUrl`. */
const OWN_HEADERS = /^(?:accept|connection|content-.*|expect|proxy-.*|te|trailer|transfer-encoding|upgrade)$/i;

/** Rules that a schema cannot say. */
function cross(raw: RawStatement, file: string): StatementProblem[] {
  const problems: StatementProblem[] = [];
  const [first, second] = list(raw.parties);
  if (first !== undefined && second !== undefined && first.partyId === second.partyId) {
    problems.push({
      file,
      pointer: "/parties/1/partyId",
      rule: `is the first party again ("${second.partyId}")`,
      remedy: "The second party must be another one, or left out.",
    });
  }
  for (const [index, party] of list(raw.parties).entries())
    if (party.privateKey !== undefined && party.secret !== undefined)
      problems.push({
        file,
        pointer: `/parties/${index}/secret`,
        rule: "stands beside a privateKey",
        remedy: "Give the one that the algorithm needs: a secret for HMAC, a private key for every other.",
      });
  if (list(raw.sutKeys).length === 0 && list(raw.parties).some(({ secret }) => secret === undefined))
    problems.push({
      file,
      pointer: "/sutKeys",
      rule: "is empty, and a party signs with a key pair",
      remedy: "Name the public keys with which the SUT signs; only a shared secret verifies both ways.",
    });
  const serials = new Set<string>();
  for (const [index, key] of list(raw.sutKeys).entries()) {
    if (serials.has(key.serial))
      problems.push({
        file,
        pointer: `/sutKeys/${index}/serial`,
        rule: "stands twice",
        remedy: "A serial names one key.",
      });
    serials.add(key.serial);
  }
  for (const name of Object.keys(raw.headers ?? {}))
    if (OWN_HEADERS.test(name))
      problems.push({
        file,
        pointer: `/headers/${name}`,
        rule: "is a header that each message has of its own",
        remedy: "Take it out: only what a gateway asks for besides belongs here, such as the key of an API.",
      });
  if (raw.role === "platform" && first !== undefined && raw.sutPartyId === first.partyId) {
    problems.push({
      file,
      pointer: "/parties/0/partyId",
      rule: "is the SUT's own party",
      remedy: "For a platform the first party is the bank that calls it.",
    });
  }
  return problems;
}

function complete(raw: RawStatement, files: ReadonlyMap<string, string>, path: string): Statement {
  const pem = (pointer: string): string => files.get(pointer) ?? "";
  const tls: TlsFiles | undefined =
    raw.tls === undefined
      ? undefined
      : {
          ...(raw.tls.ca === undefined ? {} : { ca: pem("/tls/ca") }),
          ...(raw.tls.cert === undefined ? {} : { cert: pem("/tls/cert"), key: pem("/tls/key") }),
          ...(raw.tls.servername === undefined ? {} : { servername: raw.tls.servername }),
        };
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
  }));
  return {
    name: raw.name,
    role: raw.role,
    pack: raw.pack,
    baseUrl: raw.baseUrl,
    ...(raw.signedPrefix === undefined ? {} : { signedPrefix: raw.signedPrefix }),
    ...(raw.headers === undefined
      ? {}
      : {
          headers: Object.entries(raw.headers).map(([name, value]): [string, string] => [
            name,
            files.get(`/headers/${name}`) ?? value,
          ]),
        }),
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
          },
        }),
    ...(raw.hooks === undefined ? {} : { hooks: raw.hooks }),
    limits: { timeoutMs: 10_000, maxConcurrency: 20, settleWithinSeconds: 10, checkTimeoutSeconds: 60, ...raw.limits },
    waivers: raw.waivers ?? [],
    checks: (raw.checks ?? []).map((name) => resolve(dirname(path), name)),
  };
}
