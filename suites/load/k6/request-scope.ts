import { openSut } from "../../run/open-sut.ts";
import { runScope } from "../../run/scope.ts";
import type { RunScope } from "../../run/scope.ts";
import { sutRuntime } from "../../run/sut-runtime.ts";
import { threadSeed } from "../embedded/thread-seed.ts";
import type { EngineWork } from "../engine.ts";

/** What requests of a load are made from; its numbers are those of the first thread of the run. */
export type RequestSource = Pick<EngineWork, "packDirectory" | "statementFile" | "counterparty" | "notifyUrl" | "head">;

/** A scope in which requests are made and nothing is sent. `close` gives its runtime back. */
export function requestScope({ packDirectory, statementFile, counterparty, notifyUrl, head }: RequestSource): {
  readonly scope: RunScope;
  readonly close: () => void;
} {
  const { pack, statement, keys } = openSut({ packDirectory, statementFile });
  const { runtime } = sutRuntime(statement);
  const unsent = (): Promise<never> => Promise.reject(new TypeError("k6 sends, and not this program"));
  const scope = runScope({
    pack,
    statement,
    statementFile,
    runtime: { ...runtime, transport: { send: unsent } },
    race: unsent,
    handshake: unsent,
    seed: threadSeed(head.seed, 0),
    effort: "standard",
    startedAt: head.startedAt,
    part: "checks",
    counterparty,
    notifyUrl,
    emit: () => {},
    ...keys,
  });
  return { scope, close: () => runtime.close() };
}
