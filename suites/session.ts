import type { Lack, SkipCause } from "../core/run/event.ts";
import type { WireExchange } from "../core/run/finding.ts";
import type { Bilingual } from "../core/run/verdict.ts";
import type { Part, Reason } from "../core/pack/purpose.ts";
import type { Interface } from "../core/pack/types.ts";
import type { HttpRequest, RandomStream } from "../core/runtime/runtime.ts";
import type { Json } from "../core/unit/unit.ts";
import type { Failure } from "./outcome.ts";
import type { PackView } from "./pack-view.ts";
import { put } from "./generators/fields.ts";
import { offersHook } from "./profile.ts";
import type { Given } from "./data/request-builder.ts";
import type { Resource } from "./resources/resource.ts";
import { shownIn } from "./resources/shown.ts";
import type { Shown } from "./resources/shown.ts";
import type { RunScope } from "./run/scope.ts";
import { SessionContext } from "./session/context.ts";
import type { Place } from "./session/context.ts";
import { Expecting } from "./session/expecting.ts";
import { SutHooks } from "./session/hooks.ts";
import { RequestMaking } from "./session/making.ts";
import type { Changes, Making } from "./session/making.ts";
import { Observing } from "./session/observing.ts";
import type { State } from "./session/observing.ts";
import { Sending } from "./session/sending.ts";
import type { SealOptions } from "./session/sending.ts";
import type { HookName, Statement } from "./statement/statement.ts";
import type { Draft, Fields } from "./wire/draft.ts";
import type { Exchange } from "./wire/exchange.ts";
import type { Signer } from "./wire/signer.ts";

export type { Place } from "./session/context.ts";
export type { Making } from "./session/making.ts";
export type { State } from "./session/observing.ts";

/** What a check that was ended may still take to give back what it had moved. */
const CLEANUP_MS = 5_000;

/** A text that no message has. */
const PLACE = "\u0001";

/**
 * What a check works with. One for each instance; draws from a stream of its own, so that a check does the same alone
 * and in a whole run. The work is done by the parts in `session/`.
 */
export class Session {
  readonly #context: SessionContext;
  readonly #hooks: SutHooks;
  readonly #sending: Sending;
  readonly #making: RequestMaking;
  readonly #expecting: Expecting;
  readonly #observing: Observing;
  readonly #cleanups: ((after: Session) => Promise<void>)[] = [];

  constructor(scope: RunScope, check: string, signal: AbortSignal, place: Place = {}) {
    this.#context = new SessionContext(scope, check, signal, place);
    this.#hooks = new SutHooks(this.#context, (task) => this.cleanup(task));
    this.#sending = new Sending(this.#context, (task) => this.cleanup(task));
    this.#making = new RequestMaking(this.#context, this.#hooks, this.#sending);
    this.#expecting = new Expecting(this.#context);
    this.#observing = new Observing(this.#context, this.#making, this.#sending, this.#expecting);
  }

  // ---- who and what ----------------------------------------------------------------------------------------------

  get pack(): PackView {
    return this.#context.pack;
  }

  /** The run's, with the customers of the check's lane. */
  get statement(): Statement {
    return this.#context.statement;
  }

  get random(): RandomStream {
    return this.#context.random;
  }

  /** The whole run, for checks that judge it at its end. */
  get run(): RunScope {
    return this.#context.run;
  }

  get check(): string {
    return this.#context.check;
  }

  /** The first enrolled party. */
  get party(): Signer {
    return this.#context.party;
  }

  /** The second; skips the check where the statement has one only. */
  get stranger(): Signer {
    return this.#context.stranger;
  }

  /** An identifier no run has used before. */
  fresh(): string {
    return this.run.fresh.number();
  }

  /** Whether the pack has an interface and the SUT, where it is the one to provide it, claims it in its profile. */
  claims(interfaceId: string): boolean {
    return this.#context.claims(interfaceId);
  }

  /** The values of a scenario. Skips the check when the statement binds none. */
  fixture(scenario: string): Fields {
    return this.#context.fixture(scenario);
  }

