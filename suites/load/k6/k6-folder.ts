import { chmodSync, copyFileSync, createWriteStream, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import type { EnvelopePolicy } from "../../../core/envelope/policy.ts";
import { MAX_ANSWER_BYTES } from "../../../core/runtime/wire.ts";
import { openSigningKey } from "../../../core/signature/schemes.ts";
import type { RunScope } from "../../run/scope.ts";
import { calledPrefix, signedPrefix } from "../../statement/prefix.ts";
import type { PartyIdentity } from "../../statement/statement.ts";
import type { LoadHead } from "../../../core/load/load-folder.ts";
import { runNonceOf } from "../../data/fresh.ts";
import type { K6Load, K6Signing } from "./k6-load.ts";
import { optionsOf } from "./scenario.ts";
import { signedAhead } from "./signed-ahead.ts";
import { templatesOf } from "./templates.ts";
import type { Templates } from "./templates.ts";

/** The files that k6 is given. */
export const SCRIPT_FILE = "load.js";
const DATA_FILE = "data.json";
const REQUESTS_FILE = "requests.ndjson";
const CA_FILE = "ca.pem";

/** Schemes that the Web Crypto API of k6 has, and packs use. Ed25519 is not among them (grafana/k6#4263), SM2 neither. */
const SIGNED_IN_K6: readonly string[] = ["rsa2048", "hmac-sha256"];

/** What was written for k6. */
export interface K6Folder {
  readonly script: string;
  /** The file of authorities that k6 is to trust; undefined: those of the machine. */
  readonly authorities: string | undefined;
  /** Whether every request was signed ahead, so that the load has to begin at once. */
  readonly signedAhead: boolean;
}

/**
 * Writes the script and its data into a folder of their own, readable by its owner alone: the key of the first party is
 * in it, or requests that are signed with it.
 *
 * @throws LoadError for a load that k6 cannot make
 */
export async function writeK6Folder(
  folder: string,
  scope: RunScope,
  head: LoadHead,
  signal?: AbortSignal,
): Promise<K6Folder> {
  const { pack, statement } = scope;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const signing = signingOf(scope, head);
  const templates = signing === undefined ? undefined : await templatesOf(scope, head);
  const longest = Math.max(...Object.values(head.journeys).map(({ length }) => length));
  const load: K6Load = {
    run: runNonceOf(scope.fresh.identifier()) ?? "",
    seed: head.seed,
    origin: new URL(statement.baseUrl).origin,
    calledPrefix: calledPrefix(statement),
    signedPrefix: signedPrefix(statement),
    timeoutMs: statement.limits.timeoutMs,
    mostAnswerBytes: MAX_ANSWER_BYTES,
    ...(templates ?? NO_TEMPLATES),
    ...(signing === undefined || templates === undefined ? {} : { signing }),
    refusals: refusalsOf(scope),
    answerHeaders: pack.envelope.answerParts.flatMap(({ location, name }) =>
      location === "header" ? [name.toLowerCase()] : [],
    ),
    options: optionsOf(head.profile, statement, longest),
  };
  const write = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  write(DATA_FILE, `${JSON.stringify(load, null, 1)}\n`);
  if (templates === undefined) await writeRows(join(folder, REQUESTS_FILE), scope, head, signal);
  const script = join(folder, SCRIPT_FILE);
  copyFileSync(fileURLToPath(new URL("./script/load.js", import.meta.url)), script);
  chmodSync(script, 0o600);
  const { ca } = statement.tls ?? {};
  return {
    script,
    authorities: ca === undefined ? undefined : write(CA_FILE, ca),
    signedAhead: templates === undefined,
  };
}

const NO_TEMPLATES: Templates = { journeys: [], numbersEach: 1 };

async function writeRows(
  file: string,
  scope: RunScope,
  head: LoadHead,
  signal: AbortSignal | undefined,
): Promise<void> {
  async function* lines(): AsyncGenerator<string> {
    for await (const row of signedAhead(scope, head, signal)) yield `${JSON.stringify(row)}\n`;
  }
  await pipeline(Readable.from(lines()), createWriteStream(file, { mode: 0o600 }));
}

/** How k6 can sign; undefined where it cannot, or where a message is not of the shape that the script knows. */
function signingOf({ pack, statement }: RunScope, { journeys }: LoadHead): K6Signing | undefined {
  const { envelope } = pack.policies;
  const [party] = statement.parties;
  const scheme = envelope.algorithms[party.algorithm] ?? "";
  if (envelope.style !== "authorization-header" || !SIGNED_IN_K6.includes(scheme)) return undefined;
  const known = [...new Set(Object.values(journeys).flat())].every((id) => {
    const one = pack.interface(id);
    const plain = one.request.body === undefined || one.request.representation === "json";
    return (
      plain &&
      one.notification === undefined &&
      pack.sealed(one, "request").length === 0 &&
      pack.encryption(one, "request") === undefined
    );
  });
  if (!known) return undefined;
  const { nonce, timestamps = "seconds" } = pack.policies.freshness;
  const bare = envelope.authorization.parameters === "bare" || envelope.requestBase.includes("authorization");
  if (nonce === undefined || timestamps !== "seconds" || bare) return undefined;
  const { minLength, maxLength } = nonce;
  return {
    scheme: scheme === "rsa2048" ? "rsa2048" : "hmac-sha256",
    key: keyOf(scheme, party),
    base: envelope.requestBase,
    nonceLength: Math.min(maxLength, Math.max(minLength, 24)),
    ...headerOf(envelope, party, pack.envelope),
  };
}

function headerOf(
  envelope: Extract<EnvelopePolicy, { style: "authorization-header" }>,
  { partyId, serial, algorithm }: PartyIdentity,
  wire: RunScope["pack"]["envelope"],
): Pick<K6Signing, "header" | "value"> {
  const claims = { algorithm, party: partyId, serial, timestamp: "{timestamp}", nonce: "{nonce}" };
  const message = { ...claims, method: "GET", target: "/", body: new Uint8Array() };
  const [[, value] = ["", ""]] = wire.carry(message, { ...claims, signature: "{signature}" }).headers;
  return { header: envelope.authorization.header, value };
}

/** The key as the Web Crypto API imports it, in base64. */
function keyOf(scheme: string, { key }: PartyIdentity): string {
  if ("secret" in key) return Buffer.from(key.secret).toString("base64");
  const opened = openSigningKey(scheme, key);
  if (opened.kind !== "private") throw new TypeError(`${scheme} signs with a private key`);
  return opened.pem.replaceAll(/-----[^-]+-----|\s/g, "");
}

function refusalsOf({ pack }: RunScope): K6Load["refusals"] {
  const { refusal, success } = pack.policies;
  return {
    ...(refusal?.status === undefined ? {} : { status: refusal.status }),
    code: (refusal?.code ?? "/code").split("/").slice(1),
    codes: pack.source.errors.map(({ code }) => code),
    ...(success === undefined ? {} : { success }),
  };
}
