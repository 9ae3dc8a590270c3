// A bank that shares no code with the project: ordinary tables, ordinary transactions, written from the text of the wire.
// Usage: node bank.mjs --port 0 --data DIR --keys DIR [--careless] [--hooks-port N] [--notify-allow PREFIX]...

import { createPrivateKey, createPublicKey, randomBytes, sign, verify } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { balance, statement } from "./accounts.mjs";
import { serveCalls } from "./caller.mjs";
import { startClerk } from "./clerk.mjs";
import { openDatabase } from "./database.mjs";
import { amount, checkFields, date, id, parseQuery, percentDecoded, text } from "./fields.mjs";
import { localTime, seed } from "./ledger.mjs";
import {
  closePayment,
  createPayment,
  createPaymentCarelessly,
  createRefund,
  queryPayment,
  queryRefund,
} from "./payments.mjs";
import { REFUSALS, Refusal } from "./refusals.mjs";
import { parseStrictJson } from "./strict-json.mjs";

const SCHEME = "WECHATPAY2-SHA256-RSA2048";
const AUTHORIZATION_FIELDS = ["mchid", "serial_no", "nonce_str", "timestamp", "signature"];
const WINDOW_SECONDS = 300;
const BODY_LIMIT = 64 * 1024;
const DISCARD_LIMIT = 8 * 1024 * 1024;
const TARGET_LIMIT = 2048;

const { values: options } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    data: { type: "string" },
    keys: { type: "string" },
    careless: { type: "boolean", default: false },
    "hooks-port": { type: "string" },
    "notify-allow": { type: "string", multiple: true, default: [] },
  },
});
if (options.data === undefined || options.keys === undefined) {
  console.error("rival bank: --data DIR and --keys DIR are required; make-keys.mjs writes the keys");
  process.exit(2);
}

// ---- keys ----------------------------------------------------------------------------------------------------------

const keyFile = (name) => join(options.keys, name);
const keySettings = existsSync(keyFile("keys.json")) ? JSON.parse(readFileSync(keyFile("keys.json"), "utf8")) : {};
const bank = {
  id: "BANK01",
  serial: "RIVAL-KEY-1",
  ...keySettings.bank,
  key: createPrivateKey(readFileSync(keyFile("bank.key.pem"))),
};
const parties = new Map(
  ["P1001", "P1002"].map((id) => [id, { id, serial: `${id}-KEY-1`, ...keySettings.parties?.[id] }]),
);
const keysBySerial = new Map(
  [...parties.values()].map(({ id, serial }) => [
    serial,
    { party: id, key: createPublicKey(readFileSync(keyFile(`${id}.pub.pem`))) },
  ]),
);

const signText = (text) => sign("sha256", Buffer.from(text), bank.key).toString("base64");
const randomText = () => randomBytes(16).toString("hex");
const nowSeconds = () => String(Math.floor(Date.now() / 1000));

// ---- tables and targets ----------------------------------------------------------------------------------------------

const db = openDatabase(options.data, options.careless);
db.transaction(() => seed(db, [...parties.keys()]));

/** Whether a URL lies under a prefix the parties registered. */
function targetAllowed(target) {
  const url = URL.parse(target);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "") return false;
  // Compared as parsed too: "http://good.example" is a text prefix of "http://good.example.evil.example".
  return options["notify-allow"].some((prefix) => {
    const allowed = URL.parse(prefix);
    return (
      allowed !== null &&
      target.startsWith(prefix) &&
      url.origin === allowed.origin &&
      url.pathname.startsWith(allowed.pathname)
    );
  });
}

const targets = { allow: targetAllowed, defaultOf: (party) => parties.get(party).notify_default ?? null };

// ---- the interfaces --------------------------------------------------------------------------------------------------

function listKeys({ party }) {
  const publicKey = createPublicKey(bank.key).export({ type: "spki", format: "pem" });
  const since = localTime(statSync(keyFile("bank.key.pem")).mtimeMs);
  return {
    party_id: party,
    keys: [{ serial: bank.serial, algorithm: "rsa2048", public_key: publicKey, effective_at: since }],
  };
}

