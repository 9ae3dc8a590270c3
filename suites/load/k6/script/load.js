// @ts-check
/*
 * A load by Liantiao, for k6 v1 and later: `k6 run --out json=results.json load.js`.
 *
 * data.json beside it says what is called, how often and how it is signed; requests.ndjson holds requests that were signed
 * ahead. Each order's intent is handed to k6 before its request leaves, and every answer is told whole, so that Liantiao
 * judges what came of it. Nothing here is judged, and nothing is imported but k6's own modules.
 */
import { SharedArray } from "k6/data";
import { b64decode, b64encode } from "k6/encoding";
import exec from "k6/execution";
import http from "k6/http";
import { Counter } from "k6/metrics";

/** @typedef {import("../k6-load.ts").K6Load} K6Load */
/** @typedef {import("../k6-load.ts").K6Row} K6Row */
/** @typedef {import("../k6-load.ts").K6Step} K6Step */
/** @typedef {import("../k6-load.ts").Parts} Parts */
/** @typedef {import("../k6-load.ts").Said} Said */

/** @type {K6Load} */
const load = JSON.parse(open("./data.json"));
const { signing, refusals } = load;

/** One row an iteration, shared by all VUs. @type {readonly K6Row[]} */
const signedAhead =
  signing === undefined
    ? new SharedArray("requests signed ahead", () =>
        open("./requests.ndjson")
          .split("\n")
          .filter((line) => line !== "")
          .map((line) => JSON.parse(line)),
      )
    : [];

const counter = new Counter("liantiao");

/** @type {import("k6/options").Options} */
export const options = load.options;

/** The summary of k6 says nothing that Liantiao does not. */
export const handleSummary = () => ({});

/** One iteration: a journey, whose first step that is not carried out ends it. */
export async function journey() {
  let scheduled = Date.now();
  say({ kind: "begin", at: scheduled, start: exec.scenario.startTime });
  try {
    const iteration = exec.scenario.iterationInTest;
    /** @type {unknown[]} */
    const answers = [];
    for (const step of stepsOf(iteration)) {
      const answer = await call(step, iteration, answers, scheduled);
      if (answer === undefined) return;
      answers.push(answer);
      scheduled = Date.now();
    }
  } catch (error) {
    say({ kind: "broken", why: String(error) });
  }
}

/**
 * Hands k6 a point with what is said. Metadata makes no time series of its own, as tags would.
 * @param {Said} said
 */
function say(said) {
  exec.vu.metrics.metadata["liantiao"] = JSON.stringify(said);
  counter.add(1);
  delete exec.vu.metrics.metadata["liantiao"];
}

/**
 * @param {number} iteration
 * @returns {readonly K6Step[]}
 */
function stepsOf(iteration) {
  if (signing === undefined) {
    const row = signedAhead[iteration];
    if (row === undefined) throw new Error(`iteration ${iteration} has no request that was signed ahead`);
    return row.steps;
  }
  const draw = draws(load.seed, iteration);
  const total = load.journeys.reduce((sum, { share }) => sum + share, 0);
  let left = draw() * total;
  const chosen = load.journeys.find(({ share }) => (left -= share) < 0) ?? load.journeys[0];
  if (chosen === undefined) throw new Error("data.json has no journey");
  return chosen.variants[Math.floor(draw() * chosen.variants.length)] ?? [];
}

/**
 * Numbers from 0 to 1 that depend on seed and iteration alone.
 * @param {number} seed
 * @param {number} iteration
 * @returns {() => number}
 */
