import type { Command } from "commander";
import pc from "picocolors";
import type { ErrorClass, ErrorCode } from "../../core/pack/types.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import { liveRuntime } from "../../core/runtime/live.ts";
import { requestTarget } from "../../core/runtime/wire.ts";
import type { Json } from "../../core/unit/unit.ts";
import { fieldNames } from "../../suites/profile.ts";
import { CheckFailed, CheckInconclusive, CheckSkipped } from "../../suites/outcome.ts";
import { runScope } from "../../suites/run/scope.ts";
import { Session } from "../../suites/session.ts";
import { calledPrefix, signedPrefix } from "../../suites/statement/prefix.ts";
import type { Answer } from "../../suites/wire/answer.ts";
import type { Draft } from "../../suites/wire/draft.ts";
import type { Exchange } from "../../suites/wire/exchange.ts";
import type { Signer } from "../../suites/wire/signer.ts";
import type { HttpRequest } from "../../core/runtime/runtime.ts";
import { quotation } from "../../core/text/quotation.ts";
import { consoleBody, consoleLine } from "../console-text.ts";
import { examples } from "../examples.ts";
import { languageOf } from "../language/language.ts";
import { rawRequest, rawResponse, toldRequest } from "../shown-message.ts";
import { openQuestionNote } from "../open-question-note.ts";
import type { Language } from "../language/language.ts";
import { jsonObject } from "../json-object.ts";
import { nearName, suggestion } from "../../core/names/near-name.ts";
import { outboundProxy } from "../../hosting/outbound-proxy.ts";
import { openStatement } from "../../hosting/statement.ts";
import type { OpenedStatement } from "../../hosting/statement.ts";
import { UserError } from "../../hosting/user-error.ts";

interface CallFlags {
  readonly sut: string;
  readonly data?: string;
  readonly scenario?: string;
  readonly party?: string;
  readonly raw?: true;
}

/** What an answer of each class asks of the caller. */
const CLASS_WORDS: Readonly<Record<ErrorClass, Bilingual>> = {
  "final-fail": { en: "Final: the same request will be refused again.", zh: "最终失败：同一请求重发仍会被拒绝。" },
  "query-first": {
    en: "The outcome is unknown: query before doing anything else.",
    zh: "结果未知：先查询，再决定下一步。",
  },
  "retry-same": { en: "Send the same again later.", zh: "稍后以相同内容重试。" },
  "fix-and-resend": { en: "Correct the request, then send it again.", zh: "修正请求后重发。" },
};

export function addCall(program: Command): void {
  program
    .command("call")
    .summary("one signed call, its answer verified and explained")
    .description(
      "Makes one valid, signed call of an interface; fields that are not given are made up as the suites do.\nExit code: 0 success, 1 refused, 2 configuration, 3 no answer.",
    )
    .argument("<interface>", "such as payment.create; `liantiao explain` lists them")
    .requiredOption("--sut <statement>", "statement of the system to call (sut.json)")
    .option("--data <json>", "fields of the request to set, as a JSON object; null leaves one out")
    .option("--scenario <id>", "scenario whose fixture fills the request, such as customer.frozen")
    .option("--party <id>", "which of the statement's parties calls (default: the first)")
    .option("--raw", "show the bytes on the wire and what was signed")
    .addHelpText(
      "after",
      examples(
        "call payment.create --sut .liantiao/bank/sut.json",
        "call payment.create --sut .liantiao/bank/sut.json --scenario customer.frozen",
        `call payment.query --sut .liantiao/bank/sut.json --data '{"out_trade_no":"T1"}'`,
        "call echo --sut .liantiao/bank/sut.json --raw",
      ),
    )
    .action(call);
}

async function call(interfaceId: string, flags: CallFlags, command: Command): Promise<void> {
  const language = languageOf(command);
  const opened = openStatement(flags.sut);
  checkInterface(opened, interfaceId);
  checkScenario(opened, flags.scenario);
  const signer = signerOf(opened, flags.party);
  const data = flags.data === undefined ? {} : parseData(flags.data);
  const { tls } = opened.statement;
  const runtime = liveRuntime({ ...outboundProxy(), ...(tls === undefined ? {} : { tls }) });
  try {
    const startedAt = runtime.now();
    const session = new Session(
      runScope({
        // The profile limits what is judged; a call by hand may use every interface.
        ...opened,
        statement: { ...opened.statement, profile: { interfaces: ["*"], except: [], requirementsExcept: [] } },
        statementFile: opened.file,
        runtime,
        startedAt,
        part: "checks",
        seed: runtime.random("call").below(2 ** 31),
        effort: "smoke",
        race: () => Promise.reject(new Error("a single call has nothing to race")),
        handshake: () => Promise.reject(new Error("a single call makes no handshake of its own")),
        counterparty: undefined,
        emit: () => {},
      }),
      `call/${interfaceId}`,
      new AbortController().signal,
    );
    for (const note of [...openQuestionNote(opened.source), ...strangers(opened, interfaceId, data)])
      console.error(pc.yellow(note[language]));
    const draft = await made(session, interfaceId, data, signer, flags.scenario);
    const request = session.seal(draft, { signer });
    console.log(shownRequest(draft, request, opened, flags.raw === true));
    const exchange = await session.sendSealed(draft, request, interfaceId);
    console.log(flags.raw === true && exchange.response !== undefined ? rawResponse(exchange.response) : "");
    process.exitCode = explain(opened, exchange, {
      durationMs: runtime.now() - startedAt,
      withBody: flags.raw !== true,
      language,
    });
  } finally {
    runtime.close();
  }
}

