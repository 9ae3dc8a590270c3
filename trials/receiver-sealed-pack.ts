import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/*
 * The reference pack with what tells of people sealed for the receiver, as WeChat Pay has it: the name, number, identity
 * and mobile of a binding, and the payee of a payout.
 */

const COOPERATION = fileURLToPath(new URL("../specs/cooperation", import.meta.url));

const SEALED: readonly (readonly [file: string, definition: string, fields: readonly string[]])[] = [
  ["account/messages/binding.json", "apply", ["holder_name", "account_no", "id_no", "mobile"]],
  ["payout/messages/payout.json", "create", ["payee_name", "payee_account_no"]],
];

interface Definition {
  readonly properties: Record<string, Readonly<Record<string, unknown>>>;
  required: string[];
}

interface Messages {
  readonly $defs: Record<string, Definition>;
}

/** Where requests name the key: in a header, or in a field of the body. */
export type NamedIn = "header" | "field";

/** A folder with the pack; gone when the process ends. */
export function receiverSealedPack(namedIn: NamedIn): string {
  const folder = mkdtempSync(join(tmpdir(), "liantiao-receiver-pack-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  cpSync(COOPERATION, folder, { recursive: true });
  const read = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), "utf8"));
  const write = (file: string, content: unknown): void => writeFileSync(join(folder, file), JSON.stringify(content));
  const manifest = read("pack.json") as { readonly policies: Record<string, unknown> };
  manifest.policies["receiverSealing"] = {
    algorithms: {
      "WECHATPAY2-SHA256-RSA2048": "rsa-oaep-sha1",
      "WECHATPAY2-SM2-WITH-SM3": namedIn === "header" ? "sm2-c1c3c2-asn1" : "sm2-c1c3c2-no04",
    },
    ...(namedIn === "header" ? {} : { encoding: "hex" }),
    serial: namedIn === "header" ? { header: "Wechatpay-Serial" } : { field: "enc_key_id" },
  };
  write("pack.json", manifest);
  for (const [file, definition, fields] of SEALED) {
    const content = read(file) as Messages;
    const message = content.$defs[definition] as Definition;
    for (const name of fields) {
      message.properties[name] = {
        ...message.properties[name],
        "x-sealed": { key: "receiver", content: "text" },
      };
    }
    if (namedIn === "field") {
      message.properties["enc_key_id"] = {
        "x-title": { en: "Serial of the key", zh: "加密公钥序列号" },
        type: "string",
        maxLength: 64,
      };
      message.required = [...message.required, "enc_key_id"];
    }
    write(file, content);
  }
  return folder;
}
