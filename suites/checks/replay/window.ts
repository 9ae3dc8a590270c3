import type { Check } from "../../check.ts";
import { mustCarry } from "../carried-part.ts";

/** Margin in seconds: pre-flight lets clocks differ by 30, and what is sent just inside must still be inside when it arrives. */
const MARGIN = 45;

export const window: Check = {
  id: "replay.window",
  requirement: "RPL-06",
  title: {
    en: "Timestamps outside the window are refused, inside accepted",
    zh: "时间窗口外的时间戳被拒绝，窗口内被接受",
  },
  effort: "smoke",
  isolated: true,
  each: ({ provided }) =>
    provided
      .filter(
        ({ purpose, provider }) =>
          purpose?.probes !== undefined ||
          purpose?.creates !== undefined ||
          (provider === "platform" && purpose?.reads !== undefined),
      )
      .flatMap((one) => ["past", "future"].map((side) => ({ id: `${one.id}/${side}`, interface: one.id, data: side }))),
  async run(session, instance) {
    mustCarry(session, session.pack.interface(String(instance.interface)), "timestamp");
    const skew = session.pack.policies.freshness.clockSkewSeconds;
    const sign = instance.data === "past" ? -1 : 1;
    const at = (seconds: number) => ({ clock: (now: number) => now + sign * seconds });
    const draft = await session.request(String(instance.interface));
    const before = await session.observe(draft);
    const outside = await session.send(draft, {
      label: `timestamp ${skew + MARGIN} s in the ${String(instance.data)}`,
      tamper: at(skew + MARGIN),
    });
    session.expectRefusal(outside, session.code("freshness.timestamp"), {
      en: "Only one side of the window is checked, or none.",
      zh: "仅校验了时间窗口的一侧，或完全未校验。",
    });
    await session.expectUnchanged(before, { en: "a request outside the window", zh: "时间窗口之外的请求" });
    session.expectSuccess(
      await session.send(draft, {
        label: `timestamp ${skew - MARGIN} s in the ${String(instance.data)}`,
        tamper: at(skew - MARGIN),
      }),
    );
  },
};
