import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "../../hosting/free-port.ts";
import { sampled } from "../../trials/sample.ts";
import type { Sample } from "../../trials/sample.ts";

/**
 * The judge on a platform that shares no code and no language with it, through the command line, as a vendor would run it.
 *
 *   RIVAL_EFFORT=standard   judges the conforming platform wholly
 *   RIVAL_LAPSES=all        judges every careless variant by the whole profile; a list of names, those:
 *                           RIVAL_LAPSES=view-shared,view-cached
 */
const { RIVAL_EFFORT = "smoke", RIVAL_LAPSES, PYTHON = "python3" } = process.env;
const here = import.meta.dirname;
const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "liantiao-rival-platform-"));
const keys = join(folder, "keys");
const running: ChildProcess[] = [];

/** A careless variant as `serve.py --lapses` tells of it. */
interface Lapse {
  readonly name: string;
  /** What it breaks; the judge finds it by at least one of them. */
  readonly requirements: readonly string[];
  readonly what: string;
  /** Whether it shows only in what the platform does as a caller. */
  readonly calls: boolean;
  /** Why the judge cannot find it, where that is known. */
  readonly unfound?: string;
}

/** Of each day others, all of them within a month. */
const A_DAY = 3;

const lapses: readonly Lapse[] = JSON.parse(python("serve.py", "--lapses"));

function python(file: string, ...words: readonly string[]): string {
  const ended = spawnSync(PYTHON, [join(here, file), ...words], { encoding: "utf8" });
  if (ended.status === 0) return ended.stdout;
  throw new Error(
    `${PYTHON} ${file} did not run: ${ended.error?.message ?? ended.stderr}\n` +
      "The rival platform needs Python 3.9 or newer with the package cryptography: " +
      "apt-get install python3-cryptography, or python3 -m pip install cryptography.",
  );
}

interface Hooks {
  readonly url: string;
  readonly token: string;
}

/** Starts the platform; gives the file of its statement. */
async function platform(lapse?: Lapse): Promise<string> {
  const name = lapse?.name ?? "conforming";
  const child = spawn(
    PYTHON,
    [join(here, "serve.py"), "--data", join(folder, name), "--keys", keys, "--hooks-port", "0"].concat(
      lapse === undefined ? [] : ["--careless", name],
    ),
    { stdio: ["ignore", "pipe", "ignore"] },
  );
  running.push(child);
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  const { url, hooks }: { readonly url: string; readonly hooks: Hooks } = JSON.parse(String(line));
  const port = String(await freePort("127.0.0.1"));
  const statement = JSON.parse(python("make_statement.py", url, keys, port, hooks.url, hooks.token)) as {
    readonly hooks: { supports: readonly string[] };
  };
  // What shows on the wire is found without minutes of calls that meet silence.
  if (lapse !== undefined && !lapse.calls)
    statement.hooks.supports = statement.hooks.supports.filter((hook) => hook !== "call");
  const file = join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify(statement));
  return file;
}

interface Judged {
  readonly code: number | null;
  readonly text: string;
  /** What did not pass: verdict, requirement and case. */
  readonly bad: readonly string[];
}

async function judged(statement: string, ...words: readonly string[]): Promise<Judged> {
  const child = spawn(
    process.execPath,
    [
      join(root, "cli/main.ts"),
      "verify",
      "platform",
      "--sut",
      statement,
      "--out",
      `${statement}-${words.join("")}`,
    ].concat(["--seed", "7"], words),
    { cwd: folder, env: { ...process.env, NO_COLOR: "1" }, stdio: ["ignore", "pipe", "inherit"] },
  );
  let text = "";
  child.stdout.on("data", (bytes: Buffer) => {
    text += bytes.toString();
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { code, text, bad: text.match(/^(?:fail|inconclusive|error) +\S+ +\S+/gm) ?? [] };
}

/** The lapses to judge: those that are asked for, or the sample of the day. */
function chosen(): Sample<Lapse> {
  const found = lapses.filter(({ unfound }) => unfound === undefined);
  if (RIVAL_LAPSES === undefined)
    return sampled(found, Math.ceil(found.length / A_DAY), ({ requirements }) => requirements[0]?.split("-")[0] ?? "");
  const items = RIVAL_LAPSES === "all" ? found : lapses.filter(({ name }) => RIVAL_LAPSES.split(",").includes(name));
  return { items, note: `${items.length} of ${lapses.length}, judged by the whole profile` };
}

const today = chosen();

beforeAll(() => {
  python("make_keys.py", keys);
});

afterAll(() => {
  for (const child of running) child.kill();
  rmSync(folder, { recursive: true, force: true });
});

describe("the rival platform", () => {
  test("the rival platform passes every check", async () => {
    const statement = await platform();
    const { code, text, bad } = await judged(statement, "--effort", RIVAL_EFFORT);
    expect(bad, text).toEqual([]);
    // A quick look leaves too much unproved for a 0.
    expect(code, text).toBe(RIVAL_EFFORT === "smoke" ? 3 : 0);
  });

  test("the rival platform passes the checks of notifications and orders", async () => {
    const { code, text, bad } = await judged(join(folder, "conforming.json"), "--only", "NOT-*");
    expect(bad, text).toEqual([]);
    expect(code, text).toBe(0);
  });
});

describe(`a careless variant (${today.note})`, () => {
  test.each(today.items)("the careless variant $name is found", async (lapse) => {
    // By area, so that another requirement than the right one would show.
    const [first = ""] = lapse.requirements;
    const only = RIVAL_LAPSES === undefined ? ["--only", `${first.split("-")[0]}-*`] : [];
    const { code, text, bad } = await judged(await platform(lapse), ...only);
    expect(code, `${lapse.what}\n${text}`).toBe(1);
    const broken = new Set(bad.map((line) => line.split(/ +/)[1]));
    expect(
      lapse.requirements.filter((one) => broken.has(one)),
      `found by ${[...broken].join(", ")}\n${text}`,
    ).not.toEqual([]);
  });
});
