import type { Json } from "../../core/unit/unit.ts";
import type { Given } from "../data/request-builder.ts";
import { reasonTimes } from "../resources/limits.ts";
import type { Resource } from "../resources/resource.ts";
import type { Shown } from "../resources/shown.ts";
import type { Session } from "../session.ts";
import { askedIn } from "../resources/draft-fields.ts";
import type { Draft, Fields } from "../wire/draft.ts";
import type { Exchange } from "../wire/exchange.ts";
import { handleFor, look, needed } from "./resource-steps.ts";

/*
 * Steps over what is put in force by a one-time code: a binding, a mandate.
 */

/** An application, and the code that its customer was sent: by the hook `sms-code`, or the fixture's own. */
export interface Application {
  readonly shown: Shown;
  readonly code: string;
}

export async function applied(session: Session, resource: Resource, given: Given = {}): Promise<Application> {
  const one = needed(session, resource, "creates");
  const shown = session.expectShown(await session.ask(one, given, `apply for a ${resource.name}`));
  return { shown, code: await oneTimeCode(session, resource, shown) };
}

/** Confirms an application with a code. */
export async function confirm(
  session: Session,
  resource: Resource,
  { shown }: Pick<Application, "shown">,
  code: string,
  label: string,
): Promise<Exchange> {
  const one = needed(session, resource, "confirms");
  return session.ask(one, { ...handleFor(session, one, shown), code }, label);
}

/** Ends what is in force. */
export async function end(session: Session, resource: Resource, of: Shown, label: string): Promise<Exchange> {
  const one = needed(session, resource, "ends");
  return session.ask(one, handleFor(session, one, of), label);
}

/** The code that the customer of an application was sent. */
export async function oneTimeCode(session: Session, resource: Resource, shown: Shown): Promise<string> {
  const confirms = needed(session, resource, "confirms");
  const field = session.pack.meanings(confirms).field("code") ?? "";
  if (session.offers("sms-code")) {
    const handle = idFields(session, resource, shown);
    const told = await session.hook("sms-code", { party_id: session.party.partyId, ...handle });
    const code =
      typeof told === "object" && told !== null && !Array.isArray(told) ? (told as Fields)["sms_code"] : undefined;
    return typeof code === "string"
      ? code
      : session.inconclusive("the hook sms-code gave no sms_code", "控制钩子 sms-code 未返回 sms_code");
  }
  const scenario = session.scenario(resource, "ordinary");
  // The scenario's own value is what a request is filled with.
  const value = askedIn(
    session.pack,
    await session.make(confirms, handleFor(session, confirms, shown), { scenario }),
    "code",
  );
  return typeof value === "string"
    ? value
    : session.skip(
        `the code is told neither by the hook sms-code nor by the fixture ${scenario} as ${field}`,
        `控制钩子 sms-code 与场景 ${scenario} 均未给出验证码 ${field}`,
        "fixture",
      );
}

/** The handle of an application under the names that its own interface has for it. */
function idFields(session: Session, resource: Resource, shown: Shown): Fields {
  const one = needed(session, resource, "confirms");
  const meanings = session.pack.meanings(one);
  return Object.fromEntries(
    Object.entries(handleFor(session, one, shown)).map(([meaning, value]) => [
      meanings.field(meaning as "id") ?? meaning,
      value as Json,
    ]),
  );
}

/** An application whose time is over, once it is no longer open or so much time has passed: a bank that looks through them now and then has a moment for it. */
export async function afterItsTime(
  session: Session,
  resource: Resource,
  of: Draft | Shown,
  withinMs: number,
): Promise<Shown> {
  const deadline = session.run.runtime.now() + withinMs;
  for (;;) {
    const shown = await look(session, resource, of);
    if (shown.outcome !== "open" || session.run.runtime.now() >= deadline) return shown;
    await session.sleep(100);
  }
}

/** Another code of the same form. */
export function wrongCode(code: string, turn: number): string {
  return Array.from(code, (digit, index) =>
    index === code.length - 1 ? String((Number(digit) + 1 + (turn % 9)) % 10) : digit,
  ).join("");
}

/** How many wrong codes lock an application, as the pack's way to the refusal says. */
export function attemptsOf(session: Session, resource: Resource): number {
  const one = needed(session, resource, "confirms");
  return (
    reasonTimes(session.pack, one, "code-locked") ??
    session.skip(
      "the pack does not say how many wrong codes are too many (provoke, times)",
      "规范包未说明验证码错误次数上限（provoke 的 times）",
      "not-demanded",
    )
  );
}
