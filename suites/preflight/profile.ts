import { CHECKS } from "../checks/index.ts";
import { glob } from "../glob.ts";
import { claimedOf } from "../profile.ts";
import { fine, wrong } from "./probe.ts";
import type { Probe } from "./probe.ts";

/** The profile leaves something to judge, and names what exists. */
export const profile: Probe = {
  name: "profile",
  title: {
    en: "the profile of the statement leaves something to judge, and names interfaces and scenarios that exist",
    zh: "声明范围内有可检验的内容，所列接口与场景均存在",
  },
  async look({ pack, statement }) {
    const provided = pack.provided(statement.role);
    const claimed = claimedOf(pack, statement);
    const unknown = statement.profile.requirementsExcept.filter(
      (one) => pack.requirement(one.requirement) === undefined,
    );
    if (unknown.length > 0)
      return wrong(
        "configuration",
        [
          `profile.requirements.except names ${unknown.map((one) => one.requirement).join(", ")}, which the pack lacks`,
          `profile.requirements.except 中的 ${unknown.map((one) => one.requirement).join("、")} 不存在于规范包`,
        ],
        [
          "Correct the ids; `verify --list` shows those of the pack.",
          "请更正编号；`verify --list` 可列出规范包的要求。",
        ],
      );
    const nothing = [...statement.profile.interfaces, ...statement.profile.except].filter(
      (pattern) => !pack.source.interfaces.some((one) => glob(pattern)(one.id)),
    );
    if (nothing.length > 0)
      return wrong(
        "configuration",
        [
          `the profile names ${nothing.map((one) => `"${one}"`).join(", ")}, which no interface of the pack ${pack.source.manifest.name} is called`,
          `声明中的 ${nothing.map((one) => `"${one}"`).join("、")} 与规范包 ${pack.source.manifest.name} 的任何接口都不匹配`,
        ],
        [
          `Correct profile.interfaces; the pack has ${pack.source.interfaces.map((one) => one.id).join(", ")}.`,
          "请更正 profile.interfaces，或核对声明中的 pack。",
        ],
      );
    if (claimed.length === 0)
      return wrong(
        "configuration",
        ["the profile claims no interface of the pack", "声明的范围不含规范包的任何接口"],
        [
          `Correct profile.interfaces; the pack has ${provided.map((one) => one.id).join(", ")}.`,
          "请更正 profile.interfaces。",
        ],
      );
    const left = [...new Set(CHECKS.map((one) => one.requirement))].filter((id) => pack.requirement(id) === undefined);
    const [en, zh] =
      left.length === 0
        ? ["", ""]
        : [
            `; of what checks can judge the pack does not demand ${left.join(", ")}`,
            `；规范包未提出以下可检验的要求：${left.join("、")}`,
          ];
    return fine(
      `${claimed.length} of ${provided.length} interfaces are claimed${en}`,
      `声明实现 ${provided.length} 个接口中的 ${claimed.length} 个${zh}`,
    );
  },
};
