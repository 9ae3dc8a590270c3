import type { RunEvent } from "../../core/run/event.ts";
import { AT, done, preflight, sampleExchanges, sampleHead, titleOf } from "./sample-events.ts";

/** A bank that passes all that is put to it. */
export function passedRun(): readonly RunEvent[] {
  const plan = ["SIG-01", "RPL-01", "IDM-01"].map((requirement) => ({
    check: `${requirement}.only`,
    requirement,
    title: titleOf(requirement),
  }));
  return [
    sampleHead({ plan }),
    preflight("reachable", { en: "The SUT answered", zh: "被测系统已应答" }),
    ...sampleExchanges(),
    ...plan.map(({ check }) => done(check, "pass")),
    { type: "run.finished", at: AT + 5_000, partial: false },
  ];
}

/** A run that a waiver turns green, with the fail of a SHOULD beside it. */
export function waivedRun(): readonly RunEvent[] {
  const plan = ["SIG-01", "PAR-03", "RPL-02"].map((requirement) => ({
    check: `${requirement}.only`,
    requirement,
    title: titleOf(requirement),
  }));
  return [
    sampleHead({
      plan,
      waivers: [
        {
          requirement: "PAR-03",
          owner: "acquiring team",
          reason: "Gateway replaced in release 4.2",
          expires: "2026-06-30",
        },
      ],
    }),
    done("SIG-01.only", "pass"),
    done("PAR-03.only", "fail"),
    done("RPL-02.only", "fail"),
    { type: "run.finished", at: AT + 5_000, partial: false },
  ];
}

/** A run whose SUT could not be reached. */
export function unreachableRun(): readonly RunEvent[] {
  return [
    sampleHead({ plan: [{ check: "SIG-01.absent", requirement: "SIG-01", title: titleOf("SIG-01") }] }),
    {
      type: "preflight.finished",
      at: AT + 10,
      name: "reachable",
      ok: false,
      attribution: "network",
      message: { en: "https://bank.test:8443 refused the connection", zh: "https://bank.test:8443 拒绝连接" },
      remedy: { en: "Start the SUT, or mend baseUrl in sut.json", zh: "请启动被测系统，或修正 sut.json 中的 baseUrl" },
    },
    { type: "run.finished", at: AT + 20, partial: true, reason: "preflight" },
  ];
}
