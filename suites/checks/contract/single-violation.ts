import type { Json } from "../../../core/unit/unit.ts";
import type { Schema } from "../../../core/pack/types.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import type { Check } from "../../check.ts";
import { violations } from "../../generators/violations.ts";
import type { Fields } from "../../wire/draft.ts";

/** One violation of one constraint at a time, over the whole body; the unbroken request is the neighbour and comes last. */
export const singleViolation: Check = {
  id: "contract.single-violation",
  requirement: "CON-03",
  title: { en: "Each single violation of the schema is refused", zh: "对模式的每一处违反均被拒绝" },
  effort: "standard",
  each: eachInterface((one) => one.request.body !== undefined),
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    const before = await session.observe(draft);
    for (const violation of violations(draft.interface.request.body as Schema, session.pack.schemas)) {
      const broken = violation.apply(draft.body as Json);
      if (broken === undefined) continue;
      // Naming another party is another requirement's business, and so is its code.
      const codes = violation.pointer === "/party_id" ? [session.code("schema"), session.code("party")] : session.code("schema");
      const exchange = await session.send({ ...draft, body: broken as Fields }, { label: `${violation.keyword} violated at ${violation.pointer}` });
      session.expectRefusal(exchange, codes);
    }
    await session.expectUnchanged(before, "a request that the schema refuses");
    session.expectSuccess(await session.send(draft, { label: "the same request unbroken" }));
  },
};
