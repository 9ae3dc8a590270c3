/** What the thread that runs the checks tells its host. What the checks find stands in the log. */
export type HostMessage =
  /** The log has grown. */
  | { readonly kind: "grown" }
  /** Something in the harness broke. */
  | { readonly kind: "problem"; readonly text: string };

/** What the host tells the thread: the run is to stop. */
export const STOP = "stop";
