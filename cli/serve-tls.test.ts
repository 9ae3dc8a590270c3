import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import type { RunEvent } from "../core/run/event.ts";

/*
 * Real processes over real TLS: keys and certificates by openssl, as docs/recipes/serve-tls.md has them made, a bank by
 * `serve`, calls by curl, and the verdict of `verify`.
 */

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "liantiao-serve-tls-"));
const children: ChildProcess[] = [];

interface Ready {
  readonly url: string;
  readonly adminUrl: string;
  readonly tokenFile: string;
  readonly statement: string;
  readonly tls: { readonly ca: string };
}
interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function run(program: string, ...words: string[]): Ended {
  const { status, stdout, stderr, error } = spawnSync(program, words, {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  });
  if (error !== undefined) throw error;
  return { code: status, out: stdout, err: stderr };
}

const liantiao = (...words: string[]): Ended => run(process.execPath, MAIN, ...words);

function openssl(...words: string[]): void {
  const { code, err } = run("openssl", ...words);
  if (code !== 0) throw new Error(`openssl ${words.join(" ")}: ${err}`);
}

/** An authority, and what it issued, each in NAME.pem and NAME.key.pem. RSA: the one kind that static RSA could be offered with. */
function issue(name: string, subject: string): void {
  openssl(
    "req",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-keyout",
    `${name}.key.pem`,
    "-out",
    `${name}.csr`,
    "-subj",
    `/CN=${subject}`,
  );
  writeFileSync(join(folder, `${name}.ext`), "subjectAltName=DNS:bank.test,IP:127.0.0.1\n");
  openssl(
    "x509",
    "-req",
    "-in",
    `${name}.csr`,
    "-CA",
    "ca.pem",
    "-CAkey",
    "ca.key.pem",
    "-days",
    "2",
    "-extfile",
    `${name}.ext`,
    "-out",
    `${name}.pem`,
  );
}

openssl(
  "req",
  "-x509",
  "-newkey",
  "rsa:2048",
  "-nodes",
  "-keyout",
  "ca.key.pem",
  "-out",
  "ca.pem",
  "-days",
  "2",
  "-subj",
  "/CN=Joint test authority",
);
issue("bank", "bank.test");
issue("client", "P1001");
const TLS = ["--tls-cert", "bank.pem", "--tls-key", "bank.key.pem", "--tls-ca", "ca.pem"];

