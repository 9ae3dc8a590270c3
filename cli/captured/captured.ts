import type { Headers } from "../../core/envelope/headers.ts";
import { SaidError } from "../../core/text/said-error.ts";

/** A request as a tool has captured it. */
export interface CapturedRequest {
  readonly method: string;
  /** As on the request line, without scheme and host. */
  readonly target: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** An answer as a tool has captured it. */
export interface CapturedAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** What a file holds: a request, an answer, or an exchange of both. */
export interface Captured {
  readonly request?: CapturedRequest | undefined;
  readonly answer?: CapturedAnswer | undefined;
}

/** A captured message that cannot be read: what is wrong, and what is taken. */
export class Unreadable extends SaidError {}

/** The request target of a URL, percent signs as they stand. @throws Unreadable */
export function targetOfUrl(url: string): string {
  const match = /^https?:\/\/[^/?#]+([^#]*)/i.exec(url);
  if (match === null)
    throw new Unreadable({
      en: `the URL ${JSON.stringify(url.slice(0, 80))} does not begin with http:// or https:// and a host`,
      zh: `URL ${JSON.stringify(url.slice(0, 80))} 未以 http:// 或 https:// 加主机名开头`,
    });
  const rest = match[1] ?? "";
  return rest.startsWith("/") ? rest : `/${rest}`;
}
