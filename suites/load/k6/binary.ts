import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Bilingual } from "../../../core/run/verdict.ts";
import { LoadError } from "../plan.ts";

/** The oldest k6 that has the modules of the script: `crypto` as a global, and no experimental ones. */
const OLDEST_MAJOR = 1;

const ANSWERS_WITHIN_MS = 30_000;

const REMEDY: Bilingual = {
  en: "install k6 v1.0 or later yourself, and name it in K6_BIN where it is not on the PATH; or leave --engine out",
  zh: "请自行安装 k6 v1.0 或更高版本；若不在 PATH 中，用 K6_BIN 指明；或不使用 --engine",
};

/** The user's own k6. */
export interface K6Binary {
  readonly path: string;
  /** Such as `v1.3.0`. */
  readonly version: string;
}

/**
 * The k6 that `K6_BIN` names, or the one on the PATH. Liantiao neither brings nor fetches one.
 *
 * @throws LoadError where there is none, or one before v1.0
 */
export async function k6Binary(environment: NodeJS.ProcessEnv): Promise<K6Binary> {
  const { K6_BIN: named } = environment;
  const path = named === undefined || named === "" ? "k6" : named;
  const output = await promisify(execFile)(path, ["version"], {
    timeout: ANSWERS_WITHIN_MS,
    env: k6Environment(environment),
  }).catch((cause: unknown) => {
    const why = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
    throw new LoadError(
      { en: `k6 cannot be run: ${why}`, zh: `无法运行 k6：${why}` },
      { where: named === undefined ? "PATH" : "K6_BIN", remedy: REMEDY },
    );
  });
  const version = /\bv(\d+)\.\d+\.\d+\S*/.exec(output.stdout);
  if (version === null || Number(version[1]) < OLDEST_MAJOR) {
    const seen = version?.[0] ?? JSON.stringify(output.stdout.slice(0, 80));
    throw new LoadError(
      {
        en: `${path} is ${seen}, and the script is for k6 v1.0 or later`,
        zh: `${path} 为 ${seen}，脚本需要 k6 v1.0 或更高版本`,
      },
      { where: named === undefined ? "PATH" : "K6_BIN", remedy: REMEDY },
    );
  }
  return { path, version: version[0] };
}

/** The environment that k6 runs in: settings of the user's, which would go before those of the script, are left out. */
export function k6Environment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const rest = Object.entries(environment).filter(([name]) => !name.startsWith("K6_"));
  return {
    ...Object.fromEntries(rest),
    // It fetches no program of its own, and tells nobody that it runs.
    K6_AUTO_EXTENSION_RESOLUTION: "false",
    K6_NO_USAGE_REPORT: "true",
    NO_COLOR: "1",
  };
}
