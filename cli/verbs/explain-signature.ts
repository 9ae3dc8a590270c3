import type { Command } from "commander";
import pc from "picocolors";
import type { RequestMessage } from "../../core/envelope/message.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import { redaction } from "../../core/redaction/redaction.ts";
import { UserError } from "../../hosting/user-error.ts";
import { Identity } from "../../simulator/identity/identity.ts";
import { answerExplained } from "../../simulator/caller/belief.ts";
import { routeHint } from "../../simulator/pipeline/route-hint.ts";
import { pathOf } from "../../simulator/pipeline/router.ts";
import { verifySignature } from "../../simulator/pipeline/verify-signature.ts";
import type { Captured, CapturedAnswer, CapturedRequest } from "../captured/captured.ts";
import { readCaptured } from "../captured/read.ts";
import { examples } from "../examples.ts";
import { explanationLines } from "../explain/explanation-lines.ts";
import { BOUNDS, nearestEnvelope, verifierOf } from "../explain/verifier.ts";
import type { Verifier, VerifierFlags } from "../explain/verifier.ts";
import { languageOf } from "../language/language.ts";
import type { Language } from "../language/language.ts";

interface SignatureFlags extends VerifierFlags {
  readonly request: string;
  readonly answer?: true;
  readonly json?: true;
}

export function addExplainSignature(explain: Command): void {
  explain
    .command("signature")
    .summary("why the signature of a captured request or answer fails")
    .description(
      "Verifies a captured request or answer and says what was verified, what was signed instead, and why. The file is a raw\nHTTP message, an entry of an HTTP archive (HAR) or a curl command. A statement has the keys of both sides.\nExit code: 0 the signature is right, 1 it is not, 2 configuration.",
    )
    .requiredOption("--request <file>", "the captured message; - reads standard input")
    .option("--answer", "of an entry of an archive, its answer in place of its request")
    .option("--sut <statement>", "statement with the keys of the parties (default: that of the state folder)")
    .option("--state <dir>", "state folder of a simulator, which has a statement")
    .option(
      "--key <file>",
      "one key in place of a statement: PEM of a public key or certificate, or the text of a secret",
    )
    .option("--pack <name|folder>", "the interface specification, with --key", "cooperation")
    .option("--role <role>", "who the request is for: bank or platform (default: by its sender)")
    .option("--json", "print one JSON document")
    .addHelpText(
      "after",
      examples(
        "explain signature --request captured.http",
        "explain signature --request entry.har --sut sut.json",
        "explain signature --request entry.har --answer --state .liantiao/bank",
        "explain signature --request call.curl --key merchant.pub.pem",
      ),
    )
    .action((flags: SignatureFlags, self: Command) => {
      const all: SignatureFlags = { ...self.optsWithGlobals<Partial<SignatureFlags>>(), ...flags };
      explainSignature(all, languageOf(self));
    });
}

/** What is found of a message: nothing where its signature is right. */
interface Found {
  /** The party whose key fits. */
  readonly party?: string;
  readonly interface?: string;
  readonly issue?: string;
  readonly hint?: unknown;
}

function explainSignature(flags: SignatureFlags, language: Language): void {
  const captured = readCaptured(flags.request);
  const message = messageOf(captured, flags);
  const verifier = verifierOf(flags, message);
  const found =
    message.request === undefined
      ? ofAnswer(verifier, message.answer, captured.request, language)
      : ofRequest(verifier, message.request, flags, language);
  process.exitCode = found.issue === undefined ? 0 : 1;
  if (flags.json === true) {
    const refused = found.issue === undefined ? {} : { issue: found.issue, ...hintOf(found.hint) };
    console.log(
      JSON.stringify({ ok: found.issue === undefined, interface: found.interface, ...refused }, undefined, 2),
    );
    return;
  }
  if (found.issue === undefined) {
    console.log(pc.green(rightWith(found.party ?? "")[language]));
    return;
  }
  console.log(pc.red(found.issue));
  for (const line of explanationLines(found.hint, { whole: true, language })) console.log(line);
}

const rightWith = (party: string): Bilingual => ({
  en: `The signature is right: it verifies with the key of ${party}.`,
  zh: `签名正确：可用 ${party} 的密钥验证。`,
});

