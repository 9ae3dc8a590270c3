import type { Json } from "../../../core/unit/unit.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import type { Check } from "../../check.ts";
import { realValue } from "../../data/real-value.ts";
import { alternatives, documentOf, flatten } from "../../generators/schema-source.ts";
import type { SchemaObject } from "../../generators/schema-source.ts";
import type { Schema } from "../../../core/pack/types.ts";
import { fieldNames } from "../../profile.ts";
import { INSIDE } from "./inside.ts";
import { withFields } from "../../wire/draft.ts";

export const massAssignment: Check = {
  id: "data.mass-assignment",
  requirement: "DAT-05",
  title: { en: "A request cannot set what the answer shows", zh: "请求不得设置应答中的状态字段" },
  effort: "standard",
  isolated: true,
  each: eachInterface((one) => one.request.body !== undefined && one.notification === undefined),
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    const { schemas } = session.pack;
    const answer = draft.interface.response.body;
    const shown =
      answer === undefined
        ? undefined
        : alternatives(flatten({ schema: answer as SchemaObject, document: answer }, schemas), schemas)[0];
    const taken = new Set([
      ...fieldNames(session.pack, draft.interface, "body"),
      ...fieldNames(session.pack, draft.interface, "path"),
    ]);
    const fields: Record<string, Json> = { ...INSIDE };
    const realm = { pack: session.pack, random: session.random, now: session.sutNow() };
    for (const [name, property] of Object.entries(
      (shown?.schema["properties"] as Readonly<Record<string, Schema>> | undefined) ?? {},
    ))
      fields[name] = realValue(name, property, documentOf(property, shown?.document ?? true), realm);
    const before = await session.observe(draft);
    for (const [name, value] of Object.entries(fields)) {
      // A text that may be empty says nothing in a form.
      if (taken.has(name) || value === "") continue;
      session.expectRefusal(
        await session.send(withFields(draft, { [name]: value }), { label: `the request says "${name}"` }),
        session.code("schema"),
        { en: "The request is copied into the row as it is.", zh: "请求被原样写入数据行。" },
      );
    }
    await session.expectUnchanged(before, {
      en: "a request that sets what the answer shows",
      zh: "写入应答字段的请求",
    });
    session.expectSuccess(await session.send(draft, { label: "the request without it" }));
  },
};
