import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { readPack } from "../hosting/packs.ts";
import { compilePack } from "../core/pack/compile.ts";
import { ed25519 } from "../core/signature/ed25519.ts";
import { runProgram } from "./program.ts";

const folder = mkdtempSync(join(tmpdir(), "liantiao-explain-"));
const pack = compilePack(readPack("cooperation", process.cwd(), "--pack"));
let sent: (base: (right: Uint8Array) => Uint8Array) => string;

beforeAll(() => {
  const pair = ed25519.generate();
  const key = ed25519.privateKey(pair.privatePem);
  const [algorithm = ""] = Object.entries(pack.envelope.algorithms).find(([, scheme]) => scheme === "ed25519") ?? [];
  writeFileSync(join(folder, "peer.pem"), pair.publicPem);
  sent = (base) => {
    const message = {
      method: "POST",
      target: "/v1/echo",
      party: "P1001",
      serial: "P1001-KEY-1",
      algorithm,
      timestamp: "1764600000",
      nonce: "0123456789abcdef",
      body: Buffer.from('{"party_id":"P1001","message":"x"}'),
    };
    const sealed = pack.envelope.sealRequest(message, key.sign(base(pack.envelope.requestBase(message))));
    const file = join(folder, "captured.http");
    const head = [["Host", "bank.test"], ["Content-Type", "application/json"], ...sealed.headers].map(
      ([name, value]) => `${name ?? ""}: ${value ?? ""}`,
    );
    writeFileSync(file, `POST /v1/echo HTTP/1.1\r\n${head.join("\r\n")}\r\n\r\n${Buffer.from(sealed.body).toString()}`);
    return file;
  };
});
afterAll(() => rmSync(folder, { recursive: true }));

async function explained(...words: string[]): Promise<{ readonly text: string; readonly status: unknown }> {
  let text = "";
  const log = vi.spyOn(console, "log").mockImplementation((line: unknown) => void (text += `${String(line)}\n`));
  const before = process.exitCode;
  process.exitCode = 0;
  await runProgram(["explain", "signature", ...words], { complain: (complaint) => void (text += `${complaint}\n`) });
  const status = process.exitCode;
  process.exitCode = before;
  log.mockRestore();
  return { text, status };
}

describe("explain signature", () => {
  const key = (): readonly string[] => ["--key", join(folder, "peer.pem")];

  test("a right signature is told, with exit code 0", async () => {
    const { text, status } = await explained(
      "--request",
      sent((right) => right),
      ...key(),
    );
    expect([status, text]).toEqual([0, expect.stringContaining("The signature is right")]);
  });

  test("a wrong signature is explained with its bytes, and with exit code 1", async () => {
    const { text, status } = await explained(
      "--request",
      sent((right) => right.subarray(0, -1)),
      ...key(),
    );
    expect(status).toBe(1);
    expect(text).toContain("why: the signed text lacks its last line feed");
    expect(text).toMatch(/verified \(\d+ bytes\)\n {2}"POST\\n\/v1\/echo\\n.*\\n"\n {2}50 4f 53 54 0a/);
    expect(text).toMatch(/signed {3}\(\d+ bytes\)/);
    expect(text).not.toContain(readFileSync(join(folder, "peer.pem"), "utf8").split("\n")[1]);
  });

  test("an explanation as JSON is one document", async () => {
    const { text } = await explained(
      "--request",
      sent((right) => right.subarray(0, -1)),
      ...key(),
      "--json",
    );
    expect(JSON.parse(text)).toMatchObject({
      ok: false,
      interface: "echo",
      likely_cause: { id: "missing-last-newline" },
    });
  });

  test("complaints of a file or a key say what is allowed", async () => {
    writeFileSync(join(folder, "none"), "hello");
    const broken = await explained("--request", join(folder, "none"), ...key());
    expect(broken.text).toMatch(/no request line[\s\S]*HAR entry/);
    const wrong = await explained(
      "--request",
      sent((right) => right),
      "--key",
      join(folder, "none"),
    );
    expect(wrong.text).toContain("--key");
  });
});
