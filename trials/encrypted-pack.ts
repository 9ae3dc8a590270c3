import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BodySealingPolicy } from "../core/sealing/body/policy.ts";

/*
 * Packs with their bodies encrypted: the reference pack as gateways of banks carry SM4, the two packs of Alipay's style as
 * Alipay encrypts content.
 */

const IN_MEMBER = { as: "member", member: "bizContent" } as const;
const ALIPAY = { scheme: "aes-cbc", secret: "base64", iv: "zeros", encoding: "base64" } as const;
const IN_TEXT = { as: "text", mediaType: "text/plain" } as const;

const POLICIES = {
  cooperation: {
    scheme: "sm4-cbc",
    secret: "hex",
    iv: "ahead",
    encoding: "hex",
    carried: { requests: IN_MEMBER, answers: IN_MEMBER, notifications: IN_MEMBER },
  },
  "alipay-v2": { ...ALIPAY, carried: { requests: { as: "text" }, answers: { as: "json-text" } } },
  "alipay-v3": {
    ...ALIPAY,
    carried: {
      requests: { ...IN_TEXT, header: { name: "alipay-encrypt-type", value: "AES" } },
      answers: IN_TEXT,
    },
  },
} as const satisfies Readonly<Record<string, BodySealingPolicy>>;

/** A pack that can be had with its bodies encrypted. */
export type Encryptable = keyof typeof POLICIES;

// oxlint-disable-next-line typescript/no-explicit-any -- files of a pack, edited as text is
type Editable = Record<string, any>;

/** A folder with the pack, its bodies encrypted as `policy` says; gone when the process ends. */
export function encryptedPack(pack: Encryptable, policy: BodySealingPolicy = POLICIES[pack]): string {
  const beside = mkdtempSync(join(tmpdir(), "liantiao-encrypted-"));
  process.once("exit", () => rmSync(beside, { recursive: true, force: true }));
  // The pack whose requirements hold for it too is looked for beside it.
  for (const name of new Set([pack, "cooperation"]))
    cpSync(fileURLToPath(new URL(`../specs/${name}`, import.meta.url)), join(beside, name), { recursive: true });
  const folder = join(beside, pack);
  edit(join(folder, "pack.json"), ({ policies, ...manifest }) => ({
    ...manifest,
    policies: { ...policies, bodySealing: policy },
  }));
  if (pack === "alipay-v2")
    for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }))
      if (basename(dirname(name)) === "interfaces") edit(join(folder, name), sayingThatItIsEncrypted);
  return folder;
}

function edit(file: string, change: (content: Editable) => Editable): void {
  writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(file, "utf8")) as Editable)));
}

/** Alipay's v2 says by a parameter that the document is encrypted. */
function sayingThatItIsEncrypted(content: Editable): Editable {
  const { query, body } = content["request"] as Editable;
  // The file of a bill is fetched at an address that the bank gives, which says nothing of it.
  if (content["provider"] !== "bank" || query?.required === undefined || body === undefined) return content;
  query.required.push("encrypt_type");
  query.properties.encrypt_type = { "x-title": { en: "Encryption", zh: "加密方式" }, type: "string", const: "AES" };
  return content;
}