type Message =
  | { readonly request: CapturedRequest; readonly answer?: undefined }
  | { readonly request?: undefined; readonly answer: CapturedAnswer };

/** The message that is to be explained. @throws UserError where the file lacks it */
function messageOf({ request, answer }: Captured, { answer: wanted, request: file }: SignatureFlags): Message {
  if (answer !== undefined && (wanted === true || request === undefined)) return { answer };
  if (request !== undefined && wanted !== true) return { request };
  throw new UserError(
    { en: "the file has no answer", zh: "文件中没有应答" },
    {
      where: `--request ${file}`,
      allowed: { en: "an entry of an archive with its answer, or a raw answer", zh: "含应答的 HAR 记录，或原始应答" },
      next: { en: "leave --answer out, or capture the answer too", zh: "请去掉 --answer，或一并捕获应答" },
    },
  );
}

function ofRequest(verifier: Verifier, captured: CapturedRequest, flags: SignatureFlags, language: Language): Found {
  const { pack, role, peers, baseUrl } = verifier;
  const request = verifier.verified(captured);
  const matched = verifier.router(request, pathOf(request));
  const called = matched.kind === "match" ? matched.interface : undefined;
  if (called === undefined) note(verifier, captured, flags, language);
  const meant = called ?? nearestEnvelope({ pack, role });
  const opened = pack.requestEnvelope(meant).openRequest(request, BOUNDS);
  const judged = verifySignature(
    pack,
    new Identity("captured", [], peers),
    meant,
    request,
    whenSigned(verifier, opened.ok ? opened.timestamp : undefined),
    { testMode: true, baseUrl: () => baseUrl, redact: redaction(pack.source), earlier: () => [] },
  );
  const id = called === undefined ? {} : { interface: called.id };
  if (judged.ok) return { ...id, party: judged.value.peer.record.party_id };
  const { detail, hint } = judged.refusal;
  return { ...id, issue: `${detail?.field ?? ""}: ${detail?.issue ?? ""}`, hint };
}

/** Of an answer, and the request that was captured with it. */
function ofAnswer(
  verifier: Verifier,
  answer: CapturedAnswer,
  asked: CapturedRequest | undefined,
  language: Language,
): Found {
  const { pack, peers } = verifier;
  const opened = pack.envelope.openAnswer(answer, BOUNDS);
  const [first] = peers;
  const peer = peers.find(({ keys }) => opened.ok && keys.some(({ serial }) => serial === opened.serial)) ?? first;
  if (peer === undefined) throw new RangeError("a statement has a system under test");
  const now = whenSigned(verifier, opened.ok ? opened.timestamp : undefined);
  const parts = { pack, identity: new Identity("captured", [], peers), redact: redaction(pack.source), now };
  const hint = answerExplained(parts, peer, answer, asked === undefined ? undefined : askedOf(verifier, asked));
  return hint === undefined
    ? { party: peer.record.party_id }
    : { issue: { en: "the signature of the answer is not right", zh: "应答签名不正确" }[language], hint };
}

/** A request as its answer's explanation compares it. */
function askedOf({ pack, verified }: Verifier, captured: CapturedRequest): RequestMessage | undefined {
  const request = verified(captured);
  const opened = pack.envelope.openRequest(request, BOUNDS);
  if (!opened.ok) return undefined;
  return {
    method: request.method,
    target: request.target,
    party: opened.party ?? "",
    serial: opened.serial ?? "",
    algorithm: opened.algorithm ?? "",
    timestamp: opened.timestamp ?? "",
    nonce: opened.nonce ?? "",
    body: opened.body,
  };
}

/** The moment of a signing: a captured message is always old. */
function whenSigned({ pack }: Verifier, timestamp: string | undefined): number {
  const seconds = timestamp === undefined ? undefined : pack.times.read(timestamp);
  return seconds === undefined ? Date.now() : seconds * 1000;
}

const hintOf = (hint: unknown): object => (typeof hint === "object" && hint !== null ? hint : {});

/** Says that the request is for no interface; its signature is explained all the same. */
function note({ pack, role }: Verifier, captured: CapturedRequest, flags: SignatureFlags, language: Language): void {
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
