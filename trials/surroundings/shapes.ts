import { frontAhead } from "./front.ts";
import { lineAhead } from "./line.ts";
import { nginxAhead } from "./nginx.ts";
import type { Gateway } from "./nginx.ts";

/** What stands between a SUT and its peers, as it is found in the field. */
export interface Surrounding {
  readonly name: string;
  /** Whether it is made of nginx, which a machine may lack. */
  readonly nginx?: boolean;
  /** Whether each call takes so long there that few are made. */
  readonly slow?: boolean;
  /** Whether calls are lost there, so that checks may stay undecided. */
  readonly lossy?: boolean;
  /** The path below which the SUT itself is served. */
  readonly basePath?: string;
  /** What its users write into the statement besides the address. */
  readonly statement?: Readonly<Record<string, unknown>>;
  ahead(upstream: string): Promise<Gateway>;
}

const nginx = (
  name: string,
  settings: Parameters<typeof nginxAhead>[1],
  more: Partial<Surrounding> = {},
): Surrounding => ({ name, nginx: true, ahead: (upstream) => nginxAhead(upstream, settings), ...more });

const limits = (more: Readonly<Record<string, number>>): Readonly<Record<string, unknown>> => ({
  limits: { timeoutMs: 30_000, settleWithinSeconds: 30, checkTimeoutSeconds: 300, ...more },
});

export const SURROUNDINGS: readonly Surrounding[] = [
  nginx("an nginx as it is installed", {}),
  nginx("an nginx that compresses", {
    http: "gzip on; gzip_types *; gzip_min_length 1; gzip_proxied any; gzip_http_version 1.0;",
  }),
  nginx("an nginx that buffers to disk", {
    server:
      "client_body_buffer_size 16; client_body_in_file_only clean; proxy_buffer_size 4k; proxy_buffers 4 4k; proxy_busy_buffers_size 8k;",
  }),
  nginx("an nginx that buffers nothing", { server: "proxy_buffering off; proxy_request_buffering off;" }),
  nginx("an nginx that speaks HTTP/1.1 behind it", {
    server: 'proxy_http_version 1.1; proxy_set_header Connection "";',
  }),
  nginx("an nginx that keeps a path prefix", { path: "/bank/v1/" }, { basePath: "/bank/v1" }),
  nginx(
    "an nginx that strips a path prefix",
    { path: "/gateway/api/", upstreamPath: "/" },
    { statement: { signedPrefix: "" } },
  ),
  nginx(
    "an nginx that adds a path prefix",
    { path: "/", upstreamPath: "/inner/" },
    { basePath: "/inner", statement: { signedPrefix: "/inner" } },
  ),
  nginx("an nginx that ends TLS", { tls: true }),
  nginx("an nginx that closes idle connections soon", { server: "keepalive_timeout 1s; keepalive_requests 5;" }),
  nginx("an nginx on IPv6", { host: "::1" }),
  nginx(
    "an nginx that lets five calls a second through",
    {
      http: "limit_req_zone $binary_remote_addr zone=all:1m rate=5r/s;",
      server: "limit_req zone=all burst=10 nodelay;",
    },
    { slow: true, statement: limits({ callsPerSecond: 5, maxConcurrency: 5 }) },
  ),
  {
    name: "a gateway that turns calls away with 429 and Retry-After",
    slow: true,
    statement: limits({ maxConcurrency: 5 }),
    ahead: (upstream) => frontAhead(upstream, { callsPerSecond: 5 }),
  },
  {
    name: "a gateway that refuses doubled headers",
    ahead: (upstream) => frontAhead(upstream, { onceOnly: "Authorization" }),
  },
  {
    name: "a gateway that wants a key of its own",
    statement: { headers: { "X-Api-Key": "gateway-key-0001" } },
    ahead: (upstream) => frontAhead(upstream, { wants: ["X-Api-Key", "gateway-key-0001"] }),
  },
  { name: "a gateway that answers in HTTP/1.0", ahead: (upstream) => frontAhead(upstream, { old: true }) },
  {
    name: "a line of one second",
    slow: true,
    statement: limits({}),
    ahead: (upstream) => lineAhead(upstream, { delayMs: 500 }),
  },
  {
    name: "a line on which answers drip",
    slow: true,
    statement: limits({}),
    ahead: (upstream) => lineAhead(upstream, { drip: { bytes: 48, everyMs: 10 } }),
  },
  {
    name: "a line that is cut now and then",
    lossy: true,
    ahead: (upstream) => lineAhead(upstream, { resetEvery: 40 }),
  },
];
