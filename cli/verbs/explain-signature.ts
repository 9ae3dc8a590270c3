import type { Command } from "commander";
import { createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import pc from "picocolors";
import { headerValues } from "../../core/envelope/headers.ts";
import { partyIndex } from "../../core/lifecycle/party.ts";
import { compilePack } from "../../core/pack/compile.ts";
import type { Pack } from "../../core/pack/compile.ts";
import type { Interface, Role } from "../../core/pack/types.ts";
import { redaction } from "../../core/redaction/redaction.ts";
import { openVerifyingKey } from "../../core/signature/schemes.ts";
import type { VerifyingMaterial } from "../../core/signature/schemes.ts";
import { reasonOf } from "../../core/text/said-error.ts";
import { readPack } from "../../hosting/packs.ts";
import { openStatement } from "../../hosting/statement.ts";
import { STATEMENT_FILE, defaultStateDirectory } from "../../hosting/state/state.ts";
import { UserError } from "../../hosting/user-error.ts";
import { Identity } from "../../simulator/identity/identity.ts";
import type { Peer } from "../../simulator/identity/identity.ts";
import { routeHint } from "../../simulator/pipeline/route-hint.ts";
import { packRouter, pathOf } from "../../simulator/pipeline/router.ts";
import { verifySignature } from "../../simulator/pipeline/verify-signature.ts";
import { Unreadable } from "../captured/captured.ts";
import type { CapturedRequest } from "../captured/captured.ts";
import { readCurl } from "../captured/curl.ts";
import { readHar } from "../captured/har.ts";
import { readRawHttp } from "../captured/raw-http.ts";
import { examples } from "../examples.ts";
import { explanationLines } from "../explain/explanation-lines.ts";
import { languageOf } from "../language/language.ts";
import type { Language } from "../language/language.ts";

interface SignatureFlags {
  readonly request: string;
  readonly sut?: string;
  readonly state?: string;
  readonly key?: string;
  readonly pack?: string;
  readonly role: string;
  readonly json?: true;
}

/** Where the keys come from that a signature is verified with, and for whom. */
interface Verifier {
  readonly pack: Pack;
  readonly role: Role;
  readonly baseUrl: string;
  readonly peers: readonly Peer[];
}

export function addExplainSignature(explain: Command): void {
  explain
    .command("signature")
    .summary("why the signature of a captured request fails")
    .description(
      "Verifies a captured request and says what was verified, what was signed instead, and why. The file is a raw HTTP\nmessage, an entry of an HTTP archive (HAR) or a curl command.\nExit code: 0 the signature is right, 1 it is not, 2 configuration.",
    )
    .requiredOption("--request <file>", "the captured request; - reads standard input")
    .option("--sut <statement>", "statement with the keys of the parties (default: that of the state folder)")
    .option("--state <dir>", "state folder of a simulator, which has a statement")
    .option(
      "--key <file>",
      "one key in place of a statement: PEM of a public key or certificate, or the text of a secret",
    )
    .option("--pack <name|folder>", "the interface specification, with --key", "cooperation")
    .option("--role <role>", "who the request is for: bank or platform", "bank")
    .option("--json", "print one JSON document")
    .addHelpText(
      "after",
      examples(
        "explain signature --request captured.http",
        "explain signature --request entry.har --sut sut.json",
        "explain signature --request call.curl --key merchant.pub.pem",
      ),
    )
    .action((flags: SignatureFlags, self: Command) => {
      const all: SignatureFlags = { ...self.optsWithGlobals<Partial<SignatureFlags>>(), ...flags };
      explainSignature(all, languageOf(self));
    });
}

function explainSignature(flags: SignatureFlags, language: Language): void {
  const captured = capturedIn(flags.request);
  const verifier = verifierOf(flags, captured);
  const { pack, role, peers, baseUrl } = verifier;
  const request = { ...captured, body: captured.body };
  const matched = packRouter(pack, role)(request, pathOf(request));
  const called = matched.kind === "match" ? matched.interface : undefined;
  if (called === undefined) note(pack, role, captured, flags, language);
  const opened = pack.requestEnvelope(called ?? (pack.source.interfaces[0] as Interface)).openRequest(request, BOUNDS);
  const seconds = opened.ok && opened.timestamp !== undefined ? pack.times.read(opened.timestamp) : undefined;
  // As it was when the request was made: a captured request is always old.
  const now = seconds === undefined ? Date.now() : seconds * 1000;
  const judged = verifySignature(
    pack,
    new Identity("captured", [], peers),
    called ?? (pack.source.interfaces[0] as Interface),
    request,
    now,
    { testMode: true, baseUrl: () => baseUrl, redact: redaction(pack.source), earlier: () => [] },
  );
  process.exitCode = judged.ok ? 0 : 1;
  if (flags.json === true) {
    const refused = judged.ok ? {} : { issue: judged.refusal.detail?.issue, ...hintOf(judged.refusal.hint) };
    console.log(JSON.stringify({ ok: judged.ok, interface: called?.id, ...refused }, undefined, 2));
    return;
  }
  if (judged.ok) {
    console.log(
      pc.green(
        {
          en: `The signature is right: it verifies with the key of ${judged.value.peer.record.party_id}.`,
          zh: `签名正确：可用 ${judged.value.peer.record.party_id} 的密钥验证。`,
        }[language],
      ),
    );
    return;
  }
  const { detail, hint } = judged.refusal;
  console.log(pc.red(`${detail?.field ?? ""}: ${detail?.issue ?? ""}`));
  for (const line of explanationLines(hint, { whole: true, language })) console.log(line);
}

const BOUNDS = { bytes: 1 << 24, depth: 64, members: 100_000 };

const hintOf = (hint: unknown): object => (typeof hint === "object" && hint !== null ? hint : {});

/** Says that the request is for no interface; its signature is explained all the same. */
function note(pack: Pack, role: Role, captured: CapturedRequest, flags: SignatureFlags, language: Language): void {
  const code = pack.source.manifest.policies.stages["route.unknown"];
  const hint = routeHint(pack, role, captured, { code }) as
    | {
        readonly nearest_interface: { readonly address: string };
        readonly differences: readonly { readonly en: string; readonly zh: string }[];
      }
    | undefined;
  if (flags.json === true) return;
  const near =
    hint === undefined
      ? ""
      : {
          en: ` The nearest is ${hint.nearest_interface.address}: `,
          zh: ` 最接近的是 ${hint.nearest_interface.address}：`,
        }[language] + hint.differences.map((one) => one[language]).join({ en: "; ", zh: "；" }[language]);
  console.log(
    pc.yellow(
      { en: `The request is for no interface of a ${role}.${near}`, zh: `该请求不属于 ${role} 的任何接口。${near}` }[
        language
      ],
    ),
  );
}

/** @throws UserError */
function capturedIn(file: string): CapturedRequest {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file === "-" ? 0 : file);
  } catch (cause) {
    throw new UserError(
      { en: `the request cannot be read: ${reasonOf(cause).en}`, zh: `请求无法读取：${reasonOf(cause).zh}` },
      {
        where: `--request ${file}`,
        next: { en: "give the file of a captured request", zh: "请给出所捕获请求的文件" },
        cause,
      },
    );
  }
  const text = bytes.toString();
  try {
    if (/^\s*curl\s/.test(text)) return readCurl(text);
    return /^\s*\{/.test(text) ? readHar(text) : readRawHttp(bytes);
  } catch (cause) {
    if (!(cause instanceof Unreadable)) throw cause;
    throw new UserError(cause.said, {
      where: `--request ${file}`,
      allowed: {
        en: "a raw HTTP message, a HAR entry (JSON), or a curl command",
        zh: "原始 HTTP 报文、HAR 记录（JSON）或 curl 命令",
      },
      next: { en: "correct the file, or capture the request anew", zh: "请更正文件，或重新捕获请求" },
      cause,
    });
  }
}

