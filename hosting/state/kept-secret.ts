import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SealingKey, SealingScheme } from "../../core/sealing/scheme.ts";
import type { SecretScheme, SharedSecret } from "../../core/signature/scheme.ts";
import { reasonOf } from "../../core/text/said-error.ts";
import { UserError } from "../user-error.ts";

/** A secret shared with a peer, which lives in one file of a state directory. */
export interface KeptSecret {
  readonly serial: string;
  readonly secret: SharedSecret;
  /** File name as it stands in a statement of the same directory. */
  readonly secretFile: string;
}

/** A secret of the same kind under which parts of messages are sealed. */
export interface KeptSealing {
  readonly key: SealingKey;
  readonly secretFile: string;
}

/** Only the owner of the directory reads it. */
const OWNER_ONLY = 0o600;

/**
 * Reads the secret `name` from `directory`, or makes it. Its serial is made of its name: of the secret itself nothing
 * is ever shown, not even a hash.
 *
 * @throws UserError when the file cannot be used, or others may read it.
 */
export function openSecret(directory: string, name: string, scheme: SecretScheme): KeptSecret {
  const secretFile = `keys/${name}.secret`;
  const secret = read(directory, name, secretFile, scheme.generate, (text) => scheme.secret(text));
  return { serial: `${name}-1`, secret, secretFile };
}

/** Reads the secret `name` to seal with from `directory`, or makes it. @throws UserError as `openSecret` does */
export function openSealing(
  directory: string,
  name: string,
  scheme: Pick<SealingScheme, "key" | "generate">,
): KeptSealing {
  const secretFile = `keys/${name}.sealing.secret`;
  return { key: read(directory, name, secretFile, scheme.generate, (text) => scheme.key(text)), secretFile };
}

function read<T>(
  directory: string,
  name: string,
  secretFile: string,
  generate: () => string,
  open: (text: string) => T,
): T {
  const path = join(directory, secretFile);
  try {
    if (!existsSync(path)) {
      mkdirSync(join(directory, "keys"), { recursive: true });
      writeFileSync(path, `${generate()}\n`, { mode: OWNER_ONLY });
    }
    if (process.platform !== "win32" && (statSync(path).mode & 0o077) !== 0)
      throw new Error("others than its owner may read it");
    return open(readFileSync(path, "utf8").trim());
  } catch (cause) {
    throw new UserError(
      {
        en: `the secret "${name}" cannot be used: ${reasonOf(cause).en}`,
        zh: `密钥“${name}”无法使用：${reasonOf(cause).zh}`,
      },
      {
        where: path,
        allowed: {
          en: "one line of 16 to 512 visible characters, readable by its owner alone (chmod 600)",
          zh: "一行，16 至 512 个可见字符，仅属主可读（chmod 600）",
        },
        next: {
          en: "restore the file, or delete it to have a new secret made (the peer must then be given it)",
          zh: "请恢复该文件，或删除以生成新密钥（须将新密钥交给对端）",
        },
        cause,
      },
    );
  }
}