const echo = ({ body, party, now }) => ({ party_id: party, message: body.message, received_at: localTime(now) });

const party = { party_id: id(1, 32) };
const notifyUrl = { "notify_url?": text(8, 256, /^https?:\/\/[0-9A-Za-z._~:/%?&=@[\]-]{1,240}$/) };
const tradeNo = { out_trade_no: id(6, 32) };
const bindingId = { binding_id: id(6, 64) };

const OPERATIONS = [
  { method: "POST", path: "/v1/echo", body: { ...party, message: text(1, 256) }, run: echo },
  {
    method: "POST",
    path: "/v1/payments",
    body: {
      ...party,
      ...tradeNo,
      ...bindingId,
      amount,
      description: text(1, 127),
      "attach?": text(0, 128),
      ...notifyUrl,
    },
    run: createPayment,
    carelessly: createPaymentCarelessly,
  },
  { method: "GET", path: "/v1/payments/{out_trade_no}", fields: tradeNo, query: party, run: queryPayment },
  { method: "POST", path: "/v1/payments/{out_trade_no}/close", fields: tradeNo, body: party, run: closePayment },
  {
    method: "POST",
    path: "/v1/refunds",
    body: { ...party, out_refund_no: id(6, 64), ...tradeNo, amount, "reason?": text(0, 80), ...notifyUrl },
    run: createRefund,
  },
  {
    method: "GET",
    path: "/v1/refunds/{out_refund_no}",
    fields: { out_refund_no: id(6, 64) },
    query: party,
    run: queryRefund,
  },
  { method: "GET", path: "/v1/bindings/{binding_id}/balance", fields: bindingId, query: party, run: balance },
  {
    method: "GET",
    path: "/v1/bindings/{binding_id}/statement",
    fields: bindingId,
    query: {
      ...party,
      from_date: date,
      to_date: date,
      "cursor?": text(1, 15, /^[1-9][0-9]*$/),
      "limit?": text(1, 3, /^([1-9][0-9]?|1[0-9]{2}|200)$/),
    },
    run: statement,
  },
  { method: "GET", path: "/v1/keys", query: party, run: listKeys },
].map((operation) => ({
  ...operation,
  pattern: new RegExp(`^${operation.path.replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`),
}));

/** Decode, schema, party: what the operation will work on. */
function readCall(operation, captured, queryText, bytes, caller) {
  let body;
  if (operation.method === "GET") {
    if (bytes.length > 0)
      throw new Refusal("MALFORMED_BODY", { field: "", issue: "GET takes no body", location: "body" });
  } else {
    try {
      body = parseStrictJson(bytes);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new Refusal("MALFORMED_BODY", { field: "", issue: error.message, location: "body" });
    }
  }
  const path = Object.fromEntries(
    Object.entries(captured).map(([name, value]) => [name, percentDecoded(value, "path")]),
  );
  const query = parseQuery(queryText);
  checkFields(operation.fields ?? {}, path, "path");
  checkFields(operation.query ?? {}, query, "query");
  if (body !== undefined) checkFields(operation.body, body, "body");
  if ((body ?? query).party_id !== caller)
    throw new Refusal("PARTY_MISMATCH", {
      field: "/party_id",
      issue: "is not the signer",
      location: body === undefined ? "query" : "body",
    });
  return { db, targets, path, query, body, party: caller, now: Date.now() };
}

// ---- one call: route, signature, freshness, then the rest in one commit ----------------------------------------------

