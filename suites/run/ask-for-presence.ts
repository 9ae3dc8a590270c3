import { TransportFailure } from "../../core/runtime/runtime.ts";
import { CheckInconclusive, CheckSkipped } from "../outcome.ts";
import { simplest } from "../preflight/trial-call.ts";
import { Session } from "../session.ts";
import type { RunScope } from "./scope.ts";

/** One simple call, for what it tells of the SUT's presence: the witness takes its end in. */
export async function askForPresence(scope: RunScope, stop: AbortSignal): Promise<void> {
  const one = simplest(scope);
  const session = new Session(scope, "preflight", stop);
  try {
    if (one !== undefined) return void (await session.send(await session.request(one.id), { label: "is it there?" }));
  } catch (thrown) {
    // It cannot be made up here; any answer will do then.
    if (!(thrown instanceof CheckSkipped) && !(thrown instanceof CheckInconclusive)) {
      if (stop.aborted) return;
      throw thrown;
    }
  }
  const { runtime, statement, presence } = scope;
  await runtime.transport
    .send(
      {
        method: "GET",
        url: `${statement.baseUrl}/`,
        headers: [],
        body: new Uint8Array(),
        timeoutMs: statement.limits.timeoutMs,
      },
      stop,
    )
    .then(
      () => presence.noticed(runtime.now()),
      (failure: unknown) => {
        if (!(failure instanceof TransportFailure)) throw failure;
        presence.noticed(runtime.now(), failure);
      },
    );
}
