import type { Json } from "../../../core/unit/unit.ts";
import { listedKeys } from "../../resources/listed-keys.ts";
import type { ListedKey } from "../../resources/listed-keys.ts";
import type { RunScope } from "../../run/scope.ts";
import { Session } from "../../session.ts";
import type { CallerNews, NewsDesk } from "../caller-news.ts";
import { CallerKnowledge } from "../caller-knowledge.ts";
import type { DrillAction } from "./drill.ts";

/**
 * Takes an action that callers know of, and lets them follow: ahead of a moved clock they take answers by either time,
 * and after a rotation they know the keys that the SUT lists.
 */
export class Following {
  readonly #scope: RunScope;
  readonly #news: NewsDesk;
  readonly #settlement: CallerKnowledge;

  constructor(scope: RunScope, news: NewsDesk) {
    this.#scope = scope;
    this.#news = news;
    this.#settlement = new CallerKnowledge(scope);
  }

  /** `act` calls the hook with these arguments. Throws what it throws, and what keeps the keys from being learned. */
  async taken(
    { callersFollow, provider }: DrillAction,
    body: Readonly<Record<string, Json>>,
    act: () => Promise<unknown>,
  ): Promise<void> {
    if (callersFollow !== true) return void (await act());
    if (provider.hook === "clock") return this.#clock(body, act);
    await act();
    if (provider.hook === "rotate" && body["from"] !== null) await this.#keys();
  }

  async #clock(body: Readonly<Record<string, Json>>, act: () => Promise<unknown>): Promise<void> {
    const { sutClock, runtime } = this.#scope;
    const { now, advanceSeconds } = body;
    const before = sutClock.offsetMs;
    const after =
      typeof advanceSeconds === "number"
        ? before + 1000 * advanceSeconds
        : typeof now === "string"
          ? Date.parse(now) - runtime.now()
          : 0;
    this.#tell({ clockOffsetMs: before, alsoMs: [after] });
    await act();
    this.#tell({ clockOffsetMs: after, alsoMs: [before] });
  }

  async #keys(): Promise<void> {
    const session = new Session(this.#scope, "drill.keys", new AbortController().signal);
    const { pack, run } = session;
    const lists = pack.provided(run.statement.role).find(({ purpose }) => purpose?.lists === "keys");
    if (lists === undefined || !session.claims(lists.id))
      throw new TypeError("the SUT lists no keys, so that its callers cannot learn new ones");
    const exchange = await session.send(await session.request(lists.id), { label: "the keys after a rotation" });
    const listed = listedKeys(pack, lists, session.expectSuccess(exchange));
    this.#tell({ keys: listed.map((key) => ({ ...key, token: this.#tokenOf(key) })) });
  }

  #tell(news: CallerNews): void {
    this.#settlement.take(news);
    this.#news.tell(news);
  }

  /** The list may name the algorithm or its scheme. */
  #tokenOf({ algorithm }: ListedKey): string {
    const { algorithms } = this.#scope.pack.policies.envelope;
    return algorithm in algorithms
      ? algorithm
      : (Object.keys(algorithms).find((one) => algorithms[one] === algorithm) ?? "");
  }
}
