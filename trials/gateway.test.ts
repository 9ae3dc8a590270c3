import { expect, test } from "vitest";
import type { CheckFinished, RunEvent } from "../core/run/event.ts";
import type { Wrappers } from "../simulator/defects/defect.ts";
import { hasNginx, nginxAhead } from "./surroundings/nginx.ts";
import { openTrial } from "./trial.ts";

const CHECKS = "{SIG-19,CAN-08,SIG-25,ERR-03,ERR-05,ERR-11}";
const ready = hasNginx();
const skipNote = ready ? "" : " (SKIPPED: needs nginx)";

/** How a bank behind an nginx is judged. */
async function judgedBehind(wrappers?: Wrappers): Promise<{
  readonly finished: readonly CheckFinished[];
  readonly events: readonly RunEvent[];
}> {
  const trial = await openTrial({ role: "bank", scheme: "ed25519", ...(wrappers === undefined ? {} : { wrappers }) });
  try {
    await using gateway = await nginxAhead(trial.baseUrl);
    const events: RunEvent[] = [];
    const finished = await trial.judge({
      only: CHECKS,
      statement: { baseUrl: gateway.baseUrl },
      onEvent: (event) => void events.push(event),
    });
    return { finished, events };
  } finally {
    await trial.close();
  }
}

test.skipIf(!ready && process.env["CI"] === undefined)(
  `a conforming bank behind a stock nginx passes${skipNote}`,
  async () => {
    if (!ready) throw new Error("A gateway ahead of a bank needs nginx; install it on the CI machine.");
    const { finished, events } = await judgedBehind();
    expect(finished.filter(({ verdict }) => verdict !== "pass")).toEqual([]);
    expect(new Set(finished.map(({ requirement }) => requirement)).size).toBe(6);
    const notes = events.filter((event) => event.type === "run.noted");
    expect(notes.map(({ note, message }) => [note, message.en.includes("(nginx)")])).toEqual([["gateway", true]]);
  },
);

const asHtml: Wrappers = {
  handle: (inner) => async (request) => {
    const response = await inner(request);
    return response.status < 400
      ? response
      : {
          ...response,
          headers: [["Content-Type", "text/html"]],
          body: new TextEncoder().encode(
            "<html><body><center><h1>Bad</h1></center><center>nginx</center></body></html>",
          ),
        };
  },
};

test.skipIf(!ready && process.env["CI"] === undefined)(
  `a bank whose own refusals are unsigned HTML fails behind an nginx too${skipNote}`,
  async () => {
    if (!ready) throw new Error("A gateway ahead of a bank needs nginx; install it on the CI machine.");
    const { finished } = await judgedBehind(asHtml);
    const failed = new Set(finished.filter(({ verdict }) => verdict === "fail").map(({ requirement }) => requirement));
    expect([...failed].toSorted()).toEqual(["CAN-08", "ERR-03", "ERR-05", "ERR-11", "SIG-19", "SIG-25"]);
  },
);
