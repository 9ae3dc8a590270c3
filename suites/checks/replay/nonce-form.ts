import type { Check } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import { expectEachRefused } from "../corpus.ts";
import type { WrongForm } from "../corpus.ts";
import { nonceRule } from "../../../core/envelope/nonce-rule.ts";
import type { NonceBounds } from "../../../core/envelope/nonce-rule.ts";
import type { Session } from "../../session.ts";
import { mustCarry } from "../carried-part.ts";
import { eachSubject, lightest } from "../subject.ts";

/** Signs that can stand in a header. Those that the pack's pattern allows are left out. */
const SIGNS = [" ", "!", "'", "+", ",", ".", "/", ":", ";", "=", "?", "%0A", "\\n", "\t", "$", "{", "|", "~"];

export const nonceForm: Check = {
  id: "replay.nonce-form",
  requirement: "RPL-09",
  title: { en: "A nonce of another form is refused", zh: "其他形式的随机串被拒绝" },
  effort: "standard",
  isolated: true,
  each: eachSubject,
  async run(session, instance) {
    mustCarry(session, session.pack.interface(interfaceOf(instance)), "nonce");
    const bounds = nonceBounds(session);
    const good = nonceRule(bounds);
    const made = (length: number): string =>
      (session.nonce() + session.nonce() + session.nonce()).padEnd(length, "0").slice(0, length);
    const wrong: readonly (readonly [string, () => string])[] = [
      ["nothing", () => ""],
      ["one sign", () => made(1)],
      [`${bounds.minLength - 1} signs`, () => made(bounds.minLength - 1)],
      [`${bounds.maxLength + 1} signs`, () => made(bounds.maxLength + 1)],
      ["4000 signs", () => made(4_000)],
      ...SIGNS.map(
        (sign) =>
          [`${JSON.stringify(sign)} in the middle`, () => `${made(bounds.minLength)}${sign}${made(4)}`] as const,
      ),
    ];
    const forms = wrong.flatMap(([name, nonce]): readonly WrongForm[] => {
      const value = nonce();
      return good(value)
        ? []
        : [
            {
              name: `nonce: ${name}`,
              tamper: { nonce: () => value },
              codes: [session.code("signature"), session.code("freshness.replay")],
            },
          ];
    });
    await expectEachRefused(
      session,
      {
        draft: await session.request(interfaceOf(instance)),
        forms,
        what: { en: "a nonce of another form", zh: "格式有误的随机串" },
        likelyCause: { en: "The form of the nonce is not checked.", zh: "未检查随机串的格式。" },
      },
      { nonce: () => made(bounds.maxLength) },
    );
  },
};

/** The form of a nonce. @throws TypeError for a pack whose messages carry none. */
function nonceBounds({ pack }: Session): NonceBounds {
  const { nonce } = pack.policies.freshness;
  if (nonce === undefined)
    throw new TypeError(`the pack ${pack.source.manifest.name} does not say what a nonce looks like`);
  return nonce;
}

/** Nonces are counted by party, so that one party cannot use up another's. */
export const nonceOfAnother: Check = {
  id: "replay.nonce-of-another",
  requirement: "RPL-09",
  title: { en: "Another party's nonce does not count", zh: "其他机构用过的随机串互不影响" },
  effort: "smoke",
  needs: { parties: 2 },
  each: (context) =>
    [lightest(context)].flatMap((one) => (one === undefined ? [] : [{ id: one.id, interface: one.id }])),
  async run(session, instance) {
    mustCarry(session, session.pack.interface(interfaceOf(instance)), "nonce");
    const nonce = session.nonce();
    const { stranger } = session;
    const theirs = await session.send(await session.request(interfaceOf(instance), {}, { signer: stranger }), {
      label: "another party uses the nonce",
      signer: stranger,
      tamper: { nonce: () => nonce },
    });
    // What is asked for may be this party's alone; a refusal that says so comes behind the nonce, too.
    if (session.pack.succeeds(theirs.draft.interface, theirs.answer?.status)) session.expectSuccess(theirs);
    else session.expectRefusal(theirs, theirs.draft.interface.errors);
    const draft = await session.request(interfaceOf(instance));
    let sentAt = 0;
    session.expectSuccess(
      await session.send(draft, {
        label: "this party uses the same nonce",
        tamper: { nonce: () => nonce, clock: (now) => (sentAt = now), mayKeep: true },
      }),
    );
    // The same bytes again may be answered by the pack, so this is another message.
    session.expectRefusal(
      await session.send(draft, {
        label: "this party uses it again, one second older",
        tamper: { nonce: () => nonce, clock: () => sentAt - 1 },
      }),
      session.code("freshness.replay"),
    );
  },
};
