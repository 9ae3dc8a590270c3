import type { HttpRequest } from "./runtime.ts";

/** An answer's body longer than this is a protocol failure: a peer must not be able to fill our memory. */
export const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

/** The same for a file that was asked for: the bill of a day with a million rows has some 300 MB. */
export const MAX_FILE_BYTES = 512 * 1024 * 1024;

const METHODS_WITH_BODY = new Set(["POST", "PUT", "PATCH"]);

/** What no request line can carry: controls, blanks, and what is not ASCII. */
const UNWRITABLE = /[^\u0021-\u007e]/;

/**
 * The request target as it goes out: the URL's own characters from its path on, and not as a parser would write them
 * anew (`'` as `%27`), because a signature covers them. A URL that no request line can carry is written by the parser.
 */
export function requestTarget(url: string): string {
  const [whole = ""] = url.split("#", 1);
  if (UNWRITABLE.test(whole)) {
    const { pathname, search } = new URL(whole);
    return pathname + search;
  }
  const target = whole.replace(/^[^:/?]*:\/\/[^/?]*/, "");
  return target.startsWith("/") ? target : `/${target}`;
}

/**
 * The header list as it goes out: the request's own, order and case kept, with `Host` put first and `Content-Length`
 * put last when the list names neither the length nor a transfer encoding. A list that names one is sent as it is,
 * right or wrong: suites send wrong lengths on purpose.
 */
export function framedHeaders(request: HttpRequest, url: URL): readonly (readonly [string, string])[] {
  const names = new Set(request.headers.map(([name]) => name.toLowerCase()));
  const framed = names.has("content-length") || names.has("transfer-encoding");
  const wantsLength = !framed && (request.body.length > 0 || METHODS_WITH_BODY.has(request.method.toUpperCase()));
  return [
    ...(names.has("host") ? [] : [["Host", url.host] as const]),
    ...request.headers,
    ...(wantsLength ? [["Content-Length", String(request.body.length)] as const] : []),
  ];
}

/** Node's flat list of names and values as pairs. */
export function headerPairs(rawHeaders: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) pairs.push([rawHeaders[at] ?? "", rawHeaders[at + 1] ?? ""]);
  return pairs;
}
