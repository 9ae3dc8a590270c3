import type { ExpressionHost } from "../core/expression/scope.ts";
import type { CallResult } from "../core/lifecycle/call-result.ts";
import type { Interface } from "../core/pack/types.ts";
import { maskAccountNumbers } from "../core/redaction/mask.ts";
import { wireApp } from "../simulator/http/app.ts";
import type { RawRequest, RawResponse } from "../simulator/http/raw.ts";
import { NonceBook } from "../simulator/identity/nonce-book.ts";
import { Exchange } from "../simulator/pipeline/exchange.ts";
import { pathOf } from "../simulator/pipeline/router.ts";
import type { Router } from "../simulator/pipeline/router.ts";
import { MAX_IN_FLIGHT } from "../simulator/simulator.ts";
import type { Simulator } from "../simulator/simulator.ts";
import type { Scripts } from "./scripts.ts";
import { SPOILT, spoiltSignature } from "./spoilt-signature.ts";

/**
 * The simulator with a second pipeline for notifications, which `router` finds. It judges and journals every one, and
 * acknowledges the sound ones, unless its scripts say what to answer. So checks arrange each its own target or number,
 * and none meets the faults of another. Answers are in `suites/wire/counterparty.ts`.
 */
export function acknowledging(simulator: Simulator, router: Router, notifyUrl: string, scripts: Scripts): Simulator {
  const { pack, clock } = simulator;
  const exchange = acknowledgingExchange(simulator, router);
  const acknowledgeMs = pack.source.manifest.policies.notification.acknowledgeWithinSeconds * 1000;
  const handle = async (request: RawRequest): Promise<RawResponse> => {
    const match = router(request, pathOf(request));
    // Any other call is the simulator's own business, by its books.
    if (match.kind === "match" && match.interface.notification === undefined) return simulator.handle(request);
    const script = scripts.next(request);
    const judged = await exchange.handle(request);
    if (script === undefined) return judged;
    const spoilt = SPOILT.find((how) => how === script.answer);
    if (spoilt !== undefined && match.kind === "match")
      return spoiltSignature(judged, pack.answerEnvelope(match.interface), spoilt);
    if (script.answer === "reset") return { ...judged, wire: { kind: "reset" } };
    if (script.answer === "slow") await clock.runtime.sleep(acknowledgeMs + 1_000);
    if (script.answer === "unhurried") await clock.runtime.sleep(acknowledgeMs / 2);
    return /^[2-5]\d\d$/.test(script.answer)
      ? statusAnswer(Number(script.answer), `${notifyUrl}/elsewhere/${script.name}`)
      : judged;
  };
  return { ...simulator, handle, app: wireApp(handle, pack.source.manifest.policies.limits.bodyBytes) };
}

/** The simulator's pipeline with an engine that looks up no order and keeps nothing. */
function acknowledgingExchange(simulator: Simulator, router: Router): Exchange {
  const { pack, role, engine, identity, store, journal, switchboard, clock } = simulator;
  return new Exchange({
    pack,
    role,
    router,
    identity,
    runtime: clock.runtime,
    store,
    journal,
    switchboard,
    nonces: new NonceBook(clock.runtime.random("nonce-book")),
    engine: { ...engine, call: acknowledge },
    testMode: false,
    baseUrl: () => "",
    maxInFlight: MAX_IN_FLIGHT,
    onWork: () => {},
    onInternalError: (error) =>
      console.error(
        "the counterparty failed:",
        maskAccountNumbers(String(error instanceof Error ? error.stack : error)),
      ),
  });
}

/** An unsigned answer with a status of one's own; a redirect leads to `elsewhere`. */
function statusAnswer(status: number, elsewhere: string): RawResponse {
  const redirect = status >= 300 && status < 400;
  return {
    status,
    headers: redirect ? [["Location", elsewhere]] : [["Content-Type", "application/json"]],
    body: status === 204 || redirect ? new Uint8Array() : new TextEncoder().encode("{}"),
  };
}

/** Stands in for the engine's call. */
function* acknowledge(
  _work: unknown,
  { interface: called }: { readonly interface: Interface },
): Generator<never, CallResult> {
  return {
    kind: "answer",
    status: called.response.status,
    body: undefined,
    scope: { roots: {}, host: NO_HOST },
    replayed: false,
  };
}

const unused = (): never => {
  throw new Error("an acknowledgement evaluates nothing");
};

const NO_HOST: ExpressionHost = {
  currencies: [],
  fee: unused,
  get calendar() {
    return unused();
  },
  draw: unused,
  table: unused,
};
