import { availableParallelism } from "node:os";
import { InvalidArgumentError } from "commander";
import type { Command } from "commander";
import pc from "picocolors";
import type { Role } from "../../../core/pack/types.ts";
import { INVOCATION } from "../../../core/run/invocation.ts";
import { notifyUrlOf, startCounterparty } from "../../../hosting/counterparty.ts";
import { expectRole, openStatement } from "../../../hosting/statement.ts";
import { UserError } from "../../../hosting/user-error.ts";
import type { OpenedStatement } from "../../../hosting/statement.ts";
import { profilesOf } from "../../../suites/load/plan.ts";
import { runLoad } from "../../../suites/load/run-load.ts";
import type { Segment } from "../../../suites/load/segment.ts";
import { wholeNumber } from "../../argument.ts";
import { examples } from "../../examples.ts";
import { interruptible } from "../../interrupt.ts";
import { languageOf } from "../../language/language.ts";
import { followLoad } from "../../load-progress.ts";
import { explainingWriteErrors, runFolder } from "../../run-folder.ts";
import { addBesideOptions, besideReplay, companionsOf } from "./beside.ts";
import type { BesideFlags } from "./beside.ts";
import { begunWith } from "./begun-with.ts";
import { addEngineOptions, engineFor } from "./load-engine.ts";
import type { EngineFlags, EngineName } from "./load-engine.ts";
import { mendable } from "./mendable.ts";
import { prepareLoad } from "./prepare-load.ts";
import { showLoad } from "./show-load.ts";

interface LoadFlags extends Omit<EngineFlags, "sut" | "engine">, BesideFlags {
  /** Of a bank alone. */
  readonly engine?: EngineName;
  readonly sut?: string;
  readonly profile?: string;
  readonly rate?: number;
  readonly for?: number;
  readonly businessDays?: number;
  readonly slo?: readonly string[];
  readonly seed?: number;
  readonly threads?: number;
  readonly segment?: Segment;
  readonly resume?: string;
  readonly out?: string;
  readonly json?: true;
}

const SAID: Readonly<
  Record<Role, { readonly summary: string; readonly does: string; readonly examples: readonly string[] }>
> = {
  bank: {
    summary: "put a load on a bank, and judge its money and its service levels",
    does: "Sends the journeys of a load profile at its rate, settles every order afterwards, and judges the books and the\nservice levels.",
    examples: [
      "load bank --sut .liantiao/bank/sut.json",
      "load bank --sut sut.json --profile baseline --rate 200 --for 300",
      "load bank --sut sut.json --for 420 --business-days 7",
      "load bank --sut sut.json --profile soak --seed 7 --segment 1/2 --out part-1",
      "load bank --resume runs/load-20261122T120000",
      "load bank --sut sut.json --slo levels.yaml",
      "load bank --sut sut.json --for 60 --drill kill-and-restart@10",
    ],
  },
  platform: {
    summary: "put a load on a platform: notifications, and orders of our bank",
    does: "Tells the platform of orders and has it order of our bank at a rate, and judges what it shows and concludes, and\nthe service levels.",
    examples: [
      "load platform --sut .liantiao/platform/sut.json",
      "load platform --sut sut.json --profile platform-news --rate 50",
    ],
  },
};

/** Adds the verb that puts a load on a SUT of a role. */
export function addPutLoad(load: Command, role: Role): void {
  const command = load.command(role);
  if (role === "bank") addEngineOptions(command);
  command
    .summary(SAID[role].summary)
    .description(
      `${SAID[role].does}\nExit code: 0 all held; 1 money was wrong; 2 configuration; 3 the load says nothing; 99 only a service level missed.`,
    )
    .option("--sut <statement>", "statement of the system under test (sut.json)")
    .option("--profile <name>", "load profile of the pack or the statement (default: the first for the role)")
    .option(
      "--rate <n>",
      "highest rate, in journeys begun a second (default: the profile's)",
      wholeNumber(1, 1_000_000),
    )
    .option("--for <seconds>", "how long it takes (default: the profile's)", wholeNumber(1, 2_678_400))
    .option(
      "--slo <file...>",
      "service levels to hold it against, OpenSLO v1 (default: the statement's, else the pack's)",
    )
    .option("--seed <n>", "repeat a load's arrivals and requests", wholeNumber(0, 2 ** 31 - 1))
    .option("--threads <n>", "threads that make the load (default: one less than processors)", wholeNumber(1, 64))
    .option("--out <dir>", "where the event log, the orders and the reports go (default: runs/load-<time>)")
    .option("--json", "print a summary as one JSON document, and nothing else")
    .addHelpText("after", examples(...SAID[role].examples))
    .action((flags: LoadFlags, self: Command) => putLoad(role, flags, self));
  if (role !== "bank") return;
  // A platform's peer is our bank, one process from the load's begin to its end, with books of its own.
  command
    .option("--segment <i/n>", "make one of n parts of the load, which several processes make together", segment)
    .option("--resume <dir>", "go on with the load of a folder that was stopped or killed");
  command.option(
    "--business-days <n>",
    "lead the SUT's clock through so many days meanwhile, by its hook clock",
    wholeNumber(1, 31),
  );
  addBesideOptions(command);
}

