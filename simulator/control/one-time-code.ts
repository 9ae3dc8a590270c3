import { joinKey, rowCollection } from "../../core/lifecycle/rows.ts";
import { meaningsOfInterface } from "../../core/pack/meaning.ts";
import type { Meaning } from "../../core/pack/purpose.ts";
import type { Interface } from "../../core/pack/types.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import type { Json, Unit } from "../../core/unit/unit.ts";
import { Workspace } from "../../core/unit/workspace.ts";
import type { Simulator } from "../simulator.ts";
import { ControlError } from "./control-error.ts";

/** Why the hook has no code to tell. */
const NO_CODES: Bilingual = {
  en: "no interface of the pack confirms by a one-time code",
  zh: "规范包中没有以一次性验证码确认的接口",
};

/**
 * The code that a customer was sent for what waits to be confirmed. `wanted` names the party and the handle, under the
 * name that the confirming interface has for it. The row keeps the code under the name that the request has for it.
 *
 * @throws ControlError where the pack has no such codes, or the party nothing under that handle.
 */
export async function oneTimeCode(simulator: Simulator, wanted: Readonly<Record<string, unknown>>): Promise<string> {
  const all = simulator.pack.source.interfaces.flatMap((one) => {
    const resource = one.purpose?.confirms;
    const [handle, field] = [fieldOf(simulator, one, "id", "number"), fieldOf(simulator, one, "code")];
    return resource === undefined || handle === undefined || field === undefined ? [] : [{ resource, handle, field }];
  });
  const [first] = all;
  if (first === undefined) throw new ControlError(NO_CODES, 404);
  const { resource, handle, field } = all.find((one) => Object.hasOwn(wanted, one.handle)) ?? first;
  const [party, id] = [String(wanted["party_id"]), String(wanted[handle])];
  const row = await simulator.store.transact(function* (): Unit<Json | undefined> {
    const work = new Workspace();
    return work.outcome(yield* work.get(rowCollection(resource), joinKey([party, id])));
  });
  const code = (row as Readonly<Record<string, Json>> | undefined)?.[field];
  if (typeof code === "string") return code;
  throw new ControlError(
    {
      en: `party ${party} has no ${resource} ${id}; name it by "party_id" and "${handle}"`,
      zh: `参与方 ${party} 没有 ${resource} ${id}；请以“party_id”与“${handle}”指明`,
    },
    404,
  );
}

/** The name of the request's field that has one of these meanings. */
function fieldOf(simulator: Simulator, one: Interface, ...meanings: readonly Meaning[]): string | undefined {
  const { path, query, body } = meaningsOfInterface(simulator.pack.source, one);
  return [...path, ...query, ...body].find(({ meaning }) => meanings.includes(meaning))?.path.at(-1);
}
