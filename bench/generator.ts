import { connect } from "node:net";
import type { Socket } from "node:net";
import type { Envelope } from "../core/envelope/envelope.ts";
import type { PublicKey } from "../core/signature/scheme.ts";

/** What one measured replay showed. Latencies in milliseconds, ascending. */
export interface Replay {
  readonly rps: number;
  readonly latenciesMs: readonly number[];
  readonly verified: number;
}

/** Verifies one answer in a hundred with the server's public key; absent for unsigned floors. */
export interface Verifier {
  readonly envelope: Envelope;
  readonly key: PublicKey;
}

const NOTHING = Buffer.alloc(0);
const READ_BYTES = 65_536;

/**
 * Replays requests that were made before, as fast as answers come, over so many connections: a closed model, because
 * the question is what the server can do at most. Throws on the first answer that is not 200, or does not verify.
 */
export async function replay(
  url: string,
  requests: readonly Buffer[],
  connections: number,
  verifier: Verifier | undefined,
): Promise<Replay> {
  const run: Run = {
    url: new URL(url),
    requests,
    latencies: new Float64Array(requests.length),
    verifier,
    next: 0,
    verified: 0,
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: connections }, () => replayOver(run)));
  const seconds = (performance.now() - started) / 1000;
  return {
    rps: requests.length / seconds,
    latenciesMs: run.latencies.sort() as unknown as readonly number[],
    verified: run.verified,
  };
}

/** What the connections of one replay share. */
interface Run {
  readonly url: URL;
  readonly requests: readonly Buffer[];
  readonly latencies: Float64Array;
  readonly verifier: Verifier | undefined;
  /** Index of the next request. */
  next: number;
  verified: number;
}

/** Sends one request after another over one connection, until none is left. */
function replayOver(run: Run): Promise<void> {
  return new Promise((resolve, reject) => {
    let index = -1;
    let sentAt = 0;
    let pending: Buffer = NOTHING;
    const send = (): void => {
      index = run.next++;
      const request = run.requests[index];
      if (request === undefined) {
        socket.destroy();
        resolve();
        return;
      }
      sentAt = performance.now();
      socket.write(request);
    };
    const fail = (why: string): void => {
      socket.destroy();
      reject(new Error(`request ${index}: ${why}`));
    };
    const read = (bytes: Buffer): void => {
      const answer = pending.length === 0 ? bytes : Buffer.concat([pending, bytes]);
      const end = answer.indexOf("\r\n\r\n");
      const head = end < 0 ? "" : answer.toString("latin1", 0, end + 2);
      if (end < 0 || answer.length < end + 4 + Number(/\r\ncontent-length: (\d+)\r\n/i.exec(head)?.[1] ?? "0")) {
        // The buffer is read into again, so what is not yet an answer is copied.
        pending = answer === bytes ? Buffer.from(bytes) : answer;
        return;
      }
      pending = NOTHING;
      run.latencies[index] = performance.now() - sentAt;
      const wrong = mistakeOf(run, index, head, answer.subarray(end + 4));
      if (wrong === undefined) send();
      else fail(wrong);
    };
    const socket = connectTo(run.url, read);
    socket.on("connect", send);
    socket.on("error", reject);
    socket.on("close", () => (index < run.requests.length ? fail("the connection was closed") : undefined));
  });
}

/** Reads into one buffer, without a stream's machinery: what the generator spends is taken from the server. */
function connectTo({ hostname, port }: URL, read: (bytes: Buffer) => void): Socket {
  return connect({
    port: Number(port),
    host: hostname,
    noDelay: true,
    onread: {
      buffer: Buffer.alloc(READ_BYTES),
      callback: (length, buffer) => {
        read(Buffer.from(buffer.buffer, buffer.byteOffset, length));
        return true;
      },
    },
  });
}

/** What is wrong with an answer; every hundredth is verified. */
function mistakeOf(run: Run, index: number, head: string, body: Buffer): string | undefined {
  if (!head.startsWith("HTTP/1.1 200")) return `${head.slice(0, head.indexOf("\r\n"))} ${body.toString("utf8")}`;
  if (run.verifier === undefined || index % 100 !== 0) return undefined;
  if (!verifies(run.verifier, head, body)) return "the answer's signature does not verify";
  run.verified += 1;
  return undefined;
}

function verifies({ envelope, key }: Verifier, head: string, body: Uint8Array): boolean {
  const headers = head
    .split("\r\n")
    .slice(1)
    .map((line) => {
      const colon = line.indexOf(": ");
      return [line.slice(0, colon), line.slice(colon + 2)] as const;
    });
  const opened = envelope.openAnswer({ headers, body });
  return opened.ok && opened.signature !== undefined && key.verify(opened.covered, opened.signature);
}
