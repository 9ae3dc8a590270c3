import { CannotListen, startServer } from "../simulator/http/server.ts";
import type { RunningServer } from "../simulator/http/server.ts";
import { UserError } from "./user-error.ts";

/** Starts a server; `flag` is where its port came from. @throws UserError when the port cannot be had. */
export async function listen(options: Parameters<typeof startServer>[0], flag: string): Promise<RunningServer> {
  try {
    return await startServer(options);
  } catch (cause) {
    if (!(cause instanceof CannotListen)) throw cause;
    throw new UserError(cause.message, { where: `${flag} ${options.port}`, allowed: "a free port, or 0 for any free one", next: `stop what uses the port, or give another with ${flag} N`, cause });
  }
}