  /**
   * The code with which the pack has a stage ahead of the guards refuse.
   *
   * @throws TypeError for one that the pack's messages cannot fail at: a check asks first whether they carry the part
   */
  code(stage: keyof PackView["policies"]["stages"]): string {
    const code = this.pack.policies.stages[stage];
    if (code === undefined) throw new TypeError(`the pack ${this.pack.source.manifest.name} has no code for ${stage}`);
    return code;
  }

  /** Aborted when the check has to end: its time is over, or the run is stopped. */
  get signal(): AbortSignal {
    return this.#context.signal;
  }

  // ---- the SUT's hooks and clock -----------------------------------------------------------------------------------

  /** Whether the SUT offers a control hook: for a check that does more, or is quicker, with it. */
  offers(name: HookName): boolean {
    return offersHook(this.statement, name);
  }

  /** Calls a control hook; skips the check when the statement does not support it. Source: docs/hooks.md. */
  async hook(name: HookName, payload: Fields = {}): Promise<Json | undefined> {
    return this.#hooks.call(name, payload);
  }

  /**
   * Data of a situation that no call has met yet, made by the hook `fixtures`. Skips the check when the statement does
   * not support it.
   */
  async freshFixture(scenario: string): Promise<Fields> {
    return this.#hooks.freshFixture(scenario);
  }

  /**
   * Has the people at the SUT take a decision (`"on": {"operator": …}` of the pack) about a row of which some fields are
   * known. Skips the check when the statement does not support the hook `decide`.
   */
  async decide(decision: string, known: Fields): Promise<void> {
    return this.#hooks.decide(decision, known);
  }

  /**
   * Does something while a dependency of the SUT is down, by its hook, and brings it back. Skips the check when the
   * statement does not support the hook.
   */
  async withoutDependency(act: () => Promise<void>): Promise<void> {
    return this.#hooks.withoutDependency(act);
  }

  /**
   * Restarts the SUT through its hook and waits until it answers again; inconclusive when it stays away for a minute.
   */
  async restart(how: "kill" | "stop" = "kill"): Promise<void> {
    return this.#hooks.restart(how);
  }

  /** Now by the SUT's clock, as far as the hook `clock` has moved it. */
  sutNow(): number {
    return this.#context.sutNow();
  }

  /**
   * Sets the SUT's clock through its hook; it runs on from there and is given back to the host after the check. Dates
   * and timestamps of requests follow it. Skips the check when the statement does not support the hook.
   */
  async setClock(timeMs: number): Promise<void> {
    return this.#hooks.setClock(timeMs);
  }

  /** Waits by the harness's clock. */
  async sleep(ms: number): Promise<void> {
    return this.#context.sleep(ms);
  }

  // ---- making and sending ----------------------------------------------------------------------------------------

  /**
   * A valid request, filled as the pack's schemas say (`x-from`), what it builds on being made first. `fields` are
   * top-level fields to set; `undefined` leaves one out. Skips the check where the statement does not claim the
   * interface, since a SUT answers only for what it claims.
   */
  async request(interfaceId: string, fields: Changes = {}, making: Making = {}): Promise<Draft> {
    return this.#making.request(interfaceId, fields, making);
  }

  /**
   * A valid request with values for fields by what they are (`x-is`), money in minor units. Skips the check where the
   * statement does not claim the interface, or where no field of the request has one of these meanings.
   */
  async make(one: Interface, given: Given = {}, making: Making = {}): Promise<Draft> {
    return this.#making.request(one.id, {}, { ...making, given });
  }

  /** Makes a request as `make` does, and sends it. */
  async ask(one: Interface, given: Given, label: string, making: Making = {}): Promise<Exchange> {
    const signer = making.signer === undefined ? {} : { signer: making.signer };
    return this.send(await this.make(one, given, making), { label, ...signer });
  }

  /**
   * The scenario of the pack with whose data a resource comes about so; skips the check where the statement binds none.
   */
  scenario(resource: Resource, part: Part): string {
    const [first] = this.pack.resources.scenarios(resource.name, part);
    if (first === undefined)
      return this.skip(
        `no scenario of the pack plays ${resource.name} as ${part}`,
        `规范包中没有将 ${resource.name} 作为 ${part} 的场景`,
        "not-demanded",
      );
    this.fixture(first.id);
    return first.id;
  }

