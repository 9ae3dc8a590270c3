import { timingSafeEqual, createHash } from "node:crypto";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { redaction } from "../../core/redaction/redaction.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import { reasonOf } from "../../core/text/said-error.ts";
import { UnknownFault } from "../faults/switchboard.ts";
import type { Simulator } from "../simulator.ts";
import { bookRoutes } from "./book-routes.ts";
import { clockRoutes } from "./clock-routes.ts";
import { BODY_LIMITS, ControlError, refusalBody } from "./control-error.ts";
import type { Json } from "../../core/unit/unit.ts";
import type { Enrolment } from "./enrolment.ts";
import { faultRoutes } from "./fault-routes.ts";
import { healthRoutes } from "./health-routes.ts";
import { hookRoutes } from "./hook-routes.ts";
import { journalRoutes } from "./journal-routes.ts";
import { keyRoutes } from "./key-routes.ts";

export interface ControlOptions {
  readonly token: string;
  readonly onEnrol?: (key: Enrolment) => void;
  /** PEM of the authorities whose client certificates the port of peers takes; absent: it asks for none. */
  readonly clientCa?: string;
  /** Ends the simulator and starts it again over the same store; absent where restarting is impossible. */
  readonly onRestart?: (awayMs: number) => Promise<void>;
  /** Further hooks that only the host of a simulator can offer, by name. */
  readonly hostHooks?: Readonly<Record<string, HostHook>>;
}

/** Does what a hook's body orders. @throws ControlError for an order that it does not understand */
export type HostHook = (order: Readonly<Record<string, Json>>) => Promise<void> | void;

/**
 * The control plane: what a tester may see and do from the simulator's own side. It belongs on a loopback port of its
 * own and asks for a bearer token; the port that peers reach never serves it. Everything it shows is redacted.
 * Names follow WireMock's where they fit. The `hooks` half is the hook protocol that any SUT may offer.
 */
export function controlApp(simulator: Simulator, options: ControlOptions): Hono {
  const app = new Hono();
  const redact = redaction(simulator.pack.source);
  const expected = hash(`Bearer ${options.token}`);

  app.onError((error, context) => {
    if (error instanceof ControlError) return context.json(refusalBody(error.said), error.status);
    if (error instanceof UnknownFault) return context.json(refusalBody(error.said), 400);
    const { en, zh } = reasonOf(error);
    return context.json(refusalBody({ en: `the simulator failed: ${en}`, zh: `模拟器内部出错：${zh}` }), 500);
  });
  app.notFound((context) =>
    context.json(
      refusalBody({
        en: `there is no ${context.req.method} ${context.req.path}; see /__admin/health for what there is`,
        zh: `没有 ${context.req.method} ${context.req.path}；可用接口见 /__admin/health`,
      }),
      404,
    ),
  );
  // For the probes of a container: that it runs, and nothing else.
  app.get("/__admin/health", (context, next) =>
    context.req.header("authorization") === undefined ? Promise.resolve(context.json({ status: "ok" })) : next(),
  );
  app.use("*", async (context, next) => {
    // Hashing first makes both sides equally long, so that the comparison tells nothing by its time.
    if (!timingSafeEqual(hash(context.req.header("authorization") ?? ""), expected))
      return context.json(refusalBody(NO_TOKEN), 401);
    return next();
  });

  app.use(
    bodyLimit({
      maxSize: BODY_LIMITS.bytes,
      onError: (context) => context.json(refusalBody(TOO_LONG), 413),
    }),
  );

  app.route("/__admin/hooks", hookRoutes(simulator, redact, options));
  for (const routes of [
    healthRoutes(simulator),
    journalRoutes(simulator, redact),
    clockRoutes(simulator),
    faultRoutes(simulator),
    keyRoutes(simulator, options),
    bookRoutes(simulator, redact),
  ])
    app.route("/__admin", routes);
  return app;
}

const NO_TOKEN: Bilingual = {
  en: "send the control token as: Authorization: Bearer TOKEN",
  zh: "请携带控制令牌，即 Authorization: Bearer TOKEN",
};

const TOO_LONG: Bilingual = {
  en: `the body has more than ${BODY_LIMITS.bytes} bytes`,
  zh: `报文体超过 ${BODY_LIMITS.bytes} 字节`,
};

const hash = (text: string): Buffer => createHash("sha256").update(text).digest();