async function serve(role: string, ...words: string[]): Promise<Ready> {
  const child = spawn(process.execPath, [MAIN, "serve", role, "--json", "--port", "0", "--store", "memory", ...words], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  const early = once(child, "exit").then(([code]) =>
    Promise.reject(new Error(`serve ended with ${String(code)} before it was ready`)),
  );
  const [line] = await Promise.race([once(createInterface({ input: child.stdout }), "line"), early]);
  early.catch(() => {});
  return JSON.parse(String(line)) as Ready;
}

afterAll(async () => {
  for (const child of children) {
    const ended = once(child, "exit");
    if (child.exitCode === null && child.kill("SIGINT")) await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

const verdicts = (out: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readFileSync(join(folder, out, "events.ndjson"), "utf8")
      .trim()
      .split("\n")
      .flatMap((line) => {
        const event = JSON.parse(line) as RunEvent;
        return event.type === "check.finished" ? [[event.check, event.verdict]] : [];
      }),
  );

test("a bank is served over TLS, called by curl, and judged by its own statement", async () => {
  const bank = await serve("bank", "--state", "bank", ...TLS);
  expect(bank.url).toMatch(/^https:/);
  expect(bank.tls).toEqual({ ca: join(folder, "ca.pem") });
  const seen = run("curl", "--silent", "--show-error", "--cacert", bank.tls.ca, `${bank.url}/v1/nothing`);
  expect(seen.out, seen.err).toContain("ROUTE_NOT_FOUND");
  expect(
    run("curl", "--silent", `${bank.url}/v1/nothing`).code,
    "curl without the authority: 60 is a certificate that is not trusted",
  ).toBe(60);
  expect(
    run(
      "curl",
      "--silent",
      "--cacert",
      bank.tls.ca,
      "--tls-max",
      "1.1",
      "--ciphers",
      "ALL:@SECLEVEL=0",
      `${bank.url}/v1/nothing`,
    ).code,
    "curl with TLS 1.1 at most: 35 is a handshake that failed",
  ).toBe(35);

  expect(liantiao("call", "payment.create", "--sut", bank.statement).code).toBe(0);
  const { out, err } = liantiao(
    "verify",
    "bank",
    "--sut",
    bank.statement,
    "--only",
    "{TLS-*,signature.absent/echo,idempotency.copies/payment.create,data.addresses*}",
    "--out",
    "judged",
  );
  const judged = verdicts("judged");
  expect(judged, out + err).toMatchObject({
    "transport.old-protocol/tls-1.0": "pass",
    "transport.old-protocol/tls-1.1": "pass",
    "transport.old-protocol/cbc-sha1": "pass",
    "transport.old-protocol/no-encryption": "pass",
    "transport.old-protocol/anonymous": "pass",
    "transport.plain-http": "pass",
    "transport.forwarding-headers/payment.create": "pass",
    "signature.absent/echo": "pass",
    "idempotency.copies/payment.create": "pass",
  });
  // No client certificates are bound here.
  const others = ["transport.caller-certificate", "transport.bound-certificate/echo"];
  expect(Object.entries(judged).filter(([id, verdict]) => verdict !== "pass" && !others.includes(id))).toEqual([]);
});

test("a fault that ends connections does so over TLS", async () => {
  const bank = await serve("bank", "--state", "resetting", ...TLS, "--fault", "reset-before-answer");
  expect(liantiao("call", "echo", "--sut", bank.statement).code).toBe(3);
  expect(liantiao("faults", "off", "--state", "resetting").code).toBe(0);
  expect(liantiao("call", "echo", "--sut", bank.statement).code).toBe(0);
});

test("mutual TLS demands a client certificate, which the statement names", async () => {
  const bank = await serve(
    "bank",
    "--state",
    "mutual",
    ...TLS,
    "--tls-client-ca",
    "ca.pem",
    "--tls-client-cert",
    "client.pem",
    "--tls-client-key",
    "client.key.pem",
  );
  expect(run("curl", "--silent", "--cacert", "ca.pem", `${bank.url}/v1/nothing`).code).not.toBe(0);
  expect(
    run(
      "curl",
      "--silent",
      "--cacert",
      "ca.pem",
      "--cert",
      "client.pem",
      "--key",
      "client.key.pem",
      `${bank.url}/v1/nothing`,
    ).out,
  ).toContain("ROUTE_NOT_FOUND");
  expect(liantiao("call", "echo", "--sut", bank.statement).code).toBe(0);
});

test("a bank notifies a platform over mutual TLS by the platform's statement", async () => {
  const platform = await serve(
    "platform",
    "--state",
    "platform",
    ...TLS,
    "--tls-client-ca",
    "ca.pem",
    "--tls-client-cert",
    "client.pem",
    "--tls-client-key",
    "client.key.pem",
  );
  const bank = await serve("bank", "--state", "notifying", "--peer", platform.statement);
  expect(
    liantiao(
      "call",
      "payment.create",
      "--sut",
      bank.statement,
      "--data",
      JSON.stringify({ notify_url: `${platform.url}/notify/payment` }),
    ).code,
  ).toBe(0);
  const requests = async (): Promise<readonly { readonly interface?: string }[]> => {
    const answer = await fetch(`${platform.adminUrl}/__admin/requests`, {
      headers: { authorization: `Bearer ${readFileSync(platform.tokenFile, "utf8").trim()}` },
    });
    return ((await answer.json()) as { requests: [] }).requests;
  };
  // It does not know the bank's key, and so refuses; that it was reached at all is what is shown.
  await expect.poll(requests).toMatchObject([{ interface: "notify.payment_result" }]);
});

const MUTUAL = ["--tls-client-ca", "ca.pem", "--tls-client-cert", "client.pem", "--tls-client-key", "client.key.pem"];

test("every way of a run is TLS, and a counterparty set up otherwise is configuration", async () => {
  const bank = await serve(
    "bank",
    ...TLS,
    ...MUTUAL,
    ..."--state everywhere --admin-host 0.0.0.0".split(" "),
    ..."--call-ca ca.pem --call-cert bank.pem --call-key bank.key.pem".split(" "),
    ..."--notify-tls-cert bank.pem --notify-tls-key bank.key.pem --notify-tls-client-ca ca.pem".split(" "),
  );
  expect(bank.adminUrl).toMatch(/^https:/);
  const health = ["--silent", `${bank.adminUrl}/__admin/health`];
  expect(run("curl", "--cacert", "ca.pem", "--resolve", resolved(bank.adminUrl), ...atName(health)).out).toBe(
    '{"status":"ok"}',
  );
  expect(run("curl", ...health).code, "curl without the authority").toBe(60);
  expect(liantiao("clock", "--state", "everywhere").code).toBe(0);

  const sut = JSON.parse(readFileSync(bank.statement, "utf8")) as {
    readonly notify: { readonly publicUrl: string; readonly tls: Readonly<Record<string, string>> };
    readonly hooks: { readonly url: string };
  };
  expect(sut.notify.publicUrl).toMatch(/^https:/);
  expect(sut.hooks.url).toMatch(/^https:/);
  const judged = liantiao("verify", "bank", "--sut", bank.statement, "--only", "notification.sound/*", "--out", "told");
  expect(Object.values(verdicts("told")).length, judged.out + judged.err).toBeGreaterThan(0);
  expect(new Set(Object.values(verdicts("told"))), judged.out).toEqual(new Set(["pass"]));

  const other = {
    ...sut,
    notify: { ...sut.notify, tls: { ...sut.notify.tls, clientCert: join(folder, "client.pem") } },
  };
  writeFileSync(join(folder, "everywhere", "other.json"), JSON.stringify(other));
  const kept = liantiao(
    ..."verify bank --sut everywhere/other.json --only notification.sound/* --out kept-out".split(" "),
  );
  expect(kept.out + kept.err).toContain("showed the client certificate of CN=bank.test");
  expect(kept.code).toBe(2);
});

/** curl's words for a name that stands for the address of a URL. */
const resolved = (url: string): string => `bank.test:${new URL(url).port}:127.0.0.1`;
const atName = (words: readonly string[]): readonly string[] =>
  words.map((word) => word.replace("//127.0.0.1:", "//bank.test:"));

test("a control plane beyond this machine is served with TLS alone", () => {
  const { code, err } = liantiao(
    ..."serve bank --port 0 --store memory --state beyond --admin-host 0.0.0.0".split(" "),
  );
  expect(err).toContain("without TLS its token would be read on the way");
  expect(err).toContain("--tls-cert");
  expect(code).toBe(2);
});

test("a mistaken TLS flag ends serve with 2, and says what mends it", () => {
  for (const [words, told] of [
    [["--tls-cert", "none.pem", "--tls-key", "bank.key.pem"], "there is no file none.pem"],
    [["--tls-cert", "bank.pem", "--tls-key", "client.key.pem"], "does not belong to the certificate"],
    [["--tls-cert", "bank.pem"], "--tls-key"],
  ] as const) {
    const { code, err } = liantiao(
      "serve",
      "bank",
      "--port",
      "0",
      "--store",
      "memory",
      "--state",
      "mistaken",
      ...words,
    );
    expect(err).toContain(told);
    expect(err).toContain("next:");
    expect(err).not.toMatch(/\n\s+at /);
    expect(code).toBe(2);
  }
});
