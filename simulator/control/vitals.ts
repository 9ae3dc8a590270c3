import { readdirSync } from "node:fs";
import type { Simulator } from "../simulator.ts";

/** Open files of this process, where the system tells of them (Linux). */
function openFiles(): number | undefined {
  try {
    return readdirSync("/proc/self/fd").length;
  } catch {
    return undefined;
  }
}

/** The vitals hook of docs/hooks.md: how much this process holds, as a flat object of numbers. */
export function vitalsOf({ callsUnderWay }: Pick<Simulator, "callsUnderWay">): Readonly<Record<string, number>> {
  const { rss, heapUsed, external } = process.memoryUsage();
  const resources = process.getActiveResourcesInfo();
  const files = openFiles();
  return {
    resident_bytes: rss,
    heap_bytes: heapUsed,
    external_bytes: external,
    handles: resources.length,
    connections: resources.filter((name) => name === "TCPSocketWrap").length,
    ...(files === undefined ? {} : { open_files: files }),
    calls_under_way: callsUnderWay(),
  };
}
