import type { Command } from "commander";
import { readKeyFile } from "../../core/signature/key-file.ts";
import { callAdmin, withAdmin } from "../admin.ts";
import type { AdminFlags } from "../admin.ts";
import { httpUrl } from "../../hosting/http-url.ts";
import { collected } from "../argument.ts";
import { examples } from "../examples.ts";
import { keySerial } from "../../hosting/state/key-pair.ts";
import { reasonOf, UserError } from "../../hosting/user-error.ts";

interface EnrolFlags extends AdminFlags {
  readonly algorithm: string;
  readonly serial?: string;
  readonly notifyAllow?: readonly string[];
  readonly notifyUrl?: string;
}

export function addEnrol(program: Command): void {
  const command = program
    .command("enrol")
    .summary("make a party's public key known to a running simulator")
    .description(
      "Enrols a public key: of a new party, or one more key of a known one. It stays enrolled after a restart.",
    )
    .argument("<party>", "party id, such as P1001")
    .argument("<public-key>", "PEM file of the public key or of a certificate")
    .option("--serial <text>", "the key's serial (default: first 20 hex digits of the SHA-256 of the key)")
    .option("--algorithm <token>", "how it signs", "WECHATPAY2-SHA256-RSA2048")
    .option("--notify-allow <prefix>", "URL prefix at which the party may be notified; may be repeated", collected)
    .option("--notify-url <url>", "where the party is notified when a request names no target");
  withAdmin(command)
    .addHelpText(
      "after",
      examples(
        "enrol SHOP01 mine.pub.pem --serial MY-KEY-1 --notify-allow http://127.0.0.1:9080/",
        "enrol SHOP01 mine.pub.pem --admin http://127.0.0.1:8081 --token TOKEN",
      ),
    )
    .action(enrol);
}

async function enrol(party: string, file: string, flags: EnrolFlags): Promise<void> {
  const pem = readPublic(file);
  const serial = flags.serial ?? serialOf(pem, file);
  const answer = await callAdmin(flags, "POST", "/keys", {
    party_id: party,
    serial,
    algorithm: flags.algorithm,
    public_key: pem,
    notify_prefixes: (flags.notifyAllow ?? []).map((prefix) => httpUrl(prefix, "--notify-allow").href),
    ...(flags.notifyUrl === undefined ? {} : { notify_url: httpUrl(flags.notifyUrl, "--notify-url").href }),
  });
  console.log(`enrolled ${party} with key ${serial} (${flags.algorithm})`);
  console.log(JSON.stringify((answer as { readonly scenarios?: unknown } | undefined)?.scenarios ?? {}, null, 2));
}

function readPublic(file: string): string {
  let pem: string;
  try {
    pem = readKeyFile(file).toString("utf8");
  } catch (cause) {
    throw new UserError(`the public key cannot be read: ${reasonOf(cause)}`, {
      where: file,
      next: "give the path of a PEM file",
      cause,
    });
  }
  if (!/-----BEGIN (PUBLIC KEY|CERTIFICATE)-----/.test(pem) && !pem.includes("PRIVATE KEY"))
    throw new UserError("the file holds no public key in PEM", {
      where: file,
      allowed: "-----BEGIN PUBLIC KEY----- or -----BEGIN CERTIFICATE-----",
      next: "export it: openssl pkey -in KEY.pem -pubout",
    });
  if (pem.includes("PRIVATE KEY"))
    throw new UserError("the file holds a private key; nothing was sent", {
      where: file,
      allowed: "the public key alone",
      next: `export it: openssl pkey -in ${file} -pubout`,
    });
  return pem;
}

function serialOf(pem: string, file: string): string {
  try {
    return keySerial(pem);
  } catch (cause) {
    throw new UserError(`the public key cannot be used: ${reasonOf(cause)}`, {
      where: file,
      allowed: "-----BEGIN PUBLIC KEY----- or -----BEGIN CERTIFICATE-----",
      next: "export it: openssl pkey -in KEY.pem -pubout",
      cause,
    });
  }
}
