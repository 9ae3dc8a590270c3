import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openQuestions } from "../../core/pack/open-question.ts";
import type { Requirement, Role } from "../../core/pack/types.ts";
import type { RequirementRow, RunStarted } from "../../core/run/event.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import { CHECKS } from "../checks/index.ts";
import { claimedOf } from "../profile.ts";
import { modulesClaimed } from "./modules-claimed.ts";
import type { Job } from "./open.ts";
import type { OpenSut } from "./open-sut.ts";

/** What the head of a log says of the SUT and of what will be judged. */
export interface Headed extends Pick<OpenSut, "pack" | "statement" | "statementDigest"> {
  readonly load?: NonNullable<RunStarted["load"]>;
  readonly plan: readonly { readonly id: string; readonly requirement: string; readonly title: Bilingual }[];
}

/** The first event of a run. */
export function runStarted(
  job: Omit<Job, "logFile">,
  { pack, statement, statementDigest, plan, load }: Headed,
): RunStarted {
  const { manifest, digest } = pack.source;
  const codes = new Set(
    claimedOf(pack, statement).flatMap((one) =>
      pack.source.errors.filter((error) => pack.documented(one, error.code)).map((error) => error.code),
    ),
  );
  const questions = openQuestions(pack.source).map(({ id }) => id);
  return {
    type: "run.started",
    at: job.startedAt,
    run: createHash("sha256").update(`${job.seed}/${job.startedAt}/${statementDigest}`).digest("hex").slice(0, 16),
    liantiao: version(),
    role: statement.role,
    sut: { name: statement.name, baseUrl: statement.baseUrl },
    pack: {
      name: manifest.name,
      title: manifest.title,
      version: manifest.version,
      digest,
      ...(questions.length === 0 ? {} : { questions }),
    },
    suites: { digest: suitesDigest() },
    statement: { digest: statementDigest, file: job.statementFile },
    seed: job.seed,
    effort: job.effort,
    ...(job.only === undefined ? {} : { only: job.only }),
    ...(job.modules === undefined ? {} : { modules: job.modules }),
    ...(load === undefined ? {} : { load }),
    requirements: pack.requirementsFor(statement.role).map((one) => requirementRow(one, statement.role, plan)),
    errors: pack.source.errors
      .filter((error) => codes.has(error.code))
      .map(({ code, status, title }) => ({ code, status, title })),
    ...(load === undefined ? { modulesClaimed: modulesClaimed(pack, statement) } : {}),
    waivers: statement.waivers,
    exclusions: statement.profile.requirementsExcept,
    plan: plan.map((line) => ({ check: line.id, requirement: line.requirement, title: line.title })),
  };
}

/** A requirement as the log has it, with why there may be nothing to judge of it. */
function requirementRow(
  { id, area, level, title, text, source, unobservable, judgedBy }: Requirement,
  role: Role,
  plan: Headed["plan"],
): RequirementRow {
  const unseen = unobservable?.[role];
  const checked = CHECKS.some(
    (check) => check.requirement === id && (check.roles === undefined || check.roles.includes(role)),
  );
  const unclaimed = checked && plan.every(({ requirement }) => requirement !== id);
  return {
    id,
    area,
    level,
    title,
    text,
    source,
    ...(unseen === undefined ? {} : { unobservable: unseen }),
    ...(judgedBy === undefined ? {} : { judgedBy }),
    ...(unclaimed ? { unclaimed } : {}),
  };
}

/** SHA-256 over names and bytes of what judges. */
function suitesDigest(): string {
  const folder = fileURLToPath(new URL("../", import.meta.url));
  const digest = createHash("sha256");
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
    if (!name.includes("node_modules") && /\.(?:ts|js)$/.test(name) && !/\.test\.|\.d\.ts$/.test(name))
      digest.update(`${name}\n`).update(readFileSync(join(folder, name)));
  }
  return digest.digest("hex");
}

function version(): string {
  const manifest = JSON.parse(readFileSync(fileURLToPath(new URL("../../package.json", import.meta.url)), "utf8")) as {
    readonly version: string;
  };
  return manifest.version;
}
