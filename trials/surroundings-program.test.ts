import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { sampled } from "./sample.ts";
import { frontAhead } from "./surroundings/front.ts";
import { hasNginx } from "./surroundings/nginx.ts";
import { behindProxy, PATIENT_LIMITS, PROGRAM_SURROUNDINGS, throughGateway } from "./surroundings/program-shapes.ts";
import type { ProgramSurrounding, Surrounded } from "./surroundings/program-shapes.ts";
import { ran, restated, served } from "./surroundings/program.ts";
import type { Ended, Served } from "./surroundings/program.ts";

/*
 * The exit code of `verify`, a process like the bank that it judges: through the proxies of the environment, gateways and
 * bad lines. What each check finds there is tried in surroundings.test.ts, without processes.
 */

const MANY =
  "{contract.valid-request/*,signature.absent/payment.*,errors.wrong-route/payment.create,parsing.oversize/payment.create,replay.elsewhere/payment.query,idempotency.copies/payment.create,notification.acknowledged/payment/acknowledged}";
/** Where each call takes long. */
const FEW = "{contract.valid-request/payment.*,signature.absent/payment.query}";

const root = mkdtempSync(join(tmpdir(), "liantiao-surroundings-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Judges a bank as a person at a terminal does. */
const verified = (one: Pick<Surrounded, "statement" | "environment">, only: string, folder: string): Promise<Ended> =>
  ran(
    ["verify", "bank", "--sut", one.statement, "--seed", "7", "--only", only, "--out", join(folder, "run")],
    one.environment,
  );

/** How many checks passed, as a person is told. */
const passes = (out: string): number => out.match(/^pass /gm)?.length ?? 0;

const ready = hasNginx();
/** In CI a missing nginx is a failure, and elsewhere a skip that the name tells. */
const without = !ready && process.env["CI"] === undefined;

/** One run of the program, or a few that belong together. */
interface Trial {
  readonly name: string;
  readonly nginx?: boolean;
  readonly slow?: boolean;
  /** `folder` is for its files. */
  run(folder: string): Promise<void>;
}

const passing = (one: ProgramSurrounding): Trial => ({
  name: `verify passes a bank behind ${one.name}`,
  ...(one.nginx === undefined ? {} : { nginx: one.nginx }),
  ...(one.slow === undefined ? {} : { slow: one.slow }),
  async run(folder) {
    await using surrounded = await one.open(folder);
    const { code, out, err } = await verified(surrounded, one.slow === true ? FEW : MANY, folder);
    expect(code, out + err).toBe(0);
    expect(out.split("\n")[0]).toContain(surrounded.says);
    expect(surrounded.detour()).toBeUndefined();
    expect(passes(out)).toBeGreaterThanOrEqual(one.slow === true ? 4 : 25);
  },
});

const closed = (what: string, tls: { readonly tls?: true }, ends: number, told: RegExp): Trial => ({
  name: `verify judges nothing of ${what} behind a proxy that turns all calls away`,
  async run(folder) {
    await using surrounded = await behindProxy(folder, { closed: true, ...tls });
    const { code, out, err } = await verified(surrounded, FEW, folder);
    expect(code, out + err).toBe(ends);
    expect(out).toMatch(told);
    expect(passes(out)).toBe(0);
  },
});

const TRIALS: readonly Trial[] = [
  ...PROGRAM_SURROUNDINGS.map(passing),
  closed("plain HTTP", {}, 2, /WRONG keys: what answers at http:.* is not echo: 403/),
  closed("TLS", { tls: true }, 3, /WRONG reachability: the proxy 127\.0\.0\.1:\d+ opens no way to https:.* 403/),
  {
    name: "verify fails a bank with a defect through a proxy",
    async run(folder) {
      await using surrounded = await behindProxy(folder, {}, ["--defect", "unknown-path-success"]);
      const only = "{contract.valid-request/echo,errors.wrong-route/*}";
      const { code, out, err } = await verified(surrounded, only, folder);
      expect(code, out + err).toBe(1);
      expect(out).toContain("ERR-08");
    },
  },
  {
    name: "verify leaves undecided what the bank's own address leads past a gateway",
    async run(folder) {
      await using surrounded = await throughGateway.open(folder);
      const { code, out, err } = await verified(surrounded, "reconciliation.bill-address", folder);
      expect(code, out + err).toBe(3);
      expect(out).toMatch(/^skipped +REC-07 .*which is another place than the statement's$/m);
    },
  },
  {
    name: "serve --peer notifies a platform through the gateway that its statement names",
    run: notifiesThroughGateway,
  },
];

/** Interfaces and statuses of what a role was sent, or sent. */
async function exchanges({ adminUrl, tokenFile }: Served): Promise<readonly object[]> {
  const headers = { authorization: `Bearer ${readFileSync(tokenFile, "utf8").trim()}` };
  const answer = await fetch(`${adminUrl}/__admin/requests`, { headers });
  return ((await answer.json()) as { readonly requests: readonly object[] }).requests;
}

async function notifiesThroughGateway(folder: string): Promise<void> {
  const serving = (role: string, ...words: string[]): Promise<Served> =>
    served([role, "--port", "0", "--state", join(folder, role), ...words]);
  // Its keys and its statement, which the platform is given.
  await (await serving("bank"))[Symbol.asyncDispose]();
  await using platform = await serving("platform", "--peer", join(folder, "bank", "sut.json"));
  await using gateway = await frontAhead(platform.url, { strips: "/in", wants: ["X-Api-Key", "gateway-key-0001"] });
  const statement = restated(platform.statement, "behind", {
    baseUrl: gateway.baseUrl,
    signedPrefix: "",
    headers: { "X-Api-Key": "gateway-key-0001" },
  });
  await using bank = await serving("bank", "--peer", statement);
  const patient = restated(bank.statement, "patient", { limits: PATIENT_LIMITS });
  const { fixtures } = JSON.parse(readFileSync(platform.statement, "utf8")) as { fixtures: Record<string, object> };
  const data = { ...fixtures["order.created"], notify_url: `${gateway.baseUrl}/notify/payment` };
  const paid = await ran(["call", "payment.create", "--sut", patient, "--data", JSON.stringify(data)]);
  expect(paid.code, paid.out + paid.err).toBe(0);
  await expect
    .poll(() => exchanges(platform))
    .toMatchObject([{ interface: "notify.payment_result", party: "BANK01", response: { status: 204 } }]);
  expect(JSON.stringify(await exchanges(bank))).not.toContain("gateway-key-0001");
}

const DAYS = 7;
const { items, note } = sampled(TRIALS, DAYS, ({ slow }) => (slow === true ? "slow" : "quick"));

describe(`programs in their surroundings (${note})`, () => {
  for (const { name, nginx = false, run } of items)
    test.skipIf(nginx && without)(`${name}${nginx && !ready ? " (SKIPPED: needs nginx)" : ""}`, () =>
      run(mkdtempSync(join(root, "trial-"))),
    );
});
