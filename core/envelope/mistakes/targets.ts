import { said } from "../diagnosis.ts";
import type { Mistake } from "../diagnosis.ts";

/** How many leading segments of a path a prefix may have. */
const PREFIX_SEGMENTS = 3;

/** What goes wrong with the target: its query, its host, a prefix that a gateway adds or takes away, its escapes. */
export const TARGET_MISTAKES: readonly Mistake[] = [
  {
    id: "path-without-query",
    proven: true,
    explains: (attempt) => {
      const path = attempt.request?.target;
      return said(
        path?.includes("?") === true && attempt.fitsWith({ target: path.slice(0, path.indexOf("?")) }),
        "the path was signed without its query string; sign path and query as they are sent",
        "签名的 URL 不含查询串；应按实际发送的路径与查询串签名",
      );
    },
  },
  {
    id: "full-url",
    proven: true,
    explains: (attempt) => {
      const { request, failed } = attempt;
      return said(
        request !== undefined &&
          failed.kind === "request" &&
          (failed.origins ?? []).some((origin) =>
            attempt.fitsWith({ target: `${origin.replace(/\/$/, "")}${request.target}` }),
          ),
        "the full URL was signed; sign only path and query, without scheme and host",
        "签名用了完整 URL；应只用路径与查询串，不含协议与域名",
      );
    },
  },
  {
    id: "path-prefix-added",
    proven: true,
    explains: (attempt) => {
      const { request, failed } = attempt;
      if (request === undefined || failed.kind !== "request") return undefined;
      const prefix = (failed.prefixes ?? []).find((one) => attempt.fitsWith({ target: `${one}${request.target}` }));
      return prefix === undefined
        ? undefined
        : {
            en: `the path was signed with the prefix ${prefix}, which a gateway has taken away: ${request.target} arrived; sign the path as it arrives, or let the gateway pass it on unchanged`,
            zh: `签名的路径带有前缀 ${prefix}，而网关已将其去除，到达的是 ${request.target}；应按到达的路径签名，或让网关原样转发`,
          };
    },
  },
  {
    id: "path-prefix-missing",
    proven: true,
    explains: (attempt) => {
      const { request } = attempt;
      const prefix = prefixesOf(request?.target ?? "").find((one) =>
        attempt.fitsWith({ target: request?.target.slice(one.length) ?? "" }),
      );
      return prefix === undefined
        ? undefined
        : {
            en: `the path was signed without its prefix ${prefix}; sign path and query as they arrive here`,
            zh: `签名的路径缺少前缀 ${prefix}；应按实际到达的路径与查询串签名`,
          };
    },
  },
  {
    id: "path-decoded",
    proven: true,
    explains: (attempt) => {
      const path = attempt.request?.target ?? "";
      const decoded = percentDecoded(path);
      return said(
        decoded !== undefined && decoded !== path && attempt.fitsWith({ target: decoded }),
        "the path was signed percent-decoded; sign it exactly as it is sent, percent signs and all",
        "签名用了解码后的 URL；应按实际发送的百分号编码原样签名",
      );
    },
  },
  {
    id: "space-escaped-otherwise",
    proven: true,
    explains: (attempt) => {
      const target = attempt.request?.target ?? "";
      const [path = "", ...query] = target.split("?");
      return said(
        [/\+/g, /%20/g].some((one) => {
          const other = [path, ...query.map((text) => text.replaceAll(one, one.source === "%20" ? "+" : "%20"))].join(
            "?",
          );
          return other !== target && attempt.fitsWith({ target: other });
        }),
        "a space was signed as + and sent as %20, or the other way round; sign the very characters that are sent",
        "空格在签名时写作 +、发送时写作 %20（或相反）；应对实际发送的字符签名",
      );
    },
  },
  {
    id: "escapes-in-other-case",
    proven: true,
    explains: (attempt) => {
      const target = attempt.request?.target ?? "";
      return said(
        [target.replaceAll(/%[0-9a-f]{2}/gi, lower), target.replaceAll(/%[0-9a-f]{2}/gi, upper)].some(
          (other) => other !== target && attempt.fitsWith({ target: other }),
        ),
        "the escapes were signed in another case than they are sent, as %2f and %2F; sign the very characters that are sent",
        "百分号编码在签名与发送时大小写不同（如 %2f 与 %2F）；应对实际发送的字符签名",
      );
    },
  },
];

const lower = (escape: string): string => escape.toLowerCase();
const upper = (escape: string): string => escape.toUpperCase();

/** What may be a prefix of a path: its first segments, as long as a path is left. */
function prefixesOf(target: string): readonly string[] {
  const segments = (target.split("?")[0] ?? "").split("/").slice(1);
  return segments
    .slice(0, Math.min(PREFIX_SEGMENTS, segments.length - 1))
    .map((_segment, index) => `/${segments.slice(0, index + 1).join("/")}`);
}

/** The percent-decoded path, unless it cannot be decoded or holds what no base can carry. */
function percentDecoded(path: string): string | undefined {
  try {
    const decoded = decodeURIComponent(path);
    return /[\r\n]/.test(decoded) ? undefined : decoded;
  } catch {
    return undefined;
  }
}
