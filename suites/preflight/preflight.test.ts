import * as http from "node:http";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import * as net from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { certificateAuthority, selfSignedCertificate } from "../../core/runtime/certificate.ts";
import { handshake } from "../../core/runtime/handshake.ts";
import { liveRuntime } from "../../core/runtime/live.ts";
import type { TlsSettings } from "../../core/runtime/runtime.ts";
import type { PreflightFinished } from "../../core/run/event.ts";
import { englishRuns } from "../../tests/english-runs.ts";
import type { RunScope } from "../run/scope.ts";
import type { Statement } from "../statement/statement.ts";
import { fakeRun } from "../testing/fake-scope.ts";
import type { FakeAnswer } from "../testing/fake-scope.ts";
import { Door } from "../wire/door.ts";
import { preflight } from "./preflight.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

type Handler = (request: http.IncomingMessage, response: http.ServerResponse) => void;

async function listening(server: net.Server): Promise<number> {
  const sockets = new Set<net.Socket>();
  for (const event of ["connection", "secureConnection"])
    server.on(event, (socket: net.Socket) => void sockets.add(socket.on("error", () => {})));
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  ends.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

/** A SUT behind a real socket that answers as `answer` says, signed with the fake's key. */
function sut(answer: (target: string) => FakeAnswer = right): { readonly handler: Handler; readonly scope: RunScope } {
  const { scope } = fakeRun((request) => answer(new URL(request.url).pathname));
  return {
    scope,
    handler: (request, response) => {
      const answered = async (): Promise<void> => {
        const { status, headers, body } = await scope.runtime.transport.send({
          method: request.method ?? "",
          url: `http://fake.invalid${request.url ?? ""}`,
          headers: [],
          body: new Uint8Array(),
          timeoutMs: 60_000,
        });
        response.writeHead(status, headers.flat()).end(body);
      };
      request.resume().on("end", () => void answered());
    },
  };
}

const right = (path: string): FakeAnswer =>
  path === "/v1/echo"
    ? { status: 200, json: { party_id: "P1001", message: "m", received_at: "2026-11-22T00:00:00+08:00" } }
    : { status: 200, json: { binding_id: "b1" } };

interface Situation {
  readonly scope: RunScope;
  readonly baseUrl: string;
  readonly tls?: TlsSettings;
  /** How far the SUT's clock is ahead of ours. */
  readonly aheadSeconds?: number;
  readonly statement?: Partial<Statement>;
  readonly counterparty?: RunScope["counterparty"];
}

/** What preflight ends with: the first probe that is not well, or undefined. */
async function verdict(situation: Situation): Promise<PreflightFinished | undefined> {
  return (await run(situation)).find((one) => !one.ok);
}

/** What every probe found, up to the first that is not well. */
async function run({
  scope,
  baseUrl,
  tls,
  aheadSeconds = 0,
  statement = {},
  counterparty,
}: Situation): Promise<readonly PreflightFinished[]> {
  const live = liveRuntime(tls === undefined ? {} : { tls });
  ends.push(() => live.close());
  const runtime = { ...live, now: () => live.now() - aheadSeconds * 1000 };
  const events: PreflightFinished[] = [];
  const stated = { ...scope.statement, baseUrl, ...statement };
  const ready = await preflight(
    {
      ...scope,
      door: new Door(runtime, stated),
      handshake: (offer) => handshake(baseUrl, tls ?? {}, offer, 2_000),
      runtime,
      counterparty,
      notifyUrl: counterparty?.notifyUrl,
      statement: stated,
    },
    (event) => events.push(event),
  );
  const bad = events.find((one) => !one.ok);
  expect(ready).toBe(bad === undefined ? "ready" : "failed");
  if (bad !== undefined) expect(bad.remedy?.en).not.toBe("");
  for (const { message, remedy } of events) expect(englishRuns(`${message.zh}。${remedy?.zh ?? ""}`)).toEqual([]);
  return events;
}

async function plain(answer?: (target: string) => FakeAnswer): Promise<Situation> {
  const { scope, handler } = sut(answer);
  return { scope, baseUrl: `http://127.0.0.1:${await listening(http.createServer(handler))}` };
}

describe("an address", () => {
  test("preflight passes a SUT that answers rightly", async () => {
    expect(await verdict(await plain())).toBeUndefined();
  });

  test("preflight asks a SUT only for interfaces that it claims", async () => {
    const asked: string[] = [];
    const small = await plain((path) => {
      asked.push(path);
      return /^\/v1\/bindings\/[^/]+$/.test(path)
        ? { status: 200, json: { binding_id: "b1" } }
        : { status: 404, json: { code: "ROUTE_NOT_FOUND", message: "no" } };
    });
    expect(
      await verdict({
        ...small,
        statement: { profile: { interfaces: ["binding.query"], except: [], requirementsExcept: [] } },
      }),
    ).toBeUndefined();
    expect(asked.filter((path) => path.startsWith("/v1/") && !path.startsWith("/v1/bindings/"))).toEqual([]);
    expect(asked.some((path) => path.startsWith("/v1/bindings/"))).toBe(true);
  });

  test("a closed port is the network's fault", async () => {
    const server = net.createServer();
    const port = await listening(server);
    await new Promise((resolve) => server.close(resolve));
    expect(await verdict({ scope: sut().scope, baseUrl: `http://127.0.0.1:${port}` })).toMatchObject({
      name: "reachability",
      attribution: "network",
      remedy: { en: expect.stringContaining("Start the system") },
    });
  });

  test("an unknown host name is a configuration mistake", async () => {
    expect(await verdict({ scope: sut().scope, baseUrl: "http://no-such-host.invalid:81" })).toMatchObject({
      name: "reachability",
      attribution: "configuration",
      remedy: { en: expect.stringContaining("baseUrl") },
    });
  });

  test("a silent port is the network's fault", async () => {
    const port = await listening(net.createServer(() => {}));
    const { scope } = sut();
    expect(
      await verdict({
        scope,
        baseUrl: `http://127.0.0.1:${port}`,
        statement: { limits: { ...scope.statement.limits, timeoutMs: 100 } },
      }),
    ).toMatchObject({
      name: "reachability",
      attribution: "network",
      remedy: { en: expect.stringContaining("timeoutMs") },
    });
  });
});

describe("an address that leads elsewhere", () => {
  const answering =
    (status: number, headers: http.OutgoingHttpHeaders, body: string): Handler =>
    (request, response) =>
      void request.resume().on("end", () => response.writeHead(status, headers).end(body));

  test.each<readonly [string, Handler, string]>([
    ["a start page", answering(200, { "content-type": "text/html" }, "<h1>Welcome to nginx</h1>"), "Welcome to nginx"],
    ["a redirection to a login", answering(302, { location: "https://login.invalid/" }, ""), "302"],
    ["another service", answering(200, { "content-type": "application/json" }, '{"status":"UP"}'), "UP"],
    [
      "a path that is not there",
      answering(404, { "content-type": "application/json" }, '{"code":"NOT_FOUND"}'),
      "NOT_FOUND",
    ],
  ])("%s at the address is a configuration mistake, shown with its answer", async (_what, handler, evidence) => {
    const baseUrl = `http://127.0.0.1:${await listening(http.createServer(handler))}`;
    expect(await verdict({ scope: sut().scope, baseUrl })).toMatchObject({
      name: "keys",
      attribution: "configuration",
      message: { en: expect.stringContaining(evidence) },
      remedy: { en: expect.stringContaining("baseUrl") },
    });
  });

  test("an unsigned 404 with a code of the interface counts as the interface", async () => {
    const handler = answering(
      404,
      { "content-type": "application/json" },
      '{"code":"BINDING_NOT_FOUND","message":"no"}',
    );
    const baseUrl = `http://127.0.0.1:${await listening(http.createServer(handler))}`;
    const profile = { interfaces: ["binding.query"], except: [], requirementsExcept: [] };
    const bad = await verdict({ scope: sut().scope, baseUrl, statement: { profile } });
    expect(bad?.name).not.toBe("keys");
  });

  test("a body that a proxy compressed unasked is named as such", async () => {
    const baseUrl = `http://127.0.0.1:${await listening(http.createServer(answering(200, { "content-type": "application/json", "content-encoding": "gzip" }, "\u001f\u008b")))}`;
    expect(await verdict({ scope: sut().scope, baseUrl })).toMatchObject({
      name: "keys",
      attribution: "configuration",
      message: { en: expect.stringContaining("encoded as gzip") },
      remedy: { en: expect.stringContaining("compression") },
    });
  });

  test("a connection that breaks off says what to look at", async () => {
    const baseUrl = `http://127.0.0.1:${await listening(http.createServer((request, response) => (request.url === "/" ? response.end("{}") : request.socket.destroy())))}`;
    expect(await verdict({ scope: sut().scope, baseUrl })).toMatchObject({
      name: "keys",
      attribution: "network",
      remedy: { en: expect.stringContaining("closes the connection") },
    });
  });

  test("a gateway without its server is told from a wrong key and from the SUT", async () => {
    const baseUrl = `http://127.0.0.1:${await listening(http.createServer(answering(502, { "content-type": "text/html" }, "<h1>Bad Gateway</h1>")))}`;
    expect(await verdict({ scope: sut().scope, baseUrl })).toMatchObject({
      name: "keys",
      attribution: "network",
      message: { en: expect.stringContaining("Bad Gateway") },
      remedy: { en: expect.stringContaining("forwards to") },
    });
  });
});

describe("the scheme of the address", () => {
  test("http at a TLS port is named as such", async () => {
    const { scope, handler } = sut();
    const port = await listening(https.createServer(selfSignedCertificate(), handler).on("tlsClientError", () => {}));
    expect(await verdict({ scope, baseUrl: `http://127.0.0.1:${port}` })).toMatchObject({
      name: "reachability",
      attribution: "configuration",
      remedy: { en: expect.stringContaining(`https://127.0.0.1:${port}`) },
    });
  });

  test("https at a plain HTTP port is named as such", async () => {
    const { scope, baseUrl } = await plain();
    expect(await verdict({ scope, baseUrl: baseUrl.replace("http:", "https:") })).toMatchObject({
      name: "reachability",
      attribution: "configuration",
      remedy: { en: expect.stringContaining(baseUrl) },
    });
  });

  test("a port that speaks another protocol is the network's fault", async () => {
    const port = await listening(net.createServer((socket) => void socket.end("SSH-2.0-OpenSSH\r\n")));
    expect(await verdict({ scope: sut().scope, baseUrl: `http://127.0.0.1:${port}` })).toMatchObject({
      name: "reachability",
      attribution: "network",
    });
  });
});

describe("TLS", () => {
  const authority = certificateAuthority();
  const server = authority.issue({ names: ["localhost"] });
  const secured = async (options: https.ServerOptions): Promise<Situation> => {
    const { scope, handler } = sut();
    const port = await listening(https.createServer(options, handler).on("tlsClientError", () => {}));
    return { scope, baseUrl: `https://127.0.0.1:${port}` };
  };

  test("preflight passes TLS with the private authority named", async () => {
    expect(await verdict({ ...(await secured(server)), tls: { ca: authority.cert } })).toBeUndefined();
  });

  test.each([
    ["an unknown authority", server, {}, "configuration", "tls.ca"],
    ["a self-signed certificate", selfSignedCertificate(), {}, "configuration", "tls.ca"],
    [
      "another host name",
      authority.issue({ commonName: "other.example" }),
      { ca: authority.cert },
      "configuration",
      "tls.servername",
    ],
    [
      "an expired certificate",
      authority.issue({ names: ["localhost"], until: "20200101000000Z" }),
      { ca: authority.cert },
      "sut",
      "Renew",
    ],
  ] as const)("preflight names the fault of TLS with %s", async (_what, certificate, tls, attribution, remedy) => {
    expect(await verdict({ ...(await secured(certificate)), tls })).toMatchObject({
      name: "reachability",
      attribution,
      remedy: { en: expect.stringContaining(remedy) },
    });
  });

  test.each([
    ["whose it is", authority.issue({ names: ["bank.elsewhere.example"] }), "bank.elsewhere.example"],
    ["when it expired", authority.issue({ names: ["localhost"], until: "20200101000000Z" }), "Jan  1 00:00:00 2020"],
  ])("preflight shows of an unfit certificate %s", async (_what, certificate, evidence) => {
    const situation = await secured(certificate);
    const baseUrl = situation.baseUrl.replace("127.0.0.1", "localhost");
    expect((await verdict({ ...situation, baseUrl, tls: { ca: authority.cert } }))?.message.en).toContain(evidence);
  });

  test("preflight names the issuer of an untrusted certificate", async () => {
    expect((await verdict(await secured(server)))?.message.en).toContain("Test authority");
  });

  test.each(["TLSv1.2", "TLSv1.3"] as const)(
    "a port that wants a client certificate (%s) says so, and passes with one",
    async (version) => {
      const mutual = {
        ...server,
        ca: authority.cert,
        requestCert: true,
        rejectUnauthorized: true,
        minVersion: version,
        maxVersion: version,
      };
      expect(await verdict({ ...(await secured(mutual)), tls: { ca: authority.cert } })).toMatchObject({
        name: "reachability",
        attribution: "configuration",
        remedy: { en: expect.stringContaining("tls.cert") },
      });
      expect(
        await verdict({
          ...(await secured(mutual)),
          tls: { ca: authority.cert, ...authority.issue({ commonName: "P1001" }) },
        }),
      ).toBeUndefined();
    },
  );
});

describe("keys, clocks and data", () => {
  test("a key of ours that is unknown to the SUT is configuration, with the party's name", async () => {
    expect(
      await verdict(await plain(() => ({ status: 401, json: { code: "SIGN_ERROR", message: "no" } }))),
    ).toMatchObject({
      name: "keys",
      attribution: "configuration",
      message: { en: expect.stringContaining("P1001") },
      remedy: { en: expect.stringContaining("/parties/0") },
    });
  });

  test("a SUT key that fails to verify the answer is configuration", async () => {
    const { scope, baseUrl } = await plain();
    expect(
      await verdict({ scope: { ...scope, sutKeys: fakeRun(() => ({ status: 200 })).scope.sutKeys }, baseUrl }),
    ).toMatchObject({
      name: "keys",
      attribution: "configuration",
      remedy: { en: expect.stringContaining("/sutKeys") },
    });
  });

  test("a SUT that fails at the simplest call is its own fault", async () => {
    expect(
      await verdict(await plain(() => ({ status: 500, json: { code: "SYSTEM_ERROR", message: "no" } }))),
    ).toMatchObject({ name: "keys", attribution: "sut" });
  });

  test("a signed failure for a second party alone is left to the checks", async () => {
    let calls = 0;
    const failing = { status: 500, json: { code: "SYSTEM_ERROR", message: "no" } };
    const bad = await verdict(await plain((path) => (path === "/v1/echo" && (calls += 1) > 2 ? failing : right(path))));
    expect(calls).toBeGreaterThan(2);
    expect(bad?.name).not.toBe("keys");
  });

  test.each([
    [120, "ahead of"],
    [-120, "behind"],
  ])("a clock %i s off says by how much and which way", async (shift, direction) => {
    expect(await verdict({ ...(await plain()), aheadSeconds: shift })).toMatchObject({
      name: "clock",
      attribution: "configuration",
      message: { en: expect.stringMatching(new RegExp(`1(19|20|21) s ${direction} ours`)) },
    });
  });

  test("a clock far off is reported as a clock instead of a key", async () => {
    expect(
      await verdict({
        ...(await plain(() => ({ status: 401, json: { code: "TIMESTAMP_OUT_OF_WINDOW", message: "no" } }))),
        aheadSeconds: 900,
      }),
    ).toMatchObject({
      name: "clock",
      attribution: "configuration",
      message: { en: expect.stringMatching(/(899|900|901) s ahead of ours/) },
    });
  });

  test("a fixture unknown to the SUT is configuration, with its name", async () => {
    expect(
      await verdict(
        await plain((path) =>
          path === "/v1/echo" ? right(path) : { status: 404, json: { code: "BINDING_NOT_FOUND", message: "no" } },
        ),
      ),
    ).toMatchObject({
      name: "fixtures",
      attribution: "configuration",
      message: { en: expect.stringContaining("customer.funded") },
    });
  });

  test("an unknown account is found through a refused payout that moves no money", async () => {
    const payee = { "payout.payee": { values: { payee_name: "张三", payee_account_no: "6222029907000000001" } } };
    const asked: string[] = [];
    const { scope, handler } = sut((path) =>
      path === "/v1/payouts" ? { status: 404, json: { code: "ACCOUNT_NOT_FOUND", message: "no" } } : right(path),
    );
    const baseUrl = `http://127.0.0.1:${await listening(
      http.createServer((request, response) => {
        let body = "";
        request
          .on("data", (bytes: Buffer) => (body += bytes.toString()))
          .on("end", () => void asked.push(`${request.url ?? ""} ${body}`));
        handler(request, response);
      }),
    )}`;
    const bad = await verdict({ scope, baseUrl, statement: { fixtures: payee } });
    expect(bad).toMatchObject({
      name: "fixtures",
      attribution: "configuration",
      message: { en: expect.stringMatching(/payout\.payee: payout\.create answers 404 ACCOUNT_NOT_FOUND/) },
    });
    expect(
      asked
        .filter((one) => one.includes("6222029907000000001"))
        .every((one) => one.includes("https://not-registered.invalid/")),
    ).toBe(true);
    const known = sut((path) =>
      path === "/v1/payouts" ? { status: 403, json: { code: "NOTIFY_URL_NOT_ALLOWED", message: "no" } } : right(path),
    );
    expect(
      await verdict({
        scope: known.scope,
        baseUrl: `http://127.0.0.1:${await listening(http.createServer(known.handler))}`,
        statement: { fixtures: payee },
      }),
    ).toBeUndefined();
  });

  test("a profile that names what the pack lacks is configuration", async () => {
    expect(
      await verdict({
        ...(await plain()),
        statement: { profile: { interfaces: ["echo", "loans.*"], except: [], requirementsExcept: [] } },
      }),
    ).toMatchObject({
      name: "profile",
      attribution: "configuration",
      message: { en: expect.stringContaining("loans.*") },
    });
  });

  test.each<readonly [string, FakeAnswer]>([
    ["by the pack's code", { status: 404, json: { code: "ROUTE_NOT_FOUND", message: "no" } }],
    ["by a bare 404", { status: 404 }],
    ["for this method only", { status: 405, json: { code: "METHOD_NOT_ALLOWED", message: "no" } }],
  ])("a claimed interface that the SUT lacks, %s, is configuration, with its name", async (_how, answer) => {
    const situation = await plain((path) => (path.startsWith("/v1/payouts") ? answer : right(path)));
    expect(await verdict(situation)).toMatchObject({
      name: "interfaces",
      attribution: "configuration",
      message: { en: expect.stringMatching(/payout\.create \(POST \/v1\/payouts: 40[45].*payout\.query/) },
      remedy: { en: expect.stringContaining("profile.except") },
    });
    expect(
      await verdict({
        ...situation,
        statement: { profile: { interfaces: ["*"], except: ["payout.*"], requirementsExcept: [] } },
      }),
    ).toBeUndefined();
  });

  test("a missing resource counts as an existing interface", async () => {
    const notFound = (path: string): FakeAnswer =>
      path.startsWith("/v1/payouts/")
        ? { status: 404, json: { code: "PAYOUT_NOT_FOUND", message: "no" } }
        : right(path);
    expect(await verdict(await plain(notFound))).toBeUndefined();
  });

  test("hooks that cannot be tried without an effect are not called ok", async () => {
    const hooks = { url: "http://127.0.0.1:9", supports: ["clock"] as const };
    const events = await run({ ...(await plain()), statement: { hooks } });
    expect(events.find(({ name }) => name === "hooks")).toMatchObject({ ok: true, tried: false });
  });

  test("hooks that refuse our token or stay silent are configuration", async () => {
    const port = await listening(http.createServer((_request, response) => void response.writeHead(401).end()));
    const hooks = { url: `http://127.0.0.1:${port}`, supports: ["fixtures"] as const };
    expect(await verdict({ ...(await plain()), statement: { hooks } })).toMatchObject({
      name: "hooks",
      attribution: "configuration",
      remedy: { en: expect.stringContaining("hooks.token") },
    });
    expect(
      await verdict({ ...(await plain()), statement: { hooks: { ...hooks, url: "http://127.0.0.1:9" } } }),
    ).toMatchObject({
      name: "hooks",
      attribution: "configuration",
      remedy: { en: expect.stringContaining("hooks.url") },
    });
  });
});

describe("the callback", () => {
  /** Journals what arrives under its own address only, as the counterparty does. */
  const peer = async (): Promise<{
    readonly notifyUrl: string;
    readonly baseUrl: string;
    readonly adminUrl: string;
    readonly token: string;
  }> => {
    const arrived: string[] = [];
    const wire = await listening(
      http.createServer((request, response) => {
        arrived.push(request.url ?? "");
        response.writeHead(404).end();
      }),
    );
    const admin = await listening(
      http.createServer((request, response) => {
        const { searchParams } = new URL(request.url ?? "", "http://x");
        const target = searchParams.get("target");
        const found = arrived.filter((one) => one === target);
        const answer = JSON.stringify({
          next: arrived.length,
          requests: found.map(() => ({ direction: "in", request: { method: "GET", target } })),
        });
        setTimeout(() => response.end(answer), found.length > 0 ? 0 : Number(searchParams.get("wait_ms") ?? 0));
      }),
    );
    return {
      notifyUrl: `http://127.0.0.1:${wire}/notify`,
      baseUrl: `http://127.0.0.1:${wire}`,
      adminUrl: `http://127.0.0.1:${admin}`,
      token: "t",
    };
  };

  test("preflight passes a callback that leads to our counterparty", async () => {
    expect(await verdict({ ...(await plain()), counterparty: await peer() })).toBeUndefined();
  });

  test("a callback that leads elsewhere is configuration", async () => {
    const { scope, baseUrl } = await plain();
    const limits = { ...scope.statement.limits, settleWithinSeconds: 0 };
    const other = await listening(http.createServer((_request, response) => void response.end("hello")));
    for (const notifyUrl of [`http://127.0.0.1:${other}/notify`, "http://127.0.0.1:9/notify"]) {
      expect(
        await verdict({ scope, baseUrl, statement: { limits }, counterparty: { ...(await peer()), notifyUrl } }),
      ).toMatchObject({
        name: "callback",
        attribution: "configuration",
        remedy: { en: expect.stringContaining("notify.publicUrl") },
      });
    }
  });

  test("a callback unregistered at the SUT is told by the same payment without it", async () => {
    const paid: FakeAnswer = { status: 200, json: { state: "SUCCEEDED" } };
    const refused: FakeAnswer = { status: 403, json: { code: "NOTIFY_URL_NOT_ALLOWED", message: "no" } };
    /** Takes payments, those with a target as it is told. */
    const taking = async (withTarget: FakeAnswer, without: FakeAnswer): Promise<Situation> => {
      const { scope } = fakeRun((request) =>
        new URL(request.url).pathname !== "/v1/payments"
          ? right(new URL(request.url).pathname)
          : new TextDecoder().decode(request.body).includes("notify_url")
            ? withTarget
            : without,
      );
      const handler: Handler = (request, response) => {
        const chunks: Buffer[] = [];
        const answered = async (): Promise<void> => {
          const { status, headers, body } = await scope.runtime.transport.send({
            method: request.method ?? "",
            url: `http://fake.invalid${request.url ?? ""}`,
            headers: [],
            body: Buffer.concat(chunks),
            timeoutMs: 60_000,
          });
          response.writeHead(status, headers.flat()).end(body);
        };
        request.on("data", (bytes: Buffer) => chunks.push(bytes)).on("end", () => void answered());
      };
      return {
        scope,
        baseUrl: `http://127.0.0.1:${await listening(http.createServer(handler))}`,
        counterparty: await peer(),
      };
    };
    expect(await verdict(await taking(refused, paid))).toMatchObject({
      name: "callback",
      attribution: "configuration",
      message: { en: expect.stringContaining("NOTIFY_URL_NOT_ALLOWED") },
      remedy: { en: expect.stringContaining("Register") },
    });
    expect(await verdict(await taking(paid, paid))).toBeUndefined();
    // Payments that are refused in either way are the checks' business.
    expect(await verdict(await taking(refused, refused))).toBeUndefined();
    expect(
      await verdict({
        ...(await taking(refused, paid)),
        statement: { profile: { interfaces: ["echo"], except: [], requirementsExcept: [] } },
      }),
    ).toBeUndefined();
  });

  test("a counterparty that stays silent to us is the harness's own fault", async () => {
    expect(
      await verdict({ ...(await plain()), counterparty: { ...(await peer()), adminUrl: "http://127.0.0.1:9" } }),
    ).toMatchObject({ name: "callback", attribution: "harness" });
  });
});
