import { checkPack } from "../../core/pack/check.ts";
import { messageFile } from "../../core/pack/file.ts";
import type { Policies } from "../../core/pack/types.ts";
import type { Interface, PackSource } from "../../core/pack/types.ts";
import type { RandomStream } from "../../core/runtime/runtime.ts";

/** One way in which another bank's pack says the same things otherwise. */
export interface Variation {
  /** Stable: seeds and reports name it. */
  readonly name: string;
  vary(source: PackSource, random: RandomStream): PackSource;
}

const pick = <T>(random: RandomStream, list: readonly T[]): T => list[random.below(list.length)] as T;

/** The same pack with its JSON written otherwise. */
function rewritten(source: PackSource, write: (text: string) => string): PackSource {
  return JSON.parse(write(JSON.stringify(source))) as PackSource;
}

/** Another word wherever a word of the pack stands, in fields, paths and expressions alike; `$party` is the engine's. */
const worded = (source: PackSource, from: string, to: string): PackSource =>
  rewritten(source, (text) => text.replaceAll(new RegExp(`(?<![\\w-]|\\$party\\.)${from}(?![\\w-])`, "gu"), to));

const policies = (source: PackSource, change: (policies: Policies) => Partial<Policies>): PackSource => ({
  ...source,
  manifest: { ...source.manifest, policies: { ...source.manifest.policies, ...change(source.manifest.policies) } },
});

/** Schemas of messages, each object of which may be changed. */
function schemas(source: PackSource, change: (object: Record<string, unknown>) => Record<string, unknown>): PackSource {
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== "object" || value === null) return value;
    const inner = Object.fromEntries(Object.entries(value).map(([name, one]) => [name, walk(one)]));
    return inner["type"] === "object" ? change(inner) : inner;
  };
  return { ...source, messages: walk(source.messages) as PackSource["messages"] };
}

/** Names of fields as other banks have them. */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  party_id: ["mchid", "sp_mchid"],
  out_trade_no: ["merchant_order_no"],
  out_refund_no: ["refund_order_no"],
  out_preauth_no: ["hold_no"],
  out_exchange_no: ["deal_no"],
  out_quote_no: ["inquiry_no"],
  transaction_id: ["bank_serial_no"],
  remark: ["attach", "memo"],
  created_at: ["gmt_create"],
};

const rename: Variation = {
  name: "other names of fields",
  vary: (source, random) => {
    const text = JSON.stringify(source);
    const known = Object.keys(OTHER_NAMES).filter((name) => text.includes(`"${name}":`));
    const first = random.below(known.length);
    return [0, 1, 2].reduce((made, turn) => {
      const from = known[(first + turn) % known.length] as string;
      const to = pick(random, OTHER_NAMES[from] ?? []);
      return text.includes(`"${to}"`) ? made : worded(made, from, to);
    }, source);
  },
};

const codes: Variation = {
  name: "other codes",
  vary: (source, random) => {
    const style = pick(random, [(code: string) => `${code}_ERR`, (code: string) => `BANK_${code}`]);
    return source.errors.reduce((made, { code }) => worded(made, code, style(code)), source);
  },
};

const statuses: Variation = {
  name: "other statuses of refusals",
  vary: (source, random) => {
    const status = pick(random, [400, 409, 422]);
    return {
      ...source,
      errors: source.errors.map((one) => (one.stage === "guards" && one.status !== 404 ? { ...one, status } : one)),
    };
  },
};

const created: Variation = {
  name: "201 for what is made",
  vary: (source) => ({
    ...source,
    interfaces: source.interfaces.map((one) =>
      one.purpose?.creates !== undefined && one.response.status === 200
        ? { ...one, response: { ...one.response, status: 201 } }
        : one,
    ),
  }),
};

const open: Variation = {
  name: "open schemas",
  vary: (source) => schemas(source, ({ additionalProperties: _closed, ...rest }) => rest),
};

const closed: Variation = {
  name: "closed schemas",
  vary: (source) =>
    schemas(source, (object) =>
      object["properties"] === undefined ? object : { ...object, additionalProperties: false },
    ),
};

const acknowledgement: Variation = {
  name: "another acknowledgement",
  vary: (source, random) => {
    const acknowledgeStatus = pick(random, [[200], [204], [200, 201, 202]]);
    const [status = 204] = acknowledgeStatus;
    const made = policies(source, ({ notification }) => ({ notification: { ...notification, acknowledgeStatus } }));
    return {
      ...made,
      interfaces: made.interfaces.map((one) =>
        one.notification === undefined ? one : { ...one, response: { ...one.response, status } },
      ),
    };
  },
};

const times: Variation = {
  name: "other times",
  vary: (source, random) =>
    policies(source, ({ freshness, notification, cutover }) => ({
      freshness: { ...freshness, clockSkewSeconds: pick(random, [60, 120, 600]) },
      notification: {
        ...notification,
        retrySeconds: pick(random, [
          [5, 30, 60],
          [120, 600, 3_600, 7_200],
        ]),
        acknowledgeWithinSeconds: pick(random, [3, 5, 8]),
      },
      cutover: { ...cutover, at: pick(random, ["00:00:00", "23:30:00", "04:00:00"]) },
    })),
};

