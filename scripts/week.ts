import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

/*
 * A week of a simulated bank in minutes: npm run week -- --help
 *
 * Serves the bank with its books on disk, and puts a load on it while its clock is led through business days.
 */

const HELP = `Seven business days of a simulated bank, each with a peak, a cut-over and a bill, in seven minutes. A drill on the third
day and on the fifth, where a day has 60 seconds or more.

  npm run week                                    7 days of 60 s, up to 20 journeys a second
  npm run week -- --days 2 --seconds 10 --rate 5  2 days of 10 s
  npm run week -- --out runs/week                 the folder of the event log and the reports
`;

/** What is done to the bank in the week: on which day, and at which share of it, when its peak is over. */
const DRILLS = [
  { name: "network-delay", day: 3, at: 0.6 },
  { name: "pause-and-resume", day: 5, at: 0.6 },
] as const;
/** A day has to last so long for a drill to end ahead of its evening. */
const LEAST_SECONDS_OF_A_DRILL_DAY = 60;

const MAIN = fileURLToPath(new URL("../cli/main.ts", import.meta.url));

const { values: flags } = parseArgs({
  options: {
    days: { type: "string", default: "7" },
    seconds: { type: "string", default: "60" },
    rate: { type: "string", default: "20" },
    out: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

if (flags.help) console.log(HELP);
else process.exitCode = await week();

/** Gives the exit code of the load. */
async function week(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "liantiao-week-"));
  const serve = [
    "serve",
    "bank",
    "--json",
    "--port",
    "0",
    "--admin-port",
    "0",
    "--algorithm",
    "WECHATPAY2-ED25519",
    "--drills",
  ];
  const bank = spawn(process.execPath, [MAIN, ...serve, "--state", join(folder, "state")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const [line] = (await once(createInterface({ input: bank.stdout }), "line")) as [string];
    const { statement } = JSON.parse(line) as { readonly statement: string };
    const length = Number(flags.days) * Number(flags.seconds);
    const words = ["--sut", statement, "--for", String(length), "--business-days", flags.days, "--rate", flags.rate];
    const out = flags.out === undefined ? [] : ["--out", flags.out];
    const load = spawn(process.execPath, [MAIN, "load", "bank", ...words, ...drills(), ...out], { stdio: "inherit" });
    // The load ends by the same Ctrl-C, in good order, and so does this program after it.
    process.on("SIGINT", () => {});
    const [code] = (await once(load, "exit")) as [number | null];
    return code ?? 3;
  } finally {
    bank.kill("SIGTERM");
    if (bank.exitCode === null) await once(bank, "exit");
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The flags of the drills that the days have room for. */
function drills(): readonly string[] {
  const seconds = Number(flags.seconds);
  if (seconds < LEAST_SECONDS_OF_A_DRILL_DAY) return [];
  return DRILLS.filter(({ day }) => day <= Number(flags.days)).flatMap(({ name, day, at }) => [
    "--drill",
    `${name}@${Math.round((day - 1 + at) * seconds)}`,
  ]);
}
