import { inProfile } from "../profile.ts";
import { fine, wrong } from "./probe.ts";
import type { Probe } from "./probe.ts";

/** Every scenario of the role is bound or declared as none, or the hook binds it; what is open is said once, here. */
export const fixtures: Probe = {
  name: "fixtures",
  async look({ pack, statement }) {
    const scenarios = pack.source.scenarios.filter((one) => one.role === statement.role);
    const open = scenarios.filter((one) => statement.fixtures[one.id] === undefined).map((one) => one.id);
    const said = open.length === 0 ? "" : `; not bound and not declared as none: ${open.join(", ")} (checks that need them are skipped, and leave their requirements unproved)`;
    return fine(`${scenarios.length - open.length} of ${scenarios.length} scenarios bound or declared${said}`, `${scenarios.length} 个场景中 ${scenarios.length - open.length} 个已绑定或声明${open.length === 0 ? "" : `；未绑定：${open.join("、")}`}`);
  },
};

/** The profile leaves something to judge, and names what exists. */
export const profile: Probe = {
  name: "profile",
  async look({ pack, statement }) {
    const provided = pack.provided(statement.role);
    const claimed = provided.filter((one) => inProfile(statement, one.id));
    const unknown = statement.profile.requirementsExcept.filter((one) => pack.requirement(one.requirement) === undefined);
    if (unknown.length > 0) return wrong("configuration", [`profile.requirements.except names ${unknown.map((one) => one.requirement).join(", ")}, which the pack lacks`, `profile.requirements.except 中的 ${unknown.map((one) => one.requirement).join("、")} 不存在于规范包`], ["Correct the ids; `verify --list` shows those of the pack.", "请更正编号；`verify --list` 可列出规范包的要求。"]);
    if (claimed.length === 0) return wrong("configuration", ["the profile claims no interface of the pack", "声明的范围不含规范包的任何接口"], [`Correct profile.interfaces; the pack has ${provided.map((one) => one.id).join(", ")}.`, "请更正 profile.interfaces。"]);
    return fine(`${claimed.length} of ${provided.length} interfaces are claimed`, `声明实现 ${provided.length} 个接口中的 ${claimed.length} 个`);
  },
};