async function putLoad(role: Role, given: LoadFlags, command: Command): Promise<void> {
  const language = languageOf(command);
  const opened = openStatement(statementOf(given));
  expectRole(opened, role);
  const flags = {
    ...given,
    engine: given.engine ?? ("embedded" as const),
    sut: statementOf(given),
    profile: given.profile ?? defaultProfile(opened, role),
  };
  const engine = await mendable(engineFor(role, flags, opened), flags.sut);
  const companions = companionsOf(flags);
  const out = flags.resume ?? (await runFolder("load", flags.out));
  const seed = seedFor(flags);
  if (flags.prepare === true) return prepareLoad(out, flags, opened, seed);
  const interrupt = interruptible();
  // The first segment plays the peer for all of them.
  const listens = (flags.segment?.index ?? 0) === 0;
  const peer = listens ? await startCounterparty(opened) : undefined;
  const notifyUrl = listens ? undefined : notifyUrlOf(opened.statement);
  const progress = flags.json === true ? undefined : followLoad(process.stdout, language);
  try {
    if (flags.json !== true)
      console.log(
        `${pc.bold(opened.statement.name)} ${opened.statement.baseUrl} ${pc.dim(`${flags.profile}, ${seed}`)}`,
      );
    const outcome = await explainingWriteErrors(out, () =>
      mendable(
        runLoad({
          packDirectory: opened.source.directory,
          statementFile: flags.sut,
          profile: flags.profile,
          ...(flags.rate === undefined ? {} : { rate: flags.rate }),
          ...(flags.for === undefined ? {} : { seconds: flags.for }),
          ...(flags.businessDays === undefined ? {} : { businessDays: flags.businessDays }),
          ...(flags.slo === undefined ? {} : { levelFiles: flags.slo }),
          seed,
          threads: flags.threads ?? Math.max(1, availableParallelism() - 1),
          outDirectory: out,
          ...(peer === undefined ? {} : { counterparty: peer.counterparty }),
          ...(notifyUrl === undefined ? {} : { notifyUrl }),
          ...(flags.segment === undefined ? {} : { segment: flags.segment }),
          ...(flags.resume === undefined ? {} : { resume: true }),
          signal: interrupt.signal,
          companions,
          replay: replayOf(role, flags, seed),
          ...(engine === undefined ? {} : { engine }),
          ...(progress === undefined ? {} : { onInterval: progress.interval }),
        }),
        flags.sut,
      ),
    );
    progress?.end();
    await showLoad(out, outcome, flags, language);
  } finally {
    progress?.end();
    await peer?.close();
    interrupt.release();
  }
}

/** The statement that was given, or the one that the load to go on with was begun with. */
function statementOf({ sut, resume }: LoadFlags): string {
  const found = sut ?? (resume === undefined ? undefined : begunWith(resume));
  if (found !== undefined) return found;
  throw new UserError(
    { en: "a load wants the statement of the system under test", zh: "施加负载须给出被测系统的检验声明" },
    {
      where: "--sut",
      next: { en: "give it with --sut sut.json", zh: "请以 --sut sut.json 给出" },
    },
  );
}

/** Segments of one load have one seed, which none of them can draw alone. */
function seedFor({ seed, segment: part }: LoadFlags): number {
  if (seed !== undefined) return seed;
  if (part === undefined) return Date.now() % 2 ** 31;
  throw new UserError(
    { en: "the segments of a load want one seed", zh: "同一负载的各分段须使用同一随机种子" },
    {
      where: "--seed",
      next: {
        en: "give every segment the same --seed, such as --seed 7",
        zh: "请为各分段给出相同的 --seed，如 --seed 7",
      },
    },
  );
}

/** A parser for commander: `2/4`, the second of four, as an index from 0. */
function segment(text: string): Segment {
  const [, index, of] = (/^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? []).map(Number);
  if (index === undefined || of === undefined || index < 1 || index > of)
    throw new InvalidArgumentError("Give a part and how many there are, such as 1/2.");
  return { index: index - 1, of };
}

/** The first profile that the pack has for a role; where it has none, the load says so. */
const defaultProfile = ({ source: { loads } }: OpenedStatement, role: Role): string =>
  (loads === undefined ? undefined : profilesOf(loads, role)[0]) ?? "smoke";

function replayOf(
  role: string,
  flags: LoadFlags & { readonly profile: string; readonly engine: EngineName },
  seed: number,
): string {
  const { sut, profile, rate, for: seconds, businessDays, slo, segment: part, resume, engine, results } = flags;
  if (resume !== undefined) return `${INVOCATION} load ${role} --sut ${sut ?? ""} --resume ${resume}`;
  return [
    `${INVOCATION} load ${role} --sut ${sut} --profile ${profile}`,
    ...(engine === "embedded" ? [] : [`--engine ${engine}`]),
    ...(results === undefined ? [] : [`--results ${results}`]),
    ...(rate === undefined ? [] : [`--rate ${rate}`]),
    ...(seconds === undefined ? [] : [`--for ${seconds}`]),
    ...(businessDays === undefined ? [] : [`--business-days ${businessDays}`]),
    ...(slo ?? []).map((file) => `--slo ${file}`),
    ...besideReplay(flags),
    `--seed ${seed}`,
    ...(part === undefined ? [] : [`--segment ${part.index + 1}/${part.of}`]),
  ].join(" ");
}
