import type { WireExchange, WireMessage } from "../../core/run/finding.ts";
import { codePoint } from "../../core/text/visible-text.ts";
import { label } from "./bilingual.ts";
import { markup } from "./markup.ts";
import type { Content, Markup } from "./markup.ts";

/** Characters of a body that are shown; the rest is in the log. */
const SHOWN_CHARACTERS = 8_192;

/** Signatures and the like are cut by the style sheet to one line, and whole when they are clicked or printed. */
const LONG_VALUE = 96;

/** Labels of exchanges that set the scene or look at it afterwards; the others are what the finding is about. */
const SUPPORTING = /^(arrange|observe|settle)\b/;

/**
 * Exchanges in their order. What the finding is about stands open, on paper too; what sets the scene is one line each
 * until it is opened.
 */
export function wireFigures(exchanges: readonly WireExchange[]): Content {
  const decisive = exchanges.filter(({ label: name }) => !SUPPORTING.test(name));
  const open = new Set(decisive.length > 0 ? decisive : exchanges);
  return exchanges.map((exchange) => wireFigure(exchange, open.has(exchange)));
}

/** One exchange as it went over the wire; line ends and control characters of bodies are made visible. */
function wireFigure(exchange: WireExchange, open: boolean): Markup {
  const { request, response, failure } = exchange;
  const outcome = response === undefined ? (failure?.kind ?? "–") : String(response.status);
  const line = markup`<summary><span class="mono">${exchange.label}</span> <span class="quiet mono">${request.method} ${targetOf(request.url)} → ${outcome}</span> <span class="quiet">${exchange.durationMs} ms</span></summary>`;
  const bytes = markup`<div class="wire">
<figure><figcaption>${label("Request", "请求")} <span class="quiet">${sizeOf(request)}</span></figcaption><pre tabindex="0"><b>${request.method} ${request.url}</b>
${headersOf(request)}
${bodyOf(request)}</pre></figure>
<figure><figcaption>${label("Response", "响应")}${response === undefined ? "" : markup` <span class="quiet">${sizeOf(response)}</span>`}</figcaption><pre tabindex="0">${
    response === undefined
      ? ""
      : markup`<b>${response.status}</b>
${headersOf(response)}
${bodyOf(response)}`
  }${failure === undefined ? "" : markup`<b>${failure.kind}</b>: ${failure.message} (${failure.sent ? "the request was sent" : "the request was not sent"})`}</pre></figure>
</div>`;
  return open
    ? markup`<details class="exchange" open>${line}${bytes}</details>`
    : markup`<details class="exchange">${line}${bytes}</details>`;
}

/** Path and query, or the whole of what is no URL. */
function targetOf(url: string): string {
  if (!URL.canParse(url)) return url;
  const { pathname, search } = new URL(url);
  return pathname + search;
}

function headersOf(message: WireMessage): Markup {
  return markup`${message.headers.map(([name, value]) => markup`<span class="header">${name}:</span> ${value.length > LONG_VALUE ? markup`<span class="long" tabindex="0" title="${value.length} characters">${value}</span>` : value}\n`)}`;
}

function sizeOf(message: WireMessage): string {
  return `${message.bodyBytes ?? Buffer.byteLength(message.body, message.bodyEncoding)} B`;
}

function bodyOf(message: WireMessage): Content {
  if (message.body === "") return markup`<i>${label("no body", "无报文体")}</i>`;
  if (message.bodyEncoding === "base64") return hexDump(Buffer.from(message.body, "base64"));
  const shown = message.body.slice(0, SHOWN_CHARACTERS);
  const rest = message.body.length - shown.length;
  return markup`${shown.split(/([\n\r\t]|\p{Cc})/u).map((part) => marked(part))}${rest > 0 ? markup`<i> … ${rest} more characters in events.ndjson</i>` : ""}`;
}

// Words rather than the pictures of U+2400, which many fonts lack.
function marked(part: string): Content {
  switch (part) {
    case "\n":
      return markup`<span class="mark" title="line feed">LF</span>\n`;
    case "\r":
      return markup`<span class="mark" title="carriage return">CR</span>`;
    case "\t":
      return markup`<span class="mark" title="tab">TAB</span>\t`;
    default:
      return part.length === 1 && /\p{Cc}/u.test(part) ? markup`<span class="mark">${codePoint(part)}</span>` : part;
  }
}

function hexDump(bytes: Buffer): Content {
  const shown = bytes.subarray(0, 512);
  const rows = Array.from({ length: Math.ceil(shown.length / 16) }, (_, row) => {
    const slice = shown.subarray(row * 16, row * 16 + 16);
    const hex = [...slice]
      .map((byte) => byte.toString(16).padStart(2, "0"))
      .join(" ")
      .padEnd(47);
    const text = [...slice].map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : ".")).join("");
    return `${(row * 16).toString(16).padStart(4, "0")}  ${hex}  ${text}\n`;
  });
  return markup`${rows}${bytes.length > 512 ? markup`<i>… ${bytes.length - 512} more bytes in events.ndjson</i>` : ""}`;
}
