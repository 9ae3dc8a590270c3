import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import type { Json } from "../core/unit/unit.ts";
import { TOKEN_FILE } from "../hosting/state/state.ts";
import { readRunning } from "../hosting/state/running.ts";
import { reasonOf, UserError } from "../hosting/user-error.ts";

/** Where a control plane is: from a state directory, or said outright. */
export interface AdminFlags {
  readonly state: string;
  readonly admin?: string;
  readonly token?: string;
}

/** Adds the options that say where the control plane is. */
export function withAdmin(command: Command): Command {
  return command
    .option("--state <dir>", "state directory of the running server", ".liantiao/bank")
    .option("--admin <url>", "its control plane, instead of --state")
    .option("--token <token>", "the control plane's token");
}

/** A fault of the network, or a server that hangs, ends a verb after this time. */
const PATIENCE_MS = 60_000;

/** One call of a running simulator's control plane. @throws UserError when it cannot be reached or refuses. */
export async function callAdmin(
  flags: AdminFlags,
  method: string,
  path: string,
  body?: Json,
): Promise<Json | undefined> {
  const { url, token } = findAdmin(flags);
  const request = {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(PATIENCE_MS),
  };
  const answer = await fetch(`${url}/__admin${path}`, request).catch((cause: unknown) => {
    throw new UserError(`the control plane at ${url} does not answer: ${reasonOf(innermost(cause))}`, {
      where: flags.admin === undefined ? flags.state : "--admin",
      next: "start the server with `liantiao serve`, or name its state directory with --state DIR",
      cause,
    });
  });
  const where = `${method} ${url}/__admin${path}`;
  const value = read(await answer.text(), where);
  if (answer.ok) return value;
  if (answer.status === 401)
    throw new UserError("the control plane refuses the token", {
      where: flags.token === undefined ? join(flags.state, TOKEN_FILE) : "--token",
      next: "give the text of `control-token` in its state directory, or leave --admin and --token away and name its --state",
    });
  throw new UserError(refusal(value, answer.status), { where, next: "correct what is named above" });
}

/** The JSON of an answer; undefined for none. @throws UserError where something else answers at that address. */
function read(text: string, where: string): Json | undefined {
  try {
    return text === "" ? undefined : (JSON.parse(text) as Json);
  } catch (cause) {
    throw new UserError("what answers is no control plane: its answer is not JSON", {
      where,
      next: "correct --admin, or name the state directory of the running server with --state DIR",
      cause,
    });
  }
}

/** Why an order was not carried out, in words. */
function refusal(value: Json | undefined, status: number): string {
  const said = (typeof value === "object" && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  if (typeof said["error"] === "string") return said["error"];
  const { kind, ...rest } = said;
  return kind === undefined ? `HTTP ${status}` : `${String(kind)}: ${JSON.stringify(rest)}`;
}

/** The cause behind "fetch failed". */
function innermost(cause: unknown): unknown {
  return cause instanceof Error && cause.cause !== undefined ? innermost(cause.cause) : cause;
}

function findAdmin({ state, admin, token }: AdminFlags): { readonly url: string; readonly token: string } {
  if (admin !== undefined) {
    if (token === undefined)
      throw new UserError("a control plane named with --admin needs its token", {
        where: "--token",
        next: "give the text of `control-token` in the state directory of the server",
      });
    return { url: admin.replace(/\/$/, ""), token };
  }
  const { adminUrl } = readRunning(state);
  const file = join(state, TOKEN_FILE);
  if (token === undefined && !existsSync(file))
    throw new UserError("the state directory holds no control token", {
      where: file,
      next: "start the server again, or give --token",
    });
  return { url: adminUrl, token: token ?? readFileSync(file, "utf8").trim() };
}
