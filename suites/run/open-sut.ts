import { loadPack } from "../../core/pack/load.ts";
import { suggestion } from "../../core/names/near-name.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import { SaidError } from "../../core/text/said-error.ts";
import type { Json } from "../../core/unit/unit.ts";
import { narrowed } from "../modules.ts";
import { packView } from "../pack-view.ts";
import type { PackView } from "../pack-view.ts";
import { loadStatement } from "../statement/load.ts";
import type { Complaint, StatementProblem } from "../statement/raw-statement.ts";
import type { Statement } from "../statement/statement.ts";
import { openSigner, openSutKeys, partKeysOf } from "../wire/signer.ts";
import type { Signer, VerifyingKey } from "../wire/signer.ts";

/** The statement cannot be used; everything that is wrong with it is listed. */
export class StatementProblems extends SaidError {
  readonly problems: readonly StatementProblem[];
  constructor(file: string, problems: readonly StatementProblem[]) {
    super(problemsOf(file, problems));
    this.problems = problems;
  }
}

function problemsOf(file: string, problems: readonly StatementProblem[]): Bilingual {
  const en = problems.map(({ pointer, rule, remedy }) => `  ${pointer || "(the file)"}: ${rule.en}. ${remedy.en}`);
  const zh = problems.map(({ pointer, rule, remedy }) => `  ${pointer || "（整个文件）"}：${rule.zh}。${remedy.zh}`);
  return {
    en: `The statement ${file} has ${problems.length === 1 ? "a problem" : `${problems.length} problems`}:\n${en.join("\n")}`,
    zh: `声明 ${file} 有 ${problems.length} 处问题：\n${zh.join("\n")}`,
  };
}

/** What `--modules` names is not there to be chosen. */
export class ChoiceError extends SaidError {
  readonly remedy: Bilingual;
  constructor(problems: readonly StatementProblem[]) {
    super({
      en: problems.map(({ rule }) => `the choice ${rule.en}`).join("; "),
      zh: problems.map(({ rule }) => rule.zh).join("；"),
    });
    this.remedy = {
      en: problems.map(({ remedy }) => remedy.en).join(" "),
      zh: problems.map(({ remedy }) => remedy.zh).join(""),
    };
  }
}

/** The keys of a statement, ready to sign and to verify. */
export interface SutKeys {
  readonly signers: readonly Signer[];
  readonly sutKeys: readonly VerifyingKey[];
}

/** A SUT as its pack and its statement describe it. */
export interface OpenSut {
  readonly pack: PackView;
  readonly statement: Statement;
  readonly statementDigest: string;
  readonly keys: SutKeys;
}

/** Reads the pack and the statement of a SUT and opens its keys. @throws StatementProblems, ChoiceError, PackProblems */
export function openSut(job: {
  readonly packDirectory: string;
  readonly statementFile: string;
  readonly modules?: readonly string[];
}): OpenSut {
  const source = loadPack(job.packDirectory);
  const loaded = loadStatement(job.statementFile);
  if (!loaded.ok) throw new StatementProblems(job.statementFile, loaded.problems);
  const claim = narrowed(loaded.statement, source.modules ?? [], job.modules);
  if (!claim.ok && claim.ofChoice) throw new ChoiceError(claim.problems);
  if (!claim.ok) throw new StatementProblems(job.statementFile, claim.problems);
  const { statement } = claim;
  const signers = openSigners(statement, source.manifest.policies, job.statementFile);
  const pack = packView(source, partKeysOf(signers.opened));
  const keys = openKeys(statement, pack, job.statementFile, signers);
  return { pack, statement, statementDigest: loaded.digest, keys };
}

interface OpenedSigners {
  readonly opened: readonly Signer[];
  readonly problems: readonly StatementProblem[];
}

function openSigners(statement: Statement, policies: PackView["policies"], file: string): OpenedSigners {
  const problems: StatementProblem[] = [];
  const opened = statement.parties.flatMap((party, index) => {
    const signer = openSigner(party, policies, `/parties/${index}`);
    if (signer.ok) return [signer.value];
    problems.push({ file, pointer: signer.pointer, rule: signer.rule, remedy: signer.remedy });
    return [];
  });
  return { opened, problems };
}

