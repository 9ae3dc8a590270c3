import { createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { headerValues } from "../../core/envelope/headers.ts";
import { partyIndex } from "../../core/lifecycle/party.ts";
import { compilePack } from "../../core/pack/compile.ts";
import type { Pack } from "../../core/pack/compile.ts";
import type { Interface, Role } from "../../core/pack/types.ts";
import { openVerifyingKey } from "../../core/signature/schemes.ts";
import type { VerifyingMaterial } from "../../core/signature/schemes.ts";
import { reasonOf } from "../../core/text/said-error.ts";
import { notificationsAnywhere } from "../../hosting/notification-router.ts";
import { readPack } from "../../hosting/packs.ts";
import { openStatement } from "../../hosting/statement.ts";
import type { OpenedStatement } from "../../hosting/statement.ts";
import { STATEMENT_FILE, defaultStateDirectory } from "../../hosting/state/state.ts";
import { UserError } from "../../hosting/user-error.ts";
import type { Peer } from "../../simulator/identity/identity.ts";
import { belowBasePath, packRouter } from "../../simulator/pipeline/router.ts";
import type { Router } from "../../simulator/pipeline/router.ts";
import { calledPrefix, signedPrefix } from "../../suites/statement/prefix.ts";
import { sealingKeysOf } from "../../suites/wire/signer.ts";
import type { Captured, CapturedRequest } from "../captured/captured.ts";

/** What a captured message is verified with: keys of those who may have sent it, and for whom it was. */
export interface Verifier {
  readonly pack: Pack;
  /** Who the message is for. */
  readonly role: Role;
  readonly baseUrl: string;
  readonly peers: readonly Peer[];
  readonly router: Router;
  /** The request as its receiver verified it: a gateway may have changed its path. */
  verified(request: CapturedRequest): CapturedRequest;
}

export interface VerifierFlags {
  readonly sut?: string;
  readonly state?: string;
  readonly key?: string;
  readonly pack?: string;
  readonly role?: string;
}

export const BOUNDS = { bytes: 1 << 24, depth: 64, members: 100_000 };

/** The verifier that the flags name. @throws UserError */
export function verifierOf(flags: VerifierFlags, captured: Captured): Verifier {
  const role = roleOf(flags.role);
  if (flags.key !== undefined) {
    const pack = compilePack(readPack(flags.pack ?? "cooperation", process.cwd(), "--pack"));
    const host = headerValues(captured.request?.headers ?? [], "host")[0] ?? "";
    return {
      pack,
      role: role ?? "bank",
      baseUrl: `https://${host}`,
      peers: [peerOfKey(pack, flags.key, captured)],
      router: anywhere(pack, role ?? "bank"),
      verified: (request) => request,
    };
  }
  const file = flags.sut ?? join(flags.state ?? defaultStateDirectory(role ?? "bank"), STATEMENT_FILE);
  return ofStatement(openStatement(file), captured, role);
}

/** @throws UserError */
function roleOf(role: string | undefined): Role | undefined {
  if (role === undefined || role === "bank" || role === "platform") return role;
  throw new UserError(
    { en: `there is no role "${role}"`, zh: `没有角色“${role}”` },
    { where: "--role", allowed: "bank, platform", next: { en: "give one of them", zh: "请给出其中之一" } },
  );
}

/** A statement has the keys of both sides: a message of the SUT's own is verified with those, any other with its parties'. */
function ofStatement(opened: OpenedStatement, captured: Captured, asked: Role | undefined): Verifier {
  const { statement, source, signers } = opened;
  const pack = compilePack(source);
  const [parties, sut] = [partiesOf(opened), sutOf(opened)];
  const other: Role = statement.role === "bank" ? "platform" : "bank";
  const fromSut = captured.request === undefined || asked === other || saysThatItIsOf(pack, sut, captured.request);
  const role = asked ?? (fromSut ? other : statement.role);
  const below = calledPrefix(statement);
  const ahead = signedPrefix(statement);
  return {
    pack,
    role,
    baseUrl: statement.baseUrl,
    peers: fromSut ? [sut] : parties,
    router: fromSut
      ? notificationsAnywhere(pack, role, packRouter(pack, role), sealingKeysOf(signers))
      : belowBasePath(ahead, packRouter(pack, role)),
    verified: (request) =>
      fromSut || below === ahead || !request.target.startsWith(`${below}/`)
        ? request
        : { ...request, target: ahead + request.target.slice(below.length) },
  };
}

const anywhere = (pack: Pack, role: Role): Router => notificationsAnywhere(pack, role, packRouter(pack, role));

/** Whether a request names the SUT as its sender, or a key of it. */
function saysThatItIsOf(pack: Pack, sut: Peer, request: CapturedRequest): boolean {
  const notification = pack.source.interfaces.find((one) => one.notification !== undefined);
  const envelopes = [pack.envelope, ...(notification === undefined ? [] : [pack.requestEnvelope(notification)])];
  return envelopes.some((envelope) => {
    const opened = envelope.openRequest(request, BOUNDS);
    if (!opened.ok) return false;
    return opened.party === undefined
      ? sut.keys.some(({ serial }) => opened.serial === undefined || serial === opened.serial)
      : opened.party === sut.record.party_id;
  });
}

function partiesOf({ statement, source }: OpenedStatement): readonly Peer[] {
  const { algorithms } = source.manifest.policies.envelope;
  return statement.parties.map(({ partyId, serial, algorithm, key }, index): Peer => {
    const material: VerifyingMaterial =
      "secret" in key
        ? key
        : { publicKey: createPublicKey(key.privateKey).export({ type: "spki", format: "pem" }).toString() };
    return {
      record: { party_id: partyId, index: partyIndex(index + 1), notify_prefixes: [] },
      keys: [{ serial, algorithm, key: openVerifyingKey(algorithms[algorithm] ?? "", material) }],
    };
  });
}

const sutOf = ({ statement, sutKeys }: OpenedStatement): Peer => ({
  record: { party_id: statement.sutPartyId, index: partyIndex(1), notify_prefixes: [] },
  keys: sutKeys.map(({ serial, token, key, from, until }) => ({
    serial,
    algorithm: token,
    key,
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
  })),
});

/** What a message says of its sender and key, nothing of it believed. */
function claimsOf(
  pack: Pack,
  { request, answer }: Captured,
): Partial<Record<"party" | "serial" | "algorithm", string>> {
  if (request !== undefined) {
    const opened = pack.envelope.openRequest(request, BOUNDS);
    return opened.ok ? said({ party: opened.party, serial: opened.serial, algorithm: opened.algorithm }) : {};
  }
  const opened = answer === undefined ? undefined : pack.envelope.openAnswer(answer, BOUNDS);
  return opened?.ok === true ? said({ serial: opened.serial, algorithm: opened.algorithm }) : {};
}

const said = (claims: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(claims).flatMap(([name, text]) => (text === undefined ? [] : [[name, text]])));

/** The sender that a message names, with the one key that was given. @throws UserError */
function peerOfKey(pack: Pack, file: string, captured: Captured): Peer {
  const claims = claimsOf(pack, captured);
  const [first = ""] = Object.keys(pack.envelope.algorithms);
  const algorithm = claims.algorithm ?? first;
  const scheme = pack.envelope.algorithms[algorithm] ?? "";
  try {
    const text = readFileSync(file, "utf8");
    const material = scheme.startsWith("hmac") ? { secret: text.trim() } : { publicKey: text };
    return {
      record: { party_id: claims.party ?? "", index: partyIndex(1), notify_prefixes: [] },
      keys: [{ serial: claims.serial ?? "", algorithm, key: openVerifyingKey(scheme, material) }],
    };
  } catch (cause) {
    throw new UserError(
      { en: `the key cannot be used: ${reasonOf(cause).en}`, zh: `密钥无法使用：${reasonOf(cause).zh}` },
      {
        where: `--key ${file}`,
        allowed: { en: `a key for ${algorithm} (${scheme})`, zh: `${algorithm}（${scheme}）的密钥` },
        next: { en: "give the public key of the sender, or the shared secret", zh: "请给出发送方的公钥或共享密钥" },
        cause,
      },
    );
  }
}

/** The interface whose envelope a request has that is for none: notifications may have one of their own. */
export const nearestEnvelope = ({ pack, role }: Pick<Verifier, "pack" | "role">): Interface =>
  (pack.source.interfaces.find((one) => one.provider === role) ?? pack.source.interfaces[0]) as Interface;
