import { describe, expect, test } from "vitest";
import type { RunEvent } from "../core/run/event.ts";
import type { HandleParts, Wrappers } from "../simulator/defects/defect.ts";
import { DEFECTS } from "../simulator/defects/index.ts";
import { answered, bodyOf, interfaceOf, refused } from "../simulator/defects/parts/answers.ts";
import type { RawRequest, RawResponse } from "../simulator/http/raw.ts";
import { openTrial } from "./trial.ts";

/*
 * What has one root is one finding, under the requirement that is broken. Each bank goes through pre-flight first, as
 * with users.
 */

/** Checks of many kinds that meet the answers of payments, and those that judge the run at its end. */
const MANY =
  "{contract.answers,contract.valid-request/*,contract.said-and-shown/*,errors.agreement,errors.encoding,idempotency.same-again/*,idempotency.left-free/*,replay.exact/*,signature.absent/*}";

const defect = (name: string): Wrappers => DEFECTS.find((one) => one.name === name) ?? {};

/** Payments are made with another status. */
const created: Wrappers = {
  handle: (inner, parts) => async (request) => {
    const response = await inner(request);
    return interfaceOf(request, parts) === "payment.create" && response.status === 200
      ? answered(201, bodyOf(response, parts), parts)
      : response;
  },
};

/** One interface fails: every refund. */
const failing: Wrappers = {
  handle: (inner, parts) => (request) =>
    interfaceOf(request, parts) === "refund.create" ? refused("SYSTEM_ERROR", parts) : inner(request),
};

/** What a server that failed says where the code of its own is not reached. */
const PAGE: RawResponse = {
  status: 500,
  headers: [["Content-Type", "text/html"]],
  body: new TextEncoder().encode("<h1>Internal Server Error</h1>"),
};

/** How a bank may go down in the middle of a run. */
const DOWN: Readonly<Record<string, (request: RawRequest, parts: HandleParts) => Promise<RawResponse> | undefined>> = {
  "answers a signed 500 to everything": (_request, parts) => refused("SYSTEM_ERROR", parts),
  "answers the page of a server to everything": () => Promise.resolve(PAGE),
  // A pool of connections that is used up: what writes waits for one in vain.
  "fails whatever writes": (request, parts) =>
    request.method === "POST" && interfaceOf(request, parts) !== "echo" ? refused("SYSTEM_ERROR", parts) : undefined,
};

/** Calls of the checks that a bank answers well before it goes down. */
const WELL = 150;

/** What is found of a bank: failed lines, reasons of undecided ones, and notes on the run. */
async function found(
  wrappers: Wrappers,
  begun: () => void = () => {},
): Promise<{
  readonly preflight: readonly string[];
  readonly failed: readonly string[];
  readonly undecided: readonly string[];
  readonly notes: readonly string[];
}> {
  const trial = await openTrial({ role: "bank", scheme: "ed25519", wrappers });
  try {
    const preflight = await trial.preflight({});
    begun();
    const notes: string[] = [];
    const lines = await trial.judge({
      only: MANY,
      onEvent: (event: RunEvent) => void (event.type === "run.noted" && notes.push(event.message.en)),
    });
    return {
      preflight: preflight.filter(({ ok }) => !ok).map(({ name, message }) => `${name}: ${message.en}`),
      failed: lines.filter(({ verdict }) => verdict === "fail").map(({ check }) => check),
      undecided: lines.filter(({ verdict }) => verdict === "inconclusive").map(({ reason }) => reason?.en ?? ""),
      notes,
    };
  } finally {
    await trial.close();
  }
}

describe("one root is one finding", () => {
  test("a field that is missing in answers", async () => {
    const { preflight, failed, undecided } = await found(defect("field-missing"));
    expect([preflight, failed]).toEqual([[], ["contract.answers"]]);
    expect(undecided.length).toBeGreaterThan(0);
    for (const reason of undecided) expect(reason).toMatch(/because of CON-02|on which this check builds/);
  });

  test("another status of success, told as that", async () => {
    const { preflight, failed, undecided } = await found(created);
    expect([preflight, failed]).toEqual([[], ["contract.answers"]]);
    expect(undecided.join("\n")).toMatch(/because of CON-02.*was answered with HTTP 201, where .* is 200/);
  });

  test("an interface that fails whatever it is asked", async () => {
    const { preflight, failed, undecided } = await found(failing);
    expect(preflight).toEqual([]);
    expect(failed).toEqual(["errors.agreement"]);
    expect(undecided.length).toBeGreaterThan(0);
  });

  test.each(Object.entries(DOWN))("a bank that %s, from some call on", async (_how, down) => {
    let left = Number.POSITIVE_INFINITY;
    const wrappers: Wrappers = {
      handle: (inner, parts) => (request) => {
        left -= 1;
        return left >= 0 ? inner(request) : (down(request, parts) ?? inner(request));
      },
    };
    const { preflight, failed, undecided } = await found(wrappers, () => (left = WELL));
    expect([preflight, failed]).toEqual([[], ["errors.agreement"]]);
    expect(undecided.join("\n")).toMatch(/because of ERR-03/);
  });

  test("a bank that answers a 500 to everything ends pre-flight as its own fault", async () => {
    const trial = await openTrial({
      role: "bank",
      scheme: "ed25519",
      wrappers: { handle: (_inner, parts) => () => refused("SYSTEM_ERROR", parts) },
    });
    try {
      const bad = (await trial.preflight({})).filter(({ ok }) => !ok);
      expect(bad.map(({ attribution }) => attribution)).toEqual(["sut"]);
    } finally {
      await trial.close();
    }
  });

  test("a wrong charset in nearly every answer stands at the top of the summary", async () => {
    const { preflight, failed, notes } = await found(defect("charset-wrong"));
    expect([preflight, failed]).toEqual([[], ["errors.encoding"]]);
    expect(notes).toEqual([expect.stringMatching(/^Nearly every answer shows it: .*errors\.encoding/)]);
  });
});
