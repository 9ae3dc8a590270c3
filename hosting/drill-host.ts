import { ControlError, secondsIn } from "../simulator/control/control-error.ts";
import type { HostHook } from "../simulator/control/control.ts";
import { fillable } from "../simulator/store/full-disk.ts";
import type { FillableStore } from "../simulator/store/full-disk.ts";
import type { Store } from "../simulator/store/store.ts";
import { explained, fromFlag } from "./listen.ts";
import { openLine } from "./troubled-line.ts";
import type { Trouble, TroubledLine } from "./troubled-line.ts";

/** What stands around a simulator so that drills can be carried out on it. */
export interface DrillHost {
  /** Where peers reach the simulator: the near end of the line. */
  readonly url: string;
  /** The hooks `pause`, `network` and `disk` of docs/hooks.md. */
  readonly hooks: Readonly<Record<string, HostHook>>;
  /** A store on a disk that the hook `disk` fills. */
  onDisk(store: Store): Store;
  /** Leads the line to where the simulator listens. */
  leadTo(url: string): void;
  close(): Promise<void>;
}

/** Opens a line at the address of a simulator. @throws UserError when it cannot be had */
export async function openDrillHost(at: {
  readonly hostname: string;
  readonly port: number;
  readonly scheme: "http" | "https";
}): Promise<DrillHost> {
  let target = { host: at.hostname, port: 0 };
  const line = await explained(at, fromFlag("--port"), () => openLine({ ...at, to: () => target }));
  const network = new Network(line);
  let store: FillableStore | undefined;
  const { hostname } = at;
  return {
    url: `${at.scheme}://${hostname.includes(":") ? `[${hostname}]` : hostname}:${line.port}`,
    hooks: {
      pause: (order) => network.pause(secondsIn(order, "seconds")),
      network: (order) => network.set(troubleOf(order)),
      disk: ({ full }) => {
        if (typeof full !== "boolean")
          throw new ControlError({
            en: 'say {"full": true} or {"full": false}',
            zh: '请写 {"full": true} 或 {"full": false}',
          });
        store?.fill(full);
      },
    },
    // The disk of a simulator that starts has room: it seeds its data then.
    onDisk: (inner) => (store = fillable(inner)),
    leadTo: (url) => {
      const { hostname: host, port } = new URL(url);
      target = { host: host.replace(/^\[|\]$/g, ""), port: Number(port) };
    },
    close: async () => {
      network.end();
      await line.close();
    },
  };
}

/** The line as its hooks trouble it: silent while the process stands still, and otherwise as it was told. */
class Network {
  readonly #line: TroubledLine;
  #trouble: Trouble = {};
  #resumes: ReturnType<typeof setTimeout> | undefined;

  constructor(line: TroubledLine) {
    this.#line = line;
  }

  set(trouble: Trouble): void {
    this.#trouble = trouble;
    this.#line.trouble(this.#resumes === undefined ? trouble : { ...trouble, silent: true });
  }

  pause(seconds: number): void {
    this.end();
    this.#resumes = setTimeout(() => {
      this.#resumes = undefined;
      this.set(this.#trouble);
    }, 1000 * seconds);
    this.set(this.#trouble);
  }

  end(): void {
    clearTimeout(this.#resumes);
    this.#resumes = undefined;
  }
}

/** What may be said of a network, and the largest figure of each. */
const FIGURES: Readonly<Record<string, number>> = {
  delayMs: 120_000,
  answerDelayMs: 120_000,
  bytesPerSecond: 1_000_000_000,
  cutRequests: 1_000_000,
  cutAnswers: 1_000_000,
};
const STATES: readonly string[] = ["down", "silent"];

/** The trouble that an order names. @throws ControlError */
function troubleOf(order: Parameters<HostHook>[0]): Trouble {
  for (const [name, value] of Object.entries(order)) {
    const most = FIGURES[name];
    if (most === undefined && !STATES.includes(name))
      throw new ControlError({
        en: `a network has no "${name}"; it has: ${[...Object.keys(FIGURES), ...STATES].join(", ")}, and {} for no trouble`,
        zh: `网络没有“${name}”；可用：${[...Object.keys(FIGURES), ...STATES].join("、")}，无故障则写 {}`,
      });
    if (most === undefined && typeof value !== "boolean")
      throw new ControlError({ en: `"${name}" must be true or false`, zh: `“${name}”须为 true 或 false` });
    if (most !== undefined && !(Number.isInteger(value) && Number(value) >= 1 && Number(value) <= most))
      throw new ControlError({
        en: `"${name}" must be a whole number from 1 to ${most}`,
        zh: `“${name}”须为 1 至 ${most} 的整数`,
      });
  }
  return order;
}
