import { resourceOf } from "../../check.ts";
import type { Check } from "../../check.ts";
import type { Fields } from "../../wire/draft.ts";
import { statesNeeded } from "../resource-steps.ts";
import { INSIDE } from "./inside.ts";
import {
  eachRecord,
  expectRecord,
  expectUntouched,
  NEEDS,
  saying,
  shownRecord,
  tellOf,
  waiting,
} from "../notification/record.ts";

/** What a notification has besides the fields of the pack moves no record, whatever the fields are called. */
export const toldBesides: Check = {
  id: "data.told-besides",
  requirement: "DAT-05",
  title: {
    en: "Fields of a notification that the pack does not have move nothing",
    zh: "通知中规范以外的字段不改变订单",
  },
  effort: "smoke",
  isolated: true,
  roles: ["platform"],
  needs: NEEDS,
  each: eachRecord,
  async run(session, instance) {
    const record = resourceOf(session.pack, instance);
    const waits = await waiting(session, record);
    const { draft, subject } = waits;
    const before = await shownRecord(session, waits);
    const open = saying(session, draft, { state: statesNeeded(session, subject, "open")[0] ?? "" });
    const said = before.body;
    const besides: Fields = { ...INSIDE, ...said, state: statesNeeded(session, record, "succeeded")[0] ?? "" };
    const body = open.body ?? {};
    const left = Object.fromEntries(Object.entries(besides).filter(([name]) => body[name] === undefined));
    // A platform may take what it does not know, or refuse it: either way nothing comes of it.
    await session.send(
      { ...open, body: { ...body, ...left } },
      { label: "still open, with fields of a record besides" },
    );
    await expectUntouched(
      session,
      waits,
      before,
      {
        en: `fields that the pack does not have changed the ${record.name}`,
        zh: `通知中规范以外的字段改变了 ${record.name}`,
      },
      { en: "The notification is copied into the row as it is.", zh: "通知被原样写入数据行。" },
    );
    await tellOf(session, waits);
    await expectRecord(session, waits, "succeeded", {
      en: `the right notification of its ${subject.name}`,
      zh: `正确的 ${subject.name} 通知`,
    });
  },
};
