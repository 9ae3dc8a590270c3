import { generateKeyPairSync } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import { LOG_FILE } from "../../core/run/log.ts";
import { englishRuns } from "../../tests/english-runs.ts";
import { buildProgram } from "../program.ts";
import { inChinese } from "../testing/in-chinese.ts";

const folder = mkdtempSync(join(tmpdir(), "liantiao-chinese-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.restoreAllMocks());

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const ec = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
writeFileSync(join(folder, "party.pem"), privateKey.export({ type: "pkcs8", format: "pem" }));
writeFileSync(join(folder, "sut.pem"), publicKey.export({ type: "spki", format: "pem" }));
writeFileSync(join(folder, "ec.pem"), ec.privateKey.export({ type: "pkcs8", format: "pem" }));
writeFileSync(join(folder, "checks.mjs"), "export const checks = [{ id: 'ours.echo', requirement: 'NONE-1' }];");

const PARTY = { partyId: "P1001", serial: "S1", algorithm: "WECHATPAY2-ED25519", privateKey: "party.pem" };
const KEY = { serial: "B1", algorithm: "WECHATPAY2-ED25519", publicKey: "sut.pem" };
const STATEMENT = {
  name: "Bank",
  role: "bank",
  pack: "cooperation",
  baseUrl: "http://127.0.0.1:1",
  sutPartyId: "BANK01",
  parties: [PARTY],
  sutKeys: [KEY],
};

/** The file of a statement that differs from a sound one. */
function statement(change: Readonly<Record<string, unknown>>): string {
  const file = join(folder, "sut.json");
  writeFileSync(file, JSON.stringify({ ...STATEMENT, ...change }));
  return file;
}

/** Chinese, and English only in names and quotations. */
function expectChinese(text: string): void {
  expect(text).toMatch(/[\u4e00-\u9fff]/);
  expect(englishRuns(text)).toEqual([]);
}

test.each([
  ["a field is missing", { baseUrl: undefined }, "缺少“baseUrl”"],
  ["a field has the wrong type", { name: 3 }, "现为 3，而应为文本"],
  ["a field is unknown", { nmae: "Bank" }, "是否要写“name”？"],
  ["two fields are wrong", { nmae: 1, baseUrl: "ftp://x" }, "声明有 2 处问题"],
  ["a limit is too small", { limits: { timeoutMs: 0 } }, "不得小于 50"],
  ["the role is another", { role: "platform" }, "声明属于 platform"],
  ["the pack is unknown", { pack: "coperation" }, "是否要写“cooperation”？"],
  ["a key file is missing", { parties: [{ ...PARTY, privateKey: "absent.pem" }] }, "文件不存在（ENOENT）"],
  ["a key is of another kind", { sutKeys: [{ ...KEY, publicKey: "party.pem" }] }, "不是PEM 公钥，其中是 PRIVATE KEY"],
  ["a key is of another algorithm", { parties: [{ ...PARTY, privateKey: "ec.pem" }] }, "/parties/0/privateKey 有误"],
  ["a variable is not set", { sutKeys: [{ ...KEY, publicKey: "env:NO_SUCH_KEY" }] }, "没有环境变量 NO_SUCH_KEY"],
  ["a key is pasted in", { parties: [{ ...PARTY, privateKey: "-----BEGIN PRIVATE KEY-----" }] }, "直接写入了密钥"],
  ["an algorithm is unknown", { parties: [{ ...PARTY, algorithm: "RSA" }] }, "规范包没有算法“RSA”"],
  ["a module is unknown", { profile: { modules: ["wallet"] } }, "规范包没有模块“wallet”"],
  ["nothing is claimed", { profile: { interfaces: ["nothing.*"] } }, "不含规范包 cooperation 的任何接口"],
  ["a scenario is unknown", { fixtures: { "customer.fundde": { none: "x" } } }, "是否要写“customer.funded”？"],
  ["a scenario lacks a value", { fixtures: { "customer.funded": { x: 1 } } }, '没有则写 {"none": "原因"}'],
  ["a check is no check", { checks: ["checks.mjs"] }, "checks[0] 不是检查"],
  ["a check is missing", { checks: ["none.mjs"] }, "无法作为 JavaScript 模块读取"],
  ["the signature's header is taken", { headers: { authorization: "x" } }, "携带签名的 HTTP 头"],
])("a statement of which %s is refused in Chinese", async (_what, change, said) => {
  const text = await inChinese("verify", "bank", "--sut", statement(change), "--list");
  expect(text).toContain(said);
  expectChinese(text);
});

test("a load that cannot be run is refused in Chinese", async () => {
  for (const [flags, said] of [
    [["--profile", "smoek"], "没有负载方案“smoek”"],
    [["--profile", "smoke"], "要调用"],
  ] as const) {
    const sut = statement({ profile: { interfaces: ["echo"] } });
    const text = await inChinese("load", "bank", "--sut", sut, "--out", join(folder, said), ...flags);
    expect(text).toContain(said);
    expectChinese(text);
  }
});

test("a file that holds no statement is refused in Chinese", async () => {
  const broken = join(folder, "broken.json");
  writeFileSync(broken, "{ name");
  for (const file of [broken, join(folder, "absent.json"), folder]) {
    const text = await inChinese("verify", "bank", "--sut", file);
    expect(text).toContain("声明有误：");
    expectChinese(text);
  }
});

test("a choice of modules and checks that fits nothing is refused in Chinese", async () => {
  for (const flags of [
    ["--modules", "wallet"],
    ["--only", "nothing.*"],
    ["--effort", "smok"],
  ]) {
    const text = await inChinese("verify", "bank", "--sut", statement({}), "--list", ...flags);
    expect(text).toContain("错误：");
    expectChinese(text);
  }
});

test("the problems of a pack are told in Chinese", async () => {
  const pack = join(folder, "pack");
  cpSync(fileURLToPath(new URL("../../specs/vocabulary", import.meta.url)), pack, { recursive: true });
  const file = join(pack, "pack.json");
  writeFileSync(file, readFileSync(file, "utf8").replace('"version"', '"versoin"'));
  for (const words of [
    ["pack", "check", pack],
    ["serve", "bank", "--pack", pack],
  ]) {
    const text = await inChinese(...words);
    expect(text).toContain("处问题");
    expectChinese(text);
  }
});

test("a port that is taken is told in Chinese", async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => void taken.listen(0, "127.0.0.1", resolve));
  const port = String((taken.address() as AddressInfo).port);
  const state = join(folder, "state");
  const text = await inChinese("serve", "bank", "--store", "memory", "--state", state, "--port", port);
  taken.close();
  expect(text).toContain(`端口 ${port} 已被其他程序占用`);
  expectChinese(text);
});

test("a folder without a run, and one whose log is damaged, are told in Chinese", async () => {
  const run = join(folder, "run");
  mkdirSync(run);
  expectChinese(await inChinese("report", run));
  writeFileSync(join(run, LOG_FILE), '{"type":"run.ended"}\n');
  const text = await inChinese("report", run);
  expect(text).toContain("事件类型");
  expectChinese(text);
});

test("help has no English sentences in Chinese", async () => {
  const { commands } = await buildProgram({ complain: () => {} });
  for (const words of [[], ...commands.map((command) => [command.name()])])
    expectChinese(await inChinese(...words, "--help"));
});
