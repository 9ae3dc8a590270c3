import { carrierOf } from "../../core/envelope/carrier.ts";
import type { HttpRequest, HttpResponse } from "../../core/runtime/runtime.ts";
import { requestTarget } from "../../core/runtime/wire.ts";
import type { PackView } from "../pack-view.ts";
import { header } from "./header.ts";
import { isBare } from "./answer-signature.ts";
import type { Answer } from "./answer.ts";
import type { Draft } from "./draft.ts";

/**
 * What a server ahead of the SUT's own code may take offence at. `http`: the message itself is doubtful, whatever it
 * says, and any server on the way may refuse it. `route`: a path, method, size or media type that a gateway may know as
 * well as the SUT does, so that the page it answers with has to tell who refused it.
 */
export type Offence = "http" | "route";

/** The longest head that servers take without being told to (nginx: four buffers of 8 KiB; Apache: 8,190 a line). */
const LONG_BYTES = 4_096;
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/u;
const PLAIN_VALUE = /^[\t\u0020-\u007e]*$/u;
/** Dot segments, empty segments, escapes of separators and controls, half escapes, and what is not ASCII. */
const DOUBTFUL_TARGET =
  /\/\.{1,2}(?:\/|\?|$)|\/\/|%(?:[01][0-9a-f]|7f|2f|5c|2e)|%(?![0-9a-f]{2})|\\|[^\u0021-\u007e]/iu;
const FRAMING = new Set(["content-length", "transfer-encoding", "expect", "upgrade", "te", "trailer", "host"]);

/** Which offence a request may give ahead of the SUT's own code; undefined for one that every server passes on. */
export function offenceOf(
  request: HttpRequest,
  draft: Draft,
  {
    source,
    policies,
    codecOf,
    requestEnvelope,
    encryption,
  }: Pick<PackView, "source" | "policies" | "codecOf" | "requestEnvelope" | "encryption">,
): Offence | undefined {
  const names = request.headers.map(([name]) => name.toLowerCase());
  const target = requestTarget(request.url);
  const head = request.headers.reduce((sum, [name, value]) => sum + name.length + value.length + 4, target.length);
  if (
    new Set(names).size < names.length ||
    names.some((name) => FRAMING.has(name)) ||
    request.headers.some(([name, value]) => !TOKEN.test(name) || !PLAIN_VALUE.test(value)) ||
    head > LONG_BYTES ||
    DOUBTFUL_TARGET.test(target) ||
    ((request.method === "GET" || request.method === "HEAD") && request.body.length > 0)
  )
    return "http";
  const path = target.split("?")[0] ?? "";
  const known = source.interfaces.some(({ http }) =>
    new RegExp(`${http.path.replaceAll(/[.*+?^$()|[\]\\]/g, "\\$&").replaceAll(/\{\w+\}/g, "[^/]+")}$`, "u").test(path),
  );
  const media = request.headers.find(([name]) => name.toLowerCase() === "content-type")?.[1];
  return request.method !== draft.interface.http.method ||
    !known ||
    request.body.length > policies.limits.bodyBytes ||
    (draft.body !== undefined &&
      (media === undefined ||
        !media.startsWith(
          carrierOf(
            requestEnvelope(draft.interface),
            codecOf(draft.interface.request.representation),
            encryption(draft.interface, "request"),
          )?.mediaType ?? "",
        )))
    ? "route"
    : undefined;
}

/** Whether a refusal has nothing of the SUT's in it: neither a signature, which only the SUT can make, nor a code of the pack. */
export function isFormless({ status, code, signature }: Answer, pack: Pick<PackView, "error">): boolean {
  return status >= 400 && (code === undefined || pack.error(code) === undefined) && isBare(signature);
}

/** Pages that servers make themselves, each with the name of the server. */
const PAGES: readonly (readonly [string, RegExp])[] = [
  ["nginx", /<center>(?:nginx|openresty|tengine)(?:\/[\d.]+)?<\/center>/iu],
  [
    "Apache httpd",
    /<address>Apache(?:\/[\d.]+)?[^<]*<\/address>|<!DOCTYPE HTML PUBLIC "-\/\/IETF\/\/DTD HTML 2\.0\/\/EN">/u,
  ],
  ["HAProxy", /<html><body><h1>\d{3} [^<]+<\/h1>\s*[^<]+\.\s*<\/body><\/html>/u],
  ["Envoy", /^(?:upstream connect error|no healthy upstream)/u],
  ["Kong", /"message"\s*:\s*"no Route matched with those values"/u],
  ["IIS", /<h2>(?:Bad Request|Service Unavailable|Request Too Long|Length Required) - Invalid/u],
  ["AWS load balancer", /<center>awselb\/[\d.]+<\/center>/u],
  ["F5", /The requested URL was rejected\. Please consult with your administrator/u],
  ["Cloudflare", /<center>cloudflare<\/center>/u],
];

/** The server whose own page an answer is; undefined for a page that none of the known ones makes. */
export function serverOf(response: HttpResponse): string | undefined {
  const text = new TextDecoder().decode(response.body.subarray(0, 8_192));
  return PAGES.find(([, page]) => page.test(text))?.[0];
}

/** How ordinary calls of a run are refused, by which a page of a server on the way is told from the SUT's own. */
export class RefusalsOfRun {
  #own: "pack" | "formless" | undefined;
  #asking: Promise<void> | undefined;
  /** Values of the header Server on what the SUT itself answered. */
  readonly #servers = new Set<string | undefined>();

  /** Takes in a refusal of the SUT's: one of a well-formed call, or one in the pack's form. */
  noticed(answer: Answer, response: HttpResponse, pack: Pick<PackView, "error">): void {
    if (isFormless(answer, pack)) this.#own = "formless";
    else {
      this.#own ??= "pack";
      this.#servers.add(header(response, "server"));
    }
  }

  /** Whether a formless answer to an offensive request is of a server on the way. `ask` makes calls that every SUT refuses itself. */
  async areOnTheWay(offence: Offence, response: HttpResponse, ask: () => Promise<void>): Promise<boolean> {
    if (this.#own === undefined) {
      this.#asking ??= ask()
        .catch(() => {})
        .finally(() => (this.#asking = undefined));
      await this.#asking;
    }
    if (this.#own !== "pack") return false;
    const server = header(response, "server");
    return (
      offence === "http" || serverOf(response) !== undefined || (server !== undefined && !this.#servers.has(server))
    );
  }
}
