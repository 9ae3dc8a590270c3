import { connect, createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { cannotListen } from "../simulator/http/server.ts";

/** What is wrong with a line; nothing where all is absent. */
export interface Trouble {
  /** Milliseconds that bytes take longer, each way. */
  readonly delayMs?: number;
  /** Milliseconds that answers take longer besides. */
  readonly answerDelayMs?: number;
  /** Bytes a second that a connection carries, each way. */
  readonly bytesPerSecond?: number;
  /** One in so many pieces of requests is lost on its way, and its connection reset: it never arrives. */
  readonly cutRequests?: number;
  /** One in so many pieces of answers is lost on its way, and its connection reset: its request has arrived. */
  readonly cutAnswers?: number;
  /** Every connection is reset, and each new one. */
  readonly down?: boolean;
  /** Connections stay open and nothing passes, until the trouble is another one. */
  readonly silent?: boolean;
}

/** A line to a server that carries bytes of any protocol, with what trouble it is told. */
export interface TroubledLine {
  readonly port: number;
  /** Takes the place of the trouble that there was. What is under way already keeps its delay. */
  trouble(trouble: Trouble): void;
  /** Stops listening and ends every connection. */
  close(): Promise<void>;
}

export interface LineSettings {
  readonly hostname: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** The server that it leads to; asked for each connection, since a restart may have another port. */
  readonly to: () => { readonly host: string; readonly port: number };
}

/** Pieces that wait for their moment in one direction before no more is read: bounds memory. */
const MOST_WAITING = 64;

/** Opens a line. @throws CannotListen */
export async function openLine({ hostname, port, to }: LineSettings): Promise<TroubledLine> {
  const line = new Line(to);
  const server = createServer({ allowHalfOpen: true }, (near) => line.take(near));
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(cannotListen({ hostname, port }, error)));
    server.listen(port, hostname, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    trouble: (trouble) => line.trouble(trouble),
    close: () => closed(server, line),
  };
}

async function closed(server: Server, line: Line): Promise<void> {
  const ended = new Promise<void>((resolve) => void server.close(() => resolve()));
  line.end();
  await ended;
}

type Way = "request" | "answer";

interface Passage {
  readonly from: Socket;
  readonly to: Socket;
  readonly way: Way;
}

class Line {
  readonly #to: LineSettings["to"];
  readonly #open = new Set<Socket>();
  readonly #pieces: Record<Way, number> = { request: 0, answer: 0 };
  #trouble: Trouble = {};
  /** Pending while the line is silent. */
  #speaks = Promise.withResolvers<void>();

  constructor(to: LineSettings["to"]) {
    this.#to = to;
    this.#speaks.resolve();
  }

  trouble(trouble: Trouble): void {
    const wasSilent = this.#trouble.silent === true;
    this.#trouble = trouble;
    if (trouble.silent === true && !wasSilent) this.#speaks = Promise.withResolvers();
    if (trouble.silent !== true) this.#speaks.resolve();
    if (trouble.down === true) for (const socket of this.#open) socket.resetAndDestroy();
  }

  end(): void {
    this.#speaks.resolve();
    for (const socket of this.#open) socket.destroy();
  }

  /** Leads a new connection on to the server. */
  take(near: Socket): void {
    near.on("error", () => {});
    if (this.#trouble.down === true) return void near.resetAndDestroy();
    const far = connect({ ...this.#to(), allowHalfOpen: true });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#open.add(socket);
      socket.setNoDelay(true);
      // What befalls one end befalls the other.
      socket.on("error", () => other.resetAndDestroy());
      socket.on("close", () => {
        this.#open.delete(socket);
        if (!socket.readableEnded) other.resetAndDestroy();
      });
    }
    this.#carry(near, far, "request");
    this.#carry(far, near, "answer");
  }

  /** Carries what comes from one end to the other in its order, and then the end itself. */
  #carry(from: Socket, to: Socket, way: Way): void {
    let last: Promise<void> = Promise.resolve();
    let waiting = 0;
    const later = (work: () => Promise<void> | void): void => {
      const { delayMs = 0, answerDelayMs = 0 } = this.#trouble;
      const due = Date.now() + delayMs + (way === "answer" ? answerDelayMs : 0);
      waiting += 1;
      if (waiting >= MOST_WAITING) from.pause();
      last = inTurn(last, due, work);
    };
    const inTurn = async (before: Promise<void>, due: number, work: () => Promise<void> | void): Promise<void> => {
      await before;
      await pause(due - Date.now());
      await this.#speaks.promise;
      if (!to.destroyed) await work();
      waiting -= 1;
      if (waiting < MOST_WAITING) from.resume();
    };
    from.on("data", (bytes: Buffer) => later(() => this.#pass(bytes, { from, to, way })));
    from.on("end", () => later(() => void to.end()));
  }

  async #pass(bytes: Buffer, { from, to, way }: Passage): Promise<void> {
    const { bytesPerSecond, cutRequests, cutAnswers } = this.#trouble;
    this.#pieces[way] += 1;
    const every = way === "request" ? cutRequests : cutAnswers;
    if (every !== undefined && this.#pieces[way] % every === 0) {
      from.resetAndDestroy();
      to.resetAndDestroy();
      return;
    }
    if (bytesPerSecond !== undefined) await pause((1000 * bytes.length) / bytesPerSecond);
    if (!to.destroyed && !to.write(bytes)) await drained(to);
  }
}

/** Waits until a socket takes more, or is gone. */
const drained = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    socket.once("drain", resolve);
    socket.once("close", resolve);
  });

const pause = (ms: number): Promise<void> =>
  ms <= 0 ? Promise.resolve() : new Promise((resolve) => void setTimeout(resolve, ms));
