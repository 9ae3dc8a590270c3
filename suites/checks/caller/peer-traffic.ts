import type { Session } from "../../session.ts";
import type { PeerCall } from "../../wire/counterparty.ts";

/**
 * Writes to the event log what the SUT has sent to its peer, and was answered there: each call once, however often the
 * checks read it.
 */
export async function logTraffic(session: Session, calls: readonly PeerCall[]): Promise<readonly PeerCall[]> {
  const logged = await session.shared("caller.logged", () => Promise.resolve(new Set<string>()));
  for (const { at, target, nonce, timestamp, wire, interface: id, answer } of calls) {
    const key = JSON.stringify([at, target, nonce, timestamp]);
    if (logged.has(key)) continue;
    logged.add(key);
    const code = answer?.body["code"];
    session.run.emit({
      type: "exchange",
      at,
      check: session.check,
      ...(id === undefined ? {} : { interface: id }),
      ...(typeof code === "string" ? { code } : {}),
      answeredBy: "counterparty",
      exchange: wire,
    });
  }
  return calls;
}
