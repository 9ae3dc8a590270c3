import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Policies } from "../../core/pack/types.ts";
import type { Enrolment } from "../../simulator/control/enrolment.ts";
import { cooperationPack } from "../../simulator/testing/packs.ts";
import { UserError } from "../user-error.ts";
import { keepEnrolment, openState } from "./state.ts";
import type { State } from "./state.ts";

const pack = cooperationPack();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "liantiao-state-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = () => openState(folder, "bank", pack);
const inFolder = (name: string): string => join(folder, name);
const key = (party: string, more: Partial<Enrolment> = {}): Enrolment => ({
  party_id: party,
  serial: "K1",
  algorithm: "WECHATPAY2-SHA256-RSA2048",
  public_key: "-----BEGIN PUBLIC KEY-----",
  notify_prefixes: [],
  ...more,
});

describe("enrolled keys", () => {
  test("enrolling again keeps a party's place and the targets that it may be notified at", () => {
    keepEnrolment(folder, key("P1", { notify_prefixes: ["http://a/"], notify_url: "http://a/n" }));
    keepEnrolment(folder, key("P2"));
    keepEnrolment(folder, key("P1", { public_key: "other", notify_prefixes: ["http://b/"] }));
    expect(open().enrolled).toEqual([
      key("P1", { public_key: "other", notify_prefixes: ["http://a/", "http://b/"], notify_url: "http://a/n" }),
      key("P2"),
    ]);
  });

  test("the list is written anew beside the old one, and is its owner's alone", () => {
    keepEnrolment(folder, key("P1"));
    const before = statSync(inFolder("enrolled.json"));
    keepEnrolment(folder, key("P2"));
    const after = statSync(inFolder("enrolled.json"));
    expect(after.ino).not.toBe(before.ino);
    expect(after.mode & 0o777).toBe(0o600);
  });

  test.each([
    [`{}`, "not a list"],
    [`[{"party_id": "P1"}]`, "/0/serial"],
    [`[null]`, "/0/party_id"],
    [`[${JSON.stringify({ ...key("P1"), notify_prefixes: "http://a/" })}]`, "/0/notify_prefixes"],
    [`[${JSON.stringify({ ...key("P1"), from: 5 })}]`, "/0/from"],
    [`[`, "JSON"],
  ])("a list of another shape is refused with its place: %s", (text, place) => {
    open();
    writeFileSync(inFolder("enrolled.json"), text);
    expect(open).toThrow(UserError);
    expect(open).toThrow(place);
  });
});

describe("keys and token", () => {
  test("a key pair whose halves do not belong together is refused", () => {
    open();
    writeFileSync(inFolder("keys/P1001.pub.pem"), readFileSync(inFolder("keys/P1002.pub.pem")));
    expect(open).toThrow("do not belong together");
  });

  test("a key file that is a device is refused", () => {
    open();
    rmSync(inFolder("keys/P1001.key.pem"));
    symlinkSync("/dev/zero", inFolder("keys/P1001.key.pem"));
    expect(open).toThrow("a device or a pipe");
  });

  test("an empty control token is refused, because it would let everybody in", () => {
    open();
    writeFileSync(inFolder("control-token"), "\n");
    expect(open).toThrow("control token cannot be used");
  });
});

describe("serials of the keys that it makes", () => {
  const withSerials = (serials: NonNullable<Policies["serials"]>): State => {
    const { manifest } = pack.source;
    const source = { ...pack.source, manifest: { ...manifest, policies: { ...manifest.policies, serials } } };
    return openState(folder, "bank", { ...pack, source });
  };

  test("each role has the form that the pack gives it, and keeps it", () => {
    const state = withSerials({ bank: "public-key-id", platform: "certificate" });
    for (const { serial, publicFile } of state.own) {
      expect(serial).toMatch(/^PUB_KEY_ID_[0-9]{34}$/u);
      expect(publicFile).toMatch(/\.pub\.pem$/u);
    }
    for (const { keys } of state.peers) {
      if ("secret" in keys) throw new TypeError("the pack signs with pairs");
      expect(keys.serial).toMatch(/^[0-9A-F]{40}$/u);
      expect(readFileSync(inFolder(keys.publicFile), "utf8")).toContain("BEGIN CERTIFICATE");
    }
    const again = withSerials({ bank: "public-key-id", platform: "certificate" });
    expect(again.own.map(({ serial }) => serial)).toEqual(state.own.map(({ serial }) => serial));
    expect(again.peers.map(({ keys }) => keys.serial)).toEqual(state.peers.map(({ keys }) => keys.serial));
  });

  test("a certificate that cannot be read is refused with its file", () => {
    const { own } = withSerials({ bank: "certificate" });
    writeFileSync(inFolder(own[0]?.publicFile ?? ""), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    expect(() => withSerials({ bank: "certificate" })).toThrow(/certificate cannot be read/u);
  });
});
