import { pick, policies } from "../variation.ts";
import type { Variation } from "../variation.ts";

export const zone: Variation = {
  name: "another time zone",
  vary: (source, random) => ({
    ...source,
    manifest: { ...source.manifest, timeZone: pick(random, ["UTC", "Asia/Kolkata", "America/St_Johns"]) },
  }),
};

export const nonces: Variation = {
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

export const headers: Variation = {
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

export const replays: Variation = {
  name: "exact replays are answered",
  vary: (source) =>
    policies(source, ({ freshness }) => ({ freshness: { ...freshness, exactReplay: "idempotent-answer" } })),
};
