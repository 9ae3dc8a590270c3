import type { Lack, SkipCause } from "../core/run/event.ts";
import type { Bilingual } from "../core/run/verdict.ts";
import type { Instance } from "./check.ts";
import type { PackView } from "./pack-view.ts";
import { inProfile } from "./profile.ts";
import type { Statement } from "./statement/statement.ts";

/** Why a check does not run. */
export interface Skip {
  readonly reason: Bilingual;
  readonly cause: SkipCause;
  readonly lacks?: Lack;
}

/**
 * A skip by its first reason: for want of test data or of a capability a case of a resource that the statement does not
 * claim would be skipped too, and it need say nothing of what it does not claim.
 */
export function firstReason(
  skip: Skip,
  { data }: Instance,
  { pack, statement }: { readonly pack: PackView; readonly statement: Pick<Statement, "profile" | "role"> },
): Skip {
  if (skip.cause !== "capability" && skip.cause !== "fixture") return skip;
  const { resource: name } = (typeof data === "object" && data !== null && !Array.isArray(data) ? data : {}) as {
    readonly resource?: unknown;
  };
  const creates = typeof name === "string" ? pack.resources.find(name)?.creates : undefined;
  if (creates === undefined || creates.provider !== statement.role || inProfile(statement, creates.id)) return skip;
  return {
    cause: "not-demanded",
    reason: { en: `the interface ${creates.id} is not in the profile`, zh: `接口 ${creates.id} 不在声明范围内` },
  };
}
