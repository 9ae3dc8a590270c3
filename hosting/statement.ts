import { dirname } from "node:path";
import type { PackSource, Role } from "../core/pack/types.ts";
import { narrowed } from "../suites/modules.ts";
import { packView } from "../suites/pack-view.ts";
import type { PackView } from "../suites/pack-view.ts";
import { loadStatement } from "../suites/statement/load.ts";
import type { Statement } from "../suites/statement/statement.ts";
import { openSigner, openSutKeys, partKeysOf } from "../suites/wire/signer.ts";
import type { Opening, Signer, VerifyingKey } from "../suites/wire/signer.ts";
import { readPack } from "./packs.ts";
import { UserError } from "./user-error.ts";

/** A statement with all that it names opened. */
export interface OpenedStatement {
  /** As given on the command line. */
  readonly file: string;
  readonly digest: string;
  readonly statement: Statement;
  readonly source: PackSource;
  readonly pack: PackView;
  readonly signers: readonly Signer[];
  readonly sutKeys: readonly VerifyingKey[];
}

/** Reads a statement, its pack and its keys. @throws UserError with every problem found. */
export function openStatement(file: string): OpenedStatement {
  const loaded = loadStatement(file);
  if (!loaded.ok) {
    const [first] = loaded.problems;
    if (first !== undefined && loaded.problems.length === 1) {
      throw new UserError(
        { en: `the statement ${first.rule.en}`, zh: `声明有误：${first.rule.zh}` },
        {
          where: `${first.file}${first.pointer === "" ? "" : ` ${first.pointer}`}`,
          next: first.remedy,
        },
      );
    }
    const en = loaded.problems.map(
      ({ pointer, rule, remedy }) => `\n  ${pointer || "(whole file)"}: ${rule.en}. ${remedy.en}`,
    );
    const zh = loaded.problems.map(
      ({ pointer, rule, remedy }) => `\n  ${pointer || "（整个文件）"}：${rule.zh}。${remedy.zh}`,
    );
    throw new UserError(
      {
        en: `the statement has ${loaded.problems.length} problems:${en.join("")}`,
        zh: `声明有 ${loaded.problems.length} 处问题：${zh.join("")}`,
      },
      {
        where: file,
        next: {
          en: "correct them; `liantiao serve bank` writes a complete statement to compare with",
          zh: "请逐一更正；可与 `liantiao serve bank` 生成的完整声明对照",
        },
      },
    );
  }
  const { statement } = loaded;
  const source = readPack(statement.pack, dirname(loaded.file), `${file} /pack`);
  const { envelope } = source.manifest.policies;
  const opened = <T>(opening: Opening<T>): T => {
    if (opening.ok) return opening.value;
    throw new UserError(
      {
        en: `the statement's ${opening.pointer} ${opening.rule.en}`,
        zh: `声明的 ${opening.pointer} 有误：${opening.rule.zh}`,
      },
      {
        where: `${file} ${opening.pointer}`,
        next: opening.remedy,
      },
    );
  };
  const claimed = claimOf(statement, source, file);
  const signers = statement.parties.map((party, index) =>
    opened(openSigner(party, source.manifest.policies, `/parties/${index}`)),
  );
  return {
    file,
    digest: loaded.digest,
    statement: claimed,
    source,
    pack: packView(source, partKeysOf(signers)),
    signers,
    sutKeys: opened(openSutKeys(statement, envelope)),
  };
}

/** The statement, narrowed to what it claims. @throws UserError where that is not in the pack */
function claimOf(statement: Statement, source: PackSource, file: string): Statement {
  const claim = narrowed(statement, source.modules ?? []);
  if (!claim.ok) {
    const [problem] = claim.problems;
    throw new UserError(
      {
        en: `the statement ${problem?.rule.en ?? "claims what is not there"}`,
        zh: `声明有误：${problem?.rule.zh ?? "声明了不存在的内容"}`,
      },
      {
        where: `${file} ${problem?.pointer ?? ""}`,
        next: problem?.remedy ?? { en: "correct the claim", zh: "请更正声明范围" },
      },
    );
  }
  return claim.statement;
}

/** @throws UserError when a statement is of another role than the one named on the command line. */
export function expectRole({ file, statement }: OpenedStatement, role: Role): void {
  if (statement.role === role) return;
  throw new UserError(
    {
      en: `the statement is of a ${statement.role}, and a ${role} was asked for`,
      zh: `声明属于 ${statement.role}，而要检验的是 ${role}`,
    },
    {
      where: `${file} /role`,
      allowed: role,
      next: {
        en: `run \`liantiao verify ${statement.role} --sut ${file}\`, or give the ${role}'s statement`,
        zh: `请运行 \`liantiao verify ${statement.role} --sut ${file}\`，或给出 ${role} 的声明`,
      },
    },
  );
}
