import { BroadcastChannel } from "node:worker_threads";
import type { Job } from "../run/open.ts";

/** Carries from the worker to those who watch a run that its log has grown. Nothing is kept alive by it. */
export function growthChannel({ logFile, startedAt }: Job): BroadcastChannel {
  const channel = new BroadcastChannel(`liantiao growth ${startedAt} ${logFile}`);
  channel.unref();
  return channel;
}
