import { X509Certificate, generateKeyPairSync } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { certificate, pairOnP256 } from "../../core/runtime/certificate.ts";
import type { Certificate, Issue } from "../../core/runtime/certificate.ts";
import { certificateDigest } from "../../core/signature/certificate.ts";
import { privateKeyPem, publicKeyPem } from "../../core/signature/pem.ts";
import { pairScheme } from "../../core/signature/schemes.ts";
import { UserError } from "../user-error.ts";

/*
 * A folder of keys and certificates for a joint test: an authority on P-256, and what it has issued to servers, clients
 * and signers. Each certificate NAME.pem has its private key in NAME.key.pem, readable by its owner alone.
 */

/** What a key is made of. */
export type KeyKind = keyof typeof KINDS;

const KINDS = {
  rsa: () => {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    return { privatePem: privateKeyPem(privateKey), publicPem: publicKeyPem(publicKey) };
  },
  ec: pairOnP256,
  sm2: () => pairScheme("sm2").generate(),
  ed25519: () => pairScheme("ed25519").generate(),
} as const;

/** What TLS takes: OpenSSL has no SM2 in TLS 1.2 and 1.3. */
export const TLS_KINDS: readonly KeyKind[] = ["ec", "rsa"];
export const SIGNING_KINDS: readonly KeyKind[] = ["rsa", "ec", "sm2", "ed25519"];

const AUTHORITY = "ca";
const SERVER = "server";
const DAY_MS = 86_400_000;
const OWNER_ALONE = 0o600;

