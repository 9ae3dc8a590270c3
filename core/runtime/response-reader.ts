import type { HttpResponse } from "./runtime.ts";
import { MAX_ANSWER_BYTES } from "./wire.ts";

const MAX_HEAD_BYTES = 64 * 1024;
const CHUNK_SIZE = /^([0-9a-fA-F]{1,8})[ \t]*(?:;.*)?$/;
const STATUS_LINE = /^HTTP\/1\.[01] ([1-5][0-9]{2})(?: .*)?$/;
const FIELD_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

type Body =
  | { readonly by: "none" }
  | { readonly by: "length"; readonly length: number }
  | { readonly by: "chunks" }
  | { readonly by: "close" };

/**
 * Reads one HTTP/1.1 answer from the bytes of one connection (RFC 9112). Interim 1xx answers are skipped. Framing that
 * two readers could understand differently (both lengths, repeated lengths, folded lines) is refused.
 */
export class ResponseReader {
  readonly #method: string;
  #bytes: Buffer = Buffer.alloc(0);
  #head: { readonly status: number; readonly headers: [string, string][]; readonly body: Body } | undefined;
  #chunks: Buffer[] = [];
  #length = 0;
  /** Bytes missing of the current chunk; `undefined` between chunks. */
  #chunkLeft: number | undefined;
  #inTrailer = false;

  constructor(method: string) {
    this.#method = method.toUpperCase();
  }

  /** Takes bytes as they come; the answer once it is whole. Throws an Error that says what is malformed. */
  push(bytes: Uint8Array): HttpResponse | undefined {
    this.#bytes = this.#bytes.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#bytes, bytes]);
    while (this.#head === undefined) if (!this.#readHead()) return undefined;
    return this.#readBody(this.#head.body) ? this.#answer() : undefined;
  }

  /** The peer has ended its side: whole only for an answer whose body ends with the connection. */
  end(): HttpResponse | undefined {
    return this.#head?.body.by === "close" ? this.#answer() : undefined;
  }

  #answer(): HttpResponse | undefined {
    if (this.#head === undefined) return undefined;
    return { status: this.#head.status, headers: this.#head.headers, body: Buffer.concat(this.#chunks) };
  }

  #readHead(): boolean {
    const end = this.#bytes.indexOf("\r\n\r\n");
    if (end > MAX_HEAD_BYTES || (end < 0 && this.#bytes.length > MAX_HEAD_BYTES))
      throw new Error(`the answer's head is longer than ${MAX_HEAD_BYTES} bytes`);
    if (end < 0) return false;
    const [statusLine = "", ...lines] = this.#bytes.toString("latin1", 0, end).split("\r\n");
    this.#bytes = this.#bytes.subarray(end + 4);
    const status = Number(STATUS_LINE.exec(statusLine)?.[1] ?? 0);
    if (status === 0)
      throw new Error(
        `the answer starts with ${JSON.stringify(statusLine.slice(0, 80))}, which is not an HTTP/1.1 status line`,
      );
    const headers = lines.map(headerOf);
    if (status === 101) throw new Error("the peer answered 101 Switching Protocols, which the request did not ask for");
    if (status >= 200) this.#head = { status, headers, body: bodyOf(this.#method, status, headers) };
    return true;
  }

  /** Whether the body is whole. */
  #readBody(body: Body): boolean {
    switch (body.by) {
      case "none":
        return true;
      case "length":
        this.#take(Math.min(body.length - this.#length, this.#bytes.length));
        return this.#length === body.length;
      case "chunks":
        return this.#readChunks();
      case "close":
        this.#take(this.#bytes.length);
        break;
    }
    return false;
  }

  #readChunks(): boolean {
    for (;;) {
      if (this.#chunkLeft === undefined) {
        const line = this.#readLine();
        if (line === undefined) return false;
        if (this.#inTrailer) {
          if (line === "") return true;
          continue;
        }
        const size = CHUNK_SIZE.exec(line)?.[1];
        if (size === undefined) throw new Error(`${JSON.stringify(line.slice(0, 40))} is not a chunk size`);
        if (Number.parseInt(size, 16) === 0) this.#inTrailer = true;
        else this.#chunkLeft = Number.parseInt(size, 16);
        continue;
      }
      const taken = Math.min(this.#chunkLeft, this.#bytes.length);
      this.#take(taken);
      this.#chunkLeft -= taken;
      if (this.#chunkLeft > 0 || this.#bytes.length < 2) return false;
      if (this.#readLine() !== "") throw new Error("a chunk is longer than its size says");
      this.#chunkLeft = undefined;
    }
  }

  #readLine(): string | undefined {
    const end = this.#bytes.indexOf("\r\n");
    if (end > MAX_HEAD_BYTES || (end < 0 && this.#bytes.length > MAX_HEAD_BYTES))
      throw new Error(`a chunk's head is longer than ${MAX_HEAD_BYTES} bytes`);
    if (end < 0) return undefined;
    const line = this.#bytes.toString("latin1", 0, end);
    this.#bytes = this.#bytes.subarray(end + 2);
    return line;
  }

  #take(count: number): void {
    if (count === 0) return;
    this.#length += count;
    if (this.#length > MAX_ANSWER_BYTES) throw new Error(`the answer's body is longer than ${MAX_ANSWER_BYTES} bytes`);
    this.#chunks.push(this.#bytes.subarray(0, count));
    this.#bytes = this.#bytes.subarray(count);
  }
}

function headerOf(line: string): [string, string] {
  const colon = line.indexOf(":");
  const name = line.slice(0, Math.max(0, colon));
  if (!FIELD_NAME.test(name)) throw new Error(`${JSON.stringify(line.slice(0, 80))} is not a header line`);
  return [name, line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, "")];
}

function bodyOf(method: string, status: number, headers: readonly (readonly [string, string])[]): Body {
  const valuesOf = (wanted: string): string[] =>
    headers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value);
  const lengths = valuesOf("content-length");
  const codings = valuesOf("transfer-encoding");
  if (lengths.length + codings.length > 1)
    throw new Error("the answer gives the length of its body more than once (Content-Length, Transfer-Encoding)");
  if (method === "HEAD" || status === 204 || status === 304) return { by: "none" };
  const [coding] = codings;
  if (coding !== undefined) {
    if (coding.toLowerCase() !== "chunked")
      throw new Error(`the answer's Transfer-Encoding is ${JSON.stringify(coding)}; only "chunked" is understood`);
    return { by: "chunks" };
  }
  const [length] = lengths;
  if (length === undefined) return { by: "close" };
  if (!/^[0-9]{1,15}$/.test(length))
    throw new Error(`the answer's Content-Length ${JSON.stringify(length)} is not a number of bytes`);
  if (Number(length) > MAX_ANSWER_BYTES) throw new Error(`the answer's body is longer than ${MAX_ANSWER_BYTES} bytes`);
  return { by: "length", length: Number(length) };
}
