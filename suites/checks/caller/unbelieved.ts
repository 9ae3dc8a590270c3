import type { Policies } from "../../../core/pack/types.ts";
import type { Bilingual } from "../../../core/run/verdict.ts";
import type { Check, Instance } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import { counterparty } from "../../wire/counterparty.ts";
import type { FaultOrder } from "../../wire/counterparty.ts";
import { callable, called, expectBelieved, expectUnbelieved, NEEDS, ordered } from "./called.ts";

/** An answer that is not to be believed: what happens to it, by the counterparty's faults, and how it is called. */
export interface Lie extends Bilingual {
  readonly faults: (policies: Policies) => readonly FaultOrder[];
}

/** A check that tells the SUT lies: each is tried on one interface, the first of them on every other one. Ahead of each the same call is answered well. */
export function unbelieved({
  lies,
  ...about
}: Pick<Check, "id" | "requirement" | "title"> & { readonly lies: Readonly<Record<string, Lie>> }): Check {
  return {
    ...about,
    effort: "standard",
    needs: NEEDS,
    each: (context): readonly Instance[] =>
      callable(context).flatMap((one, index) =>
        Object.keys(lies)
          .slice(0, index === 0 ? undefined : 1)
          .map((lie) => ({ id: `${lie}/${one.id}`, interface: one.id, data: lie })),
      ),
    async run(session, instance) {
      const id = interfaceOf(instance);
      const lie = lies[String(instance.data)] as Lie;
      const peer = counterparty(session);
      expectBelieved(session, await called(session, await ordered(session, id)));
      const draft = await ordered(session, id);
      session.cleanup(() => peer.behave());
      await peer.misbehave(id, lie.faults(session.pack.policies));
      expectUnbelieved(session, await called(session, draft), lie);
    },
  };
}
