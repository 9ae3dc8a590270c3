import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { certificateAuthority } from "../../core/runtime/certificate.ts";
import { freePort } from "../../hosting/free-port.ts";
import { LOOPBACK } from "../../hosting/party.ts";
import { frontAhead } from "./front.ts";
import { lineAhead } from "./line.ts";
import { nginxAhead } from "./nginx.ts";
import type { Gateway } from "./nginx.ts";
import { restated, served } from "./program.ts";
import type { Environment } from "./program.ts";
import { forwardProxy } from "./proxy.ts";
import type { ForwardProxy, ProxySettings } from "./proxy.ts";

/** What stands between a served bank and a `verify` that is a process. */
export interface ProgramSurrounding {
  readonly name: string;
  /** Whether it is made of nginx, which a machine may lack. */
  readonly nginx?: boolean;
  /** Whether each call takes so long there that few are made. */
  readonly slow?: boolean;
  /** Serves the bank; `folder` is for the files of one test, and `words` are further ones for `serve`. */
  open(folder: string, words?: readonly string[]): Promise<Surrounded>;
}

/** A served bank, and how `verify` is told of its surrounding. */
export interface Surrounded extends AsyncDisposable {
  readonly statement: string;
  readonly environment: Environment;
  /** What the first line of the run has to say. */
  readonly says: string;
  /** What is wrong with the way that the calls took; undefined where it is the right one. */
  detour(): string | undefined;
}

/** A host that only the proxy resolves. */
const NAME = "bank.example";
/** Signatures are no matter of a surrounding, and these are made in no time. */
const BANK = ["bank", "--algorithm", "WECHATPAY2-ED25519"];
const USER = "joint:test-0001";

/** A machine that has other work answers late, and that is no matter here. */
export const PATIENT_LIMITS = {
  timeoutMs: 60_000,
  settleWithinSeconds: 60,
  checkTimeoutSeconds: 600,
  maxConcurrency: 5,
};

/** A bank on a name that this machine does not know, and the proxy that does. */
export async function behindProxy(
  folder: string,
  { tls, ...settings }: Omit<ProxySettings, "name"> & { readonly tls?: true },
  words: readonly string[] = [],
): Promise<Surrounded & { readonly proxy: ForwardProxy }> {
  await using open = new AsyncDisposableStack();
  const proxy = open.use(await forwardProxy({ name: NAME, ...settings }));
  const port = await freePort(LOOPBACK);
  const origin = `${tls === true ? "https" : "http"}://${NAME}:${port}`;
  const state = join(folder, "bank");
  const address = ["--port", String(port), "--admin-port", "0", "--notify-port", "0", "--public-url", origin];
  const secure = tls === true ? certified(folder) : [];
  const bank = open.use(await served([...BANK, ...address, ...secure, "--state", state, ...words]));
  const owned = open.move();
  return {
    proxy,
    statement: restated(bank.statement, "patient", { limits: PATIENT_LIMITS }),
    environment: { [tls === true ? "HTTPS_PROXY" : "http_proxy"]: proxy.url, NO_PROXY: "elsewhere.example" },
    says: `through the proxy ${new URL(proxy.url).host}`,
    detour: () => ((tls === true ? proxy.tunnels : proxy.requests) > 0 ? undefined : "no call went through the proxy"),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Makes a certificate for the name, and gives the flags of `serve` that name it. */
function certified(folder: string): readonly string[] {
  const authority = certificateAuthority();
  const { cert, key } = authority.issue({ names: [NAME] });
  const files = { "ca.pem": authority.cert, "own.pem": cert, "own.key.pem": key };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { mode: 0o600 });
  const flags = { "--tls-ca": "ca.pem", "--tls-cert": "own.pem", "--tls-key": "own.key.pem" };
  return Object.entries(flags).flatMap(([flag, name]) => [flag, join(folder, name)]);
}

/** A bank with a proxy named that would refuse each call, and `NO_PROXY` for this machine. */
async function besideProxy(folder: string): Promise<Surrounded> {
  await using open = new AsyncDisposableStack();
  const proxy = open.use(await forwardProxy({ name: NAME, closed: true }));
  const bank = open.use(await served([...BANK, "--port", "0", "--state", join(folder, "bank")]));
  const owned = open.move();
  return {
    statement: restated(bank.statement, "patient", { limits: PATIENT_LIMITS }),
    environment: { HTTP_PROXY: proxy.url, LIANTIAO_PROXY_LOOPBACK: "1", no_proxy: "elsewhere.example,127.0.0.0/8" },
    says: bank.url,
    detour: () => undefined,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** A bank with something ahead of it, and what its statement says of that. */
const ahead =
  (
    make: (upstream: string) => Promise<Gateway>,
    statement: Readonly<Record<string, unknown>> = {},
    environment: Environment = {},
  ): ProgramSurrounding["open"] =>
  async (folder, words = []) => {
    await using open = new AsyncDisposableStack();
    const bank = open.use(await served([...BANK, "--port", "0", "--state", join(folder, "bank"), ...words]));
    const { baseUrl } = open.use(await make(bank.url));
    const owned = open.move();
    return {
      statement: restated(bank.statement, "ahead", { limits: PATIENT_LIMITS, ...statement, baseUrl }),
      environment,
      says: baseUrl,
      detour: () => undefined,
      [Symbol.asyncDispose]: () => owned.disposeAsync(),
    };
  };

export const throughGateway: ProgramSurrounding = {
  name: "a gateway that strips a prefix and wants a key of its own",
  open: ahead(
    (upstream) => frontAhead(upstream, { strips: "/gateway/api", wants: ["X-Api-Key", "gateway-key-0001"] }),
    { signedPrefix: "", headers: { "X-Api-Key": "env:GATEWAY_KEY" } },
    { GATEWAY_KEY: "gateway-key-0001" },
  ),
};

export const PROGRAM_SURROUNDINGS: readonly ProgramSurrounding[] = [
  { name: "a proxy that passes plain HTTP on", open: (folder) => behindProxy(folder, { user: USER }) },
  { name: "a proxy that tunnels TLS", open: (folder) => behindProxy(folder, { user: USER, tls: true }) },
  { name: "a proxy that NO_PROXY passes by", open: besideProxy },
  {
    name: "an nginx that strips a prefix, compresses and buffers to disk",
    nginx: true,
    open: ahead(
      (upstream) =>
        nginxAhead(upstream, {
          path: "/gateway/api/",
          upstreamPath: "/",
          http: "gzip on; gzip_types *; gzip_min_length 1; gzip_proxied any; gzip_http_version 1.0;",
          server:
            "client_body_buffer_size 16; client_body_in_file_only clean; proxy_buffer_size 4k; proxy_buffers 4 4k; proxy_busy_buffers_size 8k;",
        }),
      { signedPrefix: "" },
    ),
  },
  throughGateway,
  {
    name: "a line of one second",
    slow: true,
    open: ahead((upstream) => lineAhead(upstream, { delayMs: 500 })),
  },
  {
    name: "a gateway that lets five calls a second through",
    slow: true,
    open: ahead((upstream) => frontAhead(upstream, { callsPerSecond: 5 })),
  },
];
