import { describe, expect, test } from "vitest";
import { CHECKS } from "./checks/index.ts";
import { narrowed } from "./modules.ts";
import { plan } from "./plan.ts";
import { claimedOf } from "./profile.ts";
import { fakeRun } from "./testing/fake-scope.ts";

const { scope } = fakeRun(() => "timeout");
const { pack } = scope;
const modules = pack.source.modules ?? [];

/** What a claim and a choice leave of the bank's interfaces, or what is wrong with them. */
function left(claimed: readonly string[] | undefined, chosen?: readonly string[]): readonly string[] {
  const statement = {
    ...scope.statement,
    profile: { ...scope.statement.profile, ...(claimed === undefined ? {} : { modules: claimed }) },
  };
  const found = narrowed(statement, modules, chosen);
  return found.ok
    ? claimedOf(pack, found.statement).map(({ id }) => id)
    : found.problems.map(({ pointer, rule, remedy }) => `${pointer} ${rule.en}. ${remedy.en}`);
}

describe("modules of a statement", () => {
  test("a statement without modules claims them all", () => {
    expect(left(undefined)).toEqual(pack.provided("bank").map(({ id }) => id));
  });

  test("a claim leaves its modules and what all modules share", () => {
    expect(left(["keys"])).toEqual(["echo", "key.list"]);
    expect(left(["account", "payout"])).toEqual([
      "account.balance",
      "account.statement",
      "binding.apply",
      "binding.cancel",
      "binding.confirm",
      "binding.query",
      "echo",
      "payout.create",
      "payout.query",
    ]);
  });

  test("a choice brings the modules that it needs", () => {
    expect(left(undefined, ["payout"])).toEqual(left(["account", "payout"]));
    expect(left(["account", "keys", "payout"], ["payout"])).toEqual(left(["account", "payout"]));
  });

  test("a claim without what it needs says which module to add", () => {
    expect(left(["payout"])).toEqual([
      '/profile/modules/0 claims the module payout, which needs the module account, and does not claim that. Add "account", or take "payout" out.',
    ]);
  });

  test("a module that there is not is told with the one that was meant", () => {
    expect(left(["acount"])[0]).toMatch(/^\/profile\/modules\/0 .*does not have\. Did you mean "account"\?/u);
    expect(left(["keys"], ["payout"])).toEqual([
      '--modules names the module "payout", which the statement does not claim or the pack does not have. Use some of: keys.',
    ]);
    expect(left(undefined, [])[0]).toMatch(/^--modules names no module/u);
  });

  test("no check goes over the interfaces of a module that is left", () => {
    const found = narrowed(scope.statement, modules, ["keys"]);
    if (!found.ok) throw new Error("the choice is good");
    const lines = plan({ checks: CHECKS, pack, statement: found.statement, effort: "smoke", hasCounterparty: false });
    const over = new Set(lines.map(({ instance }) => instance.id).filter((id) => pack.hasInterface(id)));
    expect([...over].toSorted()).toEqual(["echo", "key.list"]);
  });
});
