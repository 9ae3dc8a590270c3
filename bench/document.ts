import type { Measure } from "./measure.ts";
import type { Row } from "./row.ts";

/** The machine of a run, and how requests were replayed. */
export interface Where {
  readonly cores: number;
  readonly cpu: string;
  readonly node: string;
  readonly connections: number;
  readonly requests: number;
  readonly warmUp: number;
}

const machine = ({ cores, cpu, node }: Where): string =>
  `Machine: ${cores} cores (${cpu}), Node ${node}; the bank, its SQLite file (full sync) and the load generator share it.`;

const table = (rows: readonly Row[]): string => `| row | answers/s | p50 ms | p99 ms | limit/s | share of limit |
|---|---:|---:|---:|---:|---:|
${rows.map((row) => `| ${row.name} | ${row.rps.toFixed(0)} | ${row.p50Ms} | ${row.p99Ms} | ${row.limitRps.toFixed(0)} | ${row.share.toFixed(2)} |`).join("\n")}`;

/** `docs/benchmarks.md`, from the rows of one run. */
export function documentOf(rows: readonly Row[], where: Where): string {
  return `# Benchmarks

Written by \`npm run bench\`; do not edit. Numbers of one run on one machine: read the ratios. [Loads](benchmarks-load.md) have a page of their own.

${machine(where)}
Each row replays ${where.requests} requests that were signed before timing starts, over ${where.connections} connections, after ${where.warmUp} that are not counted; one answer in a hundred is verified, and any answer but 200 fails the run.
The limit is what \`openssl speed\` says one core signs in a second, in the same run; of \`static hono\` it is bare \`node:http\`; of \`verify standard\` it is the pace at which the plan would take 60 s.
\`no-ifma\` keeps OpenSSL, in the server and for its limit, from the AVX-512 IFMA instructions, as on the many processors that have none: there the signature is most of what a payment costs, and a share says more of the server. They make signatures faster (compare the two limits), and nothing else of a payment.
\`sign\` rows are signatures in line, on one thread, of each scheme there is; \`seal\` rows are whole requests of each style of envelope, signed and written as the packs here have it. The limit of a MAC is that of texts of 512 bytes.

${table(rows)}
`;
}

/** How the loads of a run were put on. */
export interface Loads {
  /** Journeys a second of the last step of a ramp, and its length. */
  readonly ramp: { readonly rate: number; readonly seconds: number };
  /** Length of the load whose memory is read. */
  readonly minutes: number;
}

/** `docs/benchmarks-load.md`, from the rows and measures of one run of `--only loads`. */
export function loadDocumentOf(
  rows: readonly Row[],
  measures: readonly Measure[],
  where: Where,
  { ramp, minutes }: Loads,
): string {
  return `# Benchmarks of loads

Written by \`npm run bench -- --only loads\`; do not edit. Numbers of one run on one machine: read the ratios.

${machine(where)}
\`load knee\` is the highest step of \`load --profile ramp\`, up to ${ramp.rate}/s in ${ramp.seconds} s, at which the pack's levels held, in journeys a second (a payment and its query); its p99 is of payments from when they were to begin, and its limit what one core signs in a second by \`openssl speed\`. 0: the first step did not hold.
\`load generator\` is the highest step at which the embedded generator began its signed calls in time, against \`static hono\`; its limit is the replay of requests that were signed before, and that of \`load generator / wrk\` is \`wrk\` over as many connections (left out where it is not installed).
Memory is read during a load of ${minutes} minutes; recovery is that of a bank with the payments that are named, killed without warning.

${table(rows)}

| measure | seen | held against | its value | ratio |
|---|---:|---|---:|---:|
${measures.map((one) => `| ${one.name} | ${one.seen} ${one.unit} | ${one.against} | ${one.limit} ${one.unit} | ${one.ratio.toFixed(2)} |`).join("\n")}
`;
}
