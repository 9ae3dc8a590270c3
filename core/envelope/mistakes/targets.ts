import type { Attempt } from "../explanation/attempt.ts";
import type { Mistake } from "../explanation/mistake.ts";

/** How many leading segments of a path a prefix may have. */
const PREFIX_SEGMENTS = 3;

/** What goes wrong with the target: its query, its host, a prefix that a gateway adds or takes away, its escapes. */
export const TARGET_MISTAKES: readonly Mistake[] = [
  {
    id: "path-without-query",
    family: "target",
    title: { en: "the path was signed without its query string", zh: "签名的 URL 不含查询串" },
    remedy: { en: "sign path and query as they are sent", zh: "应按实际发送的路径与查询串签名" },
    *guesses(attempt) {
      const { path, query } = parted(attempt);
      if (query !== undefined) yield* attempt.with({ target: path });
    },
  },
  {
    id: "full-url",
    family: "target",
    title: { en: "the full URL was signed", zh: "签名用了完整 URL" },
    remedy: { en: "sign only path and query, without scheme and host", zh: "应只用路径与查询串，不含协议与域名" },
    *guesses(attempt) {
      const { request, failed } = attempt;
      if (request === undefined || failed.kind !== "request") return;
      for (const origin of failed.origins ?? []) {
        const whole = `${origin.replace(/\/$/, "")}${request.target}`;
        yield* attempt.with({ target: whole });
        yield* attempt.with({ target: whole.replace(/^https?:\/\//, "") });
      }
    },
  },
  {
    id: "path-prefix-added",
    family: "target",
    title: {
      en: "the path was signed with a prefix, which a gateway has taken away",
      zh: "签名的路径带有前缀，而网关已将其去除",
    },
    remedy: {
      en: "sign the path as it arrives, or let the gateway pass it on unchanged",
      zh: "应按到达的路径签名，或让网关原样转发",
    },
    *guesses(attempt) {
      const { request, failed } = attempt;
      if (request === undefined || failed.kind !== "request") return;
      for (const prefix of failed.prefixes ?? [])
        yield* attempt.with(
          { target: `${prefix}${request.target}` },
          {
            en: `the path was signed with the prefix ${prefix}, which a gateway has taken away: ${request.target} arrived`,
            zh: `签名的路径带有前缀 ${prefix}，而网关已将其去除，到达的是 ${request.target}`,
          },
        );
    },
  },
  {
    id: "path-prefix-missing",
    family: "target",
    title: { en: "the path was signed without its prefix", zh: "签名的路径缺少前缀" },
    remedy: { en: "sign path and query as they arrive here", zh: "应按实际到达的路径与查询串签名" },
    *guesses(attempt) {
      const target = attempt.request?.target ?? "";
      for (const prefix of prefixesOf(target))
        yield* attempt.with(
          { target: target.slice(prefix.length) },
          { en: `the path was signed without its prefix ${prefix}`, zh: `签名的路径缺少前缀 ${prefix}` },
        );
    },
  },
  {
    id: "path-decoded",
    family: "target",
    title: { en: "the path was signed percent-decoded", zh: "签名用了解码后的 URL" },
    remedy: {
      en: "sign it exactly as it is sent, percent signs and all",
      zh: "应按实际发送的百分号编码原样签名",
    },
    *guesses(attempt) {
      const { path, query, target } = parted(attempt);
      const [whole, pathOnly, queryOnly] = [decoded(target), decoded(path), decoded(query ?? "")];
      if (whole !== undefined) yield* attempt.with({ target: whole });
      // As forms are decoded, a plus is a space.
      if (queryOnly !== undefined && pathOnly !== undefined) {
        const spaced = decoded((query ?? "").replaceAll("+", " ")) ?? queryOnly;
        for (const [one, other] of [
          [path, queryOnly],
          [pathOnly, query ?? ""],
          [path, spaced],
          [pathOnly, spaced],
        ] as const)
          yield* attempt.with({ target: query === undefined ? one : `${one}?${other}` });
      }
    },
  },
  {
    id: "path-encoded-again",
    family: "target",
    title: {
      en: "the path was signed with its escapes escaped once more, as %25E9",
      zh: "签名的 URL 被重复编码（如 %25E9）",
    },
    remedy: { en: "sign the very characters that are sent", zh: "应对实际发送的字符签名" },
    *guesses(attempt) {
      const { path, query, target } = parted(attempt);
      yield* attempt.with({ target: target.replaceAll("%", "%25") });
      yield* attempt.with({ target: encodeURI(target) });
      if (query !== undefined) yield* attempt.with({ target: `${path}?${encodeURIComponent(query)}` });
      yield* attempt.with({ target: encodeURIComponent(target) });
    },
  },
  {
    id: "space-escaped-otherwise",
    family: "target",
    title: {
      en: "a space was signed as + and sent as %20, or the other way round",
      zh: "空格在签名时写作 +、发送时写作 %20（或相反）",
    },
    remedy: { en: "sign the very characters that are sent", zh: "应对实际发送的字符签名" },
    *guesses(attempt) {
      const { path, query } = parted(attempt);
      if (query === undefined) return;
      yield* attempt.with({ target: `${path}?${query.replaceAll("%20", "+")}` });
      yield* attempt.with({ target: `${path}?${query.replaceAll("+", "%20")}` });
      yield* attempt.with({ target: `${path}?${query.replaceAll("+", "%2B")}` });
    },
  },
  {
    id: "escapes-in-other-case",
    family: "target",
    title: {
      en: "the escapes were signed in another case than they are sent, as %2f and %2F",
      zh: "百分号编码在签名与发送时大小写不同（如 %2f 与 %2F）",
    },
    remedy: { en: "sign the very characters that are sent", zh: "应对实际发送的字符签名" },
    *guesses(attempt) {
      const { target } = parted(attempt);
      yield* attempt.with({ target: target.replaceAll(/%[0-9a-f]{2}/gi, (escape) => escape.toLowerCase()) });
      yield* attempt.with({ target: target.replaceAll(/%[0-9a-f]{2}/gi, (escape) => escape.toUpperCase()) });
    },
  },
  {
    id: "characters-escaped-otherwise",
    family: "target",
    title: {
      en: "characters that need no escape were signed escaped and sent plain, or the other way round, as : , @ and *",
      zh: "可不编码的字符（如 : , @ *）在签名与发送时编码不一致",
    },
    remedy: { en: "sign the very characters that are sent", zh: "应对实际发送的字符签名" },
    *guesses(attempt) {
      const { path, query } = parted(attempt);
      for (const spell of [encodeURIComponent, rfc3986, onlyNeeded]) {
        const inQuery = (text: string): string =>
          text
            .split("&")
            .map((pair) =>
              pair
                .split("=")
                .map((part) => spell(decoded(part) ?? part))
                .join("="),
            )
            .join("&");
        const inPath = (text: string): string =>
          text
            .split("/")
            .map((part) => spell(decoded(part) ?? part))
            .join("/");
        if (query !== undefined) yield* attempt.with({ target: `${path}?${inQuery(query)}` });
        yield* attempt.with({ target: query === undefined ? inPath(path) : `${inPath(path)}?${inQuery(query)}` });
      }
    },
  },
  {
    id: "query-in-other-order",
    family: "target",
    title: { en: "the query was signed in another order than it is sent", zh: "查询参数在签名与发送时顺序不同" },
    remedy: { en: "build the query once, and sign and send it", zh: "应只拼接一次查询串，签名与发送共用" },
    *guesses(attempt) {
      const { path, query } = parted(attempt);
      const pairs = (query ?? "").split("&");
      if (pairs.length < 2) return;
      for (const other of [pairs.toSorted(), pairs.toReversed(), ...(pairs.length < 5 ? permutations(pairs) : [])])
        yield* attempt.with({ target: `${path}?${other.join("&")}` });
    },
  },
  {
    id: "slash-at-end",
    family: "target",
    title: {
      en: "the path was signed with a slash at its end, or without the one that is sent",
      zh: "路径末尾的斜杠在签名与发送时不一致",
    },
    remedy: { en: "sign the path as it is sent", zh: "应按实际发送的路径签名" },
    *guesses(attempt) {
      const { path, query } = parted(attempt);
      const rest = query === undefined ? "" : `?${query}`;
      yield* attempt.with({ target: `${path.endsWith("/") ? path.slice(0, -1) : `${path}/`}${rest}` });
      if (query === undefined) yield* attempt.with({ target: `${path}?` });
      yield* attempt.with({ target: `/${path}${rest}` });
      yield* attempt.with({ target: `${path.slice(1)}${rest}` });
    },
  },
  {
    id: "path-in-other-case",
    family: "target",
    title: { en: "the path was signed in another case than it is sent", zh: "路径大小写在签名与发送时不同" },
    remedy: { en: "sign the path as it is sent", zh: "应按实际发送的路径签名" },
    *guesses(attempt) {
      const { path, query, target } = parted(attempt);
      const rest = query === undefined ? "" : `?${query}`;
      yield* attempt.with({ target: `${path.toLowerCase()}${rest}` });
      yield* attempt.with({ target: target.toLowerCase() });
      yield* attempt.with({ target: target.toUpperCase() });
    },
  },
];

function parted({ request }: Attempt): {
  readonly target: string;
  readonly path: string;
  readonly query: string | undefined;
} {
  const target = request?.target ?? "";
  const at = target.indexOf("?");
  return at < 0
    ? { target, path: target, query: undefined }
    : { target, path: target.slice(0, at), query: target.slice(at + 1) };
}

/** What may be a prefix of a path: its first segments, as long as a path is left. */
function prefixesOf(target: string): readonly string[] {
  const segments = (target.split("?")[0] ?? "").split("/").slice(1);
  return segments
    .slice(0, Math.min(PREFIX_SEGMENTS, segments.length - 1))
    .map((_segment, index) => `/${segments.slice(0, index + 1).join("/")}`);
}

/** The percent-decoded text, unless it cannot be decoded. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** As strict libraries escape: everything but letters, digits and `-._~` (RFC 3986 section 2.3). */
const rfc3986 = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);

/** As browsers' URL does: only what cannot stand there. */
const onlyNeeded = (text: string): string =>
  encodeURI(text).replaceAll(/[&#?+]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);

function* permutations(items: readonly string[]): Generator<readonly string[]> {
  if (items.length < 2) yield items;
  for (const [index, item] of items.entries())
    for (const rest of permutations(items.toSpliced(index, 1))) yield [item, ...rest];
}
