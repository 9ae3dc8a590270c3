import { UserError } from "../../../hosting/user-error.ts";
import { LoadError } from "../../../suites/load/plan.ts";
import { StatementInUse } from "../../../suites/run/lock.ts";

/** Tells a user what to mend where a load cannot be begun. */
export async function mendable<T>(work: Promise<T>, statementFile: string): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (cause instanceof LoadError)
      throw new UserError(cause.said, {
        where: cause.where,
        ...(cause.allowed.length === 0 ? {} : { allowed: cause.allowed.join(", ") }),
        near: cause.near,
        next: cause.remedy ?? {
          en: "choose another profile, or correct what is named",
          zh: "请另选负载方案，或更正所指之处",
        },
        cause,
      });
    if (cause instanceof StatementInUse)
      throw new UserError(cause.said, {
        where: statementFile,
        next: {
          en: `wait until the other run has ended; if none runs, delete ${cause.lockFile}`,
          zh: `请等另一次运行结束；若确无其他运行，请删除 ${cause.lockFile}`,
        },
        cause,
      });
    throw cause;
  }
}