function route(request, bytes) {
  if (Buffer.byteLength(request.url, "latin1") > TARGET_LIMIT)
    throw new Refusal("PAYLOAD_TOO_LARGE", { field: "", issue: `target over ${TARGET_LIMIT} bytes`, location: "path" });
  const [path] = request.url.split("?", 1);
  const matching = OPERATIONS.filter(({ pattern }) => pattern.test(path));
  if (matching.length === 0) throw new Refusal("ROUTE_NOT_FOUND");
  const operation = matching.find(({ method }) => method === request.method);
  if (operation === undefined)
    throw Object.assign(new Refusal("METHOD_NOT_ALLOWED"), { allow: matching.map(({ method }) => method).join(", ") });
  if (bytes === null)
    throw new Refusal("PAYLOAD_TOO_LARGE", { field: "", issue: `body over ${BODY_LIMIT} bytes`, location: "body" });
  if (operation.method === "POST") {
    const types = request.headersDistinct["content-type"] ?? [];
    const plain = ["identity", undefined].includes(request.headers["content-encoding"]);
    if (types.length !== 1 || !plain || !/^application\/json[ \t]*(;[ \t]*charset="?utf-8"?[ \t]*)?$/i.test(types[0]))
      throw new Refusal("UNSUPPORTED_MEDIA_TYPE", {
        field: "Content-Type",
        issue: "must be application/json",
        location: "header",
      });
  }
  return {
    operation,
    captured: { ...operation.pattern.exec(path).groups },
    queryText: request.url.slice(path.length + 1),
  };
}

/** The body's bytes, or null when there are too many of them. */
async function readBody(request) {
  if (Number(request.headers["content-length"] ?? 0) > DISCARD_LIMIT) return null;
  const chunks = [];
  let size = 0;
  // What is over the limit is read and dropped for a while, so that the caller gets to hear the refusal.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size <= BODY_LIMIT) chunks.push(chunk);
    if (size > DISCARD_LIMIT) break;
  }
  return size > BODY_LIMIT ? null : Buffer.concat(chunks);
}

function signError() {
  throw new Refusal("SIGN_ERROR", {
    field: "Authorization",
    issue: "no valid signature by the key of this party",
    location: "header",
  });
}

/** Who signed these bytes. Every fault answers alike, so that nobody learns which parties and keys exist. */
function verifySignature(request, bytes) {
  const headers = request.headersDistinct.authorization ?? [];
  if (headers.length !== 1 || !headers[0].startsWith(`${SCHEME} `)) signError();
  const fields = new Map();
  for (const part of headers[0].slice(SCHEME.length + 1).split(/, ?/)) {
    const match = /^([a-z_]+)="([^"\\]*)"$/.exec(part);
    if (match === null || fields.has(match[1])) signError();
    fields.set(match[1], match[2]);
  }
  if (fields.size !== AUTHORIZATION_FIELDS.length || !AUTHORIZATION_FIELDS.every((name) => fields.has(name)))
    signError();
  const [party, serial, nonce, timestamp, signatureText] = AUTHORIZATION_FIELDS.map((name) => fields.get(name));
  if (!/^[0-9A-Za-z_-]{8,64}$/.test(nonce)) signError();
  const signature = Buffer.from(signatureText, "base64");
  if (signature.toString("base64") !== signatureText) signError();
  const known = keysBySerial.get(serial);
  if (known === undefined || known.party !== party) signError();
  const head = Buffer.from(`${request.method}\n${request.url}\n${timestamp}\n${nonce}\n`, "latin1");
  if (!verify("sha256", Buffer.concat([head, bytes, Buffer.from("\n")]), known.key, signature)) signError();
  return { caller: known.party, nonce, timestamp };
}

function checkTimestamp(timestamp) {
  const near =
    /^(0|[1-9][0-9]{0,14})$/.test(timestamp) && Math.abs(Number(nowSeconds()) - Number(timestamp)) <= WINDOW_SECONDS;
  if (!near)
    throw new Refusal("TIMESTAMP_OUT_OF_WINDOW", {
      field: "Authorization",
      issue: `timestamp must be plain unix seconds within ${WINDOW_SECONDS} s of now`,
      location: "header",
    });
}

function takeNonce(caller, nonce) {
  const now = Date.now();
  db.change("DELETE FROM nonces WHERE forget_at < ?", now);
  // Twice the window: a request may be dated ahead by one window and stays good for one more.
  const taken = db.change(
    "INSERT OR IGNORE INTO nonces (party_id, nonce, forget_at) VALUES (?, ?, ?)",
    caller,
    nonce,
    now + (2 * WINDOW_SECONDS + 1) * 1000,
  );
  if (taken === 0) throw new Refusal("NONCE_REUSED");
}

