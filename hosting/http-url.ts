import { UserError } from "./user-error.ts";

/** `text` as an absolute http or https URL; `where` is the flag or place it came from. @throws UserError for any other text. */
export function httpUrl(text: string, where: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw new UserError(
      { en: `"${text}" is not a URL`, zh: `“${text}”不是 URL` },
      {
        where,
        allowed: { en: "an absolute http:// or https:// URL", zh: "完整的 http:// 或 https:// URL" },
        next: { en: "write it out, such as http://127.0.0.1:9080/", zh: "请写全，如 http://127.0.0.1:9080/" },
      },
    );
  }
  return url;
}
