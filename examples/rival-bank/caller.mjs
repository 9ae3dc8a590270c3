// The other way: the bank asks a platform about an order. Only what the platform has signed, and signed now, is believed.

import { verify } from "node:crypto";
import { createServer, request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";

const TRIES = 3;
const PAUSE_MS = 1000;
const TIMEOUT_MS = 5000;

/**
 * Serves the control hook `call` of a test run, at POST /call on a port of its own; resolves to its address.
 * `authorize` makes the Authorization header of a request, `keysBySerial` are the platforms' keys.
 */
export function serveCalls({ port, token, bankId, authorize, keysBySerial, windowSeconds }) {
  /** One signed GET; resolves to what came back, or to nothing. */
  const get = (url, ca) =>
    new Promise((resolve) => {
      const start = url.protocol === "https:" ? httpsRequest : httpRequest;
      const headers = { Authorization: authorize("GET", url.pathname + url.search, "") };
      const outgoing = start(url, { headers, ca, agent: false, signal: AbortSignal.timeout(TIMEOUT_MS) }, (answer) => {
        const chunks = [];
        answer.on("data", (chunk) => chunks.push(chunk)).on("error", () => resolve(undefined));
        answer.on("end", () =>
          resolve({ status: answer.statusCode, headers: answer.headersDistinct, body: Buffer.concat(chunks) }),
        );
      });
      outgoing.on("error", () => resolve(undefined)).end();
    });

  /** Whether a platform says this now. A refusal has to be signed like anything else. */
  function isSaidBy(party, { headers, body }) {
    const [timestamp, nonce, serial, signature] = ["timestamp", "nonce", "serial", "signature"].map(
      (name) => headers[`wechatpay-${name}`]?.[0],
    );
    const known = keysBySerial.get(serial);
    if (timestamp === undefined || nonce === undefined || signature === undefined || known?.party !== party)
      return false;
    if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) <= windowSeconds)) return false;
    return verify(
      "sha256",
      Buffer.concat([Buffer.from(`${timestamp}\n${nonce}\n`), body, Buffer.from("\n")]),
      known.key,
      Buffer.from(signature, "base64"),
    );
  }

  /** Whether it is the order that was asked for: a signature covers an answer, and not what it answers. */
  const isAbout = (order, asked) => order.out_trade_no === asked.out_trade_no && order.party_id === bankId;

  /** Asks until a platform has said something; after a few tries nobody knows. */
  async function askForOrder({ party_id: party, url: base, data, ca }) {
    const url = new URL(
      `${base}/v1/orders/${encodeURIComponent(data.out_trade_no)}?party_id=${encodeURIComponent(bankId)}`,
    );
    for (let tried = 0; tried < TRIES; tried += 1) {
      if (tried > 0) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      const answer = await get(url, ca);
      if (answer === undefined || !isSaidBy(party, answer)) continue;
      const said = JSON.parse(answer.body.toString());
      if (answer.status === 200 && isAbout(said, data)) return { outcome: "answered", answer: said };
      if (answer.status >= 400 && answer.status < 500 && answer.status !== 429)
        return { outcome: "refused", code: said.code };
    }
    return { outcome: "unknown" };
  }

  async function answer(request, response) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    if (request.headers.authorization !== `Bearer ${token}`) return response.writeHead(401).end();
    if (request.method !== "POST" || request.url !== "/call") return response.writeHead(404).end();
    const order = JSON.parse(Buffer.concat(chunks).toString());
    // It asks for orders, and calls nothing else by itself.
    if (order.interface !== "order.query") return response.writeHead(400).end();
    const concluded = await askForOrder(order);
    return response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(concluded));
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error) => {
      console.error("rival bank:", error);
      response.writeHead(500).end();
    });
  });
  return new Promise((resolve) => {
    server.listen(port, "127.0.0.1", () => resolve(`http://127.0.0.1:${server.address().port}`));
  });
}