  /** Codes with which an interface refuses for a reason; skips the check where the pack has none. */
  codes(one: Interface, reason: Reason): readonly string[] {
    const found = this.pack.resources.codes(one, reason);
    return found.length > 0
      ? found
      : this.skip(
          `${one.id} has no code whose reason is ${reason}`,
          `${one.id} 没有 reason 为 ${reason} 的错误码`,
          "not-demanded",
        );
  }

  /** Makes and sends a request that the check depends on; inconclusive when it does not succeed. */
  async perform(
    interfaceId: string,
    fields: Changes = {},
    making: Making = {},
  ): Promise<{ readonly draft: Draft; readonly body: Fields }> {
    return this.#making.perform(interfaceId, fields, making);
  }

  /** Sends a request, changed at the places `tamper` names. Never throws for what the network or the SUT does. */
  async send(draft: Draft, options: SealOptions & { readonly label?: string } = {}): Promise<Exchange> {
    return this.#sending.send(draft, options);
  }

  /** The bytes of a request, with a new nonce and the present time: for replays and races. */
  seal(draft: Draft, options: SealOptions = {}): HttpRequest {
    return this.#sending.seal(draft, options);
  }

  /** The text of a body, which may differ from the draft's: for checks of how it is written. */
  bodyText(draft: Draft, body: Fields = draft.body ?? {}): string {
    return JSON.stringify(body);
  }

  /** The bytes of a draft's body with a JSON text, right or wrong, in the place of one of its values. */
  bodyWith(draft: Draft, path: readonly string[], json: string): Uint8Array {
    const text = this.bodyText(draft, put(draft.body ?? {}, path, PLACE));
    return new TextEncoder().encode(text.replace(JSON.stringify(PLACE), () => json));
  }

  /** A nonce of 24 characters of `[0-9A-Za-z]` that no request has carried. */
  nonce(): string {
    return this.#sending.nonce();
  }

  /** Sends bytes made before. */
  async sendSealed(draft: Draft, request: HttpRequest, label: string): Promise<Exchange> {
    return this.#sending.sendSealed(draft, request, label);
  }

  /**
   * Sends a request and drops the connection after `ms`, so that the caller never learns what came of it. An answer that
   * was quicker is thrown away too.
   */
  async abandon(draft: Draft, ms: number, label: string): Promise<void> {
    return this.#sending.abandon(draft, ms, label);
  }

  /**
   * Releases all requests at once over warm connections, each with a nonce of its own unless their bytes are given. At
   * most `limits.maxConcurrency`.
   */
  async race(drafts: readonly Draft[], label: string, sealed?: readonly HttpRequest[]): Promise<readonly Exchange[]> {
    return this.#sending.race(drafts, label, sealed);
  }

  // ---- judging ---------------------------------------------------------------------------------------------------

  /** Holds that the call was carried out: status, signature of the answer, schema of its body. Gives the body. */
  expectSuccess(exchange: Exchange): Fields {
    return this.#expecting.success(exchange);
  }

