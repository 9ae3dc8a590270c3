import { eachInterface, interfaceOf } from "../../check.ts";
import type { Check } from "../../check.ts";

/** The neighbour of everything else: where this fails, no refusal means much. */
export const validRequest: Check = {
  id: "contract.valid-request",
  requirement: "CON-01",
  title: { en: "A valid request is accepted", zh: "有效请求被接受" },
  effort: "smoke",
  isolated: true,
  each: eachInterface(),
  async run(session, instance) {
    const id = interfaceOf(instance);
    const draft = await session.request(id);
    session.expectSuccess(await session.send(draft, { label: "valid request" }));
  },
};
