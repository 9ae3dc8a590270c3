import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { loadStatement } from "./load.ts";

const folder = mkdtempSync(join(tmpdir(), "statement-"));
const pair = generateKeyPairSync("ed25519");

const good = {
  name: "Bank",
  role: "bank",
  pack: "cooperation",
  baseUrl: "http://127.0.0.1:8080",
  sutPartyId: "BANK01",
  parties: [{ partyId: "P1001", serial: "S1", algorithm: "WECHATPAY2-ED25519", privateKey: "party.pem" }],
  sutKeys: [{ serial: "B1", algorithm: "WECHATPAY2-ED25519", publicKey: "sut.pem" }],
  fixtures: {
    "customer.funded": { binding_id: "B-1" },
    "customer.frozen": { none: "no frozen accounts in this environment" },
  },
};

function written(content: unknown): string {
  const file = join(folder, `sut-${Math.abs(JSON.stringify(content).length)}.json`);
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

beforeAll(() => {
  writeFileSync(join(folder, "party.pem"), pair.privateKey.export({ type: "pkcs8", format: "pem" }));
  writeFileSync(join(folder, "sut.pem"), pair.publicKey.export({ type: "spki", format: "pem" }));
});

describe("loadStatement", () => {
  test("loadStatement fills in defaults and reads keys relative to the statement", () => {
    const loaded = loadStatement(written(good));
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    expect(loaded.statement.limits).toEqual({
      timeoutMs: 10_000,
      maxConcurrency: 20,
      settleWithinSeconds: 10,
      checkTimeoutSeconds: 60,
    });
    expect(loaded.statement.parties[0].key).toEqual({ privateKey: expect.stringContaining("PRIVATE KEY") as string });
    expect(loaded.statement.fixtures["customer.frozen"]).toEqual({ none: "no frozen accounts in this environment" });
    expect(loaded.statement.fixtures["customer.funded"]).toEqual({ values: { binding_id: "B-1" } });
  });

  test("loadStatement names files of service levels relative to the statement", () => {
    const loaded = loadStatement(written({ ...good, levels: ["slo/levels.yaml"] }));
    expect(loaded.ok && loaded.statement.levels).toEqual([join(folder, "slo/levels.yaml")]);
    const without = loadStatement(written(good));
    expect(without.ok && without.statement).not.toHaveProperty("levels");
  });

  test("loadStatement reports every problem at once, each with its place and a remedy", () => {
    const loaded = loadStatement(
      written({
        ...good,
        role: "merchant",
        baseUrl: "ftp://x",
        nmae: 1,
        parties: [
          { ...good.parties[0], privateKey: "absent.pem" },
          { ...good.parties[0], privateKey: "-----BEGIN PRIVATE KEY-----" },
        ],
        sutKeys: [{ serial: "B1", algorithm: "x", publicKey: "party.pem" }],
      }),
    );
    if (loaded.ok) throw new Error("accepted");
    const places = loaded.problems.map((problem) => problem.pointer);
    for (const place of [
      "/role",
      "/baseUrl",
      "/nmae",
      "/parties/0/privateKey",
      "/parties/1/privateKey",
      "/parties/1/partyId",
      "/sutKeys/0/publicKey",
    ])
      expect(places).toContain(place);
    for (const { remedy } of loaded.problems) {
      expect(remedy.en.length).toBeGreaterThan(5);
      expect(remedy.zh).toMatch(/[\u4e00-\u9fff].*。$/);
    }
  });

  test("loadStatement takes a key from a variable of the environment", () => {
    const pem = String(pair.privateKey.export({ type: "pkcs8", format: "pem" }));
    const statement = written({ ...good, parties: [{ ...good.parties[0], privateKey: "env:LIANTIAO_TEST_KEY" }] });
    expect(loadStatement(statement)).toMatchObject({
      ok: false,
      problems: [
        {
          pointer: "/parties/0/privateKey",
          rule: {
            en: expect.stringContaining("no variable LIANTIAO_TEST_KEY"),
            zh: "“env:LIANTIAO_TEST_KEY”无法读取：没有环境变量 LIANTIAO_TEST_KEY",
          },
        },
      ],
    });
    vi.stubEnv("LIANTIAO_TEST_KEY", pem.replaceAll("\n", String.raw`\n`));
    const loaded = loadStatement(statement);
    vi.unstubAllEnvs();
    expect(loaded.ok && loaded.statement.parties[0].key).toEqual({ privateKey: pem });
  });

  test("loadStatement takes the value of a header from the environment", () => {
    const statement = written({
      ...good,
      headers: { "X-Tenant": "joint test", "X-Api-Key": "env:LIANTIAO_TEST_HEADER" },
    });
    expect(loadStatement(statement)).toMatchObject({
      ok: false,
      problems: [
        { pointer: "/headers/X-Api-Key", rule: { en: "the environment has no variable LIANTIAO_TEST_HEADER" } },
      ],
    });
    vi.stubEnv("LIANTIAO_TEST_HEADER", "k-123\n");
    const loaded = loadStatement(statement);
    vi.unstubAllEnvs();
    expect(loaded.ok && loaded.statement.headers).toEqual([
      ["X-Tenant", "joint test"],
      ["X-Api-Key", "k-123"],
    ]);
  });

  test.each([
    ["a header of the message itself", { "content-length": "3" }],
    ["a value of two lines", { "X-Api-Key": "a\r\nX-Other: b" }],
    ["a name with a blank", { "X Api": "a" }],
    ["a value that is no text", { "X-Api-Key": 7 }],
  ])("loadStatement refuses %s, and repeats no value", (_what, headers) => {
    const loaded = loadStatement(written({ ...good, headers }));
    if (loaded.ok) throw new Error("accepted");
    expect(loaded.problems[0]?.pointer).toMatch(/^\/headers/);
    expect(JSON.stringify(loaded.problems)).not.toContain("X-Other");
  });

  test.each(["", "/bank", "/bank/v1"])("loadStatement takes %j as a signed prefix", (signedPrefix) => {
    const loaded = loadStatement(written({ ...good, signedPrefix }));
    expect(loaded.ok && loaded.statement.signedPrefix).toBe(signedPrefix);
  });

  test.each(["/", "bank", "/bank/", "/bank?x"])("loadStatement refuses %j as a signed prefix", (signedPrefix) => {
    expect(loadStatement(written({ ...good, signedPrefix }))).toMatchObject({
      ok: false,
      problems: [{ pointer: "/signedPrefix" }],
    });
  });

  test("loadStatement takes loads in the form of a pack's, each mistake with its place", () => {
    const profile = { title: { en: "Own", zh: "自定" }, phases: [{ seconds: 1, from: 1, to: 1 }], mix: { pay: 1 } };
    const loaded = loadStatement(written({ ...good, loads: { profiles: { own: profile } } }));
    expect(loaded.ok && loaded.statement.loads).toEqual({ profiles: { own: profile } });
    expect(
      loadStatement(
        written({ ...good, loads: { profiles: { own: { ...profile, phases: [{ seconds: 0, from: 1, to: 1 }] } } } }),
      ),
    ).toMatchObject({ ok: false, problems: [{ pointer: "/loads/profiles/own/phases/0/seconds" }] });
  });

  test("loadStatement says that a file is missing or malformed", () => {
    expect(loadStatement(join(folder, "nothing.json"))).toMatchObject({ ok: false, problems: [{ pointer: "" }] });
    expect(loadStatement(written("{ not json"))).toMatchObject({ ok: false });
    expect(loadStatement(written("null"))).toMatchObject({ ok: false });
  });
});
