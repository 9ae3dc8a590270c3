import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { loadPack } from "../../core/pack/load.ts";
import { packView } from "../pack-view.ts";
import type { Statement } from "../statement/statement.ts";
import { LoadError, loadsOf, planLoad } from "./plan.ts";

const PACK = packView(loadPack(fileURLToPath(new URL("../../specs/cooperation", import.meta.url))));

const text = { en: "Own", zh: "自定" };
const PHASES = [{ seconds: 10, from: 5, to: 5 }];

/** The parts of a statement that a plan looks at. */
const stated = (changes: Partial<Statement>): Statement =>
  ({ role: "bank", profile: { interfaces: ["*"], except: [], requirementsExcept: [] }, ...changes }) as Statement;

function problemOf(plan: () => unknown): LoadError {
  try {
    plan();
  } catch (cause) {
    if (cause instanceof LoadError) return cause;
    throw cause;
  }
  throw new Error("the load was planned");
}

describe("a load", () => {
  test("of the statement stands beside those of the pack, and changes a level of it", () => {
    const statement = stated({
      loads: {
        journeys: { twice: ["payment.create", "payment.create"] },
        profiles: { own: { title: text, phases: PHASES, mix: { twice: 1, pay: 1 } } },
        levels: [
          { name: "payments-quick", title: text, source: "agreed", good: { endings: ["success"] }, target: "0.5" },
        ],
      },
    });
    const { journeys, levels } = planLoad(PACK, statement, "own", {});
    expect(journeys).toEqual({ twice: ["payment.create", "payment.create"], pay: PACK.source.loads?.journeys["pay"] });
    expect(levels.filter(({ name }) => name === "payments-quick").map(({ target }) => target)).toEqual([0.5]);
    expect(planLoad(PACK, statement, "smoke", {}).profile.name).toBe("smoke");
  });

  test("of the statement that names what there is not is told with its place", () => {
    const own = (mix: Readonly<Record<string, number>>): Pick<Statement, "loads"> => ({
      loads: { profiles: { own: { title: text, phases: PHASES, mix } } },
    });
    expect(loadsOf(PACK.source, own({ pay: 1 }))?.profiles["own"]).toBeDefined();
    expect(problemOf(() => loadsOf(PACK.source, own({ pey: 1 }))).where).toBe("/loads/profiles/own/mix/pey");
    expect(problemOf(() => loadsOf(PACK.source, own({ told: 1 }))).where).toBe("/loads/profiles/own/mix/told");
  });

  test("of a platform wants the hooks that its journeys work with", () => {
    const notify = { listen: { host: "127.0.0.1", port: 0 }, publicUrl: "http://127.0.0.1:1" };
    const hooks = (...supports: ("fixtures" | "call")[]) => ({ url: "http://127.0.0.1:2", supports });
    const plan = (changes: Partial<Statement>) =>
      planLoad(PACK, stated({ role: "platform", ...changes }), "platform-smoke", {});
    expect(plan({ notify, hooks: hooks("fixtures", "call") }).interfaces).toContain("notify.payment_result");
    expect(problemOf(() => plan({ notify, hooks: hooks("fixtures") })).message).toContain("the hook call");
    expect(problemOf(() => plan({ notify, hooks: hooks("call") })).message).toContain("the hook fixtures");
    expect(problemOf(() => plan({ hooks: hooks("fixtures", "call") })).where).toBe("/notify");
  });

  test("is of one role, and says which there are for the other", () => {
    const { where, allowed } = problemOf(() => planLoad(PACK, stated({}), "platform-smoke", {}));
    expect(where).toBe("--profile");
    expect(allowed).toEqual(expect.arrayContaining(["smoke", "storm", "mix"]));
    expect(allowed).not.toContain("platform-news");
  });
});
