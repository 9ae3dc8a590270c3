import { existsSync, readFileSync } from "node:fs";
import type { Command } from "commander";
import pc from "picocolors";
import { nearName } from "../../core/names/near-name.ts";
import { acknowledges } from "../../core/pack/acknowledgement.ts";
import type { Interface, Policies } from "../../core/pack/types.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import { liveRuntime } from "../../core/runtime/live.ts";
import { TransportFailure } from "../../core/runtime/runtime.ts";
import type { HttpResponse, Runtime } from "../../core/runtime/runtime.ts";
import { requestTarget } from "../../core/runtime/wire.ts";
import { encodeBase64 } from "../../core/signature/base64.ts";
import { reasonOf } from "../../core/text/said-error.ts";
import { oneOf } from "../../core/text/alike.ts";
import type { Json } from "../../core/unit/unit.ts";
import { httpUrl } from "../../hosting/http-url.ts";
import { outboundProxy } from "../../hosting/outbound-proxy.ts";
import { UserError } from "../../hosting/user-error.ts";
import { freshIdentifiers } from "../../suites/data/fresh.ts";
import { buildRequest } from "../../suites/data/request-builder.ts";
import { CheckInconclusive } from "../../suites/outcome.ts";
import { keyField, sealedParts } from "../../suites/session/sealing.ts";
import type { Draft } from "../../suites/wire/draft.ts";
import { seal } from "../../suites/wire/sealed-request.ts";
import { consoleBody, consoleLine } from "../console-text.ts";
import { examples } from "../examples.ts";
import { jsonObject } from "../json-object.ts";
import { languageOf } from "../language/language.ts";
import type { Language } from "../language/language.ts";
import { senderOf } from "../notify/sender.ts";
import type { Sender, SenderFlags } from "../notify/sender.ts";
import { wronglyBy } from "../notify/wrongly.ts";
import type { Wrongly } from "../notify/wrongly.ts";
import { rawRequest, rawResponse, toldRequest } from "../shown-message.ts";

interface NotifyFlags extends SenderFlags {
  readonly to: string;
  readonly data?: string;
  readonly fault?: string;
  readonly raw?: true;
}

export function addNotify(program: Command): void {
  program
    .command("notify")
    .summary("one signed notification to an endpoint, and how it was acknowledged")
    .description(
      "Sends one notification to a developer's endpoint, signed as the simulated bank signs, or wrongly on purpose, and says\nwhether it was acknowledged. Fields that are not given are made up as the suites do.\nExit code: 0 acknowledged, 1 not acknowledged, 2 configuration, 3 no answer.",
    )
    .argument("<interface>", "such as notify.payment_result; `liantiao explain` lists them")
    .requiredOption("--to <url>", "the endpoint that is told")
    .option("--data <json|file>", "fields to set, as a JSON object or a file with one; null leaves one out")
    .option("--fault <name>", "sends it wrongly, such as wrong-signature or notification-duplicate")
    .option(
      "--state <dir>",
      "state folder of the simulated bank, with whose keys it is signed (default: .liantiao/bank)",
    )
    .option("--sut <statement>", "statement of the platform that is told, in place of a state folder")
    .option("--pack <name|folder>", "the interface specification (default: that of the state folder)")
    .option("--party <id>", "which party is told; with --sut, which one tells")
    .option("--raw", "show the bytes on the wire and what was signed")
    .addHelpText(
      "after",
      examples(
        "notify notify.payment_result --to http://127.0.0.1:9000/notify",
        "notify notify.payment_result --to http://127.0.0.1:9000/notify --fault wrong-signature",
        "notify notify.payment_result --to http://127.0.0.1:9000/notify --data payment.json --raw",
      ),
    )
    .action(notify);
}

