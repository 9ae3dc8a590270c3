import type { Command } from "commander";
import { resolve } from "node:path";
import pc from "picocolors";
import { initKeys, rotateKey, shownKeys, SIGNING_KINDS, TLS_KINDS } from "../../hosting/keys/key-folder.ts";
import type { KeyKind, KeyOrder, ShownKey } from "../../hosting/keys/key-folder.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import { UserError } from "../../hosting/user-error.ts";
import { collected, wholeNumber } from "../argument.ts";
import { examples } from "../examples.ts";
import { languageOf } from "../language/language.ts";
import { nameOneOf } from "../name-one-of.ts";

interface KeysFlags {
  readonly dir: string;
  readonly party?: readonly string[];
  readonly host?: readonly string[];
  readonly signing: string;
  readonly tls: string;
  readonly days: number;
  readonly force?: boolean;
  readonly json?: boolean;
}

const DEFAULT_FOLDER = ".liantiao/keys";
const DEFAULT_PARTIES = ["BANK01", "P1001", "P1002"];

export function addKeys(program: Command): void {
  const keys = program
    .command("keys")
    .summary("make keys and certificates for a joint test")
    .description(
      "Makes an authority of your own, and what it issues: a server certificate, and for each party a client certificate and a key to sign with. Files are readable by their owner alone; nothing is replaced unless you say so.",
    )
    .addHelpText(
      "after",
      examples(
        "keys init --party BANK01 --party P1001 --party P1002 --signing sm2",
        "keys rotate P1001.client",
        "keys show --json",
      ),
    );
  const init = keys
    .command("init")
    .summary("make an authority, and all that it issues")
    .option("--party <id>", `a party; may be repeated (default: ${DEFAULT_PARTIES.join(", ")})`, collected)
    .option("--force", "replace keys that are there");
  withKinds(init, true).action((flags: KeysFlags, self: Command) => {
    const order = { ...orderOf(flags), parties: partiesOf(flags), force: flags.force === true };
    initKeys(order);
    tell(flags, self, MADE);
  });
  withKinds(
    keys
      .command("rotate")
      .summary("make one key anew; the old one stays beside it")
      .argument("<name>", "server, PARTY.client or PARTY.sign"),
    false,
  ).action((name: string, flags: KeysFlags, self: Command) => {
    const retired = rotateKey(name, orderOf(flags));
    tell(flags, self, {
      en: `${name} is new; the old pair is ${retired}.pem. Enrol or serve the new one beside it before you take the old one away.`,
      zh: `已更换 ${name}，旧密钥保存为 ${retired}.pem。请先登记或启用新密钥，再停用旧密钥。`,
    });
  });
  keys
    .command("show")
    .summary("list keys: serial, kind, validity and fingerprint, never a private part")
    .option("--dir <folder>", "folder of the keys", DEFAULT_FOLDER)
    .option("--json", "print JSON")
    .action((flags: KeysFlags, self: Command) => tell(flags, self));
}

function withKinds(command: Command, all: boolean): Command {
  const folder = command
    .option("--dir <folder>", "folder of the keys", DEFAULT_FOLDER)
    .option(
      "--host <name>",
      "name or IPv4 address of the server, beside localhost and 127.0.0.1; may be repeated",
      collected,
    )
    .option("--days <n>", "days for which certificates are valid", wholeNumber(1, 3650), 365)
    .option("--json", "print JSON");
  return all
    ? folder
        .option("--signing <kind>", `kind of the keys that sign messages: ${SIGNING_KINDS.join(", ")}`, "rsa")
        .option("--tls <kind>", `kind of the keys of TLS: ${TLS_KINDS.join(", ")}`, "ec")
    : folder;
}

const MADE: Bilingual = {
  en: "made. Serve with them as docs/recipes/serve-tls.md shows; give others the certificates, and no file that ends in .key.pem.",
  zh: "已生成。用法见 docs/recipes/serve-tls.zh-CN.md；可将证书交给对方，切勿交付以 .key.pem 结尾的文件。",
};

function orderOf(flags: KeysFlags): Omit<KeyOrder, "parties" | "force"> {
  const kind = (text: string, allowed: readonly KeyKind[], flag: string): KeyKind => {
    nameOneOf(
      allowed.map((name) => ({ name })),
      text,
      { en: "kind of key", zh: "密钥类型" },
      flag,
    );
    return text as KeyKind;
  };
  return {
    folder: resolve(flags.dir),
    hosts: flags.host ?? [],
    signing: kind(flags.signing ?? "rsa", SIGNING_KINDS, "--signing"),
    tls: kind(flags.tls ?? "ec", TLS_KINDS, "--tls"),
    days: flags.days,
    now: Date.now(),
  };
}

function partiesOf({ party = DEFAULT_PARTIES }: KeysFlags): readonly string[] {
  const wrong = party.find((id) => !/^[0-9A-Za-z_-]{1,64}$/u.test(id));
  if (wrong !== undefined)
    throw new UserError(
      { en: `"${wrong}" is no party id that files can be named after`, zh: `“${wrong}”不能作为文件名中的机构号` },
      {
        where: "--party",
        allowed: { en: 'up to 64 letters, digits, "_" and "-"', zh: "字母、数字、“_”“-”，至多 64 个字符" },
        next: { en: "correct the id", zh: "请更正机构号" },
      },
    );
  return [...new Set(party)];
}

/** Prints what is in the folder, and what was done. */
function tell({ dir, json }: KeysFlags, self: Command, done?: Bilingual): void {
  const language = languageOf(self);
  const keys = shownKeys(resolve(dir), Date.now());
  if (json === true) {
    console.log(JSON.stringify(keys, null, 2));
    return;
  }
  for (const one of keys) console.log(lineOf(one, language));
  if (done !== undefined) console.log(`\n${pc.green("ok")} ${resolve(dir)}: ${done[language]}`);
}

const USES: Readonly<Record<ShownKey["use"], Bilingual>> = {
  authority: { en: "authority", zh: "签发机构" },
  server: { en: "server", zh: "服务端" },
  client: { en: "client", zh: "客户端" },
  signing: { en: "signing", zh: "签名" },
  retired: { en: "retired", zh: "已停用" },
};

function lineOf(one: ShownKey, language: "en" | "zh"): string {
  const doubts: readonly Bilingual[] = [
    ...(one.expired ? [{ en: "not valid now", zh: "不在有效期内" }] : []),
    ...(one.privateKey === "readable-by-others"
      ? [{ en: "others may read its private key: chmod 600", zh: "他人可读其私钥：请执行 chmod 600" }]
      : []),
    ...(one.privateKey === "none" ? [{ en: "its private key is not here", zh: "私钥不在此处" }] : []),
  ];
  const doubt = doubts.map((each) => pc.yellow(each[language])).join("; ");
  return [
    `${pc.bold(one.name)}  ${USES[one.use][language]}  ${one.kind}${doubt === "" ? "" : `  ${doubt}`}`,
    `  ${one.subject}  ${one.from.slice(0, 10)} – ${one.until.slice(0, 10)}`,
    `  serial ${one.serial}`,
    `  sha256 ${one.sha256}`,
  ].join("\n");
}
