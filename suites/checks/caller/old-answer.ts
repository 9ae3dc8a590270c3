import type { Policies } from "../../../core/pack/types.ts";
import type { FaultOrder } from "../../wire/counterparty.ts";
import { unbelieved } from "./unbelieved.ts";

const past = (name: string, { freshness }: Policies): FaultOrder => ({
  name,
  settings: { ageSeconds: 2 * freshness.clockSkewSeconds },
});

/** An answer that was rightly signed once, sent again long after the window. */
export const oldAnswer = unbelieved({
  id: "signature.old-answer",
  requirement: "SIG-21",
  title: { en: "An old answer is not believed", zh: "旧应答不被采信" },
  settles: true,
  lies: {
    replayed: {
      about: "timestamp",
      everywhere: true,
      faults: (policies) => [past("old-answer", policies)],
      en: "an answer from before the window",
      zh: "时间窗口之前的应答",
    },
    // It says what is true: the content agrees with the request.
    "replayed-truth": {
      about: "timestamp",
      everywhere: true,
      faults: (policies) => [past("stale-timestamp", policies)],
      en: "a true answer from before the window",
      zh: "时间窗口之前的真实应答",
    },
    "replayed-refusal": {
      about: "timestamp",
      faults: (policies) => [{ name: "false-refusal" }, past("stale-timestamp", policies)],
      en: "a refusal from before the window",
      zh: "时间窗口之前的拒绝应答",
    },
  },
});
