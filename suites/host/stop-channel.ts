import { BroadcastChannel } from "node:worker_threads";
import type { Job } from "../run/open.ts";

/** Carries from the host to the worker that a run is to stop. Nothing is kept alive by it. */
export function stopChannel({ logFile, startedAt }: Job): BroadcastChannel {
  const channel = new BroadcastChannel(`liantiao stop ${startedAt} ${logFile}`);
  channel.unref();
  return channel;
}
