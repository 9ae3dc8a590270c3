import type { Check } from "../../check.ts";
import { TransportFailure } from "../../../core/runtime/runtime.ts";
import { lightest } from "../subject.ts";
import { answeredAgain } from "../repeated.ts";

/** More than a cache of ten thousand holds. */
const MESSAGES = 12_000;
/** Fewer prove nothing. */
const LEAST = 1_000;

export const flood: Check = {
  id: "replay.flood",
  requirement: "RPL-05",
  title: { en: "Many messages do not push a nonce out", zh: "大量报文不挤出随机串" },
  effort: "exhaustive",
  each: (context) =>
    [lightest(context)].flatMap((one) => (one === undefined ? [] : [{ id: one.id, interface: one.id }])),
  async run(session, instance) {
    const { transport } = session.run.runtime;
    const { checkTimeoutSeconds, maxConcurrency } = session.statement.limits;
    const draft = await session.request(String(instance.interface));
    const bytes = session.seal(draft);
    const startedAt = session.run.runtime.now();
    session.expectSuccess(await session.sendSealed(draft, bytes, "first"));
    const until =
      startedAt +
      Math.min(checkTimeoutSeconds * 1000 * 0.7, session.pack.policies.freshness.clockSkewSeconds * 1000 * 0.5);
    let sent = 0;
    let answered = 0;
    // Not recorded one by one: only the replay at the end is judged.
    const lane = async (): Promise<void> => {
      while (sent < MESSAGES && session.run.runtime.now() < until) {
        sent += 1;
        const response = await transport.send(session.seal(draft)).catch((failure: unknown) => {
          if (failure instanceof TransportFailure) return undefined;
          throw failure;
        });
        if (session.pack.succeeds(draft.interface, response?.status)) answered += 1;
      }
    };
    await Promise.all(Array.from({ length: maxConcurrency }, lane));
    if (answered < LEAST)
      session.inconclusive(
        `only ${answered} messages were answered in time, ${LEAST} are needed`,
        `时限内仅有 ${answered} 个报文得到应答，至少需要 ${LEAST} 个`,
      );
    const replay = await session.sendSealed(draft, bytes, `the first message again, after ${answered} others`);
    if (session.pack.policies.freshness.exactReplay === "refuse") {
      session.expectRefusal(replay, session.code("freshness.replay"), {
        en: "The memory for nonces is bounded, and the oldest goes first.",
        zh: "随机串缓存有上限，最早的先被淘汰。",
      });
    } else answeredAgain(session, replay);
  },
};
