/*
 * What passes between this program and the script that k6 runs: `data.json`, `requests.ndjson`, and what the script says.
 * Types alone, since the script runs where nothing of Node is.
 */

/** A text with holes: the k-th number of its iteration, or a field of the answer to an earlier step. */
export type Part =
  | string
  | { readonly number: number }
  | { readonly answer: readonly [step: number, field: string]; readonly as: "json" | "text" | "target" };

export type Parts = readonly Part[];

/** The order that a request makes. */
export interface K6Order {
  readonly number: Parts;
  readonly resource: string;
  readonly amount: number;
  readonly account?: string;
  readonly of?: Parts;
}

/** One call of a journey, whatever is still to be filled in. */
export interface K6Step {
  readonly interface: string;
  readonly method: string;
  /** As on the request line below the base path; of a request that was signed ahead the whole URL. */
  readonly target: Parts;
  /** In base64 of a request that was signed ahead. Absent without a body. */
  readonly body?: Parts;
  readonly headers: Readonly<Record<string, string>>;
  readonly order?: K6Order;
  /** HTTP statuses of good answers. */
  readonly statuses: readonly number[];
  /** Whether a good answer has the member by which the pack tells it from a refusal. */
  readonly marked: boolean;
}

export interface K6Journey {
  /** Its share of all arrivals. */
  readonly share: number;
  /** Journeys of the same interfaces with other amounts and words. */
  readonly variants: readonly (readonly K6Step[])[];
}

/** How the script signs; absent where every request was signed ahead. */
export interface K6Signing {
  readonly scheme: "rsa2048" | "hmac-sha256";
  /** PKCS#8 of the private key, or the secret, in base64. */
  readonly key: string;
  /** What the signature covers, line by line. */
  readonly base: readonly string[];
  readonly nonceLength: number;
  readonly header: string;
  /** The header's value with `{timestamp}`, `{nonce}` and `{signature}` in it. */
  readonly value: string;
}

/** How the script tells a refusal that has the status of good answers. */
export interface K6Refusals {
  readonly status?: number;
  /** Names of members on the way to the code. */
  readonly code: readonly string[];
  readonly codes: readonly string[];
  readonly success?: { readonly field: string; readonly value: string };
}

/** `data.json`. */
export interface K6Load {
  /** What all numbers of the load have in common. */
  readonly run: string;
  readonly seed: number;
  readonly origin: string;
  readonly calledPrefix: string;
  readonly signedPrefix: string;
  readonly timeoutMs: number;
  readonly mostAnswerBytes: number;
  /** Numbers that one iteration may use. */
  readonly numbersEach: number;
  readonly journeys: readonly K6Journey[];
  readonly signing?: K6Signing;
  readonly refusals: K6Refusals;
  /** Headers of answers that a signature is judged by. */
  readonly answerHeaders: readonly string[];
  /** k6's own. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** A line of `requests.ndjson`: the journey of one iteration, signed ahead. */
export interface K6Row {
  readonly steps: readonly K6Step[];
}

/** What the script says, as the metadata of a point of its counter. Moments are milliseconds since 1970. */
export type Said =
  | {
      readonly kind: "begin";
      readonly at: number;
      /** When k6 began the scenario. */
      readonly start: number;
    }
  | {
      readonly kind: "intent";
      readonly number: string;
      readonly resource: string;
      readonly amount: number;
      readonly account?: string;
      readonly of?: string;
    }
  | {
      readonly kind: "answer";
      readonly interface: string;
      /** The number of the order that the request made. */
      readonly number?: string;
      readonly scheduled: number;
      readonly sent: number;
      readonly ended: number;
      /** Milliseconds that k6 measured from the first byte sent to the last one received. */
      readonly durationMs: number;
      /** 0 where no whole answer came. */
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      /** In base64. */
      readonly body: string;
    }
  | { readonly kind: "broken"; readonly why: string };

/** The name of the script's counter, and of the metadata of its points. */
export const COUNTER = "liantiao";
