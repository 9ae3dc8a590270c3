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
  readonly algorithm?: string;
  readonly secret?: string;
  readonly serial?: string;
  readonly notifyAllow?: readonly string[];
  readonly notifyUrl?: string;
}

const PAIR_TOKEN = "WECHATPAY2-SHA256-RSA2048";
const SECRET_TOKEN = "HMAC-SHA256";

export function addEnrol(program: Command): void {
  const command = program
    .command("enrol")
    .summary("make a party's key known to a running simulator")
    .description(
      "Enrols a public key, or a secret that both sides have: of a new party, or one more key of a known one. It stays enrolled after a restart.",
    )
    .argument("<party>", "party id, such as P1001")
    .argument("[public-key]", "PEM file of the public key or of a certificate")
    .option("--secret <file>", "file of the shared secret, in place of a public key: one line of 16 to 512 characters")
    .option(
      "--serial <text>",
      "the key's serial (default: first 20 hex digits of the SHA-256 of the public key; of a secret PARTY-1)",
    )
    .option("--algorithm <token>", `how it signs (default: ${PAIR_TOKEN}, with --secret ${SECRET_TOKEN})`)
    .option("--notify-allow <prefix>", "URL prefix at which the party may be notified; may be repeated", collected)
    .option("--notify-url <url>", "where the party is notified when a request names no target");
  withAdmin(command)
    .addHelpText(
      "after",
      examples(
        "enrol SHOP01 mine.pub.pem --serial MY-KEY-1 --notify-allow http://127.0.0.1:9080/",
        "enrol SHOP01 --secret shop01.secret",
        "enrol SHOP01 mine.pub.pem --admin http://127.0.0.1:8081 --token TOKEN",
      ),
    )
    .action(enrol);
}

async function enrol(party: string, file: string | undefined, flags: EnrolFlags): Promise<void> {
  const { serial, algorithm, ...key } = keyOf(party, file, flags);
  const answer = await callAdmin(flags, "POST", "/keys", {
    party_id: party,
    serial,
    algorithm,
    ...key,
    notify_prefixes: (flags.notifyAllow ?? []).map((prefix) => httpUrl(prefix, "--notify-allow").href),
    ...(flags.notifyUrl === undefined ? {} : { notify_url: httpUrl(flags.notifyUrl, "--notify-url").href }),
  });
  console.log(`enrolled ${party} with key ${serial} (${algorithm})`);
  console.log(JSON.stringify((answer as { readonly scenarios?: unknown } | undefined)?.scenarios ?? {}, null, 2));
}

interface EnrolledKey {
  readonly serial: string;
  readonly algorithm: string;
  readonly public_key?: string;
  readonly secret?: string;
}

function keyOf(party: string, file: string | undefined, flags: EnrolFlags): EnrolledKey {
  if ((file === undefined) === (flags.secret === undefined))
    throw new UserError(file === undefined ? "no key is named" : "a public key and a secret are named", {
      where: "PUBLIC-KEY and --secret",
      allowed: "one of both",
      next: "give the PEM file of the public key, or --secret FILE where both sides sign with one secret",
    });
  if (file !== undefined) {
    const pem = readPublic(file);
    return {
      serial: flags.serial ?? serialOf(pem, file),
      algorithm: flags.algorithm ?? PAIR_TOKEN,
      public_key: pem,
    };
  }
  return {
    serial: flags.serial ?? `${party}-1`,
    algorithm: flags.algorithm ?? SECRET_TOKEN,
    secret: readSecret(flags.secret ?? ""),
  };
}

function readSecret(file: string): string {
  try {
    return readKeyFile(file).toString("utf8").trim();
  } catch (cause) {
    // A secret that was pasted in place of a file name is not repeated.
    throw new UserError("the file of the secret cannot be read", {
      where: "--secret",
      allowed: "the path of a file with the secret in one line; the secret itself would stay in the shell's history",
      next: "make one with: (umask 077; openssl rand -hex 32 > party.secret)",
      cause: cause instanceof Error ? new Error((cause as NodeJS.ErrnoException).code) : undefined,
    });
  }
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