const zone: Variation = {
  name: "another time zone",
  vary: (source, random) => ({
    ...source,
    manifest: { ...source.manifest, timeZone: pick(random, ["UTC", "Asia/Kolkata", "America/St_Johns"]) },
  }),
};

const nonces: Variation = {
  name: "other nonces and limits",
  vary: (source, random) =>
    policies(source, ({ freshness, limits }) => {
      const [minLength, maxLength] = pick(random, [
        [16, 32],
        [20, 24],
        [1, 128],
      ] as const);
      return {
        freshness: { ...freshness, nonce: { minLength, maxLength, pattern: `[0-9A-Za-z]{${minLength},${maxLength}}` } },
        limits: {
          ...limits,
          bodyBytes: pick(random, [16_384, 131_072]),
          depth: pick(random, [8, 32]),
          members: pick(random, [200, 2_000]),
        },
      };
    }),
};

const headers: Variation = {
  name: "other headers",
  vary: (source) =>
    policies(source, ({ envelope }) => {
      if (envelope.style !== "authorization-header") return {};
      const named = {
        ...envelope,
        response: Object.fromEntries(
          Object.entries(envelope.response).map(([part, name]) => [part, name.replace("Wechatpay", "X-Bank")]),
        ) as typeof envelope.response,
        authorization: { ...envelope.authorization, party: "merchant", nonce: "nonce", serial: "key_id" },
      };
      return { envelope: named };
    }),
};

const paths: Variation = {
  name: "other paths",
  vary: (source, random) => {
    const prefix = pick(random, ["/gateway/api/", "/v3/pay/", "/"]);
    return {
      ...source,
      interfaces: source.interfaces.map((one) => ({
        ...one,
        http: { ...one.http, path: one.http.path.replace("/v1/", prefix) },
      })),
    };
  },
};

const shorter: Variation = {
  name: "other lengths of numbers",
  vary: (source, random) => {
    const [least, most] = pick(random, [
      [8, 20],
      [14, 28],
      [1, 64],
    ] as const);
    return rewritten(source, (text) =>
      text
        .replaceAll("{6,32}$", `{${least},${most}}$`)
        .replaceAll('"minLength":6,"maxLength":32', `"minLength":${least},"maxLength":${most}`),
    );
  },
};

const currency: Variation = {
  name: "another currency",
  vary: (source) => (source.manifest.currencies.length > 1 ? source : worded(source, "CNY", "EUR")),
};

const declines: Variation = {
  name: "declines are kept",
  vary: (source) => ({
    ...source,
    interfaces: source.interfaces.map((one) =>
      one.idempotency === undefined ? one : { ...one, idempotency: { ...one.idempotency, onDecline: "same" as const } },
    ),
  }),
};

const replays: Variation = {
  name: "exact replays are answered",
  vary: (source) =>
    policies(source, ({ freshness }) => ({ freshness: { ...freshness, exactReplay: "idempotent-answer" } })),
};

/** Interfaces that a bank may do without. */
const dispensable = ({ purpose, notification }: Interface): boolean =>
  notification !== undefined || purpose === undefined || purpose.creates === undefined;

const fewer: Variation = {
  name: "fewer interfaces",
  vary: (source, random) => {
    const { id } = pick(random, source.interfaces.filter(dispensable));
    const isCalled = ({ on }: PackSource["lifecycles"][number]["transitions"][number]): boolean =>
      "call" in on && on.call === id;
    return withoutUnused({
      ...source,
      interfaces: source.interfaces
        .filter((one) => one.id !== id)
        .map((one) => (one.caller.query?.interface === id ? { ...one, caller: { success: "final" as const } } : one)),
      lifecycles: source.lifecycles.map((one) => ({
        ...one,
        transitions: one.transitions.filter((transition) => !isCalled(transition)),
      })),
      // A way to a code that calls it is none any more.
      errors: source.errors.map((one) =>
        one.provoke === undefined
          ? one
          : { ...one, provoke: one.provoke.filter((way) => !JSON.stringify(way).includes(`"${id}"`)) },
      ),
    });
  },
};

/** The pack without what it defines and, by `pack check`, uses nowhere. */
function withoutUnused(source: PackSource): PackSource {
  const unused = checkPack(source).filter(({ rule }) => rule === "schema.unused");
  if (unused.length === 0) return source;
  const gone = new Set(unused.map(({ file, pointer }) => `${file}#${pointer}`));
  return withoutUnused({
    ...source,
    messages: Object.fromEntries(
      Object.entries(source.messages).map(([name, schema]) => [
        name,
        {
          ...(schema as object),
          $defs: Object.fromEntries(
            Object.entries((schema as { readonly $defs?: object }).$defs ?? {}).filter(
              ([each]) => !gone.has(`${messageFile(name)}#/$defs/${each}`),
            ),
          ),
        },
      ]),
    ) as PackSource["messages"],
  });
}

/** In a fixed order, from which seeds draw. New ones come last, so that old seeds keep most of their meaning. */
export const VARIATIONS: readonly Variation[] = [
  rename,
  codes,
  statuses,
  created,
  open,
  closed,
  acknowledgement,
  times,
  zone,
  nonces,
  headers,
  paths,
  shorter,
  currency,
  declines,
  replays,
  fewer,
];
