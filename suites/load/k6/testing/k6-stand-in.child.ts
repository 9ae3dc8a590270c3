import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { registerHooks } from "node:module";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { seededStream } from "../../../../core/runtime/random.ts";
import { arrivals } from "../../schedule.ts";

/*
 * A stand-in for the k6 program, as far as Liantiao's script uses it: `version`, and `run --quiet --out json=FILE SCRIPT`
 * with its modules over real sockets. Written from k6's documentation; no k6 is in this repository. What it does otherwise
 * is said by the environment: STAND_IN_VERSION, STAND_IN_EXIT, STAND_IN_VUS, STAND_IN_TORN.
 */

const { env } = process;
const version = env["STAND_IN_VERSION"] ?? "v1.3.0";
const [verb] = process.argv.slice(2);
if (verb === "version") {
  process.stdout.write(`k6 ${version} (commit/0000000000, go1.25.0, linux/amd64)\n`);
  process.exit(0);
}

const script = resolve(process.argv.at(-1) ?? "");
const results = process.argv[process.argv.indexOf("--out") + 1]?.replace(/^json=/, "") ?? "";
/** When the scenario begins. */
let startedAt = 0;
const stop = new AbortController();
process.on("SIGINT", () => stop.abort());
if (env["K6_NO_USAGE_REPORT"] !== "true" || env["K6_AUTO_EXTENSION_RESOLUTION"] !== "false") process.exit(104);
// It is a global since v2.2.
Reflect.deleteProperty(globalThis, "TextEncoder");

interface Scenario {
  readonly executor: string;
  readonly rate?: number;
  readonly timeUnit: string;
  readonly duration?: string;
  readonly startRate?: number;
  readonly stages?: readonly { readonly target: number; readonly duration: string }[];
  readonly maxVUs: number;
}

interface Vu {
  readonly id: number;
  readonly metadata: Record<string, string>;
  iteration: number;
  run(): Promise<void>;
}

writeFileSync(results, "");
const declared = new Set<string>();
function point(metric: string, value: number, metadata: Readonly<Record<string, string>> = {}): void {
  const lines: unknown[] = [];
  if (!declared.has(metric))
    lines.push({ type: "Metric", data: { name: metric, type: "counter", contains: "default" }, metric });
  declared.add(metric);
  lines.push({
    metric,
    type: "Point",
    data: {
      time: new Date().toISOString(),
      value,
      tags: { scenario: "load" },
      ...(Object.keys(metadata).length === 0 ? {} : { metadata: { ...metadata } }),
    },
  });
  appendFileSync(results, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
}

interface Params {
  readonly headers: Record<string, string>;
  readonly timeout: number;
}

async function asyncRequest(method: string, url: string, body: ArrayBuffer | null, params: Params): Promise<unknown> {
  const { promise, resolve: done } = Promise.withResolvers<unknown>();
  const sentAt = performance.now();
  const failed = (): void =>
    done({ status: 0, headers: {}, body: null, error: "failed", error_code: 1000, timings: { duration: 0 } });
  const send = url.startsWith("https:") ? httpsRequest : httpRequest;
  const call = send(
    url,
    { method, headers: params.headers, timeout: params.timeout, signal: stop.signal },
    (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", failed);
      answer.on("end", () => {
        const bytes = Buffer.concat(chunks);
        point("http_reqs", 1);
        done({
          status: answer.statusCode,
          headers: Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [canonical(name), value])),
          body: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
          error_code: (answer.statusCode ?? 0) >= 400 ? 1000 + (answer.statusCode ?? 0) : 0,
          timings: { duration: performance.now() - sentAt },
        });
      });
    },
  );
  call.on("error", failed);
  call.on("timeout", () => call.destroy());
  call.end(body === null ? undefined : Buffer.from(body));
  return promise;
}

/** As Go writes the names of headers. */
const canonical = (name: string): string => name.replaceAll(/(?:^|-)[a-z]/g, (one) => one.toUpperCase());

const shared = new Map<string, unknown>();
const vus = new Map<number, Vu>();

