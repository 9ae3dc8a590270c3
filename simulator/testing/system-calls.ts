import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { works } from "./program.ts";

/** What a process did to the files of a store, as the system saw it, and what it acknowledged meanwhile by printing `ack NUMBER`. */
export type Step =
  | { readonly kind: "write"; readonly path: string; readonly at: number; readonly bytes: Buffer }
  | { readonly kind: "truncate"; readonly path: string; readonly length: number }
  | { readonly kind: "create" | "unlink"; readonly path: string }
  | { readonly kind: "sync begins" | "sync ends"; readonly path: string; readonly thread: string }
  | { readonly kind: "ack"; readonly number: number };

export const canTrace = works("strace", ["-f", "-y", "-e", "trace=pwrite64,fdatasync,fsync", "true"]);

/** Runs a script under strace and gives its steps, those of files whose names begin with `file` and of all syncs. `options` are strace's own. */
export async function systemCallsOf(
  script: readonly string[],
  file: string,
  options: readonly string[] = [],
): Promise<readonly Step[]> {
  const folder = mkdtempSync(join(tmpdir(), "liantiao-calls-"));
  try {
    const trace = join(folder, "strace.txt");
    await promisify(execFile)(
      "strace",
      [
        "-f",
        "-y",
        "-x",
        "-s",
        "300000",
        "-o",
        trace,
        "-e",
        "trace=openat,pwrite64,ftruncate,unlink,fdatasync,fsync,write",
        ...options,
        process.execPath,
        ...script,
      ],
      { maxBuffer: 1e9 },
    );
    return stepsOf(readFileSync(trace, "latin1"), file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function stepsOf(trace: string, file: string): readonly Step[] {
  const steps: Step[] = [];
  /** By thread, the file that is being synced. */
  const begun = new Map<string, string>();
  for (const line of trace.split("\n")) {
    const [, thread = "", call = ""] = /^(\d+)\s+(.*)$/s.exec(line) ?? [];
    const write = /^pwrite64\(\d+<([^>]*)>, "((?:[^"\\]|\\.)*)"(?:\.\.\.)?, (\d+), (\d+)/s.exec(call);
    if (write !== null && (write[1] ?? "").startsWith(file)) {
      const bytes = unescaped(write[2] ?? "");
      if (bytes.length !== Number(write[3]))
        throw new Error(`a write of ${write[3]} bytes was traced as ${bytes.length}`);
      steps.push({ kind: "write", path: write[1] ?? "", at: Number(write[4]), bytes });
      continue;
    }
    const truncate = /^ftruncate\(\d+<([^>]*)>, (\d+)/.exec(call);
    if (truncate !== null) steps.push({ kind: "truncate", path: truncate[1] ?? "", length: Number(truncate[2]) });
    const create = /^openat\([^"]*"([^"]*)", [A-Z_|]*O_CREAT/.exec(call);
    if ((create?.[1] ?? "").startsWith(file)) steps.push({ kind: "create", path: create?.[1] ?? "" });
    // SQLite syncs the folder after it.
    const unlink = /^unlink\("([^"]*)"\) = 0/.exec(call);
    if (unlink !== null) steps.push({ kind: "unlink", path: unlink[1] ?? "" });
    const ack = /^write\(1<[^>]*>, "ack (\d+)\\n"/.exec(call);
    if (ack !== null) steps.push({ kind: "ack", number: Number(ack[1]) });
    const sync = /^(?:fdatasync|fsync)\(\d+<([^>]*)>(.*)$/.exec(call);
    if (sync !== null) {
      begun.set(thread, sync[1] ?? "");
      steps.push({ kind: "sync begins", path: sync[1] ?? "", thread });
    }
    if (
      (sync !== null && !(sync[2] ?? "").includes("<unfinished")) ||
      /^<\.\.\. (?:fdatasync|fsync) resumed>/.test(call)
    )
      steps.push({ kind: "sync ends", path: begun.get(thread) ?? "", thread });
  }
  return steps;
}

/** Bytes as strace prints them. */
function unescaped(text: string): Buffer {
  const simple: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, v: 11, f: 12, "\\": 92, '"': 34 };
  const bytes = Buffer.alloc(text.length);
  let length = 0;
  for (let at = 0; at < text.length; length += 1) {
    if (text[at] !== "\\") {
      bytes[length] = text.charCodeAt(at);
      at += 1;
    } else if (text[at + 1] === "x") {
      bytes[length] = Number.parseInt(text.slice(at + 2, at + 4), 16);
      at += 4;
    } else {
      const [octal = ""] = /^[0-7]{1,3}/.exec(text.slice(at + 1, at + 4)) ?? [];
      bytes[length] = octal === "" ? (simple[text[at + 1] ?? ""] ?? 0) : Number.parseInt(octal, 8);
      at += 1 + (octal === "" ? 1 : octal.length);
    }
  }
  return bytes.subarray(0, length);
}
