import type { Check } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import type { Session } from "../../session.ts";
import { expectEachRefused } from "../corpus.ts";
import { lightest } from "../subject.ts";

/** Seconds from the edge: for rounding on both sides and the time a message is under way. */
const OUTSIDE = 4;
const INSIDE = 8;

const FAR: Readonly<Record<string, number>> = {
  "an hour": 3_600,
  "a day": 86_400,
  "a year": 31_536_000,
  "30 years": 946_080_000,
};

export const edge: Check = {
  id: "replay.edge",
  requirement: "RPL-06",
  title: {
    en: "The window ends where the pack says, by the receiver's own clock",
    zh: "时间窗口以接收方时钟计，边界与规范一致",
  },
  effort: "standard",
  each: (context) =>
    [lightest(context)].flatMap((one) =>
      one === undefined
        ? []
        : ["past", "future"].map((side) => ({ id: `${one.id}/${side}`, interface: one.id, data: side })),
    ),
  async run(session: Session, instance) {
    const skew = session.pack.policies.freshness.clockSkewSeconds;
    const sign = instance.data === "past" ? -1 : 1;
    const codes = session.code("freshness.timestamp");
    const draft = await session.request(interfaceOf(instance));
    const sentAt = session.run.runtime.now();
    const first = await session.send(draft, { label: "what time is it there?" });
    session.expectSuccess(first);
    const theirs = first.answer?.signature.ok === true ? first.answer.signature.timestampSeconds : undefined;
    if (theirs === undefined || session.run.runtime.now() - sentAt > 2_000)
      session.inconclusive("the receiver's clock could not be read to a second", "无法以秒级精度获知接收方时钟");
    const offset = theirs - Math.floor(session.run.runtime.now() / 1000);
    const at = (seconds: number) => ({
      timestamp: () => String(Math.floor(session.run.runtime.now() / 1000) + offset + sign * seconds),
    });
    await expectEachRefused(
      session,
      {
        draft,
        what: "a message outside the window",
        forms: [
          // A timestamp ahead comes nearer while it is under way, so it gets the wider margin.
          {
            name: `${skew} s and ${sign < 0 ? OUTSIDE : INSIDE} s in the ${String(instance.data)}`,
            tamper: at(skew + (sign < 0 ? OUTSIDE : INSIDE)),
            codes,
          },
          ...Object.entries(FAR).map(([name, seconds]) => ({
            name: `${name} in the ${String(instance.data)}`,
            tamper: at(seconds),
            codes,
          })),
        ],
        likelyCause: {
          en: "The window is wider than agreed, or one side of it has no bound.",
          zh: "时间窗口宽于约定，或其中一侧没有界限。",
        },
      },
      at(skew - (sign < 0 ? INSIDE : OUTSIDE)),
    );
  },
};