/** The modules of k6, for one VU. */
function modulesFor(vu: Vu): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  const scenario = {
    get startTime() {
      return startedAt;
    },
    get iterationInTest() {
      return vu.iteration;
    },
  };
  const execution = { scenario, vu: { idInTest: vu.id, metrics: { metadata: vu.metadata } } };
  const SharedArray = function (name: string, make: () => unknown[]): unknown {
    if (!shared.has(name)) shared.set(name, JSON.stringify(make()));
    return JSON.parse(String(shared.get(name)));
  };
  const Counter = function (name: string): unknown {
    return { add: (value: number) => point(name, value, vu.metadata) };
  };
  return {
    "k6/data": { SharedArray },
    "k6/encoding": {
      b64encode: (bytes: ArrayBuffer) => Buffer.from(bytes).toString("base64"),
      b64decode: (text: string, _variant?: string, format?: string) => {
        const bytes = Buffer.from(text, "base64");
        return format === "s"
          ? bytes.toString("utf8")
          : bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
      },
    },
    "k6/execution": { default: execution, ...execution },
    "k6/http": { default: { asyncRequest }, asyncRequest },
    "k6/metrics": { Counter },
  };
}

Object.assign(globalThis, {
  open: (path: string) => readFileSync(join(dirname(script), path), "utf8"),
  __ENV: {},
  standIn: (vu: number) => modulesFor(vus.get(vu) as Vu),
});

registerHooks({
  resolve(specifier, context, next) {
    const vu = /\?vu=(\d+)$/.exec(context.parentURL ?? "")?.[1];
    return specifier.startsWith("k6/") && vu !== undefined
      ? { url: `stand-in:${specifier}?vu=${vu}`, shortCircuit: true }
      : next(specifier, context);
  },
  load(url, context, next) {
    const [, name = "", vu = ""] = /^stand-in:(.+)\?vu=(\d+)$/.exec(url) ?? [];
    if (name === "") {
      if (!url.startsWith(pathToFileURL(script).href)) return next(url, context);
      return { format: "module", source: readFileSync(script, "utf8"), shortCircuit: true };
    }
    const names = Object.keys(modulesFor(vus.get(Number(vu)) as Vu)[name] ?? {});
    const source = [
      `const found = globalThis.standIn(${vu})[${JSON.stringify(name)}];`,
      ...names.map((each) =>
        each === "default" ? "export default found.default;" : `export const ${each} = found.${each};`,
      ),
    ].join("\n");
    return { format: "module", source, shortCircuit: true };
  },
});

async function startVu(id: number): Promise<{ readonly vu: Vu; readonly options: { scenarios: { load: Scenario } } }> {
  const vu: Vu = { id, metadata: {}, iteration: 0, run: () => Promise.resolve() };
  vus.set(id, vu);
  const loaded = (await import(`${pathToFileURL(script).href}?vu=${id}`)) as {
    readonly options: { scenarios: { load: Scenario } };
    readonly journey: () => Promise<void>;
  };
  vu.run = loaded.journey;
  return { vu, options: loaded.options };
}

const secondsOf = (text: string): number =>
  text.endsWith("ms") ? Number.parseInt(text, 10) / 1000 : Number.parseInt(text, 10);

function phasesOf({ executor, rate = 0, duration = "0s", startRate = 0, stages = [], timeUnit }: Scenario) {
  const unit = secondsOf(timeUnit);
  if (executor === "constant-arrival-rate")
    return [{ seconds: secondsOf(duration), from: rate / unit, to: rate / unit }];
  let from = startRate / unit;
  return stages.flatMap((stage) => {
    const phase = { seconds: secondsOf(stage.duration), from, to: stage.target / unit };
    from = phase.to;
    return phase.seconds === 0 ? [] : [phase];
  });
}

const { vu: first, options } = await startVu(1);
const scenario = options.scenarios.load;
const free = [first];
for (let id = 2; id <= Number(env["STAND_IN_VUS"] ?? Math.min(scenario.maxVUs, 20)); id += 1)
  free.push((await startVu(id)).vu);
const underWay = new Set<Promise<void>>();
startedAt = Date.now();
let iteration = 0;
for (const atMs of arrivals(phasesOf(scenario), "even", seededStream(0, "none"))) {
  await sleep(Math.max(0, startedAt + atMs - Date.now()), undefined, { signal: stop.signal }).catch(() => {});
  if (stop.signal.aborted) break;
  const vu = free.pop();
  if (vu === undefined) {
    point("dropped_iterations", 1);
    continue;
  }
  vu.iteration = iteration++;
  const run = vu.run().finally(() => {
    free.push(vu);
    underWay.delete(run);
  });
  underWay.add(run);
}
if (!stop.signal.aborted) await Promise.all(underWay);
if (env["STAND_IN_TORN"] !== undefined) appendFileSync(results, '{"metric":"liantiao","type":"Point","da');
process.stdout.write("stand-in: the end\n");
process.exit(stop.signal.aborted ? 105 : Number(env["STAND_IN_EXIT"] ?? 0));
