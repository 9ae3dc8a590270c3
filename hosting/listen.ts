import type { Bilingual } from "../core/run/verdict.ts";
import { CannotListen, startServer } from "../simulator/http/server.ts";
import type { RunningServer, ServerOptions } from "../simulator/http/server.ts";
import { UserError } from "./user-error.ts";

/** Where an address came from: a flag of the command line, or a place in a file. */
export interface AddressSource {
  readonly where: string;
  /** How to choose another port. */
  readonly next: Bilingual;
}

export const fromFlag = (flag: string): AddressSource => ({
  where: flag,
  next: {
    en: `stop what uses the port, or give another with ${flag} N`,
    zh: `请停止占用该端口的程序，或用 ${flag} 另给一个端口`,
  },
});

/** What to do where any free port would have done. */
export const AGAIN: Bilingual = { en: "run it again", zh: "请重新运行" };

/** Starts a server; `source` is where its address came from. @throws UserError when it cannot be had. */
export function listen(options: ServerOptions, source: AddressSource): Promise<RunningServer> {
  return explained(options, source, () => startServer(options));
}

/** Listens, and says where an address that cannot be had came from. @throws UserError */
export async function explained<T>(
  options: Pick<ServerOptions, "hostname" | "port">,
  source: AddressSource,
  start: () => Promise<T>,
): Promise<T> {
  try {
    return await start();
  } catch (cause) {
    if (!(cause instanceof CannotListen)) throw cause;
    const { code } = (cause.cause ?? {}) as { readonly code?: unknown };
    const address = code === "ENOTFOUND" || code === "EADDRNOTAVAIL" || code === "EAI_AGAIN";
    throw new UserError(
      cause.said,
      address
        ? {
            where: `the address ${options.hostname}`,
            allowed: {
              en: "an address of this machine, such as 127.0.0.1 or 0.0.0.0",
              zh: "本机的地址，如 127.0.0.1 或 0.0.0.0",
            },
            next: { en: "correct the address", zh: "请更正地址" },
            cause,
          }
        : {
            where: `${source.where} ${options.port}`,
            allowed: { en: "a free port, or 0 for any free one", zh: "空闲端口，或以 0 任取空闲端口" },
            next: source.next,
            cause,
          },
    );
  }
}