/** @throws UserError */
function verifierOf(flags: SignatureFlags, captured: CapturedRequest): Verifier {
  if (flags.role !== "bank" && flags.role !== "platform")
    throw new UserError(
      { en: `there is no role "${flags.role}"`, zh: `没有角色“${flags.role}”` },
      { where: "--role", allowed: "bank, platform", next: { en: "give one of them", zh: "请给出其中之一" } },
    );
  const host = headerValues(captured.headers, "host")[0] ?? "";
  if (flags.key !== undefined) {
    const pack = compilePack(readPack(flags.pack ?? "cooperation", process.cwd(), "--pack"));
    return { pack, role: flags.role, baseUrl: `https://${host}`, peers: [peerOfKey(pack, flags.key, captured)] };
  }
  const file = flags.sut ?? join(flags.state ?? defaultStateDirectory(flags.role), STATEMENT_FILE);
  const { statement, source } = openStatement(file);
  const { algorithms } = source.manifest.policies.envelope;
  const peers = statement.parties.map(({ partyId, serial, algorithm, key }, index): Peer => {
    const material: VerifyingMaterial =
      "secret" in key
        ? key
        : { publicKey: createPublicKey(key.privateKey).export({ type: "spki", format: "pem" }).toString() };
    return {
      record: { party_id: partyId, index: partyIndex(index + 1), notify_prefixes: [] },
      keys: [{ serial, algorithm, key: openVerifyingKey(algorithms[algorithm] ?? "", material) }],
    };
  });
  return { pack: compilePack(source), role: statement.role, baseUrl: statement.baseUrl, peers };
}

/** The sender that a request names, with the one key that was given. @throws UserError */
function peerOfKey(pack: Pack, file: string, captured: CapturedRequest): Peer {
  const opened = pack.envelope.openRequest(captured, BOUNDS);
  const [first = ""] = Object.keys(pack.envelope.algorithms);
  const algorithm = (opened.ok ? opened.algorithm : undefined) ?? first;
  const scheme = pack.envelope.algorithms[algorithm] ?? "";
  try {
    const text = readFileSync(file, "utf8");
    const material = scheme.startsWith("hmac") ? { secret: text.trim() } : { publicKey: text };
    return {
      record: { party_id: (opened.ok ? opened.party : undefined) ?? "", index: partyIndex(1), notify_prefixes: [] },
      keys: [
        { serial: (opened.ok ? opened.serial : undefined) ?? "", algorithm, key: openVerifyingKey(scheme, material) },
      ],
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
