import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Pack } from "../../core/pack/compile.ts";
import type { Role } from "../../core/pack/types.ts";
import { sealingSecrets } from "../../core/sealing/secret.ts";
import { signatureScheme } from "../../core/signature/schemes.ts";
import type { Enrolment } from "../../simulator/control/enrolment.ts";
import { reasonOf } from "../../core/text/said-error.ts";
import { UserError } from "../user-error.ts";
import { DEFAULT_PARTIES } from "./default-parties.ts";
import { replaceFile } from "../replace-file.ts";
import { openKeyPair } from "./key-pair.ts";
import type { KeyPair } from "./key-pair.ts";
import { openSealing, openSecret } from "./kept-secret.ts";
import type { KeptSealing, KeptSecret } from "./kept-secret.ts";

/** What a served role keeps between starts, beside its store: keys, the control token, enrolled keys. */
export interface State {
  readonly directory: string;
  readonly role: Role;
  /** By algorithm token. */
  readonly own: readonly (KeyPair & { readonly algorithm: string })[];
  /** The peers that every start knows. */
  readonly peers: readonly StatePeer[];
  readonly token: string;
  /** Keys enrolled while running, in the order they came. */
  readonly enrolled: readonly Enrolment[];
}

export const ENROLLED_FILE = "enrolled.json";
export const TOKEN_FILE = "control-token";
/** A peer with the pair that was made for it, or the secret that is shared with it. */
export interface StatePeer {
  readonly partyId: string;
  readonly algorithm: string;
  readonly keys: KeyPair | KeptSecret;
  /** The secret under which parts of its messages are sealed, where the pack seals any. */
  readonly sealing?: KeptSealing;
}

export const SERVER_FILE = "server.json";
export const STATEMENT_FILE = "sut.json";

/** The directory of a role's state, unless told otherwise. */
export const defaultStateDirectory = (role: Role): string => `.liantiao/${role}`;

/**
 * Opens a state directory, making what is not there yet. `tokens` are the algorithms that the peers sign with, one after
 * another, the last for all that follow; default the pack's first.
 *
 * @throws UserError
 */
export function openState(folder: string, role: Role, pack: Pack, tokens: readonly string[] = []): State {
  const directory = resolve(folder);
  try {
    mkdirSync(directory, { recursive: true });
  } catch (cause) {
    throw new UserError(
      {
        en: `the state directory cannot be made: ${reasonOf(cause).en}`,
        zh: `状态目录无法创建：${reasonOf(cause).zh}`,
      },
      {
        where: directory,
        next: { en: "choose a directory that you may write with --state DIR", zh: "请用 --state 选一个可写的目录" },
        cause,
      },
    );
  }
  const { envelope, serials } = pack.source.manifest.policies;
  const peerRole = role === "bank" ? "platform" : "bank";
  const algorithms = Object.entries(envelope.algorithms);
  const [first] = algorithms;
  if (first === undefined)
    throw new UserError(
      {
        en: `the pack ${pack.source.manifest.name} names no signature algorithm`,
        zh: `规范包 ${pack.source.manifest.name} 没有给出签名算法`,
      },
      {
        where: "pack.json /policies/envelope/algorithms",
        next: { en: "name at least one", zh: "请至少给出一个" },
      },
    );
  const [usual] = first;
  const peers = DEFAULT_PARTIES[role].peers.map((partyId, index) => {
    const algorithm = tokens[index] ?? tokens.at(-1) ?? usual;
    const scheme = signatureScheme(envelope.algorithms[algorithm] ?? "");
    const sealing = sealingSecrets(pack.source.manifest.policies, algorithm);
    // A party keeps a pair for each scheme, so that going back to one finds the key that others have enrolled.
    const name = algorithm === usual ? partyId : `${partyId}.${scheme.name}`;
    return {
      partyId,
      algorithm,
      keys:
        scheme.keys === "pair"
          ? openKeyPair(directory, name, scheme, serials?.[peerRole])
          : openSecret(directory, name, scheme),
      ...(sealing === undefined ? {} : { sealing: openSealing(directory, partyId, sealing) }),
    };
  });
  return {
    directory,
    role,
    // Under a shared secret there is no key of one's own.
    own: algorithms.flatMap(([token, name]) => {
      const scheme = signatureScheme(name);
      return scheme.keys === "pair"
        ? [{ ...openKeyPair(directory, `own.${name}`, scheme, serials?.[role]), algorithm: token }]
        : [];
    }),
    peers,
    token: openToken(join(directory, TOKEN_FILE)),
    enrolled: readEnrolled(join(directory, ENROLLED_FILE)),
  };
}

