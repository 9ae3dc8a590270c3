import type { ErrorCode } from "../../../core/pack/types.ts";
import type { Check } from "../../check.ts";
import { ofStage, ordinary } from "../../provocation/stage.ts";
import type { Session } from "../../session.ts";
import { canGo, provoked } from "../../provocation/way.ts";

/** Each declared code by the way that the pack names for it. That it appears only for magic data is counted by the report. */
export const declaredCodes: Check = {
  id: "errors.declared",
  requirement: "ERR-04",
  title: { en: "The declared code is met in its situation", zh: "声明的错误码可在其情形下触发" },
  effort: "standard",
  isolated: true,
  each: ({ pack, provided }) =>
    pack.source.errors
      .filter((error) => error.stage !== "system" && provided.some((one) => pack.documented(one, error.code)))
      .map((error) => ({ id: error.code, data: error.code })),
  async run(session: Session, instance) {
    const error = session.pack.error(String(instance.data)) as ErrorCode;
    const way = (error.provoke ?? []).find(
      (one) => session.pack.interface(one.in).provider === session.statement.role && canGo(session, one),
    );
    const provocation = ofStage(session, error) ?? (way === undefined ? undefined : () => provoked(session, way));
    if (provocation === undefined)
      session.skip(
        error.provoke === undefined
          ? `the pack names no way to provoke ${error.code} (provoke in errors.json)`
          : `no way to provoke ${error.code} goes through interfaces and fixtures of the statement`,
        error.provoke === undefined
          ? `规范包未给出触发 ${error.code} 的方式（errors.json 的 provoke）`
          : `声明的接口与测试数据不足以触发 ${error.code}`,
        error.provoke === undefined ? "not-demanded" : "fixture",
      );
    session.expectRefusal(await provocation(session), error.code);
    session.expectSuccess(await session.send(await ordinary(session), { label: "an ordinary request" }));
  },
};