function draws(seed, iteration) {
  let state = (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(iteration + 1, 0xc2b2ae35)) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * Sends one request; the JSON of its answer, or undefined where it was not carried out.
 * @param {K6Step} step
 * @param {number} iteration
 * @param {readonly unknown[]} answers
 * @param {number} scheduled
 * @returns {Promise<unknown>}
 */
async function call(step, iteration, answers, scheduled) {
  const fill = /** @param {Parts} parts */ (parts) => filled(parts, iteration, answers);
  const { url, body, headers } = await requestOf(step, fill);
  const number = step.order === undefined ? undefined : fill(step.order.number);
  if (step.order !== undefined && number !== undefined) {
    const { resource, amount, account, of } = step.order;
    say({
      kind: "intent",
      number,
      resource,
      amount,
      ...(account === undefined ? {} : { account }),
      ...(of === undefined ? {} : { of: fill(of) }),
    });
  }
  const sent = Date.now();
  const response = await http
    .asyncRequest(step.method, url, body, { headers, responseType: "binary", timeout: load.timeoutMs })
    .catch(() => undefined);
  const ended = Date.now();
  const bytes = response === undefined || response.body === null ? new ArrayBuffer(0) : response.body;
  const whole = response !== undefined && isWhole(response.error_code) && bytes.byteLength <= load.mostAnswerBytes;
  const status = whole ? response.status : 0;
  say({
    kind: "answer",
    interface: step.interface,
    ...(number === undefined ? {} : { number }),
    scheduled,
    sent,
    ended,
    durationMs: whole ? response.timings.duration : 0,
    status,
    headers: whole ? headersOf(response.headers) : {},
    body: whole ? b64encode(bytes) : "",
  });
  return status !== 0 && step.statuses.includes(status) ? carriedOut(step, status, bytes) : undefined;
}

/** Whether an answer came whole: k6 has 1400 to 1599 for statuses of HTTP, and all other codes for failures. */
const isWhole = /** @param {number} code */ (code) => code === 0 || (code >= 1400 && code < 1600);

/**
 * @param {K6Step} step
 * @param {number} status
 * @param {ArrayBuffer} bytes
 * @returns {unknown}
 */
function carriedOut(step, status, bytes) {
  const json = jsonOf(bytes);
  if (refusals.status !== status) return json;
  const { success } = refusals;
  if (success !== undefined && step.marked) return memberOf(json, [success.field]) === success.value ? json : undefined;
  const code = memberOf(json, refusals.code);
  return typeof code === "string" && refusals.codes.includes(code) ? undefined : json;
}

/** The JSON of an answer; an empty object for what is none. @param {ArrayBuffer} bytes */
function jsonOf(bytes) {
  try {
    return JSON.parse(b64decode(b64encode(bytes), "std", "s"));
  } catch {
    return {};
  }
}

/**
 * @param {unknown} json
 * @param {readonly string[]} path
 * @returns {unknown}
 */
function memberOf(json, path) {
  let value = json;
  for (const name of path)
    value =
      typeof value === "object" && value !== null ? /** @type {Record<string, unknown>} */ (value)[name] : undefined;
  return value;
}

/** @param {Readonly<Record<string, string>>} headers */
function headersOf(headers) {
  /** @type {Record<string, string>} */
  const found = {};
  for (const [name, value] of Object.entries(headers))
    if (load.answerHeaders.includes(name.toLowerCase())) found[name] = value;
  return found;
}

/**
 * @param {K6Step} step
 * @param {(parts: Parts) => string} fill
 */
async function requestOf(step, fill) {
  if (signing === undefined) {
    const body = step.body === undefined ? null : b64decode(fill(step.body));
    return { url: fill(step.target), body, headers: { ...step.headers } };
  }
  const target = fill(step.target);
  const body = step.body === undefined ? undefined : utf8(fill(step.body));
  const timestamp = String(Math.floor(Date.now() / 1000));
  const nonce = randomText(signing.nonceLength);
  /** @type {Record<string, Uint8Array>} */
  const lines = {
    method: utf8(step.method),
    "path-and-query": utf8(load.signedPrefix + target),
    timestamp: utf8(timestamp),
    nonce: utf8(nonce),
    body: body ?? new Uint8Array(0),
  };
  const signature = b64encode(await sign(joined(signing.base.map((line) => lines[line] ?? new Uint8Array(0)))));
  const value = signing.value
    .replace("{timestamp}", timestamp)
    .replace("{nonce}", nonce)
    .replace("{signature}", () => signature);
  return {
    url: load.origin + load.calledPrefix + target,
    body: body === undefined ? null : body.buffer,
    headers: { ...step.headers, [signing.header]: value },
  };
}

/**
 * A text with its holes filled.
 * @param {Parts} parts
 * @param {number} iteration
 * @param {readonly unknown[]} answers
 */
function filled(parts, iteration, answers) {
  return parts
    .map((part) => {
      if (typeof part === "string") return part;
      if ("number" in part) return numberOf(iteration * load.numbersEach + part.number + 1);
      const [step, field] = part.answer;
      const value = memberOf(answers[step], [field]);
      if (value === undefined) throw new Error(`the answer to step ${step + 1} has no "${field}"`);
      if (part.as === "json") return JSON.stringify(value);
      const text = typeof value === "string" ? value : JSON.stringify(value);
      return part.as === "target" ? percentEncoded(text) : text;
    })
    .join("");
}

/** A number that no other iteration of the load has. @param {number} count */
const numberOf = (count) => `LT${load.run}${count.toString(36).toUpperCase().padStart(5, "0")}`;

/** @param {string} text */
const percentEncoded = (text) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);

/** @type {Promise<unknown> | undefined} */
let signingKey;

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Promise<ArrayBuffer>}
 */
async function sign(bytes) {
  if (signing === undefined) throw new Error("data.json has no key");
  const secret = signing.scheme === "hmac-sha256";
  const algorithm = secret
    ? { name: "HMAC", hash: { name: "SHA-256" } }
    : { name: "RSASSA-PKCS1-v1_5", hash: { name: "SHA-256" } };
  signingKey ??= crypto.subtle.importKey(secret ? "raw" : "pkcs8", b64decode(signing.key), algorithm, false, ["sign"]);
  return crypto.subtle.sign({ name: algorithm.name }, await signingKey, bytes.buffer);
}

const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** So many letters and digits that nobody can guess. @param {number} length */
function randomText(length) {
  let text = "";
  while (text.length < length)
    // What is above the last whole multiple is drawn again, or some letters would come up more often.
    for (const byte of crypto.getRandomValues(new Uint8Array(length)))
      if (byte < 248 && text.length < length) text += LETTERS[byte % 62];
  return text;
}

/**
 * Lines one after another, each with a line feed behind it.
 * @param {readonly Uint8Array[]} lines
 */
function joined(lines) {
  const bytes = new Uint8Array(lines.reduce((sum, line) => sum + line.length + 1, 0));
  let at = 0;
  for (const line of lines) {
    bytes.set(line, at);
    at += line.length + 1;
    bytes[at - 1] = 10;
  }
  return bytes;
}

/** The bytes of a text in UTF-8. `TextEncoder` is there since k6 v2.2 only. @param {string} text */
function utf8(text) {
  /** @type {number[]} */
  const bytes = [];
  for (const character of text) {
    let point = character.codePointAt(0) ?? 0;
    if (point >= 0xd800 && point <= 0xdfff) point = 0xfffd;
    if (point < 0x80) bytes.push(point);
    else if (point < 0x800) bytes.push(0xc0 | (point >> 6), 0x80 | (point & 63));
    else if (point < 0x10000) bytes.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
    else bytes.push(0xf0 | (point >> 18), 0x80 | ((point >> 12) & 63), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
  }
  return new Uint8Array(bytes);
}
