import { alike, oneOf, sayings } from "../core/text/alike.ts";
import { formatOf } from "../core/codec/codecs.ts";
import { wireStatuses } from "../core/pack/error-code.ts";
import type { Bilingual } from "../core/run/verdict.ts";
import type { Incident } from "./evidence/incidents.ts";
import type { PackView } from "./pack-view.ts";
import { bodyProblems } from "./wire/body-problems.ts";
import { header } from "./wire/header.ts";
import { isUnsigned } from "./wire/answer-signature.ts";
import type { AnswerSignature } from "./wire/answer-signature.ts";
import type { Answer } from "./wire/answer.ts";
import type { Exchange } from "./wire/exchange.ts";

/** An expectation that an answer broke, as data, so that judging stays a pure function. */
export interface Broken {
  readonly expected: Bilingual;
  /** How the answer came to break it, to follow the call's name: "was refused". */
  readonly en: string;
  readonly zh: string;
  /** Set where every answer of the run is watched for this, and it is told of once at the end. */
  readonly breach?: Breach;
}

/** What is wrong with an answer by itself, whatever a check wanted of it. */
export type Breach =
  | Extract<Incident["kind"], "answer-schema" | "answer-signature" | "status-mismatch" | "server-error">
  /** What only pages of a failing server show. */
  | "failure-page";

/** Why an answer is not a success by the pack (status, signature, schema of its body); undefined for one that is. */
export function notSuccess(pack: PackView, { draft, response }: Exchange, answer: Answer): Broken | undefined {
  const one = draft.interface;
  const { acknowledgeBody } = pack.policies.notification;
  const acknowledged = one.notification !== undefined && acknowledgeBody !== undefined;
  const signed = pack.signsAnswer(one);
  const statuses = oneOf(pack.successStatuses(one));
  const expected = {
    en: `HTTP ${statuses.en}, ${acknowledged ? `the text ${acknowledgeBody}` : `${signed ? "signed, " : ""}as the schema of ${one.id} says`}`,
    zh: `HTTP ${statuses.zh}，${acknowledged ? `文本 ${acknowledgeBody}` : `${signed ? "已签名，且" : ""}符合 ${one.id} 的模式`}`,
  };
  if (answer.status >= 500)
    return { expected, en: "made the server fail", zh: "导致服务端错误", breach: "server-error" };
  if (!pack.succeeds(one, answer.status))
    return answer.status >= 400
      ? { expected, en: "was refused", zh: "被拒绝" }
      : {
          expected,
          en: `was answered with HTTP ${answer.status}, where the interface's status is ${statuses.en}`,
          zh: `应答状态为 HTTP ${answer.status}，与接口规定的状态不符`,
          breach: "answer-schema",
        };
  if (pack.signsAnswer(one) && isUnsigned(answer.signature)) return unsigned(expected, answer.signature);
  const missing = missingHeader({ ...pack.policies.headers, ...one.response.headers }, response);
  if (missing !== undefined)
    return {
      expected: { en: `${expected.en}; with the header ${missing}`, zh: `${expected.zh}，并带标头 ${missing}` },
      en: `was answered without the header ${missing}`,
      zh: `应答缺少标头 ${missing}`,
    };
  const codec = formatOf(one.response.representation);
  if (codec === undefined) return undefined;
  const problems = bodyProblems(pack, one, answer, codec.title);
  const first = sayings(problems.slice(0, 5));
  return problems.length === 0
    ? undefined
    : {
        expected: { en: `${expected.en}: ${first.en}`, zh: `${expected.zh}：${first.zh}` },
        en: "was answered with a body that the schema refuses",
        zh: "应答体不符合模式",
        breach: "answer-schema",
      };
}

/** What is expected wherever nothing may make the server fail. */
export const NO_SERVER_ERROR: Bilingual = { en: "no HTTP 5xx", zh: "无 HTTP 5xx" };

/**
 * Why an answer is not a refusal with one of the codes (status, code, signature and body must agree); undefined for one
 * that is.
 */
export function notRefusal(pack: PackView, answer: Answer, codes: readonly string[]): Broken | undefined {
  const statuses = (code: string): readonly number[] => {
    const error = pack.error(code);
    return error === undefined ? [] : wireStatuses(error, pack.policies);
  };
  const said = oneOf(codes.map((code) => `${code} (HTTP ${oneOf(statuses(code)).en || "?"})`)).en;
  const saidZh = codes.map((code) => `${code}（HTTP ${oneOf(statuses(code)).zh || "?"}）`).join("或 ");
  const due = { expected: { en: `refused with ${said}, signed`, zh: `以 ${saidZh}拒绝，且应答已签名` } };
  if (answer.status < 400) return { ...due, en: "was accepted", zh: "被接受" };
  if (answer.status >= 500) return { ...due, en: "made the server fail", zh: "导致服务端错误", breach: "server-error" };
  if (answer.code === undefined || !codes.includes(answer.code))
    return { ...due, en: "was refused with another code", zh: "返回了其他错误码" };
  const wanted = statuses(answer.code);
  if (wanted.length > 0 && !wanted.includes(answer.httpStatus))
    return {
      ...due,
      en: `was refused with HTTP ${answer.httpStatus} where the code's status is ${wanted.join(" or ")}`,
      zh: "HTTP 状态与错误码不符",
      breach: "status-mismatch",
    };
  return isUnsigned(answer.signature) ? unsigned(due.expected, answer.signature) : undefined;
}

/** A header that every such answer has by the pack and this one lacks. What expressions may leave out is not asked for. */
function missingHeader(
  headers: NonNullable<PackView["policies"]["headers"]>,
  response: Exchange["response"],
): string | undefined {
  if (response === undefined) return undefined;
  return Object.entries(headers).find(
    ([name, value]) => !JSON.stringify(value).includes('"if"') && header(response, name) === undefined,
  )?.[0];
}

/** An answer in a few words, for a finding. */
export function told({ answer, response }: Exchange): Bilingual {
  if (answer === undefined) return { en: "no answer", zh: "无应答" };
  const type = response === undefined ? undefined : header(response, "content-type");
  const status = statusAndCode(answer);
  return answer.json === undefined
    ? {
        en: `${status} (${type ?? "no content type"}, ${answer.body.length} bytes)`,
        zh: `${status}（${type ?? "无 Content-Type"}，${answer.body.length} 字节）`,
      }
    : alike(status);
}

/** Status and code of an answer: `HTTP 409 CONFLICT`. */
export function statusAndCode(answer: Pick<Answer, "httpStatus" | "code"> | undefined): string {
  return `HTTP ${answer?.httpStatus ?? ""} ${answer?.code ?? ""}`.trim();
}

function unsigned(expected: Bilingual, signature: AnswerSignature): Broken {
  return {
    expected: signature.ok ? expected : sayings([expected, signature.said]),
    en: "was answered without a right signature",
    zh: "应答签名不正确",
    breach: "answer-signature",
  };
}
