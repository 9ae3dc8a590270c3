import { pick } from "../variation.ts";
import type { Variation } from "../variation.ts";

export const statuses: Variation = {
  name: "other statuses of refusals",
  vary: (source, random) => {
    const status = pick(random, [400, 409, 422]);
    return {
      ...source,
      errors: source.errors.map((one) => (one.stage === "guards" && one.status !== 404 ? { ...one, status } : one)),
    };
  },
};

export const created: Variation = {
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

export const paths: Variation = {
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

export const declines: Variation = {
  name: "declines are kept",
  vary: (source) => ({
    ...source,
    interfaces: source.interfaces.map((one) =>
      one.idempotency === undefined ? one : { ...one, idempotency: { ...one.idempotency, onDecline: "same" as const } },
    ),
  }),
};
