import { DocumentProblem, isObject, METHODS } from "../document.ts";
import type { ApiBody, ApiDocument, ApiOperation, LeftOut, Method } from "../document.ts";
import { kebab, singular, snake, unique } from "../names.ts";
import type { Wanted } from "../openapi/read.ts";
import { refusalCodes } from "../refusal-codes.ts";
import { observedSchema } from "./observed-schema.ts";

interface Entry {
  readonly method: Method;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly status: number;
  readonly sent: unknown;
  readonly form: boolean;
  readonly answered: unknown;
}

const NUMBERED = /^(?:\d+|[0-9a-f]{8}-[0-9a-f-]{27}|(?=(?:.*\d){3})[A-Za-z0-9_-]{8,})$/iu;

/** Reads recorded traffic (HAR 1.2). What was seen is all that is known. @throws DocumentProblem for anything else. */
export function readHar(document: unknown, wanted: Wanted): ApiDocument {
  const log = isObject(document) ? document["log"] : undefined;
  const written = isObject(log) ? log["entries"] : undefined;
  if (!Array.isArray(written))
    throw new DocumentProblem(
      { en: "it is no HAR file: it has no log.entries", zh: "不是 HAR 文件：没有 log.entries" },
      "",
      {
        en: "save the traffic as HAR, in a browser's network panel or by a proxy",
        zh: "请在浏览器的网络面板或代理中将报文导出为 HAR",
      },
    );
  const entries = written.flatMap((one): readonly Entry[] => entryOf(one) ?? []);
  const names = fieldNames(entries);
  const groups = new Map<string, { readonly path: string; readonly entries: Entry[] }>();
  for (const entry of entries) {
    const path = template(entry.path, names);
    const address = `${entry.method} ${path.replaceAll(/\{[^}]*\}/gu, "{}")}`;
    const group = groups.get(address);
    if (group === undefined) groups.set(address, { path, entries: [entry] });
    else group.entries.push(entry);
  }
  const ids = new Set<string>();
  const leftOut: LeftOut[] = [];
  const operations = [...groups.values()].flatMap(({ path, entries: seen }): readonly ApiOperation[] => {
    const method = seen[0]?.method ?? "get";
    const id = kebab(`${method} ${path}`);
    if (!wanted([path, path.replaceAll(/[{}]/gu, ""), id])) return [];
    const root = path === "/";
    const good = root ? [] : seen.filter(({ status }) => status >= 200 && status < 300);
    if (good.length > 0) return [{ ...operation(method, path, seen, good), id: unique(id, ids) }];
    leftOut.push({
      operation: `${method.toUpperCase()} ${path}`,
      why: root
        ? { en: "a pack cannot have its path", zh: "规范包无法写出其路径" }
        : { en: "no good answer was seen", zh: "未见成功应答" },
    });
    return [];
  });
  const headers = Object.assign({}, ...entries.map((one) => one.headers)) as Readonly<Record<string, string>>;
  const telling = Object.keys(headers).filter((name) =>
    /^(?:authorization|signature|signature-input|digest|content-digest|x-.*)$/u.test(name),
  );
  return {
    title: "Recorded traffic",
    kind: "har",
    operations,
    schemas: {},
    leftOut,
    headers: telling,
    headerExamples: headers,
  };
}

function entryOf(one: unknown): readonly Entry[] | undefined {
  if (!isObject(one) || !isObject(one["request"]) || !isObject(one["response"])) return undefined;
  const { request, response } = one;
  const method = METHODS.find((known) => known === String(request["method"]).toLowerCase());
  const url = typeof request["url"] === "string" && URL.canParse(request["url"]) ? new URL(request["url"]) : undefined;
  const status = Number(response["status"]);
  if (method === undefined || url === undefined || !Number.isInteger(status)) return undefined;
  const data = isObject(request["postData"]) ? request["postData"] : {};
  const form = String(data["mimeType"]).startsWith("application/x-www-form-urlencoded");
  const headers = (Array.isArray(request["headers"]) ? request["headers"] : []).filter(isObject);
  return [
    {
      method,
      path: url.pathname.replace(/(?<=.)\/$/u, ""),
      query: Object.fromEntries(url.searchParams),
      headers: Object.fromEntries(headers.map(({ name, value }) => [String(name).toLowerCase(), String(value)])),
      status,
      form,
      sent: form ? Object.fromEntries(new URLSearchParams(String(data["text"]))) : jsonOf(data["text"]),
      answered: jsonOf(contentText(response["content"])),
    },
  ];
}

