import { connect } from "node:net";
import { decodeBase64Strict } from "../core/signature/base64.ts";
import { responseBase } from "../core/envelope/authorization-header/base.ts";
import type { EnvelopePolicy } from "../core/envelope/policy.ts";
import type { PublicKey } from "../core/signature/scheme.ts";

/** What one measured replay showed. Latencies in milliseconds, ascending. */
export interface Replay {
  readonly rps: number;
  readonly latenciesMs: readonly number[];
  readonly verified: number;
}

/** Verifies one answer in a hundred with the server's public key; absent for unsigned floors. */
export interface Verifier {
  readonly policy: EnvelopePolicy;
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
  const { hostname, port } = new URL(url);
  const latencies = new Float64Array(requests.length);
  let next = 0;
  let verified = 0;
  const started = performance.now();
  await Promise.all(
    Array.from(
      { length: connections },
      () =>
        new Promise<void>((resolve, reject) => {
          let index = -1;
          let sentAt = 0;
          let pending: Buffer = NOTHING;
          const send = (): void => {
            index = next++;
            const request = requests[index];
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
            latencies[index] = performance.now() - sentAt;
            if (!head.startsWith("HTTP/1.1 200"))
              return fail(`${head.slice(0, head.indexOf("\r\n"))} ${answer.toString("utf8", end + 4)}`);
            if (verifier !== undefined && index % 100 === 0) {
              if (!verifies(verifier, head, answer.subarray(end + 4)))
                return fail("the answer's signature does not verify");
              verified += 1;
            }
            send();
          };
          // Reading into one buffer, without a stream's machinery: what the generator spends is taken from the server.
          const socket = connect({
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
          socket.on("connect", send);
          socket.on("error", reject);
          socket.on("close", () => (index < requests.length ? fail("the connection was closed") : undefined));
        }),
    ),
  );
  const seconds = (performance.now() - started) / 1000;
  return { rps: requests.length / seconds, latenciesMs: latencies.sort() as unknown as readonly number[], verified };
}

function verifies({ policy, key }: Verifier, head: string, body: Uint8Array): boolean {
  const header = (name: string): string => new RegExp(`\\r\\n${name}: ([^\\r\\n]*)`, "i").exec(head)?.[1] ?? "";
  const signature = decodeBase64Strict(header(policy.response.signature));
  return (
    signature !== undefined &&
    key.verify(
      responseBase(policy, {
        timestamp: header(policy.response.timestamp),
        nonce: header(policy.response.nonce),
        body,
      }),
      signature,
    )
  );
}
