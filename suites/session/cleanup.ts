import type { Json } from "../../core/unit/unit.ts";
import { fieldNames } from "../profile.ts";
import type { HookName } from "../statement/statement.ts";
import type { Answer } from "../wire/answer.ts";
import type { Draft, Fields } from "../wire/draft.ts";
import type { Exchange } from "../wire/exchange.ts";
import { objectOf } from "./context.ts";
import type { SessionContext } from "./context.ts";

/** What a clean-up needs of the session that it is given: the check's own may have been ended. */
export interface Caller {
  request(interfaceId: string, fields: Readonly<Record<string, Json | undefined>>): Promise<Draft>;
  send(draft: Draft, options: { readonly label: string }): Promise<Exchange>;
  hook(name: HookName, payload?: Fields): Promise<Json | undefined>;
}

/** Done after the check, whatever became of it. */
export type Cleanup = (after: Caller) => Promise<void>;

/** The call that gives back what was applied for, so that the next check finds the fixture free; undefined where there is none. */
export function cancellation(context: SessionContext, draft: Draft, answer: Answer): Cleanup | undefined {
  const about = context.pack.resources.about(draft.interface);
  const end = about?.resource?.ends;
  // Only what is put in force by a confirmation stays with the customer; other resources leave their fixtures free.
  if (about?.verb !== "creates" || about.resource?.confirms === undefined || end === undefined) return undefined;
  if (answer.status >= 300 || !context.claims(end.id)) return undefined;
  const fields = objectOf(answer.json);
  const names = fieldNames(context.pack, end, "path");
  if (!names.every((name) => fields[name] !== undefined)) return undefined;
  return async (after) => {
    const request = await after.request(end.id, Object.fromEntries(names.map((name) => [name, fields[name]])));
    await after.send(request, { label: `clean up: ${end.id}` });
  };
}