async function answerCall(request) {
  const bytes = await readBody(request);
  const { operation, captured, queryText } = route(request, bytes);
  const { caller, nonce, timestamp } = verifySignature(request, bytes);
  checkTimestamp(timestamp);
  /** One commit for the nonce and the work. Refused work is undone, the nonce stays used. */
  const begin = (work) => {
    const outcome = db.transaction(() => {
      takeNonce(caller, nonce);
      return db.attempt(() => work(readCall(operation, captured, queryText, bytes, caller)));
    });
    if (outcome.error !== undefined) throw outcome.error;
    return outcome.value;
  };
  return options.careless && operation.carelessly !== undefined ? operation.carelessly(begin) : begin(operation.run);
}

function signedHeaders(body) {
  const [timestamp, nonce] = [nowSeconds(), randomText()];
  return {
    "Content-Type": "application/json; charset=utf-8",
    "Content-Length": String(Buffer.byteLength(body)),
    "Wechatpay-Timestamp": timestamp,
    "Wechatpay-Nonce": nonce,
    "Wechatpay-Signature": signText(`${timestamp}\n${nonce}\n${body}\n`),
    "Wechatpay-Serial": bank.serial,
    "Wechatpay-Signature-Type": SCHEME,
  };
}

function refusalParts(error) {
  const known = error instanceof Refusal;
  if (!known) console.error("rival bank:", error);
  const code = known ? error.code : "SYSTEM_ERROR";
  const [status, message] = REFUSALS[code];
  return {
    status,
    body: JSON.stringify({ code, message, ...(known && error.detail ? { detail: error.detail } : {}) }),
    allow: error.allow,
  };
}

async function serve(request, response) {
  let reply;
  try {
    reply = { status: 200, body: JSON.stringify(await answerCall(request)) };
  } catch (error) {
    // The caller hung up in the middle of the body: nothing was done, nobody listens.
    if (request.destroyed && !request.complete && !(error instanceof Refusal)) return;
    reply = refusalParts(error);
  }
  const body = request.method === "HEAD" ? "" : reply.body;
  const closing = request.complete ? {} : { Connection: "close" };
  response.writeHead(reply.status, {
    ...signedHeaders(body),
    ...closing,
    ...(reply.allow ? { Allow: reply.allow } : {}),
  });
  response.end(body);
  setImmediate(doDueWork);
}

// ---- the clerk: late settlements and the outbox ----------------------------------------------------------------------

/** The Authorization header of a request that the bank makes. */
function authorize(method, target, body) {
  const [timestamp, nonce] = [nowSeconds(), randomText()];
  const signature = signText(`${method}\n${target}\n${timestamp}\n${nonce}\n${body}\n`);
  return `${SCHEME} mchid="${bank.id}",nonce_str="${nonce}",signature="${signature}",timestamp="${timestamp}",serial_no="${bank.serial}"`;
}

const doDueWork = startClerk({ db, targets, authorize });

// ---- listening -----------------------------------------------------------------------------------------------------

const server = createServer(
  {
    requireHostHeader: false,
    headersTimeout: 10_000,
    requestTimeout: 30_000,
    connectionsCheckingInterval: 2000,
    keepAliveTimeout: 60_000,
  },
  serve,
);
server.on("checkExpectation", serve);
server.on("clientError", (error, socket) => {
  if (!socket.writable) return;
  const code = error.code === "HPE_HEADER_OVERFLOW" ? "PAYLOAD_TOO_LARGE" : "MALFORMED_BODY";
  const { status, body } = refusalParts(
    new Refusal(code, { field: "", issue: "not a well-formed HTTP request", location: "header" }),
  );
  const headers = Object.entries({ ...signedHeaders(body), Connection: "close" })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("");
  socket.end(`HTTP/1.1 ${status} Refused\r\n${headers}\r\n${body}`);
});
// A control hook is for test runs: nothing listens unless somebody asks for it.
const token = randomText();
const hooks =
  options["hooks-port"] === undefined
    ? undefined
    : {
        url: await serveCalls({
          port: Number(options["hooks-port"]),
          token,
          bankId: bank.id,
          authorize,
          keysBySerial,
          windowSeconds: WINDOW_SECONDS,
        }),
        token,
      };
server.listen(Number(options.port), "127.0.0.1", () => {
  console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}`, pid: process.pid, hooks }));
});
