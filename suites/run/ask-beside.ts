import { CheckInconclusive, CheckSkipped } from "../outcome.ts";
import { Session } from "../session.ts";
import type { RunScope } from "./scope.ts";

/** Under what a call is made that no check asked for. */
const BESIDE = "preflight";

/**
 * One ordinary call of an interface, with the customers of the check that was answered with a failure: the witness takes
 * its end in, and what it is built on tells as much where that fails.
 */
export async function askBeside(
  scope: RunScope,
  interfaceId: string,
  stop: AbortSignal,
  place: ConstructorParameters<typeof Session>[3],
): Promise<void> {
  const session = new Session(scope, BESIDE, stop, place);
  try {
    await session.send(await session.request(interfaceId), { label: "an ordinary call beside it" });
  } catch (thrown) {
    // What it builds on was not to be had, so that this one says nothing.
    if (!stop.aborted && !(thrown instanceof CheckInconclusive) && !(thrown instanceof CheckSkipped)) throw thrown;
  } finally {
    await session.close();
  }
}