/** What `keys init` makes. */
export interface KeyOrder {
  readonly folder: string;
  readonly parties: readonly string[];
  /** Names and IPv4 addresses of the server, beside those of this machine. */
  readonly hosts: readonly string[];
  readonly signing: KeyKind;
  readonly tls: KeyKind;
  readonly days: number;
  /** Replaces what is there. */
  readonly force: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** One certificate of a folder, without any private part. */
export interface ShownKey {
  readonly name: string;
  readonly use: "authority" | "server" | "client" | "signing" | "retired";
  readonly kind: string;
  readonly subject: string;
  readonly serial: string;
  readonly from: string;
  readonly until: string;
  readonly expired: boolean;
  /** SHA-256 of the certificate, as hex. */
  readonly sha256: string;
  /** Whether the private key is beside it, and readable by its owner alone; `none`: it is not there. */
  readonly privateKey: "kept" | "readable-by-others" | "none";
}

/** Makes an authority and all that it issues; gives the names. @throws UserError where something is there already. */
export function initKeys(order: KeyOrder): readonly string[] {
  const { folder, parties, force } = order;
  const names = [AUTHORITY, SERVER, ...parties.flatMap((party) => [clientOf(party), signerOf(party)])];
  const there = names
    .flatMap((name) => [certFile(name), keyFile(name)])
    .filter((file) => existsSync(join(folder, file)));
  if (there.length > 0 && !force)
    throw new UserError(
      {
        en: `${there.length} of these files are there already, such as ${there[0] ?? ""}`,
        zh: `已有其中 ${there.length} 个文件，如 ${there[0] ?? ""}`,
      },
      {
        where: folder,
        next: {
          en: "choose another folder with --dir, make one key anew with `liantiao keys rotate NAME`, or replace all of them with --force",
          zh: "请用 --dir 另选目录，以 `liantiao keys rotate 名称` 更换单个密钥，或用 --force 全部覆盖",
        },
      },
    );
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const authority = certificate({ ...lifetime(order), commonName: AUTHORITY_NAME, authority: true });
  write(folder, AUTHORITY, authority);
  for (const name of names.slice(1)) write(folder, name, issued(name, order, authority));
  return names;
}

const AUTHORITY_NAME = "Liantiao joint test authority";

/** Issues a key anew under the folder's authority; the old one is kept beside it. Gives where. @throws UserError */
export function rotateKey(name: string, order: Omit<KeyOrder, "parties" | "force">): string {
  const { folder } = order;
  if (name === AUTHORITY || !existsSync(join(folder, certFile(name))))
    throw new UserError(
      name === AUTHORITY
        ? {
            en: "an authority is not rotated: nothing that it issued would be trusted",
            zh: "签发机构不可更换：其签发的证书将全部失效",
          }
        : { en: `there is no certificate ${certFile(name)}`, zh: `没有证书 ${certFile(name)}` },
      {
        where: folder,
        allowed: rotatable(folder).join(", "),
        next: {
          en: "name one of these, or make all of them with `liantiao keys init`",
          zh: "请给出其中之一，或用 `liantiao keys init` 全部生成",
        },
      },
    );
  const authority = readPair(folder, AUTHORITY);
  const old = new X509Certificate(readFileSync(join(folder, certFile(name))));
  const retired = `${name}.retired-${old.serialNumber.toLowerCase()}`;
  // The new one is made first: a mistake leaves everything as it is.
  const next = issued(name, { ...order, ...kindOf(name, old, order) }, authority);
  renameSync(join(folder, certFile(name)), join(folder, certFile(retired)));
  renameSync(join(folder, keyFile(name)), join(folder, keyFile(retired)));
  write(folder, name, next);
  return retired;
}

/** What is in a folder, in the order of names. @throws UserError where there is none. */
export function shownKeys(folder: string, now: number): readonly ShownKey[] {
  const names = existsSync(folder)
    ? readdirSync(folder)
        .filter((file) => file.endsWith(".pem") && !file.endsWith(".key.pem"))
        .map((file) => file.slice(0, -".pem".length))
        .toSorted()
    : [];
  if (names.length === 0)
    throw new UserError(
      { en: "there are no keys here", zh: "此处没有密钥" },
      { where: folder, next: { en: "make them with `liantiao keys init`", zh: "请用 `liantiao keys init` 生成" } },
    );
  return names.map((name) => shown(folder, name, now));
}

function shown(folder: string, name: string, now: number): ShownKey {
  const one = readCertificate(folder, name);
  return {
    name,
    use: useOf(name),
    kind: describedKind(one),
    subject: one.subject.replaceAll("\n", ", "),
    serial: one.serialNumber,
    from: one.validFromDate.toISOString(),
    until: one.validToDate.toISOString(),
    expired: now >= one.validToDate.getTime() || now < one.validFromDate.getTime(),
    sha256: certificateDigest(one),
    privateKey: keptKey(join(folder, keyFile(name))),
  };
}

function keptKey(file: string): ShownKey["privateKey"] {
  if (!existsSync(file)) return "none";
  return (statSync(file).mode & 0o077) === 0 ? "kept" : "readable-by-others";
}

/** sm2p256v1 as certificates name it; Node gives a key of SM2 no type. */
const SM2_CURVE = Buffer.from("06082a811ccf5501822d", "hex");

function describedKind({ publicKey, raw }: X509Certificate): string {
  if (raw.includes(SM2_CURVE)) return "SM2";
  const { modulusLength, namedCurve } = publicKey.asymmetricKeyDetails ?? {};
  if (modulusLength !== undefined) return `RSA ${modulusLength}`;
  if (namedCurve !== undefined) return `EC ${namedCurve === "prime256v1" ? "P-256" : namedCurve}`;
  return publicKey.asymmetricKeyType === "ed25519" ? "Ed25519" : String(publicKey.asymmetricKeyType);
}

function useOf(name: string): ShownKey["use"] {
  if (name.includes(".retired-")) return "retired";
  if (name === AUTHORITY) return "authority";
  if (name === SERVER) return "server";
  return name.endsWith(".client") ? "client" : "signing";
}

const clientOf = (party: string): string => `${party}.client`;
const signerOf = (party: string): string => `${party}.sign`;
const certFile = (name: string): string => `${name}.pem`;
const keyFile = (name: string): string => `${name}.key.pem`;

const rotatable = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((file) => file.endsWith(".pem") && !file.endsWith(".key.pem") && !file.includes(".retired-"))
        .map((file) => file.slice(0, -".pem".length))
        .filter((name) => name !== AUTHORITY)
        .toSorted()
    : [];

/** The kinds of a rotated key: those that it had, unless others are asked for. */
function kindOf(name: string, old: X509Certificate, { signing }: Pick<KeyOrder, "signing">): Partial<KeyOrder> {
  const had = describedKind(old);
  const kind = (Object.keys(KINDS) as KeyKind[]).find((one) => had.toLowerCase().includes(WORDS[one]));
  return useOf(name) === "signing" ? { signing: kind ?? signing } : { tls: kind === "rsa" ? "rsa" : "ec" };
}

const WORDS: Readonly<Record<KeyKind, string>> = { rsa: "rsa", ec: "p-256", sm2: "sm2", ed25519: "ed25519" };

function issued(
  name: string,
  order: Pick<KeyOrder, "hosts" | "signing" | "tls" | "days" | "now">,
  authority: Certificate,
): Certificate {
  const issuer = { ...authority, commonName: AUTHORITY_NAME };
  const use = useOf(name);
  const common = { ...lifetime(order), issuer };
  if (use === "server") {
    const addresses = order.hosts.filter((host) => IPV4.test(host));
    return certificate({
      ...common,
      commonName: order.hosts.find((host) => !IPV4.test(host)) ?? "localhost",
      names: [...new Set(["localhost", ...order.hosts.filter((host) => !IPV4.test(host))])],
      addresses: [...new Set(["127.0.0.1", ...addresses])],
      usage: "server",
      pair: KINDS[order.tls](),
    });
  }
  const party = name.replace(/\.(?:client|sign)$/u, "");
  return certificate({
    ...common,
    commonName: party,
    usage: use === "client" ? "client" : "signing",
    pair: KINDS[use === "client" ? order.tls : order.signing](),
  });
}

const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/u;

/** From an hour ago on, since clocks differ. */
const lifetime = ({ now, days }: Pick<KeyOrder, "now" | "days">): Pick<Issue, "from" | "until"> => ({
  from: moment(now - 3_600_000),
  until: moment(now + days * DAY_MS),
});

const moment = (ms: number): string => `${new Date(ms).toISOString().replaceAll(/[-:T]|\.\d+Z$/gu, "")}Z`;

function write(folder: string, name: string, { cert, key }: Certificate): void {
  for (const [file, text] of [
    [certFile(name), cert],
    [keyFile(name), key],
  ] as const) {
    const path = join(folder, file);
    writeFileSync(path, text, { mode: OWNER_ALONE });
    // The mode above holds for a new file alone.
    chmodSync(path, OWNER_ALONE);
  }
}

function readPair(folder: string, name: string): Certificate {
  readCertificate(folder, name);
  try {
    return {
      cert: readFileSync(join(folder, certFile(name)), "utf8"),
      key: readFileSync(join(folder, keyFile(name)), "utf8"),
    };
  } catch (cause) {
    throw new UserError(
      { en: `the private key ${keyFile(name)} cannot be read`, zh: `无法读取私钥 ${keyFile(name)}` },
      {
        where: folder,
        next: {
          en: "put it back, or make all keys anew with `liantiao keys init --force`",
          zh: "请恢复该文件，或用 `liantiao keys init --force` 重新生成全部密钥",
        },
        cause,
      },
    );
  }
}

function readCertificate(folder: string, name: string): X509Certificate {
  try {
    return new X509Certificate(readFileSync(join(folder, certFile(name))));
  } catch (cause) {
    throw new UserError(
      { en: `${certFile(name)} is no certificate that can be read`, zh: `${certFile(name)} 不是可读的证书` },
      {
        where: folder,
        next: {
          en: "take the file away, or make it anew with `liantiao keys rotate`",
          zh: "请移走该文件，或用 `liantiao keys rotate` 重新生成",
        },
        cause,
      },
    );
  }
}
