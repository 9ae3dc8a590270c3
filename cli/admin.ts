import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import type { Bilingual } from "../core/run/verdict.ts";
import { liveRuntime } from "../core/runtime/live.ts";
import { TransportFailure } from "../core/runtime/runtime.ts";
import type { TlsSettings } from "../core/runtime/runtime.ts";
import { readKeyFile } from "../core/signature/key-file.ts";
import { alike } from "../core/text/alike.ts";
import type { Json } from "../core/unit/unit.ts";
import { TOKEN_FILE } from "../hosting/state/state.ts";
import { readRunning } from "../hosting/state/running.ts";
import { reasonOf } from "../core/text/said-error.ts";
import { UserError } from "../hosting/user-error.ts";

/** Where a control plane is: from a state directory, or said outright. */
export interface AdminFlags {
  readonly state: string;
  readonly admin?: string;
  readonly token?: string;
  readonly adminCa?: string;
}

/** Adds the options that say where the control plane is. */
export function withAdmin(command: Command): Command {
  return command
    .option("--state <dir>", "state directory of the running server", ".liantiao/bank")
    .option("--admin <url>", "its control plane, instead of --state")
    .option("--token <token>", "the control plane's token")
    .option("--admin-ca <file>", "authority to trust where --admin is https");
}

/** The journal with every body, at most. */
const MOST_BYTES = 1024 * 1024 * 1024;

/** A fault of the network, or a server that hangs, ends a verb after this time. */
const PATIENCE_MS = 60_000;

/** One call of a running simulator's control plane. @throws UserError when it cannot be reached or refuses. */
export async function callAdmin(
  flags: AdminFlags,
  method: string,
  path: string,
  body?: Json,
): Promise<Json | undefined> {
  const { url, token, tls } = findAdmin(flags);
  const runtime = liveRuntime({ tls });
  const answer = await runtime.transport
    .send({
      method,
      url: `${url}/__admin${path}`,
      headers: [
        ["Authorization", `Bearer ${token}`],
        ["Content-Type", "application/json"],
      ],
      body: new TextEncoder().encode(body === undefined ? "" : JSON.stringify(body)),
      timeoutMs: PATIENCE_MS,
      mostAnswerBytes: MOST_BYTES,
    })
    .catch((cause: unknown) => {
      throw unreachable(url, flags, cause);
    })
    .finally(() => runtime.close());
  const where = `${method} ${url}/__admin${path}`;
  const value = read(new TextDecoder().decode(answer.body), where);
  if (answer.status >= 200 && answer.status < 300) return value;
  if (answer.status === 401)
    throw new UserError(
      { en: "the control plane refuses the token", zh: "控制面不接受该令牌" },
      {
        where: flags.token === undefined ? join(flags.state, TOKEN_FILE) : "--token",
        next: {
          en: "give the text of `control-token` in its state directory, or leave --admin and --token away and name its --state",
          zh: "请给出其状态目录中 `control-token` 的内容；或不给 --admin 与 --token，改用 --state 指明状态目录",
        },
      },
    );
  const refused = refusal(value, answer.status);
  throw new UserError(
    { en: refused.en, zh: `控制面拒绝：${refused.zh}` },
    {
      where,
      next: { en: "correct what is named above", zh: "请按上面所述更正" },
    },
  );
}

/** A control plane that gave no answer. */
function unreachable(url: string, flags: AdminFlags, cause: unknown): UserError {
  const isUntrusted = cause instanceof TransportFailure && cause.kind === "tls";
  return new UserError(
    {
      en: `the control plane at ${url} does not answer: ${reasonOf(cause).en}`,
      zh: `控制面 ${url} 无应答：${reasonOf(cause).zh}`,
    },
    {
      where: flags.admin === undefined ? flags.state : "--admin",
      next: isUntrusted
        ? {
            en: "name the authority of its certificate with --admin-ca FILE, or its state directory with --state DIR",
            zh: "请以 --admin-ca 给出其证书的签发机构，或用 --state 指明其状态目录",
          }
        : {
            en: "start the server with `liantiao serve`, or name its state directory with --state DIR",
            zh: "请以 `liantiao serve` 启动服务，或用 --state 指明其状态目录",
          },
      cause,
    },
  );
}

