import { UserError } from "./user-error.ts";

/** `text` as an absolute http or https URL; `where` is the flag or place it came from. @throws UserError for any other text. */
export function httpUrl(text: string, where: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw new UserError(`"${text}" is not a URL`, {
      where,
      allowed: "an absolute http:// or https:// URL",
      next: "write it out, such as http://127.0.0.1:9080/",
    });
  }
  return url;
}
