import { expect } from "vitest";
import type { Role } from "../core/pack/types.ts";
import { moduleCoverage, pieceKey } from "../core/run/coverage.ts";
import type { ModuleCoverage } from "../core/run/coverage.ts";
import type { CheckFinished } from "../core/run/event.ts";
import { openStatement } from "../hosting/statement.ts";
import { modulesClaimed } from "../suites/run/modules-claimed.ts";
import { MODULES, withNeeds } from "./module-needs.ts";
import { testsOfTheDay } from "./tests-of-the-day.ts";
import { openTrial, PAYMENT_MODULES } from "./trial.ts";

/*
 * Each module of the reference pack, played by our simulator in both roles and judged whole: it passes, and the run has
 * called every interface, received every notification, provoked every code and seen every change of state.
 */

const isAlarm = ({ verdict }: CheckFinished): boolean => verdict !== "pass" && verdict !== "skipped";

/** Judges our simulator by some modules, and says what was covered of those that are asked about. */
async function covered(
  role: Role,
  claimed: readonly string[],
  asked: readonly string[],
): Promise<readonly ModuleCoverage[]> {
  const trial = await openTrial({ role, scheme: "ed25519", modules: claimed });
  try {
    const pieces = new Set<string>();
    const codes = new Set<string>();
    const lines = await trial.judge({
      effort: "standard",
      onEvent: (event) => {
        if (event.type === "piece.covered") pieces.add(pieceKey(event.piece));
        if (event.type === "exchange" && event.code !== undefined && event.answeredBy === undefined)
          codes.add(event.code);
      },
    });
    expect(
      lines.filter(isAlarm).map(({ check, verdict, reason, error }) => [check, verdict, reason?.en ?? error]),
    ).toEqual([]);
    expect(trial.crashes).toEqual([]);
    const { pack, statement } = openStatement(trial.statementFile);
    return modulesClaimed(pack, statement)
      .filter(({ name }) => asked.includes(name ?? ""))
      .map((one) => moduleCoverage(one, pieces, codes));
  } finally {
    await trial.close();
  }
}

/** What no check of ours brings about and looks at, by role and module. */
const UNSEEN: Readonly<Record<string, readonly string[]>> = {
  // A repayment of all that is owed to the fen.
  // A platform is made to call what moves something, and asks for enterprises by itself only.
  "platform supplychain": ["enterprise.query"],
  "bank supplychain": ["financing DISBURSED -> REPAID", "receivable FINANCED -> SETTLED"],
  // The checks of senders of notifications are for banks, and so are those of sequences.
  "platform risk": [
    "notify.risk_alert",
    "risk_grade.query",
    "risk_alert SCREENING -> CONFIRMED",
    "risk_alert SCREENING -> WITHDRAWN",
  ],
};

async function coversAll(role: Role, claimed: readonly string[], asked: readonly string[]): Promise<void> {
  const found = (await covered(role, claimed, asked)).map(({ name = "", called, told, codes, moves }) => ({
    name,
    missing: [called, told, codes, moves].flatMap(({ missing }) => missing),
  }));
  expect(found).toEqual(asked.map((name) => ({ name, missing: UNSEEN[`${role} ${name}`] ?? [] })));
}

/** Modules of which no whole run has passed yet: begun, and not called sound. */
const BEGUN: readonly string[] = ["scenario"];

const others = MODULES.filter(
  (name) => !(PAYMENT_MODULES as readonly string[]).includes(name) && !BEGUN.includes(name),
);

testsOfTheDay(
  "a module is judged whole, and all of it is seen",
  7,
  Object.fromEntries(
    (["bank", "platform"] as const).flatMap((role) =>
      others.map((name) => [`${role}, ${name}`, () => coversAll(role, withNeeds([name]), [name])]),
    ),
  ),
);