function checkInterface({ pack, statement, file }: OpenedStatement, id: string): void {
  const provided = pack.provided(statement.role).map((one) => one.id);
  if (provided.includes(id)) return;
  if (pack.hasInterface(id)) {
    throw new UserError(
      {
        en: `${id} is provided by the ${pack.interface(id).provider}, and the statement is of a ${statement.role}`,
        zh: `${id} 由 ${pack.interface(id).provider} 提供，而声明属于 ${statement.role}`,
      },
      {
        where: `${file} /role`,
        allowed: provided.join(", "),
        next: {
          en: `give the statement of a ${pack.interface(id).provider} with --sut`,
          zh: `请用 --sut 给出 ${pack.interface(id).provider} 的检验声明`,
        },
      },
    );
  }
  throw new UserError(
    {
      en: `the pack ${pack.source.manifest.name} has no interface "${id}"`,
      zh: `规范包 ${pack.source.manifest.name} 没有接口“${id}”`,
    },
    {
      where: "INTERFACE",
      allowed: provided.join(", "),
      near: nearName(id, provided),
      next: { en: "give one of the names above", zh: "请给出上列名称之一" },
    },
  );
}

function checkScenario({ pack, statement }: OpenedStatement, id: string | undefined): void {
  const known = pack.source.scenarios.filter(({ role }) => role === statement.role).map((one) => one.id);
  if (id === undefined || known.includes(id)) return;
  throw new UserError(
    { en: `there is no scenario "${id}"`, zh: `没有场景“${id}”` },
    {
      where: "--scenario",
      allowed: known.join(", "),
      near: nearName(id, known),
      next: { en: "give one of the names above", zh: "请给出上列名称之一" },
    },
  );
}

function signerOf({ signers, file }: OpenedStatement, partyId: string | undefined): Signer {
  const found = partyId === undefined ? signers[0] : signers.find((signer) => signer.partyId === partyId);
  if (found !== undefined) return found;
  const known = signers.map((signer) => signer.partyId);
  throw new UserError(
    { en: `the statement has no party "${partyId ?? ""}"`, zh: `声明中没有参与方“${partyId ?? ""}”` },
    {
      where: `--party, against ${file} /parties`,
      allowed: known.join(", "),
      near: nearName(partyId ?? "", known),
      next: { en: "give one of them, or add the party to the statement", zh: "请给出其中之一，或在声明中加入该参与方" },
    },
  );
}

/** Fields that the interface does not take. They are sent all the same, since trying them is one use of this verb. */
function strangers(
  { pack }: OpenedStatement,
  id: string,
  data: Readonly<Record<string, unknown>>,
): readonly Bilingual[] {
  const known = (["path", "query", "body"] as const).flatMap((part) => fieldNames(pack, pack.interface(id), part));
  return Object.keys(data)
    .filter((name) => !known.includes(name))
    .map((name) => ({ name, near: suggestion(name, known) }))
    .map(({ name, near }) => ({
      en: `note: ${id} takes no field "${name}"; it is sent as it is. ${near.en}It takes ${known.join(", ")}.`,
      zh: `注意：${id} 没有字段“${name}”，仍按所给发送。${near.zh}它的字段有 ${known.join("、")}。`,
    }));
}

/** The fields of `--data`; `null` leaves one out. */
function parseData(text: string): Readonly<Record<string, Json | undefined>> {
  return Object.fromEntries(
    Object.entries(jsonObject(text, "--data")).map(([name, field]) => [name, field === null ? undefined : field]),
  );
}

/** The draft of the request. @throws UserError when the statement or the SUT keeps it from being made. */
async function made(
  session: Session,
  interfaceId: string,
  data: Readonly<Record<string, Json | undefined>>,
  signer: Signer,
  scenario: string | undefined,
): Promise<Draft> {
  try {
    return await session.request(interfaceId, data, { signer, ...(scenario === undefined ? {} : { scenario }) });
  } catch (cause) {
    if (cause instanceof CheckSkipped || cause instanceof CheckInconclusive) {
      throw new UserError(
        {
          en: `the request cannot be generated: ${cause.reason.en}`,
          zh: `请求无法生成：${cause.reason.zh}`,
        },
        {
          where: interfaceId,
          next: {
            en: "give the field itself with --data, or bind the scenario under /fixtures of the statement",
            zh: "请用 --data 直接给出该字段，或在声明的 /fixtures 下绑定该场景",
          },
          cause,
        },
      );
    }
    if (cause instanceof CheckFailed)
      throw new UserError(
        {
          en: `a call that this request depends on failed: ${cause.failure.summary.en}`,
          zh: `此请求所依赖的调用失败：${cause.failure.summary.zh}`,
        },
        {
          where: interfaceId,
          next: { en: "call that interface first to see why", zh: "请先单独调用该接口查明原因" },
          cause,
        },
      );
    throw cause;
  }
}

