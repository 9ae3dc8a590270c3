import type { Runtime, Transport } from "../../../core/runtime/runtime.ts";

/** A runtime whose calls go out in another way. */
export const sending = (runtime: Runtime, send: (inner: Transport["send"]) => Transport["send"]): Runtime => ({
  ...runtime,
  now: () => runtime.now(),
  sleep: (ms, signal) => runtime.sleep(ms, signal),
  schedule: (ms, task) => runtime.schedule(ms, task),
  yield: () => runtime.yield(),
  random: (stream) => runtime.random(stream),
  offload: runtime.offload,
  transport: { send: send((request, signal) => runtime.transport.send(request, signal)) },
});
