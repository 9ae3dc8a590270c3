import type { Command } from "commander";
import { readKeyFile } from "../../core/signature/key-file.ts";
import { callAdmin, withAdmin } from "../admin.ts";
import type { AdminFlags } from "../admin.ts";
import { httpUrl } from "../../hosting/http-url.ts";
import { certificatesOf } from "../../hosting/pem-files.ts";
import { collected } from "../argument.ts";
import { examples } from "../examples.ts";
import { keySerial } from "../../hosting/state/key-pair.ts";
import { reasonOf } from "../../core/text/said-error.ts";
import { UserError } from "../../hosting/user-error.ts";

interface EnrolFlags extends AdminFlags {
  readonly algorithm?: string;
  readonly secret?: string;
  readonly sealingSecret?: string;
  readonly serial?: string;
  readonly notifyAllow?: readonly string[];
  readonly notifyUrl?: string;
  readonly clientCert?: readonly string[];
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
      "--sealing-secret <file>",
      "file of the secret under which parts of messages are sealed, where the pack seals any",
    )
    .option(
      "--serial <text>",
      "the key's serial (default: that of the certificate; of a public key the first 20 hex digits of its SHA-256; of a secret PARTY-1)",
    )
    .option("--algorithm <token>", `how it signs (default: ${PAIR_TOKEN}, with --secret ${SECRET_TOKEN})`)
    .option("--notify-allow <prefix>", "URL prefix at which the party may be notified; may be repeated", collected)
    .option("--notify-url <url>", "where the party is notified when a request names no target")
    .option(
      "--client-cert <file>",
      "client certificate (PEM) that its connections show: what it signs is taken over no other; may be repeated, in place of earlier ones",
      collected,
    );
  withAdmin(command)
    .addHelpText(
      "after",
      examples(
        "enrol SHOP01 mine.pub.pem --serial MY-KEY-1 --notify-allow http://127.0.0.1:9080/",
        "enrol SHOP01 --secret shop01.secret",
        "enrol SHOP01 mine.pub.pem --client-cert mine.client.pem",
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
    ...(flags.sealingSecret === undefined
      ? {}
      : { sealing_secret: readSecret(flags.sealingSecret, "--sealing-secret") }),
    notify_prefixes: (flags.notifyAllow ?? []).map((prefix) => httpUrl(prefix, "--notify-allow").href),
    ...(flags.notifyUrl === undefined ? {} : { notify_url: httpUrl(flags.notifyUrl, "--notify-url").href }),
    ...(flags.clientCert === undefined ? {} : { client_certificates: flags.clientCert.map(readClientCertificate) }),
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
    throw new UserError(
      file === undefined
        ? { en: "no key is named", zh: "没有给出密钥" }
        : { en: "a public key and a secret are named", zh: "同时给出了公钥与共享密钥" },
      {
        where: "PUBLIC-KEY and --secret",
        allowed: { en: "one of both", zh: "二者之一" },
        next: {
          en: "give the PEM file of the public key, or --secret FILE where both sides sign with one secret",
          zh: "请给出公钥的 PEM 文件；双方以同一密钥签名时给出 --secret 文件",
        },
      },
    );
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
    secret: readSecret(flags.secret ?? "", "--secret"),
  };
}

function readSecret(file: string, flag: string): string {
  try {
    return readKeyFile(file).toString("utf8").trim();
  } catch (cause) {
    // A secret that was pasted in place of a file name is not repeated.
    throw new UserError(
      { en: "the file of the secret cannot be read", zh: "密钥文件无法读取" },
      {
        where: flag,
        allowed: {
          en: "the path of a file with the secret in one line; the secret itself would stay in the shell's history",
          zh: "密钥文件的路径，密钥占一行；直接写密钥会留在 shell 历史中",
        },
        next: {
          en: "make one with: (umask 077; openssl rand -hex 32 > party.secret)",
          zh: "可这样生成：(umask 077; openssl rand -hex 32 > party.secret)",
        },
        cause: cause instanceof Error ? new Error((cause as NodeJS.ErrnoException).code) : undefined,
      },
    );
  }
}

/** The certificate in a file, without a key that stands beside it. @throws UserError */
function readClientCertificate(file: string): string {
  const { certificates } = certificatesOf({ flag: "--client-cert", file }, Date.now());
  return String(certificates[0]);
}

function readPublic(file: string): string {
  let pem: string;
  try {
    pem = readKeyFile(file).toString("utf8");
  } catch (cause) {
    throw new UserError(
      { en: `the public key cannot be read: ${reasonOf(cause).en}`, zh: `公钥无法读取：${reasonOf(cause).zh}` },
      {
        where: file,
        next: { en: "give the path of a PEM file", zh: "请给出 PEM 文件的路径" },
        cause,
      },
    );
  }
  if (!/-----BEGIN (PUBLIC KEY|CERTIFICATE)-----/.test(pem) && !pem.includes("PRIVATE KEY"))
    throw new UserError(
      { en: "the file holds no public key in PEM", zh: "文件中没有 PEM 格式的公钥" },
      {
        where: file,
        allowed: "-----BEGIN PUBLIC KEY----- or -----BEGIN CERTIFICATE-----",
        next: { en: "export it: openssl pkey -in KEY.pem -pubout", zh: "请导出：openssl pkey -in KEY.pem -pubout" },
      },
    );
  if (pem.includes("PRIVATE KEY"))
    throw new UserError(
      { en: "the file holds a private key; nothing was sent", zh: "文件中是私钥；未发送任何内容" },
      {
        where: file,
        allowed: { en: "the public key alone", zh: "只含公钥" },
        next: { en: `export it: openssl pkey -in ${file} -pubout`, zh: `请导出：openssl pkey -in ${file} -pubout` },
      },
    );
  return pem;
}

function serialOf(pem: string, file: string): string {
  try {
    return keySerial(pem);
  } catch (cause) {
    throw new UserError(
      { en: `the public key cannot be used: ${reasonOf(cause).en}`, zh: `公钥无法使用：${reasonOf(cause).zh}` },
      {
        where: file,
        allowed: "-----BEGIN PUBLIC KEY----- or -----BEGIN CERTIFICATE-----",
        next: { en: "export it: openssl pkey -in KEY.pem -pubout", zh: "请导出：openssl pkey -in KEY.pem -pubout" },
        cause,
      },
    );
  }
}