  /** Holds that the call was carried out, and gives what its answer shows by what its fields are. */
  expectShown(exchange: Exchange): Shown {
    return shownIn(this.pack, exchange.draft.interface, this.#expecting.success(exchange));
  }

  /**
   * Holds that the call was refused for one of the reasons. Skips the check where the interface has no code for any of
   * them.
   */
  expectRefusedFor(exchange: Exchange, reasons: Reason | readonly Reason[], likelyCause?: Bilingual): void {
    const { interface: one } = exchange.draft;
    const wanted = typeof reasons === "string" ? [reasons] : reasons;
    const codes = wanted.flatMap((reason) => this.pack.resources.codes(one, reason));
    this.#expecting.refusal(exchange, codes.length > 0 ? codes : this.codes(one, wanted[0] as Reason), likelyCause);
  }

  /**
   * Holds that the call was refused with one of the codes, and that status, code, signature and body agree. Skips the
   * check where the pack has none of them.
   */
  expectRefusal(exchange: Exchange, codes: string | readonly string[], likelyCause?: Bilingual): void {
    this.#expecting.refusal(exchange, codes, likelyCause);
  }

  /**
   * What the SUT shows of the request's resources now: every interface that reads them by the fields the request has.
   */
  async observe(draft: Draft, making: Making = {}): Promise<State> {
    return this.#observing.observe(draft, making);
  }

  /** Holds that what the SUT shows is what it showed before: no effect, told by state and not by an answer. */
  async expectUnchanged(before: State, what: Bilingual): Promise<void> {
    return this.#observing.expectUnchanged(before, what);
  }

  /**
   * Queries until `done` holds, within `limits.settleWithinSeconds`; then the outcome stays unknown and the check is
   * inconclusive.
   */
  async settle(interfaceId: string, fields: Fields, done?: (body: Fields) => boolean): Promise<Fields> {
    return this.#observing.settle(interfaceId, fields, done);
  }

  /** The same with a query that is made already. */
  async settleDraft(query: Draft, done?: (body: Fields) => boolean): Promise<Fields> {
    return this.#observing.settleDraft(query, done);
  }

  /** Says that something was judged by other means than the `expect…` methods. */
  judged(): void {
    this.#context.tally.judgements += 1;
  }

  /** Ends the check as a fail: the requirement is broken. */
  fail(failure: Failure): never {
    return this.#context.fail(failure);
  }

  /** Ends the check as inconclusive. */
  inconclusive(en: string, zh: string): never {
    return this.#context.inconclusive(en, zh);
  }

  /** Ends the check as skipped: something that it needs is missing. */
  skip(en: string, zh: string, cause: SkipCause, lacks?: Lack): never {
    return this.#context.skip(en, zh, cause, lacks);
  }

  // ---- beside other checks, and after this one -------------------------------------------------------------------

  /** What takes long to arrange and several checks judge: made by the first that asks, and given to the others. */
  shared<T>(name: string, make: () => Promise<T>): Promise<T> {
    const { shared } = this.run;
    const made = (shared.get(name) as Promise<T> | undefined) ?? make();
    shared.set(name, made);
    // A check that was stopped in the middle has arranged nothing.
    made.catch(() => void (this.#context.signal.aborted && shared.delete(name)));
    return made;
  }

  /**
   * For what a check can only do that has the SUT to itself: one that says it is isolated would make others fail, which
   * is an error of the harness.
   */
  mustBeAlone(does: string): void {
    this.#context.mustBeAlone(does);
  }

  /**
   * Done after the check, whatever became of it; failing itself, it is ignored. It calls by the session that it is given:
   * a check that was ended has none any more.
   */
  cleanup(task: (after: Session) => Promise<void>): void {
    this.#cleanups.push(task);
  }

  // ---- for the runner --------------------------------------------------------------------------------------------

  /** Does what is to be done after the check; a check that was ended gives little time for it. */
  async close(): Promise<void> {
    const tasks = this.#cleanups.splice(0).toReversed();
    if (tasks.length === 0) return;
    const { run, check, signal, place, statement } = this.#context;
    const end = new AbortController();
    const patienceMs = signal.aborted ? CLEANUP_MS : statement.limits.checkTimeoutSeconds * 1000;
    const cancel = run.runtime.schedule(patienceMs, () => end.abort());
    const after = new Session(run, check, end.signal, place);
    for (const task of tasks) await task(after).catch(() => {});
    cancel();
  }

  get evidence(): readonly WireExchange[] {
    return this.#context.exchanges;
  }

  /** Why a check that ended well is inconclusive: a gateway refused all that had to be refused; undefined when it is not. */
  onlyOnTheWay(): Bilingual | undefined {
    return this.#expecting.onlyOnTheWay();
  }

  /** Why a check that ended well must not count as a pass; undefined when it may. */
  vacuousReason(): string | undefined {
    return this.#expecting.vacuousReason();
  }
}