function openKeys(
  statement: Statement,
  pack: PackView,
  file: string,
  { opened: signers, problems: ofSigners }: OpenedSigners,
): SutKeys {
  const problems: StatementProblem[] = [...ofSigners];
  const sutKeys = openSutKeys(statement, pack.policies.envelope);
  if (!sutKeys.ok) problems.push({ file, pointer: sutKeys.pointer, rule: sutKeys.rule, remedy: sutKeys.remedy });
  const signing = new Set(signingHeaders(pack.envelope));
  for (const [name] of statement.headers ?? [])
    if (signing.has(name.toLowerCase()))
      problems.push({
        file,
        pointer: `/headers/${name}`,
        rule: {
          en: "is the header in which the pack's envelope carries the signature",
          zh: "是规范包的报文封装用来携带签名的 HTTP 头",
        },
        remedy: {
          en: "Take it out: a call cannot carry both. Ask for another header at the gateway.",
          zh: "请删去：一次调用不能同时携带两者。请让网关改用其他 HTTP 头。",
        },
      });
  for (const [pointer, complaint] of fixtureComplaints(statement, pack)) problems.push({ file, pointer, ...complaint });
  if (problems.length > 0 || !sutKeys.ok) throw new StatementProblems(file, problems);
  return { signers, sutKeys: sutKeys.value };
}

/** What is wrong with the fixtures, each with its place. */
function* fixtureComplaints(
  { fixtures }: Statement,
  pack: PackView,
): Generator<readonly [pointer: string, complaint: Complaint]> {
  for (const [scenario, bound] of Object.entries(fixtures)) {
    const known = pack.scenario(scenario);
    if (known === undefined) yield [`/fixtures/${scenario}`, unknownScenario(scenario, pack)];
    if (known === undefined || "none" in bound) continue;
    for (const [name, { type, title }] of Object.entries(known.gives)) {
      const value = bound.values[name];
      // A wrong type would be sent, refused, and held against the SUT. The value itself is not repeated: it may be a person's.
      if (value !== undefined && !(type === "text" ? typeof value === "string" && value !== "" : isMoney(value)))
        yield [`/fixtures/${scenario}/${name}`, wrongType(type, title)];
    }
    for (const [name, { title }] of Object.entries(known.gives))
      if (bound.values[name] === undefined)
        yield [
          `/fixtures/${scenario}`,
          {
            rule: { en: `"${name}" is missing`, zh: `缺少“${name}”` },
            remedy: {
              en: `Give ${name} (${title.en}), or {"none": "why"}.`,
              zh: `请给出 ${name}（${title.zh}）；没有则写 {"none": "原因"}。`,
            },
          },
        ];
  }
}

function unknownScenario(scenario: string, pack: PackView): Complaint {
  const known = pack.source.scenarios.map(({ id }) => id);
  const near = suggestion(scenario, known);
  return {
    rule: { en: "is no scenario of the pack", zh: "规范包没有这一场景" },
    remedy: {
      en: `${near.en}Use one of ${known.join(", ")}.`,
      zh: `${near.zh}请取其一：${known.join("、")}。`,
    },
  };
}

function wrongType(type: string, title: Bilingual): Complaint {
  const money = '{"value": 1000, "currency": "CNY"}';
  return type === "text"
    ? {
        rule: { en: "is not a text", zh: "不是文本" },
        remedy: { en: `Give ${title.en} as a text in quotes.`, zh: `请以带引号的文本给出${title.zh}。` },
      }
    : {
        rule: { en: "is not an amount", zh: "不是金额" },
        remedy: {
          en: `Give ${title.en} as ${money}, in minor units.`,
          zh: `请以 ${money} 的形式给出${title.zh}，金额以最小货币单位计。`,
        },
      };
}

/** Names, in small letters, of the headers that an envelope adds to a request. */
function signingHeaders(envelope: PackView["envelope"]): readonly string[] {
  const identity = { algorithm: "a", party: "p", serial: "s", timestamp: "0", nonce: "n" };
  const message = { ...identity, method: "GET", target: "/", body: new Uint8Array() };
  return envelope.carry(message, { ...identity, signature: "" }).headers.map(([name]) => name.toLowerCase());
}

function isMoney(value: Json): boolean {
  const { value: amount, currency } = (
    typeof value === "object" && value !== null && !Array.isArray(value) ? value : {}
  ) as { readonly value?: unknown; readonly currency?: unknown };
  return Number.isSafeInteger(amount) && typeof currency === "string";
}
