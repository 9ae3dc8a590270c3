import type { AuthorizationHeaderPolicy } from "../authorization-header/policy.ts";
import type { EnvelopePolicy } from "../policy.ts";

export const AUTHORIZATION_HEADER: AuthorizationHeaderPolicy = {
  style: "authorization-header",
  requestBase: ["method", "path-and-query", "timestamp", "nonce", "body"],
  responseBase: ["timestamp", "nonce", "body"],
  algorithms: { "TEST-ED25519": "ed25519", "TEST-RSA": "rsa2048" },
  authorization: {
    header: "Authorization",
    party: "mchid",
    nonce: "nonce_str",
    timestamp: "timestamp",
    serial: "serial_no",
    signature: "signature",
  },
  response: {
    timestamp: "X-Timestamp",
    nonce: "X-Nonce",
    signature: "X-Signature",
    serial: "X-Serial",
    algorithm: "X-Algorithm",
  },
};

/** One policy of each style, for tests that hold over all of them. */
export const SAMPLE_POLICIES: Readonly<Record<string, EnvelopePolicy>> = {
  [AUTHORIZATION_HEADER.style]: AUTHORIZATION_HEADER,
};
