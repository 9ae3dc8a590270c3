import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { ED25519, namedKey } from "../simulator/testing/keys.ts";
import { cooperationPack } from "../simulator/testing/packs.ts";
import { readPeer } from "./peer.ts";
import type { NamedPeer } from "./peer.ts";
import { UserError } from "./user-error.ts";

const folder = mkdtempSync(join(tmpdir(), "liantiao-peer-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const key = namedKey("BANK01-KEY-1");
writeFileSync(join(folder, "bank.pem"), key.publicPem);

/** A peer whose statement says so much more. */
function peerWith(more: Readonly<Record<string, unknown>>): NamedPeer {
  const file = join(folder, "sut.json");
  const statement = {
    baseUrl: "https://gateway.test/bank",
    sutPartyId: "BANK01",
    sutKeys: [{ serial: key.serial, algorithm: ED25519, publicKey: "bank.pem" }],
    ...more,
  };
  writeFileSync(file, JSON.stringify(statement));
  return readPeer(file, cooperationPack(), "P1001");
}

test("a peer's statement tells its gateway: the signed path and the headers", () => {
  vi.stubEnv("LIANTIAO_TEST_GATEWAY", "k-123\n");
  const { party, prefix } = peerWith({
    signedPrefix: "",
    headers: { "X-Tenant": "joint", "X-Api-Key": "env:LIANTIAO_TEST_GATEWAY" },
  });
  vi.unstubAllEnvs();
  expect(prefix).toBe("https://gateway.test/bank");
  expect(party?.gateway).toEqual({
    baseUrl: "https://gateway.test/bank",
    signedPrefix: "",
    headers: [
      ["X-Tenant", "joint"],
      ["X-Api-Key", "k-123"],
    ],
  });
});

test("a peer whose statement names no gateway has none", () => {
  expect(peerWith({}).party).not.toHaveProperty("gateway");
});

test.each([
  ["a signed prefix that ends with a slash", { signedPrefix: "/bank/" }, "/signedPrefix", "another form"],
  ["a header of the message itself", { headers: { "Content-Length": "3" } }, "/headers/Content-Length", "of its own"],
  ["a value of two lines", { headers: { "X-Api-Key": "a\r\nX-Other: b" } }, "/headers/X-Api-Key", "another form"],
  [
    "a variable that is not set",
    { headers: { "X-Api-Key": "env:LIANTIAO_NONE" } },
    "/headers/X-Api-Key",
    "no variable",
  ],
  ["headers that are no object", { headers: 7 }, "/headers", "another form"],
])("a peer's statement is refused for %s", (_what, more, place, rule) => {
  const refusal = (): unknown => {
    try {
      return peerWith(more);
    } catch (cause) {
      return cause;
    }
  };
  const refused = refusal();
  if (!(refused instanceof UserError)) throw new Error("accepted");
  expect(refused.details.where).toMatch(new RegExp(`sut\\.json ${place}$`));
  expect(refused.message).toContain(rule);
  expect(refused.lines("zh").join("\n")).toMatch(/对端的声明有误：.+\n[\s\S]+下一步/);
  expect(JSON.stringify([refused.lines("en"), refused.lines("zh")])).not.toContain("X-Other");
});