function contentText(content: unknown): unknown {
  if (!isObject(content) || typeof content["text"] !== "string") return undefined;
  return content["encoding"] === "base64" ? Buffer.from(content["text"], "base64").toString("utf8") : content["text"];
}

function jsonOf(text: unknown): unknown {
  try {
    return typeof text === "string" ? (JSON.parse(text) as unknown) : undefined;
  } catch {
    return undefined;
  }
}

/** Names of the fields by the values that they had in bodies: a number in a path is called as it is there. */
function fieldNames(entries: readonly Entry[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const visit = (value: unknown, depth: number): void => {
    if (!isObject(value) || depth > 3) return;
    for (const [name, member] of Object.entries(value)) {
      if (typeof member === "string" && /^[A-Za-z]\w*$/u.test(name) && !found.has(member)) found.set(member, name);
      visit(member, depth + 1);
    }
  };
  for (const { sent, answered } of entries) [sent, answered].forEach((body) => visit(body, 0));
  return found;
}

/** The path with names in place of the numbers in it. */
function template(path: string, names: ReadonlyMap<string, string>): string {
  const taken = new Set<string>();
  const parts = path.split("/");
  return parts
    .map((part, at) => {
      if (!NUMBERED.test(part)) return part.replaceAll(/[^A-Za-z0-9._~:-]/gu, "-");
      const name = names.get(part) ?? `${snake(singular(parts[at - 1] ?? "path"))}_number`;
      return `{${unique(name, taken).replaceAll("-", "_")}}`;
    })
    .join("/");
}

function operation(
  method: Method,
  path: string,
  seen: readonly Entry[],
  good: readonly Entry[],
): Omit<ApiOperation, "id"> {
  const status = good[0]?.status ?? 200;
  const sent = good.filter((one) => isObject(one.sent));
  const answers = good.filter((one) => one.status === status && one.answered !== undefined);
  const query = [...new Set(good.flatMap((one) => Object.keys(one.query)))];
  const body = (values: readonly unknown[], form = false): ApiBody => ({
    representation: form ? "form" : "json",
    schema: observedSchema(values),
  });
  const refused = Map.groupBy(
    seen.filter((one) => one.status >= 400),
    (one) => one.status,
  );
  return {
    method,
    path,
    title: `${method.toUpperCase()} ${path}`,
    pathParameters: [...path.matchAll(/\{([^}]+)\}/gu)].map(([, name = ""]) => ({
      name,
      required: true,
      schema: { type: "string", minLength: 1 },
    })),
    query: query.map((name) => ({
      name,
      required: good.every((one) => Object.hasOwn(one.query, name)),
      schema: { type: "string" },
    })),
    ...(sent.length === 0 || method === "get" || method === "delete"
      ? {}
      : {
          request: body(
            sent.map((one) => one.sent),
            sent.every(({ form }) => form),
          ),
        }),
    response: { status, ...(answers.length === 0 ? {} : { body: body(answers.map(({ answered }) => answered)) }) },
    refusals: [...refused].map(([code, entries]) => {
      const bodies = entries.map(({ answered }) => answered).filter(isObject);
      return {
        status: code,
        ...(bodies.length === 0 ? {} : { schema: observedSchema(bodies) }),
        codes: refusalCodes(undefined, bodies),
      };
    }),
  };
}
