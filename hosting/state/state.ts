import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Pack } from "../../core/pack/compile.ts";
import type { Role } from "../../core/pack/types.ts";
import { signatureScheme } from "../../core/signature/schemes.ts";
import type { Enrolment } from "../../simulator/control/enrolment.ts";
import { reasonOf, UserError } from "../user-error.ts";
import { DEFAULT_PARTIES } from "./default-parties.ts";
import { openKeyPair } from "./key-pair.ts";
import type { KeyPair } from "./key-pair.ts";

/** What a served role keeps between starts, beside its store: keys, the control token, enrolled keys. */
export interface State {
  readonly directory: string;
  readonly role: Role;
  /** By algorithm token. */
  readonly own: readonly (KeyPair & { readonly algorithm: string })[];
  /** The peers that every start knows. */
  readonly peers: readonly { readonly partyId: string; readonly algorithm: string; readonly keys: KeyPair }[];
  readonly token: string;
  /** Keys enrolled while running, in the order they came. */
  readonly enrolled: readonly Enrolment[];
}

const ENROLLED_FILE = "enrolled.json";
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
    throw new UserError(`the state directory cannot be made: ${reasonOf(cause)}`, {
      where: directory,
      next: "choose a directory that you may write with --state DIR",
      cause,
    });
  }
  const algorithms = Object.entries(pack.source.manifest.policies.envelope.algorithms);
  const [first] = algorithms;
  if (first === undefined)
    throw new UserError(`the pack ${pack.source.manifest.name} names no signature algorithm`, {
      where: "pack.json /policies/signature/algorithms",
      next: "name at least one",
    });
  const [usual] = first;
  const peers = DEFAULT_PARTIES[role].peers.map((partyId, index) => {
    const algorithm = tokens[index] ?? tokens.at(-1) ?? usual;
    const scheme = signatureScheme(pack.source.manifest.policies.envelope.algorithms[algorithm] ?? "");
    // A party keeps a pair for each scheme, so that going back to one finds the key that others have enrolled.
    return {
      partyId,
      algorithm,
      keys: openKeyPair(directory, algorithm === usual ? partyId : `${partyId}.${scheme.name}`, scheme),
    };
  });
  return {
    directory,
    role,
    own: algorithms.map(([token, scheme]) => ({
      ...openKeyPair(directory, `own.${scheme}`, signatureScheme(scheme)),
      algorithm: token,
    })),
    peers,
    token: openToken(join(directory, "control-token")),
    enrolled: readEnrolled(join(directory, ENROLLED_FILE)),
  };
}

/** Adds a key to the file of enrolled keys; the same serial of the same party is replaced. */
export function keepEnrolment(directory: string, enrolment: Enrolment): void {
  const file = join(directory, ENROLLED_FILE);
  const others = readEnrolled(file).filter(
    ({ party_id, serial }) => party_id !== enrolment.party_id || serial !== enrolment.serial,
  );
  writeFileSync(file, `${JSON.stringify([...others, enrolment], null, 2)}\n`);
}

function openToken(file: string): string {
  if (!existsSync(file)) writeFileSync(file, `${randomBytes(24).toString("hex")}\n`, { mode: 0o600 });
  return readFileSync(file, "utf8").trim();
}

function readEnrolled(file: string): readonly Enrolment[] {
  if (!existsSync(file)) return [];
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (!Array.isArray(value)) throw new TypeError("it is not a list");
    return value as readonly Enrolment[];
  } catch (cause) {
    throw new UserError(`the list of enrolled keys cannot be used: ${reasonOf(cause)}`, {
      where: file,
      next: "restore the file, or delete it and enrol the keys again with `liantiao enrol`",
      cause,
    });
  }
}
