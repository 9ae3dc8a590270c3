import { MONEY, TEXT } from "../../expression/type.ts";
import { escape } from "../../expression/typing.ts";
import { scenarioFile } from "../file.ts";
import type { Scenario } from "../types.ts";
import type { Placing } from "./placing.ts";
import type { Roots } from "./roots.ts";

/** Places the expressions of a scenario; what was seeded before may be named. */
export function placeScenario(pack: Placing, scenario: Scenario): void {
  const file = pack.in(scenarioFile(scenario));
  let seeded: Roots = {};
  scenario.seed.forEach((seed, index) => {
    const at = `/seed/${index}`;
    file.placeFields(`${at}/fields`, seed.fields, pack.environment(seeded), pack.row(seed.resource));
    seeded = { ...seeded, [seed.resource]: pack.row(seed.resource) };
    file.place(`${at}/opening/account`, seed.opening?.account, pack.environment(seeded), TEXT);
    file.place(`${at}/opening/amount`, seed.opening?.amount, pack.environment(seeded), MONEY);
  });
  for (const [name, expression] of Object.entries(scenario.bind)) {
    const type = scenario.gives[name]?.type === "money" ? MONEY : TEXT;
    file.place(`/bind/${escape(name)}`, expression, pack.environment(seeded), type);
  }
}
