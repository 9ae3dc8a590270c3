import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import { put, valueAt } from "../../generators/fields.ts";

/** What a bank tells one platform is nothing to another one, which may know the same number. */
export const otherReceiver: Check = {
  id: "contract.other-receiver",
  requirement: "CON-05",
  title: { en: "A message that is for another party is refused", zh: "发给其他机构的报文被拒绝" },
  effort: "smoke",
  isolated: true,
  each: eachInterface((one) => one.request.receiver !== undefined),
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    const path = (draft.interface.request.receiver ?? "").replace(/^\$request\./, "").split(".");
    const own = String(valueAt(draft.body, path));
    const before = await session.observe(draft);
    for (const other of ["P9999", own.toLowerCase(), `${own}0`, own.slice(0, -1)].filter(
      (one) => one !== own && one !== "",
    ))
      session.expectRefusal(
        await session.send(
          { ...draft, body: put(draft.body ?? {}, path, other) },
          { label: `${path.join("/")} is ${other}, sent to ${own}` },
        ),
        [session.code("party"), ...draft.interface.errors],
        { en: "Whom the message is for is not compared.", zh: "未比对报文所发往的机构。" },
      );
    await session.expectUnchanged(before, { en: "a message for another party", zh: "发往其他机构的报文" });
    session.expectSuccess(await session.send(draft, { label: `${path.join("/")} is the receiver` }));
  },
};