/** The JSON of an answer; undefined for none. @throws UserError where something else answers at that address. */
function read(text: string, where: string): Json | undefined {
  try {
    return text === "" ? undefined : (JSON.parse(text) as Json);
  } catch (cause) {
    throw new UserError(
      { en: "what answers is no control plane: its answer is not JSON", zh: "应答的不是控制面：其应答不是 JSON" },
      {
        where,
        next: {
          en: "correct --admin, or name the state directory of the running server with --state DIR",
          zh: "请更正 --admin，或用 --state 指明运行中服务的状态目录",
        },
        cause,
      },
    );
  }
}

/** Why an order was not carried out, in words. */
function refusal(value: Json | undefined, status: number): Bilingual {
  const said = (typeof value === "object" && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  const { error, error_zh: inChinese, kind, ...rest } = said;
  if (typeof error === "string") return { en: error, zh: typeof inChinese === "string" ? inChinese : `“${error}”` };
  if (kind === undefined) return alike(`HTTP ${status}`);
  const members = JSON.stringify(rest);
  return { en: `${String(kind)}: ${members}`, zh: `${OUTCOMES[String(kind)] ?? String(kind)}：${members}` };
}

/** How an operator's order came to nothing, in Chinese; see `OperatorResult`. */
const OUTCOMES: Readonly<Record<string, string>> = {
  absent: "没有该行",
  "not-now": "当前状态不允许该变更",
  refusal: "规则拒绝该变更",
  "bad-input": "输入有误",
};

interface FoundAdmin {
  readonly url: string;
  readonly token: string;
  readonly tls: TlsSettings;
}

/** @throws UserError for a file that cannot be read */
function caOf(file: string, where: string): TlsSettings {
  try {
    return { ca: readKeyFile(file).toString("utf8") };
  } catch (cause) {
    throw new UserError(
      {
        en: `the authority of the control plane cannot be read: ${reasonOf(cause).en}`,
        zh: `控制面证书的签发机构无法读取：${reasonOf(cause).zh}`,
      },
      { where, next: { en: "give the path of its PEM file", zh: "请给出其 PEM 文件的路径" }, cause },
    );
  }
}

function findAdmin({ state, admin, token, adminCa }: AdminFlags): FoundAdmin {
  const named = adminCa === undefined ? undefined : caOf(adminCa, `--admin-ca ${adminCa}`);
  if (admin !== undefined) {
    if (token === undefined)
      throw new UserError(
        { en: "a control plane named with --admin needs its token", zh: "以 --admin 指定控制面时，须同时给出令牌" },
        {
          where: "--token",
          next: {
            en: "give the text of `control-token` in the state directory of the server",
            zh: "请给出该服务状态目录中 `control-token` 的内容",
          },
        },
      );
    return { url: admin.replace(/\/$/, ""), token, tls: named ?? {} };
  }
  const { adminUrl, adminTrust } = readRunning(state);
  const file = join(state, TOKEN_FILE);
  if (token === undefined && !existsSync(file))
    throw new UserError(
      { en: "the state directory holds no control token", zh: "状态目录中没有控制面令牌" },
      {
        where: file,
        next: { en: "start the server again, or give --token", zh: "请重新启动服务，或给出 --token" },
      },
    );
  return {
    url: adminUrl,
    token: token ?? readFileSync(file, "utf8").trim(),
    tls: {
      ...(adminTrust?.ca === undefined ? {} : caOf(adminTrust.ca, adminTrust.ca)),
      ...named,
      ...(adminTrust?.servername === undefined ? {} : { servername: adminTrust.servername }),
    },
  };
}