/** Ways in which one answer breaks its schema that are told. */
const SHOWN_PROBLEMS = 20;

interface Shown {
  readonly durationMs: number;
  readonly withBody: boolean;
  readonly language: Language;
}

function explain({ pack, statement }: OpenedStatement, exchange: Exchange, shown: Shown): 0 | 1 | 3 {
  const { durationMs, withBody, language } = shown;
  const { answer, failure } = exchange;
  if (answer === undefined) {
    for (const line of unanswered(failure, statement.baseUrl)) console.log(line[language]);
    return 3;
  }
  const one = exchange.draft.interface;
  const success = answer.status === one.response.status;
  const code = answer.code === undefined ? "" : ` ${consoleLine(answer.code)}`;
  const status = success ? pc.green(`HTTP ${answer.httpStatus}`) : pc.yellow(`HTTP ${answer.httpStatus}${code}`);
  const signature = signatureWords(answer, one.response.signed !== false || !success)[language];
  console.log(
    { en: `${status} in ${durationMs} ms, ${signature}`, zh: `${status}，${durationMs} 毫秒，${signature}` }[language],
  );
  if (withBody) console.log(answer.body.length === 0 ? pc.dim(NO_BODY[language]) : consoleBody(bodyText(answer)));
  if (!success) explainCode(answer.code === undefined ? undefined : pack.error(answer.code), language);
  const problems = success && one.response.representation === "json" ? pack.answerProblems(one, answer.written) : [];
  for (const problem of problems.slice(0, SHOWN_PROBLEMS))
    console.log(pc.red(brokenSchema(one.id, consoleLine(quotation(problem[language])))[language]));
  const rest = problems.length - SHOWN_PROBLEMS;
  if (rest > 0) console.log(pc.red({ en: `... and ${rest} more`, zh: `…… 另有 ${rest} 处` }[language]));
  const trusted = answer.signature.ok || (one.response.signed === false && success);
  return success && trusted && problems.length === 0 ? 0 : 1;
}

const NO_BODY: Bilingual = { en: "(no body)", zh: "（无报文体）" };

const brokenSchema = (id: string, problem: string): Bilingual => ({
  en: `The answer breaks the schema of ${id}: ${problem}`,
  zh: `应答不符合 ${id} 的结构定义：${problem}`,
});

/** What is known of a request that no answer came to, and what to do. */
function unanswered(failure: Exchange["failure"], baseUrl: string): readonly Bilingual[] {
  const why = consoleLine(failure?.message ?? "unknown");
  return [
    { en: pc.red(`No answer: ${why}`), zh: pc.red(`无应答：${why}`) },
    failure?.refused === true
      ? { en: "It did not reach the system under test, and had no effect.", zh: "请求未到达被测系统，未产生任何影响。" }
      : failure?.sent === true
        ? {
            en: "The request may have been carried out: query before sending again.",
            zh: "请求可能已被执行：请先查询，再决定是否重发。",
          }
        : {
            en: `Nothing reached ${baseUrl}: see that it runs and that the address is right.`,
            zh: `请求未送达 ${baseUrl}：请确认对端已启动、地址正确。`,
          },
  ];
}

function signatureWords({ signature }: Answer, expected: boolean): Bilingual {
  if (signature.ok) return { en: pc.green("signature verified"), zh: pc.green("验签通过") };
  const why = consoleLine(quotation(signature.message));
  return expected
    ? { en: pc.red(`signature NOT verified: ${why}`), zh: pc.red(`验签未通过：${why}`) }
    : { en: pc.dim("not signed, as this interface says"), zh: pc.dim("按接口定义无签名") };
}

function explainCode(error: ErrorCode | undefined, language: Language): void {
  if (error === undefined) {
    console.log(pc.red({ en: "The pack documents no such code.", zh: "规范包中没有该错误码。" }[language]));
    return;
  }
  console.log(error.title[language]);
  console.log(`  ${error.remedy[language]}${language === "en" ? " " : ""}${CLASS_WORDS[error.class][language]}`);
}

function bodyText(answer: Answer): string {
  return answer.written === undefined ? new TextDecoder().decode(answer.body) : JSON.stringify(answer.written, null, 2);
}

function shownRequest(draft: Draft, request: HttpRequest, { pack, statement }: OpenedStatement, raw: boolean): string {
  if (!raw) return toldRequest(draft, request);
  const target = signedPrefix(statement) + requestTarget(request.url).slice(calledPrefix(statement).length);
  return rawRequest(request, pack.requestEnvelope(draft.interface), target);
}
