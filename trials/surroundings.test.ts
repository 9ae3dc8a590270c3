import { describe, expect, test } from "vitest";
import type { CheckFinished, PreflightFinished, RunEvent } from "../core/run/event.ts";
import type { Wrappers } from "../simulator/defects/defect.ts";
import { DEFECTS } from "../simulator/defects/index.ts";
import { sampled } from "./sample.ts";
import { hasNginx, nginxAhead } from "./surroundings/nginx.ts";
import { SURROUNDINGS } from "./surroundings/shapes.ts";
import type { Surrounding } from "./surroundings/shapes.ts";
import { openTrial } from "./trial.ts";

/*
 * The verdict on a bank is the same wherever it stands: behind the gateways and at the end of the lines of the field, a
 * conforming bank passes, and a wrong one fails.
 */

/** Checks of what a surrounding may change: paths, headers, bodies of every size, connections, bursts, notifications. */
const MANY = [
  "contract.valid-request/*",
  "canonical.doubled-header/*",
  "canonical.escapes/payment.query",
  "errors.wrong-route/payment.create",
  "parsing.oversize/payment.create",
  "parsing.long-target/payment.query",
  "replay.elsewhere/payment.query",
  "idempotency.copies/payment.create",
  "notification.acknowledged/*",
  "reconciliation.bill-address",
];
/** Where each call takes long. */
const FEW = ["contract.valid-request/payment.*", "signature.absent/payment.query", "contract.in-time/payment.query"];

const globs = (ids: readonly string[]): string => `{${ids.join(",")}}`;
const ready = hasNginx();
/** In CI a missing nginx is a failure, and elsewhere a skip that the name tells. */
const without = !ready && process.env["CI"] === undefined;
const skipNote = ready ? "" : " (SKIPPED: needs nginx)";

interface Seen {
  readonly preflight: readonly PreflightFinished[];
  readonly finished: readonly CheckFinished[];
  readonly notes: readonly string[];
}

/** How a bank is judged in a surrounding. */
async function judgedIn(one: Surrounding, wrappers: Wrappers = {}): Promise<Seen> {
  const trial = await openTrial({
    role: "bank",
    scheme: "ed25519",
    wrappers,
    ...(one.basePath === undefined ? {} : { basePath: one.basePath }),
  });
  try {
    await using ahead = await one.ahead(new URL(trial.baseUrl).origin);
    const statement = {
      baseUrl: ahead.baseUrl,
      ...(ahead.ca === undefined ? {} : { tls: { ca: ahead.ca } }),
      ...one.statement,
    };
    const preflight = await trial.preflight({ statement });
    if (preflight.some(({ ok }) => !ok)) return { preflight, finished: [], notes: [] };
    const notes: string[] = [];
    const finished = await trial.judge({
      only: globs(one.slow === true ? FEW : MANY),
      statement,
      onEvent: (event: RunEvent) => void (event.type === "run.noted" && notes.push(event.note)),
    });
    expect(trial.crashes).toEqual([]);
    return { preflight, finished, notes };
  } finally {
    await trial.close();
  }
}

const told = ({ preflight, finished }: Seen, isMeant: (verdict: CheckFinished["verdict"]) => boolean) => [
  ...preflight.filter(({ ok }) => !ok).map(({ name, message }) => `${name}: ${message.en}`),
  ...finished
    .filter(({ verdict }) => isMeant(verdict))
    .map(({ check, verdict, reason, error, finding }) => [check, verdict, reason?.en ?? error ?? finding?.seen]),
];

const DAYS = 7;
const { items, note } = sampled(SURROUNDINGS, DAYS, ({ slow }) => (slow === true ? "slow" : "quick"));

describe(`a conforming bank (${note})`, () => {
  for (const one of items)
    test.skipIf(one.nginx === true && without)(
      `passes behind ${one.name}${one.nginx === true ? skipNote : ""}`,
      async () => {
        const seen = await judgedIn(one);
        // Where calls are lost some outcomes stay unknown, and none is held against the bank.
        const isAlarm = (verdict: CheckFinished["verdict"]): boolean =>
          one.lossy === true ? verdict === "fail" || verdict === "error" : verdict !== "pass" && verdict !== "skipped";
        expect(told(seen, isAlarm)).toEqual([]);
        expect(seen.finished.filter(({ verdict }) => verdict === "pass").length).toBeGreaterThan(
          one.slow === true ? 3 : 20,
        );
      },
    );
});

const named = (name: string): Surrounding => {
  const found = SURROUNDINGS.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no surrounding ${name}`);
  return found;
};

describe("a gateway that strips a prefix", () => {
  test.skipIf(without)(`a bank with a defect fails behind it by the requirement it breaks${skipNote}`, async () => {
    const defect = DEFECTS.find(({ name }) => name === "unknown-path-success");
    expect(defect?.requirement).toBe("ERR-08");
    const seen = await judgedIn(named("an nginx that strips a path prefix"), defect);
    const failed = seen.finished.filter(({ verdict }) => verdict === "fail").map(({ requirement }) => requirement);
    expect(new Set(failed)).toEqual(new Set(["ERR-08"]));
  });

  test.skipIf(without)(
    `pre-flight finds the path that the bank verifies, and says how to state it${skipNote}`,
    async () => {
      const { statement: _signedPrefix, ...unsaid } = named("an nginx that strips a path prefix");
      const { preflight } = await judgedIn(unsaid);
      expect(preflight.find(({ ok }) => !ok)).toMatchObject({
        name: "keys",
        attribution: "configuration",
        message: {
          en: expect.stringMatching(/takes the signature of P1001 over \/v1\/.*not over \/gateway\/api\/v1\//),
        },
        remedy: { en: expect.stringContaining('Write "signedPrefix": ""') },
      });
    },
  );

  test.skipIf(without)(`pre-flight finds that nothing is stripped where the statement says so${skipNote}`, async () => {
    const kept = named("an nginx that keeps a path prefix");
    const { preflight } = await judgedIn({ ...kept, statement: { signedPrefix: "" } });
    expect(preflight.find(({ ok }) => !ok)?.remedy?.en).toContain('Write "signedPrefix": "/bank/v1"');
  });
});

test.skipIf(without)(`a limit that the statement does not know is told, and fails nothing${skipNote}`, async () => {
  const seen = await judgedIn({
    name: "an nginx that lets one call a second through",
    slow: true,
    ahead: (upstream) =>
      nginxAhead(upstream, {
        http: "limit_req_zone $binary_remote_addr zone=all:1m rate=1r/s;",
        server: "limit_req zone=all burst=20 nodelay;",
      }),
  });
  expect(seen.finished.filter(({ verdict }) => verdict === "fail" || verdict === "error")).toEqual([]);
  const undecided = seen.finished.filter(({ verdict }) => verdict === "inconclusive");
  expect(JSON.stringify([seen.preflight, undecided])).toContain("limits.callsPerSecond");
});
