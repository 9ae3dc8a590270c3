import type { Bilingual } from "../../core/run/verdict.ts";
import type { Breach } from "../expectation.ts";
import type { Failure } from "../outcome.ts";

/** The check that tells of a breach once, at the end of a run, over every answer that showed it. */
export const ROOTS: Readonly<Record<Breach, { readonly check: string; readonly requirement: string }>> = {
  "answer-schema": { check: "contract.answers", requirement: "CON-02" },
  "answer-signature": { check: "signature.answers", requirement: "SIG-25" },
  "status-mismatch": { check: "errors.agreement", requirement: "ERR-03" },
  "server-error": { check: "errors.agreement", requirement: "ERR-03" },
  "failure-page": { check: "errors.agreement", requirement: "ERR-03" },
};

/**
 * Which interfaces fail whatever they are asked: by how many checks in a row each was answered with nothing but 5xx. One
 * request that makes a server fail is a finding of its own check; a server that fails is one finding, and no other.
 */
export class ServerFailures {
  readonly #checks = new Map<string, Set<string>>();

  /** Takes in an answer's status. */
  answered(interfaceId: string, check: string, status: number): void {
    if (status < 500) this.#checks.delete(interfaceId);
    else this.#checks.set(interfaceId, (this.#checks.get(interfaceId) ?? new Set()).add(check));
  }

  /** Whether an interface has answered other checks than this one with nothing but 5xx of late. */
  isFailing(interfaceId: string, check: string): boolean {
    const met = this.#checks.get(interfaceId);
    return met !== undefined && (met.size > 1 || !met.has(check));
  }
}

/**
 * Why a fail is told of under another check, which finds the same in this run: an answer that is wrong by itself is one
 * finding, under the requirement that it breaks, and not one of every check that met it. Undefined for a fail of its own.
 */
export function rootOf(
  failure: Failure,
  check: string,
  planned: ReadonlySet<string>,
  servers: ServerFailures,
): Bilingual | undefined {
  const { breach, summary } = failure;
  if (breach === undefined) return undefined;
  const root = ROOTS[breach.kind];
  if (!planned.has(root.check)) return undefined;
  if (breach.kind === "server-error" && !servers.isFailing(breach.interface, check)) return undefined;
  return {
    en: `because of ${root.requirement} (${root.check}), which tells of it for the whole run: ${summary.en}`,
    zh: `缘于 ${root.requirement}（${root.check}），全程统一报告：${summary.zh}`,
  };
}
