import type { RandomStream } from "../../core/runtime/runtime.ts";
import { SaidError } from "../../core/text/said-error.ts";
import type { RawRequest, RawResponse } from "../http/raw.ts";
import type { JournalEntry } from "../journal/journal.ts";
import type { Fault, FaultAction, FaultContext, SigningFault } from "./fault.ts";
import { FAULTS } from "./index.ts";

/** One fault that is on: for which calls, how often, how many times more. */
export interface ActiveFault {
  readonly name: string;
  readonly settings: Readonly<Record<string, number>>;
  /** Interface id, or `*`. */
  readonly interface: string;
  /** Only calls whose target or body has this text: a number. */
  readonly about?: string;
  /** Chance of one call to meet it, in per cent. */
  readonly percent: number;
  /** How many more times; absent: until it is switched off. */
  remaining?: number;
}

/** An order for a fault that cannot be switched on so, with what is allowed. */
export class UnknownFault extends SaidError {}

/** The faults that are on. Everything random comes from one stream, so a run replays from its seed. */
export class Switchboard {
  readonly #random: RandomStream;
  readonly #sleep: (ms: number) => Promise<void>;
  #active: ActiveFault[] = [];

  constructor(random: RandomStream, sleep: (ms: number) => Promise<void>) {
    this.#random = random;
    this.#sleep = sleep;
  }

  get active(): readonly ActiveFault[] {
    return this.#active;
  }

  /** Throws `UnknownFault` with what is allowed. */
  switchOn(order: {
    readonly name: string;
    readonly settings?: Readonly<Record<string, number>>;
    readonly interface?: string;
    readonly about?: string;
    readonly percent?: number;
    readonly times?: number;
  }): ActiveFault {
    const fault = FAULTS.find(({ name }) => name === order.name);
    if (fault === undefined)
      throw new UnknownFault({
        en: `there is no fault "${order.name}"; there are: ${FAULTS.map(({ name }) => name).join(", ")}`,
        zh: `没有故障“${order.name}”；可用的故障：${FAULTS.map(({ name }) => name).join("、")}`,
      });
    const settings = this.settingsOf(fault, order.settings ?? {});
    const percent = order.percent ?? 100;
    if (!(percent > 0 && percent <= 100))
      throw new UnknownFault({
        en: `"percent" must be above 0 and at most 100, not ${percent}`,
        zh: `“percent”须大于 0 且不大于 100，现为 ${percent}`,
      });
    if (order.about !== undefined && (typeof order.about !== "string" || order.about === ""))
      throw new UnknownFault({
        en: '"about" must be a text that the target or the body of a call has, such as its number',
        zh: "“about”须为调用的目标地址或报文体所含的文本，例如其单号",
      });
    if (order.times !== undefined && !(Number.isInteger(order.times) && order.times > 0))
      throw new UnknownFault({
        en: `"times" must be a whole number above 0, not ${order.times}`,
        zh: `“times”须为大于 0 的整数，现为 ${order.times}`,
      });
    const active: ActiveFault = {
      name: fault.name,
      settings,
      interface: order.interface ?? "*",
      percent,
      ...(order.about === undefined ? {} : { about: order.about }),
      ...(order.times === undefined ? {} : { remaining: order.times }),
    };
    this.#active.push(active);
    return active;
  }

  /** The settings of a fault: those that are asked for, else its own. Throws `UnknownFault` with what is allowed. */
  settingsOf(fault: Fault, asked: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
    const settings: Record<string, number> = Object.fromEntries(
      Object.entries(fault.settings).map(([name, rule]) => [name, rule.default]),
    );
    for (const [name, value] of Object.entries(asked)) {
      const rule = fault.settings[name];
      if (rule === undefined)
        throw new UnknownFault({
          en: `fault "${fault.name}" has no setting "${name}"; it has: ${Object.keys(fault.settings).join(", ") || "none"}`,
          zh: `故障“${fault.name}”没有设置“${name}”；可用：${Object.keys(fault.settings).join("、") || "无"}`,
        });
      if (!(value >= rule.minimum && value <= rule.maximum))
        throw new UnknownFault({
          en: `setting "${name}" of fault "${fault.name}" must be from ${rule.minimum} to ${rule.maximum}, not ${value}`,
          zh: `故障“${fault.name}”的设置“${name}”须在 ${rule.minimum} 至 ${rule.maximum} 之间，现为 ${value}`,
        });
      settings[name] = value;
    }
    return settings;
  }

