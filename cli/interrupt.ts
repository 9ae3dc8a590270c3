type Interruption = "SIGINT" | "SIGTERM";

const INTERRUPTIONS: readonly Interruption[] = ["SIGINT", "SIGTERM"];

/**
 * Turns Ctrl-C (and SIGTERM) into an orderly end: the signal aborts once; a second one ends the process at once with
 * the shell's own code for it. `release` gives the signals back.
 */
export function interruptible(): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  const stop = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(name === "SIGINT" ? 130 : 143);
    controller.abort(name);
  };
  for (const name of INTERRUPTIONS) process.on(name, stop);
  return {
    signal: controller.signal,
    release: () => {
      for (const name of INTERRUPTIONS) process.removeListener(name, stop);
    },
  };
}

export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
