/**
 * The JSON Schemas of the event log's lines, by event type. Fields that are not named here are allowed, because the log
 * is public API to which fields are added; fields that are named must be right, because the verdict rests on them.
 */

const text = { type: "string" } as const;
const name = { type: "string", minLength: 1 } as const;
const time = { type: "number" } as const;
const duration = { type: "number", minimum: 0 } as const;
const count = { type: "integer", minimum: 0 } as const;
const flag = { type: "boolean" } as const;
const level = { enum: ["MUST", "SHOULD"] } as const;

type Schema = Readonly<Record<string, unknown>>;

function record(required: Readonly<Record<string, Schema>>, optional: Readonly<Record<string, Schema>> = {}): Schema {
  return { type: "object", required: Object.keys(required), properties: { ...required, ...optional } };
}

function list(items: Schema): Schema {
  return { type: "array", items };
}

const bilingual = record({ en: text, zh: text });

const piece: Schema = {
  anyOf: [record({ called: name }), record({ told: name }), record({ moved: record({ resource: name, to: name }) })],
};

const wireMessage = {
  headers: list({ type: "array", items: text, minItems: 2, maxItems: 2 }),
  body: text,
  bodyEncoding: { enum: ["utf8", "base64"] },
};

const wireExchange: Schema = {
  ...record(
    {
      label: text,
      request: record({ ...wireMessage, method: name, url: text }),
      startedAt: time,
      durationMs: duration,
    },
    {
      response: record({ ...wireMessage, status: { type: "integer" } }),
      failure: record({ kind: text, message: text, sent: flag }),
    },
  ),
  anyOf: [{ required: ["response"] }, { required: ["failure"] }],
};

const finding = record(
  {
    requirement: name,
    level,
    check: name,
    summary: bilingual,
    expected: text,
    seen: text,
    evidence: list(wireExchange),
    seed: time,
    replay: text,
  },
  {
    inChinese: record({ expected: text, seen: text }, { minimal: text }),
    likelyCause: bilingual,
    minimal: record({ description: text }, { reproduced: record({ tries: count, failures: count }) }),
  },
);

const burn = record({
  scale: time,
  pairs: list(
    record({
      factor: time,
      longSeconds: duration,
      shortSeconds: duration,
      looked: flag,
      alerts: list(record({ atSecond: duration, forSeconds: duration, highest: duration })),
      alertCount: count,
    }),
  ),
});

const runStarted = record(
  {
    at: time,
    run: name,
    liantiao: text,
    role: { enum: ["bank", "platform"] },
    sut: record({ name: text, baseUrl: text }),
    pack: record({ name: text, title: bilingual, version: text, digest: text }, { questions: list(text) }),
    suites: record({ digest: text }),
    statement: record({ digest: text, file: text }),
    seed: time,
    effort: { enum: ["smoke", "standard", "exhaustive"] },
    requirements: list(
      record(
        { id: name, area: name, level, title: bilingual, text: bilingual, source: text },
        { unobservable: bilingual, judgedBy: { enum: ["load"] }, unclaimed: flag },
      ),
    ),
    errors: list(record({ code: name, status: { type: "integer" }, title: bilingual })),
    waivers: list(
      record({
        requirement: name,
        owner: name,
        reason: name,
        expires: { type: "string", pattern: "^\\d{4}-\\d{2}-\\d{2}$" },
      }),
    ),
    plan: list(record({ check: name, requirement: name, title: bilingual })),
  },
  {
    only: text,
    modules: list(name),
    exclusions: list(record({ requirement: name, reason: name })),
    load: record(
      { profile: name, title: bilingual, rate: duration, seconds: duration },
      { accelerated: record({ days: duration, seconds: duration }) },
    ),
  },
);

const checkFinished: Schema = {
  ...record(
    {
      at: time,
      check: name,
      requirement: name,
      level,
      verdict: { enum: ["pass", "fail", "inconclusive", "skipped", "error"] },
      durationMs: duration,
    },
    {
      reason: bilingual,
      finding,
      error: text,
      skipCause: { enum: ["not-demanded", "capability", "fixture", "effort", "dependency"] },
      lacks: record(
        { kind: { enum: ["effort", "fixture", "hook", "scheme", "party", "counterparty", "tls"] } },
        { name: text },
      ),
    },
  ),
  // A check that did not run and does not say why would be a silent skip.
  anyOf: [{ required: ["reason"] }, { properties: { verdict: { not: { const: "skipped" } } } }],
};

/** A new object each time, so that no validator can share state through it. */
export function eventSchemas(): Readonly<Record<string, Schema>> {
  const at = time;
  return {
    "run.started": runStarted,
    "preflight.finished": record(
      { at, name, ok: flag, message: bilingual },
      {
        attribution: { enum: ["configuration", "network", "harness", "sut"] },
        remedy: bilingual,
        tried: { const: false },
      },
    ),
    "check.started": record({ at, check: name }),
    exchange: record(
      { at, check: text, exchange: wireExchange },
      {
        interface: text,
        code: text,
        provokedBy: { enum: ["state", "fixture"] },
        answeredBy: { enum: ["sut", "counterparty", "gateway", "hook"] },
      },
    ),
    "piece.covered": record({ at, piece }),
    "check.finished": checkFinished,
    "service-level.finished": record(
      { at, name, title: bilingual, target: text, seen: text, samples: count, ok: flag },
      { interface: text, inChinese: record({ target: text, seen: text }), burn },
    ),
    "load.mark": record({ at, second: time, name, title: bilingual }),
    "load.knee": record({
      at,
      rate: duration,
      limit: { enum: ["levels", "generator", "stopped", "none"] },
      steps: list(
        record({
          rate: duration,
          seconds: duration,
          held: flag,
          missed: list(name),
          late: count,
          due: count,
          p99Ms: { type: "object", additionalProperties: duration },
        }),
      ),
    }),
    "log.truncated": record({ at, exchangesDropped: count, limitBytes: count }),
    "run.noted": record({
      at,
      note: {
        enum: ["gateway", "turned-away", "foreign-movement", "in-most-answers", "load-gap", "merged", "load-engine"],
      },
      message: bilingual,
    }),
    "run.finished": record({ at, partial: flag }, { reason: text }),
  };
}