  switchOff(name?: string): number {
    const before = this.#active.length;
    this.#active = name === undefined ? [] : this.#active.filter((active) => active.name !== name);
    return before - this.#active.length;
  }

  /** The faults that this call meets, drawn once and handed to every later hook of the same call. */
  draw(interfaceId: string, hook: "call" | "deliver", request?: RawRequest): readonly DrawnFault[] {
    if (this.#active.length === 0) return [];
    const drawn: DrawnFault[] = [];
    for (const active of this.#active) {
      const fault = FAULTS.find(({ name }) => name === active.name) as Fault;
      if ((hook === "deliver") !== (fault.deliver !== undefined)) continue;
      if (active.interface !== "*" && active.interface !== interfaceId) continue;
      if (active.about !== undefined && !isAbout(request, active.about)) continue;
      if (active.percent < 100 && this.#random.below(10_000) >= active.percent * 100) continue;
      if (active.remaining !== undefined) active.remaining -= 1;
      drawn.push({
        fault,
        settings: active.settings,
        ...(active.about === undefined ? {} : { about: active.about }),
      });
    }
    this.#active = this.#active.filter(({ remaining }) => remaining === undefined || remaining > 0);
    return drawn;
  }

  async before(drawn: readonly DrawnFault[], request: RawRequest): Promise<FaultAction> {
    for (const { fault, settings } of drawn) {
      const action = await fault.before?.(this.#context(settings, request));
      if (action !== undefined) return action;
    }
    return undefined;
  }

  saying(drawn: readonly DrawnFault[], request: RawRequest, body: Uint8Array): Uint8Array {
    return drawn.reduce(
      (said, { fault, settings }) => fault.saying?.(this.#context(settings, request), said) ?? said,
      body,
    );
  }

  signing(drawn: readonly DrawnFault[], request: RawRequest): SigningFault {
    return Object.assign(
      {},
      ...drawn.map(({ fault, settings }) => fault.signing?.(this.#context(settings, request)) ?? {}),
    ) as SigningFault;
  }

  /** `known`: the caller's exchanges with the interface so far, newest first. */
  async after(
    drawn: readonly DrawnFault[],
    request: RawRequest,
    response: RawResponse,
    known: () => Iterable<JournalEntry>,
  ): Promise<RawResponse> {
    let result = response;
    for (const { fault, settings, about } of drawn) {
      const another = (): RawResponse | undefined => answerToAnother(known(), request, about);
      result = (await fault.after?.({ ...this.#context(settings, request), another }, result)) ?? result;
    }
    return result;
  }

  /** Delays in milliseconds at which one due notification is sent. */
  deliveries(interfaceId: string): readonly number[] {
    const [first] = this.draw(interfaceId, "deliver");
    if (first === undefined) return [0];
    return first.fault.deliver?.({ settings: first.settings, random: this.#random, sleep: this.#sleep }) ?? [0];
  }

  #context(settings: Readonly<Record<string, number>>, request: RawRequest): FaultContext {
    return { settings, random: this.#random, request, sleep: this.#sleep };
  }
}

function isAbout(request: RawRequest | undefined, text: string): boolean {
  if (request === undefined) return false;
  const { target, body } = request;
  return decodedTarget(target).includes(text) || (body instanceof Uint8Array && Buffer.from(body).includes(text));
}

/** The latest sound answer to a request that is another one, and not about the number either. */
function answerToAnother(
  known: Iterable<JournalEntry>,
  { target, body }: RawRequest,
  about: string | undefined,
): RawResponse | undefined {
  for (const { request, response, code, faults } of known) {
    if (response === undefined || response.wire !== undefined || code !== undefined || faults.length > 0) continue;
    if (request.target === target && isSame(request.body, body)) continue;
    if (about === undefined || !isAbout(request, about)) return response;
  }
  return undefined;
}

const isSame = (one: RawRequest["body"], other: RawRequest["body"]): boolean =>
  one instanceof Uint8Array && other instanceof Uint8Array ? Buffer.from(one).equals(other) : one === other;

function decodedTarget(target: string): string {
  try {
    return decodeURIComponent(target);
  } catch {
    return target;
  }
}

export interface DrawnFault {
  readonly fault: Fault;
  readonly settings: Readonly<Record<string, number>>;
  /** The number that the call was to be about, where one was named. */
  readonly about?: string;
}
