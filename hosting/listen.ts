import { CannotListen, startServer } from "../simulator/http/server.ts";
import type { RunningServer, ServerOptions } from "../simulator/http/server.ts";
import { UserError } from "./user-error.ts";

/** Where an address came from: a flag of the command line, or a place in a file. */
export interface AddressSource {
  readonly where: string;
  /** How to choose another port. */
  readonly next: string;
}

export const fromFlag = (flag: string): AddressSource => ({
  where: flag,
  next: `stop what uses the port, or give another with ${flag} N`,
});

/** Starts a server; `source` is where its address came from. @throws UserError when it cannot be had. */
export async function listen(options: ServerOptions, source: AddressSource): Promise<RunningServer> {
  try {
    return await startServer(options);
  } catch (cause) {
    if (!(cause instanceof CannotListen)) throw cause;
    const { code } = (cause.cause ?? {}) as { readonly code?: unknown };
    const address = code === "ENOTFOUND" || code === "EADDRNOTAVAIL" || code === "EAI_AGAIN";
    throw new UserError(
      cause.message,
      address
        ? {
            where: `the address ${options.hostname}`,
            allowed: "an address of this machine, such as 127.0.0.1 or 0.0.0.0",
            next: "correct the address",
            cause,
          }
        : {
            where: `${source.where} ${options.port}`,
            allowed: "a free port, or 0 for any free one",
            next: source.next,
            cause,
          },
    );
  }
}
