import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { LOOPBACK } from "../../hosting/party.ts";
import type { Gateway } from "./nginx.ts";

/** How a line treats the bytes that go over it. */
export interface LineSettings {
  /** How long bytes take, each way. */
  readonly delayMs?: number;
  /** Answers go out in pieces of so many bytes, one each so many milliseconds. */
  readonly drip?: { readonly bytes: number; readonly everyMs: number };
  /** One in so many pieces of an answer is lost, and its connection reset. */
  readonly resetEvery?: number;
}

/** A line between a SUT and its peers that carries bytes of any protocol, and carries them as it is told. */
export async function lineAhead(upstream: string, settings: LineSettings): Promise<Gateway> {
  const { hostname, port } = new URL(upstream);
  const open = new Set<Socket>();
  let answers = 0;
  const server = createServer((near) => {
    const far = connect({ host: hostname, port: Number(port) });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        open.delete(socket);
        other.destroySoon();
      });
    }
    carry(near, far, settings.delayMs ?? 0, {});
    carry(far, near, settings.delayMs ?? 0, {
      ...(settings.drip === undefined ? {} : { drip: settings.drip }),
      lost: () => {
        answers += 1;
        return settings.resetEvery !== undefined && answers % settings.resetEvery === 0;
      },
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, LOOPBACK, resolve));
  return {
    baseUrl: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Carrying {
  readonly drip?: LineSettings["drip"];
  lost?(): boolean;
}

/** Carries what comes from one end to the other, in its order, and then the end itself. */
function carry(from: Socket, to: Socket, delayMs: number, { drip, lost = () => false }: Carrying): void {
  let last: Promise<void> = Promise.resolve();
  const done = async (before: Promise<void>, due: number, work: () => Promise<void> | void): Promise<void> => {
    await before;
    await pause(due - Date.now());
    await work();
  };
  const later = (work: () => Promise<void> | void): void => {
    last = done(last, Date.now() + delayMs, work);
  };
  from.on("data", (bytes: Buffer) =>
    later(async () => {
      if (lost()) to.resetAndDestroy();
      else if (drip === undefined) to.write(bytes);
      else
        for (let at = 0; at < bytes.length && !to.destroyed; at += drip.bytes) {
          to.write(bytes.subarray(at, at + drip.bytes));
          await pause(drip.everyMs);
        }
    }),
  );
  from.on("end", () => later(() => void to.end()));
}

const pause = (ms: number): Promise<void> =>
  ms <= 0 ? Promise.resolve() : new Promise((resolve) => void setTimeout(resolve, ms));
