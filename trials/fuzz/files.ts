import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPack } from "../../hosting/packs.ts";
import { keepEnrolment, openState } from "../../hosting/state/state.ts";
import { readRunning } from "../../hosting/state/running.ts";
import { openStatement } from "../../hosting/statement.ts";
import { openStore } from "../../hosting/store.ts";
import { UserError } from "../../hosting/user-error.ts";
import { writeReports } from "../../reports/report.ts";
import { LOG_FILE } from "../../core/run/log.ts";
import { failedRun } from "../../reports/testing/failed-run.ts";
import { cooperationPack } from "../../simulator/testing/packs.ts";
import type { RandomStream } from "../../core/runtime/runtime.ts";
import { mutatedBytes, mutatedJson, pick } from "./mutate.ts";
import { Broken } from "./target.ts";
import type { Target } from "./target.ts";

/** A folder with files of ours, and what reads it. */
interface Kind {
  readonly make: (folder: string) => Promise<void> | void;
  readonly read: (folder: string) => Promise<void> | void;
}

/** Files of ours, damaged: what reads them goes on, or says what a person can mend. It never fails in another way. */
export const files: Target = {
  name: "files",
  open: async () => {
    const root = mkdtempSync(join(tmpdir(), "liantiao-fuzz-"));
    const kinds = Object.entries(kindsOf());
    for (const [name, { make }] of kinds) await make(join(root, name));
    return {
      round: async (random) => {
        const [name, { read }] = pick(kinds, random);
        const folder = join(root, "damaged");
        rmSync(folder, { recursive: true, force: true });
        cpSync(join(root, name), folder, { recursive: true });
        const damaged = damage(folder, random);
        try {
          await read(folder);
        } catch (thrown) {
          if (!(thrown instanceof UserError))
            throw new Broken(
              `reading a ${name} ended with ${thrown instanceof Error ? thrown.stack : String(thrown)}`,
              damaged,
            );
        }
      },
      close: () => {
        rmSync(root, { recursive: true, force: true });
        return Promise.resolve();
      },
    };
  },
};

/** Damages one file of a folder; gives its name and what it holds then. */
function damage(folder: string, random: RandomStream): string {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .toSorted()
    .filter((name) => statSync(join(folder, name)).isFile());
  const name = pick(names, random);
  const file = join(folder, name);
  const bytes = readFileSync(file);
  const json = name.endsWith(".json") && random.below(2) === 0;
  const damaged = json
    ? Buffer.from(JSON.stringify(mutatedJson(JSON.parse(bytes.toString()), random)) ?? "")
    : mutatedBytes(bytes, random);
  writeFileSync(file, damaged);
  return `${name}: ${Buffer.from(damaged).toString("latin1")}`;
}

function kindsOf(): Readonly<Record<string, Kind>> {
  const pack = cooperationPack();
  const key = { serial: "S", algorithm: "WECHATPAY2-SHA256-RSA2048", public_key: "x", notify_prefixes: ["http://a/"] };
  return {
    "state directory": {
      make: (folder) => {
        openState(folder, "bank", pack);
        keepEnrolment(folder, { party_id: "P9", ...key });
        writeFileSync(join(folder, "server.json"), JSON.stringify({ pid: 1, url: "http://a", adminUrl: "http://b" }));
      },
      read: (folder) => {
        openState(folder, "bank", pack);
        readRunning(folder);
      },
    },
    statement: {
      make: (folder) => {
        const { own, peers } = openState(folder, "bank", pack);
        writeFileSync(join(folder, "sut.json"), JSON.stringify(statementOf(own, peers)));
      },
      read: (folder) => void openStatement(join(folder, "sut.json")),
    },
    store: {
      make: async (folder) => {
        const { store } = openStore(undefined, folder, setImmediate);
        for (let value = 0; value < 30; value += 1)
          await store.transact(function* () {
            return { result: undefined, writes: [{ collection: "a", key: `k${value}`, value }] };
          });
        // As after a crash: nothing is closed in the copy.
        for (const end of ["", "-wal", "-log"])
          cpSync(join(folder, `store.sqlite${end}`), join(folder, `copy.sqlite${end}`));
        await store.close();
        rmSync(join(folder, "store.sqlite"), { force: true });
      },
      read: async (folder) => {
        const { store } = openStore(join(folder, "copy.sqlite"), folder, setImmediate);
        await store.close();
      },
    },
    run: {
      make: (folder) => {
        cpSync(join(import.meta.dirname, "target.ts"), join(folder, "note.txt"));
        writeFileSync(
          join(folder, LOG_FILE),
          failedRun()
            .map((event) => `${JSON.stringify(event)}\n`)
            .join(""),
        );
      },
      read: (folder) => {
        const written = writeReports(folder);
        if (!written.ok && written.exitCode !== 2) throw new RangeError("a damaged log ends with 2");
      },
    },
    pack: {
      make: (folder) => cpSync(join(import.meta.dirname, "../../specs/vocabulary"), folder, { recursive: true }),
      read: (folder) => void openPack(folder, folder, "fuzz"),
    },
  };
}

type OwnState = ReturnType<typeof openState>;

function statementOf(own: OwnState["own"], peers: OwnState["peers"]): object {
  return {
    name: "Bank",
    role: "bank",
    pack: "cooperation",
    baseUrl: "http://127.0.0.1:9",
    sutPartyId: "BANK01",
    parties: peers.map(({ partyId, algorithm, keys }) => ({
      partyId,
      algorithm,
      serial: keys.serial,
      ...("secret" in keys ? { secret: keys.secretFile } : { privateKey: keys.privateFile }),
    })),
    sutKeys: own.map(({ serial, algorithm, publicFile }) => ({ serial, algorithm, publicKey: publicFile })),
    fixtures: { "customer.funded": { binding_id: "B-1" }, "customer.frozen": { none: "none here" } },
    limits: { timeoutMs: 1_000 },
  };
}
