import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import { partyField } from "../../profile.ts";
import { withFields } from "../../wire/draft.ts";

export const partyMismatch: Check = {
  id: "contract.party-mismatch",
  requirement: "CON-05",
  title: { en: "A message that names another party is refused", zh: "机构号非签名方的报文被拒绝" },
  effort: "smoke",
  isolated: true,
  each: eachInterface((one) => partyField(one) !== undefined),
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    const name = partyField(draft.interface) ?? "";
    const own = String(draft.body?.[name] ?? draft.query[name]);
    const before = await session.observe(draft);
    // One that is enrolled, one that is not, and ones that a careless comparison takes for the same.
    const others = [
      ...session.run.signers.slice(1).map((one) => one.partyId),
      "P9999",
      own.toLowerCase(),
      `${own}0`,
      own.slice(0, -1),
    ].filter((one) => one !== own && one !== "");
    for (const other of others)
      session.expectRefusal(
        await session.send(withFields(draft, { [name]: other }), { label: `${name} is ${other}, signed by ${own}` }),
        session.code("party"),
        { en: "The party of the message is believed, or not compared.", zh: "轻信报文中的机构号，或未比对。" },
      );
    await session.expectUnchanged(before, { en: "a message that names another party", zh: "写有其他机构的报文" });
    session.expectSuccess(await session.send(draft, { label: `${name} is the signer` }));
  },
};
