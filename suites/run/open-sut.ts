import { loadPack } from "../../core/pack/load.ts";
import { suggestion } from "../../core/names/near-name.ts";
import type { Json } from "../../core/unit/unit.ts";
import { narrowed } from "../modules.ts";
import { packView } from "../pack-view.ts";
import type { PackView } from "../pack-view.ts";
import { loadStatement } from "../statement/load.ts";
import type { StatementProblem } from "../statement/load.ts";
import type { Statement } from "../statement/statement.ts";
import { openSigner, openSutKeys, sealingKeysOf } from "../wire/signer.ts";
import type { Signer, VerifyingKey } from "../wire/signer.ts";

/** The statement cannot be used; everything that is wrong with it is listed. */
export class StatementProblems extends Error {
  readonly problems: readonly StatementProblem[];
  constructor(file: string, problems: readonly StatementProblem[]) {
    super(
      `The statement ${file} has ${problems.length === 1 ? "a problem" : `${problems.length} problems`}:\n${problems.map(({ pointer, rule, remedy }) => `  ${pointer === "" ? "(the file)" : pointer}: ${rule}. ${remedy}`).join("\n")}`,
    );
    this.name = "StatementProblems";
    this.problems = problems;
  }
}

/** What `--modules` names is not there to be chosen. */
export class ChoiceError extends Error {
  readonly remedy: string;
  constructor(problems: readonly StatementProblem[]) {
    super(problems.map(({ rule }) => `the choice ${rule}`).join("; "));
    this.name = "ChoiceError";
    this.remedy = problems.map(({ remedy }) => remedy).join(" ");
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
  const pack = packView(source, sealingKeysOf(signers.opened));
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
        rule: "is the header in which the pack's envelope carries the signature",
        remedy: "Take it out: a call cannot carry both. Ask for another header at the gateway.",
      });
  for (const scenario of Object.keys(statement.fixtures)) {
    const known = pack.scenario(scenario);
    if (known === undefined)
      problems.push({
        file,
        pointer: `/fixtures/${scenario}`,
        rule: "is no scenario of the pack",
        remedy: `${suggestion(
          scenario,
          pack.source.scenarios.map((one) => one.id),
        )}Use one of ${pack.source.scenarios.map((one) => one.id).join(", ")}.`,
      });
    const bound = statement.fixtures[scenario];
    if (known === undefined || bound === undefined || "none" in bound) continue;
    for (const [name, { type, title }] of Object.entries(known.gives)) {
      const value = bound.values[name];
      // A wrong type would be sent, refused, and held against the SUT. The value itself is not repeated: it may be a person's.
      if (value !== undefined && !(type === "text" ? typeof value === "string" && value !== "" : isMoney(value)))
        problems.push({
          file,
          pointer: `/fixtures/${scenario}/${name}`,
          rule: `is not ${type === "text" ? "a text" : "an amount"}`,
          remedy: `Give ${title.en} as ${type === "text" ? "a text in quotes" : '{"value": 1000, "currency": "CNY"}, in minor units'}.`,
        });
    }
    for (const name of Object.keys(known.gives))
      if (bound.values[name] === undefined)
        problems.push({
          file,
          pointer: `/fixtures/${scenario}`,
          rule: `"${name}" is missing`,
          remedy: `Give ${name} (${known.gives[name]?.title.en ?? name}), or {"none": "why"}.`,
        });
  }
  if (problems.length > 0 || !sutKeys.ok) throw new StatementProblems(file, problems);
  return { signers, sutKeys: sutKeys.value };
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