async function notify(interfaceId: string, flags: NotifyFlags, command: Command): Promise<void> {
  const language = languageOf(command);
  const to = httpUrl(flags.to, "--to").href;
  const data = dataOf(flags.data);
  const sender = senderOf(flags);
  const one = notificationOf(sender, interfaceId);
  const runtime = liveRuntime(outboundProxy());
  try {
    const wrongly = flags.fault === undefined ? undefined : wronglyBy(flags.fault, runtime.random("faults"));
    const draft = await made(sender, one, data, runtime);
    const outcomes: Outcome[] = [];
    for (const delay of wrongly?.delaysMs ?? [0]) {
      if (delay > 0) await runtime.sleep(delay);
      outcomes.push(await sent({ sender, draft, to, runtime }, wrongly, flags.raw === true));
    }
    if (wrongly !== undefined)
      console.log(
        pc.magenta({ en: `Sent wrongly: ${wrongly.fault.name}.`, zh: `按故障发送：${wrongly.fault.name}。` }[language]),
      );
    for (const outcome of outcomes) tell(outcome, sender.pack.policies.notification, flags.raw === true, language);
    // What tells nothing of the message itself, such as a second copy, is to be acknowledged.
    if (
      wrongly?.fault.signing !== undefined &&
      outcomes.some((one) => codeOf(one, sender.pack.policies.notification) === 0)
    )
      console.log(pc.yellow(UNVERIFIED[language]));
    process.exitCode = Math.max(...outcomes.map((outcome) => codeOf(outcome, sender.pack.policies.notification)));
  } finally {
    runtime.close();
  }
}

/** The fields of `--data`; `null` leaves one out. @throws UserError */
function dataOf(given: string | undefined): Readonly<Record<string, Json | undefined>> {
  if (given === undefined) return {};
  let text = given;
  if (!given.trimStart().startsWith("{") && existsSync(given))
    try {
      text = readFileSync(given, "utf8");
    } catch (cause) {
      throw new UserError(
        { en: `the data cannot be read: ${reasonOf(cause).en}`, zh: `数据文件无法读取：${reasonOf(cause).zh}` },
        {
          where: `--data ${given}`,
          next: { en: "give a JSON object or a file with one", zh: "请给出 JSON 对象或其文件" },
          cause,
        },
      );
    }
  return Object.fromEntries(
    Object.entries(jsonObject(text, "--data")).map(([name, field]) => [name, field === null ? undefined : field]),
  );
}