/**
 * Adds a key to the file of enrolled keys. The same serial of the same party is replaced at its place; the targets at which
 * the party may be notified stay.
 */
export function keepEnrolment(directory: string, enrolment: Enrolment): void {
  const file = join(directory, ENROLLED_FILE);
  const known = readEnrolled(file);
  const at = known.findIndex(({ party_id, serial }) => party_id === enrolment.party_id && serial === enrolment.serial);
  const before = known[at];
  const kept: Enrolment = {
    ...(before?.notify_url === undefined ? {} : { notify_url: before.notify_url }),
    ...(before?.client_certificates === undefined ? {} : { client_certificates: before.client_certificates }),
    ...enrolment,
    notify_prefixes: [...new Set([...(before?.notify_prefixes ?? []), ...enrolment.notify_prefixes])],
  };
  // Those that a party is bound to last hold, whichever of its keys they came with.
  const others = known.map(({ client_certificates: bound, ...other }) =>
    bound === undefined || (other.party_id === kept.party_id && enrolment.client_certificates !== undefined)
      ? other
      : { ...other, client_certificates: bound },
  );
  const all = before === undefined ? [...others, kept] : others.with(at, kept);
  replaceFile(file, `${JSON.stringify(all, null, 2)}\n`, { mode: 0o600 });
}

/** @throws for what is no enrolment. */
function refuseOther(value: unknown, index: number): void {
  const one = (typeof value === "object" && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  const isText = (name: string): boolean => typeof one[name] === "string" && one[name] !== "";
  const lacking = ["party_id", "serial", "algorithm", one["secret"] === undefined ? "public_key" : "secret"].find(
    (name) => !isText(name),
  );
  if (lacking !== undefined) throw new TypeError(`/${index}/${lacking} is no text`);
  const other = ["from", "until", "notify_url", "index", "sealing_secret"].find(
    (name) => one[name] !== undefined && !isText(name),
  );
  if (other !== undefined) throw new TypeError(`/${index}/${other} is no text`);
  const prefixes = one["notify_prefixes"];
  if (!Array.isArray(prefixes) || !prefixes.every((prefix) => typeof prefix === "string"))
    throw new TypeError(`/${index}/notify_prefixes is no list of texts`);
  const certificates = one["client_certificates"] ?? [];
  if (!Array.isArray(certificates) || !certificates.every((pem) => typeof pem === "string"))
    throw new TypeError(`/${index}/client_certificates is no list of texts`);
}

function openToken(file: string): string {
  if (!existsSync(file)) replaceFile(file, `${randomBytes(24).toString("hex")}\n`, { mode: 0o600 });
  const token = readFileSync(file, "utf8").trim();
  // An empty file, as a full disk leaves it, would let everybody in who sends an empty token.
  if (!/^[\x21-\x7e]{16,256}$/.test(token))
    throw new UserError(
      { en: "the control token cannot be used", zh: "控制面令牌无法使用" },
      {
        where: file,
        allowed: { en: "one line of 16 to 256 visible ASCII characters", zh: "一行，16 至 256 个可见 ASCII 字符" },
        next: { en: "delete the file to have a new token made", zh: "请删除该文件以生成新令牌" },
      },
    );
  return token;
}

function readEnrolled(file: string): readonly Enrolment[] {
  if (!existsSync(file)) return [];
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (!Array.isArray(value)) throw new TypeError("it is not a list");
    for (const [index, one] of value.entries()) refuseOther(one, index);
    return value as readonly Enrolment[];
  } catch (cause) {
    throw new UserError(
      {
        en: `the list of enrolled keys cannot be used: ${reasonOf(cause).en}`,
        zh: `已登记密钥的清单无法使用：${reasonOf(cause).zh}`,
      },
      {
        where: file,
        next: {
          en: "restore the file, or delete it and enrol the keys again with `liantiao enrol`",
          zh: "请恢复该文件，或删除后以 `liantiao enrol` 重新登记密钥",
        },
        cause,
      },
    );
  }
}
