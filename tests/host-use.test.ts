import { expect, test } from "vitest";
import { sourcesOf, withoutComments } from "./sources.ts";
import type { Source } from "./sources.ts";

/** What only the live runtime may touch: clock, timers, randomness, network, environment of the host. */
const HOST: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["Date.now", /\bDate\.now\b/],
  ["new Date()", /\bnew Date\(\s*\)/],
  ["performance.now", /\bperformance\.now\b/],
  ["a timer", /(?<![.\w])(?:setTimeout|setInterval|setImmediate)\b/],
  ["AbortSignal.timeout", /\bAbortSignal\.timeout\b/],
  ["Math.random", /\bMath\.random\b/],
  ["randomness of node:crypto", /\b(?:randomBytes|randomUUID|randomInt|getRandomValues|randomFill(?:Sync)?)\b/],
  ["fetch", /(?<![.\w"'#])fetch\s*\(|\bglobalThis\.fetch\b/],
  ["the network", /\bfrom "node:(?:http|https|net|tls|dgram|dns)(?:\/promises)?"/],
  ["process.env", /\bprocess\.env\b/],
];

/** Named exceptions, each with the reason why the rule does not reach it. */
const ALLOWED: Readonly<Record<string, { readonly uses: readonly string[]; readonly why: string }>> = {
  "core/runtime/live.ts": {
    uses: ["Date.now", "a timer", "randomness of node:crypto", "the network"],
    why: "the one place that touches the host",
  },
  "core/signature/hmac.ts": {
    uses: ["randomness of node:crypto"],
    why: "makes a secret for a new party, as key pairs are made; no exchange depends on it",
  },
  "core/runtime/agents.ts": {
    uses: ["performance.now", "the network"],
    why: "keeps the sockets of the live runtime, and for how long each peer does",
  },
  "core/runtime/proxy.ts": { uses: ["the network"], why: "tells addresses of loopback apart, and opens nothing" },
  "core/runtime/tunnel.ts": { uses: ["the network"], why: "opens a connection through a proxy; live only" },
  "core/sealing/aes-256-gcm.ts": {
    uses: ["randomness of node:crypto"],
    why: "makes a secret for a new party, as key pairs are made; no exchange depends on it",
  },
  "core/sealing/body/key.ts": {
    uses: ["randomness of node:crypto"],
    why: "makes a secret for a new party, as key pairs are made; no exchange depends on it",
  },
  "suites/host/checks-thread.ts": { uses: ["a timer"], why: "a thread that ends itself when a check never gives up" },
  "suites/host/thread-host.ts": { uses: ["a timer"], why: "ends a thread that hears nothing any more" },
  "core/runtime/handshake.ts": {
    uses: ["the network"],
    why: "offers a TLS handshake that no request may follow; live only",
  },
  "core/runtime/barrier.ts": {
    uses: ["the network"],
    why: "releases requests over warm sockets at once, which no injected transport can; live only",
  },
  "core/pack/rules/policies.ts": {
    uses: ["the network"],
    why: "reads the table of registered status codes, and opens nothing",
  },
  "simulator/http/unreadable.ts": {
    uses: ["the network"],
    why: "reads the table of registered status codes, and opens nothing",
  },
  "suites/load/embedded/stopwatch.ts": {
    uses: ["performance.now"],
    why: "measures latencies to a fraction of a millisecond, over real sockets only",
  },
  "suites/run/sut-runtime.ts": {
    uses: ["process.env"],
    why: "reads the usual variables that name a proxy",
  },
  "core/gateway/named-variable.ts": {
    uses: ["process.env"],
    why: "reads what a statement names as env:NAME",
  },
  "simulator/http/app.ts": {
    uses: ["a timer", "the network"],
    why: "a slow answer trickles over a real socket, of which it reads the client's certificate; in process there is none",
  },
  "simulator/http/server.ts": { uses: ["a timer", "the network"], why: "the listening socket itself; live only" },
};

function usesOf({ text }: Source): readonly string[] {
  // What stands between plain quotes is data, but for the names of modules; a template may hold code.
  const code = withoutComments(text)
    .replaceAll(/\bimport type [^;]*;/g, "")
    .replaceAll(/"(?!node:)(?:[^"\\\n]|\\.)*"|'(?!node:)(?:[^'\\\n]|\\.)*'/g, '""');
  return HOST.filter(([, pattern]) => pattern.test(code)).map(([name]) => name);
}

function breaches(sources: readonly Source[]): readonly string[] {
  return sources.flatMap((source) =>
    usesOf(source)
      .filter((name) => ALLOWED[source.file]?.uses.includes(name) !== true)
      .map((name) => `${source.file} uses ${name}; take it from the injected Runtime`),
  );
}

const sources = sourcesOf(["core", "simulator", "suites"]);

test("only the live runtime and named exceptions use the host's clock and network", () => {
  expect(breaches(sources)).toEqual([]);
});

test("every exception is still needed", () => {
  for (const [file, { uses }] of Object.entries(ALLOWED)) {
    const source = sources.find((one) => one.file === file);
    expect(source === undefined ? [] : usesOf(source), file).toEqual(expect.arrayContaining([...uses]));
  }
});

test("the rule finds what breaks it and accepts what keeps it", () => {
  const texts = [
    "const now = Date.now();",
    "const at = new Date();",
    "setTimeout(run, 5);",
    "const x = Math.random();",
    "await fetch(url);",
    'import { request } from "node:http";',
    "const home = process.env.HOME;",
    "const id = crypto.randomUUID();",
  ];
  for (const text of texts) expect(breaches([{ file: "core/x.ts", text }]), text).toHaveLength(1);
  const innocent = [
    "// Date.now() is forbidden",
    "const at = new Date(timeMs);",
    "runtime.schedule(5, run);",
    "app.fetch(request);",
    'const text = "new Date()";',
    'import type { Server } from "node:http";',
  ];
  for (const text of innocent) expect(breaches([{ file: "core/x.ts", text }]), text).toEqual([]);
});
