import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openLine } from "./troubled-line.ts";
import type { TroubledLine } from "./troubled-line.ts";

/** What the server behind the line has received, in its order. */
let received: string[] = [];
let server: Server;
let line: TroubledLine;

beforeEach(async () => {
  received = [];
  server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      received.push(bytes.toString());
      socket.write(`got ${bytes.toString()}`);
    });
    socket.on("end", () => socket.end("bye"));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  line = await openLine({ hostname: "127.0.0.1", port: 0, to: () => ({ host: "127.0.0.1", port }) });
});
afterEach(async () => {
  await line.close();
  server.close();
});

/** A caller over the line. */
class Caller {
  readonly #socket: Socket;
  readonly ended: Promise<string>;
  text = "";

  constructor() {
    this.#socket = connect({ port: line.port, host: "127.0.0.1" });
    this.#socket.on("data", (bytes) => (this.text += bytes.toString()));
    this.ended = new Promise((resolve) => {
      this.#socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? ""));
      this.#socket.on("end", () => resolve("end"));
    });
  }

  say(text: string): this {
    this.#socket.write(text);
    return this;
  }

  finish(): this {
    this.#socket.end();
    return this;
  }

  async hears(text: string): Promise<void> {
    while (this.text !== text) await once(this.#socket, "data");
  }
}

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => void setTimeout(resolve, 5));
};

describe("a line", () => {
  test("without trouble carries both ways, and each end's end", async () => {
    const caller = new Caller().say("one");
    await caller.hears("got one");
    caller.finish();
    expect(await caller.ended).toBe("end");
    expect(caller.text).toBe("got onebye");
  });

  test("that cuts answers lets the request through", async () => {
    line.trouble({ cutAnswers: 1 });
    const caller = new Caller().say("pay");
    expect(await caller.ended).toBe("ECONNRESET");
    expect(caller.text).toBe("");
    expect(received).toEqual(["pay"]);
  });

  test("that cuts requests lets none through", async () => {
    line.trouble({ cutRequests: 1 });
    expect(await new Caller().say("pay").ended).toBe("ECONNRESET");
    expect(received).toEqual([]);
  });

  test("that cuts every second answer carries the others", async () => {
    line.trouble({ cutAnswers: 2 });
    await new Caller().say("one").hears("got one");
    expect(await new Caller().say("two").ended).toBe("ECONNRESET");
    await new Caller().say("three").hears("got three");
  });

  test("that goes down resets open connections and new ones, and comes back", async () => {
    const before = new Caller().say("one");
    await before.hears("got one");
    line.trouble({ down: true });
    expect(await before.ended).toBe("ECONNRESET");
    expect(await new Caller().ended).toBe("ECONNRESET");
    line.trouble({});
    await new Caller().say("two").hears("got two");
  });

  test("that is silent holds everything, and carries it in order once it speaks", async () => {
    const caller = new Caller().say("one");
    await caller.hears("got one");
    line.trouble({ silent: true });
    caller.say("two");
    // Another connection is taken and held as well.
    const other = new Caller().say("three");
    await new Promise((resolve) => void setTimeout(resolve, 50));
    expect(received).toEqual(["one"]);
    line.trouble({});
    await Promise.all([caller.hears("got onegot two"), other.hears("got three")]);
  });

  test("that delays takes at least so long each way", async () => {
    line.trouble({ delayMs: 60, answerDelayMs: 40 });
    const began = Date.now();
    await new Caller().say("one").hears("got one");
    // Timers of the host may end a millisecond early.
    expect(Date.now() - began).toBeGreaterThanOrEqual(155);
  });

  test("that is slow carries everything at its pace", async () => {
    line.trouble({ bytesPerSecond: 1_000 });
    const began = Date.now();
    const text = "x".repeat(100);
    await new Caller().say(text).hears(`got ${text}`);
    expect(Date.now() - began).toBeGreaterThanOrEqual(190);
  });

  test("whose server is gone resets its callers", async () => {
    const caller = new Caller().say("one");
    await caller.hears("got one");
    server.close();
    line.trouble({ down: true });
    line.trouble({});
    await caller.ended;
    await until(() => !server.listening);
    expect(await new Caller().ended).toBe("ECONNRESET");
  });
});