/** @throws UserError for a name that is no notification of the pack */
function notificationOf({ pack }: Sender, id: string): Interface {
  const known = pack.source.interfaces.filter(({ notification }) => notification !== undefined);
  const found = known.find((one) => one.id === id);
  if (found !== undefined) return found;
  const names = known.map((one) => one.id);
  throw new UserError(
    {
      en: `the pack ${pack.source.manifest.name} has no notification "${id}"`,
      zh: `规范包 ${pack.source.manifest.name} 没有通知“${id}”`,
    },
    {
      where: "INTERFACE",
      allowed: names.join(", "),
      near: nearName(id, names),
      next: { en: "give one of the names above", zh: "请给出上列名称之一" },
    },
  );
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** What is told: fields that are given, and the others as the suites make them. @throws UserError */
async function made(
  { pack, signer, receiver, receiverKeys }: Sender,
  one: Interface,
  data: Readonly<Record<string, Json | undefined>>,
  runtime: Runtime,
): Promise<Draft> {
  const now = runtime.now();
  const random = runtime.random("notify");
  const context = { pack, party: signer, run: { sutKeys: receiverKeys }, sutNow: () => now };
  try {
    return await buildRequest(
      one,
      { ...keyField(context, one), ...data },
      {
        pack,
        fresh: freshIdentifiers(now.toString(36).slice(-7).toUpperCase()),
        random,
        party: receiver,
        now,
        today: pack.calendar.businessDate(now),
        yesterday: pack.calendar.businessDate(now - DAY_MS),
        notifyUrl: undefined,
        scenario: (name) => Promise.reject(lacking(name)),
        gives: () => false,
        // More is never given back than was paid.
        given: { amount: { value: 1_234, currency: pack.currency }, returned: { value: 0, currency: pack.currency } },
        prior: (id) => Promise.reject(lacking(id)),
      },
    );
  } catch (cause) {
    if (!(cause instanceof CheckInconclusive)) throw cause;
    throw new UserError(
      { en: `the notification cannot be made: ${cause.reason.en}`, zh: `通知无法生成：${cause.reason.zh}` },
      { where: one.id, next: { en: "give the field itself with --data", zh: "请用 --data 直接给出该字段" }, cause },
    );
  }
}

const lacking = (name: string): CheckInconclusive =>
  new CheckInconclusive({ en: `nothing gives "${name}"`, zh: `没有来源提供 "${name}"` });

/** What came of one copy. */
type Outcome = { readonly ms: number } & ({ readonly response: HttpResponse } | { readonly failure: TransportFailure });

interface Sending {
  readonly sender: Sender;
  readonly draft: Draft;
  readonly to: string;
  readonly runtime: Runtime;
}

const NONCE_LENGTH = 24;

/** Signs the notification anew for the target, and sends it. */
async function sent(
  { sender, draft, to, runtime }: Sending,
  wrongly: Wrongly | undefined,
  raw: boolean,
): Promise<Outcome> {
  const { pack, signer, receiverKeys } = sender;
  const { interface: one } = draft;
  const startedAt = runtime.now();
  const { freshness, notification } = pack.policies;
  const text = (length: number): string =>
    encodeBase64(runtime.random("nonce").bytes(length)).replaceAll(/[+/=]/g, "0").slice(0, length);
  const { minLength = 1, maxLength = NONCE_LENGTH } = freshness.nonce ?? {};
  const envelope = pack.requestEnvelope(one);
  const request = seal(
    draft,
    {
      envelope,
      codecOf: pack.codecOf,
      baseUrl: new URL(to).origin,
      signer,
      timestampSeconds: Math.floor(startedAt / 1000),
      times: pack.times,
      nonce: text(Math.min(maxLength, Math.max(minLength, NONCE_LENGTH))),
      timeoutMs: notification.acknowledgeWithinSeconds * 1000,
      ...sealedParts({ pack, party: signer, run: { sutKeys: receiverKeys }, sutNow: () => startedAt }, one, () =>
        text(NONCE_LENGTH),
      ),
      secret: signer.sealing,
      encryption: pack.encryption(one, "request"),
      fresh: (count) => runtime.random("sealing").bytes(count),
    },
    { ...wrongly?.tamper, target: () => requestTarget(to), mayKeep: true },
  );
  console.log(raw ? rawRequest(request, envelope, requestTarget(to)) : toldRequest(draft, request));
  try {
    const response = await runtime.transport.send(request);
    return { ms: runtime.now() - startedAt, response };
  } catch (failure) {
    if (!(failure instanceof TransportFailure)) throw failure;
    return { ms: runtime.now() - startedAt, failure };
  }
}

const codeOf = (outcome: Outcome, policy: Policies["notification"]): 0 | 1 | 3 =>
  "failure" in outcome ? 3 : acknowledges(policy, outcome.response) ? 0 : 1;

function tell(outcome: Outcome, policy: Policies["notification"], raw: boolean, language: Language): void {
  if ("failure" in outcome) {
    const why = consoleLine(outcome.failure.message);
    console.log(pc.red({ en: `No answer: ${why}`, zh: `无应答：${why}` }[language]));
    return;
  }
  const { response, ms } = outcome;
  const isTaken = codeOf(outcome, policy) === 0;
  const status = isTaken ? pc.green(`HTTP ${response.status}`) : pc.yellow(`HTTP ${response.status}`);
  if (raw) console.log(rawResponse(response));
  console.log({ en: `${status} in ${ms} ms`, zh: `${status}，${ms} 毫秒` }[language]);
  if (!raw)
    console.log(
      response.body.length === 0
        ? pc.dim({ en: "(no body)", zh: "（无报文体）" }[language])
        : consoleBody(new TextDecoder().decode(response.body)),
    );
  console.log(isTaken ? pc.green(TAKEN[language]) : pc.red(notTaken(policy)[language]));
}

const TAKEN: Bilingual = {
  en: "Acknowledged: the bank sends it no more.",
  zh: "已确认：银行不再发送。",
};

const UNVERIFIED: Bilingual = {
  en: "A receiver that verifies signature, key and time does not acknowledge this one.",
  zh: "校验签名、密钥与时间的接收方不应确认这份通知。",
};

/** What would have acknowledged it, and what the bank does now. */
function notTaken({ acknowledgeStatus, acknowledgeBody, retrySeconds }: Policies["notification"]): Bilingual {
  const statuses = oneOf(acknowledgeStatus);
  const [wait] = retrySeconds;
  return {
    en: `Not acknowledged: the pack takes HTTP ${statuses.en}${acknowledgeBody === undefined ? "" : ` with exactly the text "${acknowledgeBody}"`}. ${wait === undefined ? "The bank would not send it again." : `The bank would send it again after ${wait} s.`}`,
    zh: `未确认：规范包要求 HTTP ${statuses.zh}${acknowledgeBody === undefined ? "" : `，且内容恰为“${acknowledgeBody}”`}。${wait === undefined ? "银行不再重发。" : `银行将在 ${wait} 秒后重发。`}`,
  };
}
