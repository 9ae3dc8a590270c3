// The clerk of the bank: settles late payments and sends what is in the outbox.

import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { settle } from "./payments.mjs";

const RETRY_SECONDS = [15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800, 10800, 21600, 21600];
const ACK_TIMEOUT_MS = 5000;
const SENDS_AT_ONCE_PER_ORIGIN = 8;

/** Sends one notification; resolves to whether the party acknowledged it. Redirects are not followed. */
function send({ target, body }, authorize) {
  const url = new URL(target);
  const authorization = authorize("POST", url.pathname + url.search, body);
  return new Promise((resolve) => {
    const start = url.protocol === "https:" ? httpsRequest : httpRequest;
    const headers = {
      Authorization: authorization,
      "Content-Type": "application/json",
      "Content-Length": Buffer.byteLength(body),
    };
    const outgoing = start(
      url,
      { method: "POST", headers, agent: false, signal: AbortSignal.timeout(ACK_TIMEOUT_MS) },
      (answer) => {
        answer.on("error", () => {}).resume();
        resolve(answer.statusCode === 200 || answer.statusCode === 204);
      },
    );
    outgoing.on("error", () => resolve(false));
    outgoing.end(body);
  });
}

const complain = (error) => console.error("rival bank:", error);

/** Makes the clerk, which looks every 100 ms for what is due. Returns a function that has it look now. */
export function startClerk({ db, targets, authorize }) {
  const underway = new Map(); // notify_id -> origin
  async function deliver(row) {
    const { origin } = new URL(row.target);
    if (
      underway.has(row.notify_id) ||
      [...underway.values()].filter((other) => other === origin).length >= SENDS_AT_ONCE_PER_ORIGIN
    )
      return;
    underway.set(row.notify_id, origin);
    try {
      // Asked again at every send: the list may have shrunk since the target was taken.
      const allowed = targets.allow(row.target);
      const acknowledged = allowed && (await send(row, authorize));
      const waitSeconds = allowed ? RETRY_SECONDS[row.attempts] : undefined;
      const nextAt = acknowledged || waitSeconds === undefined ? null : Date.now() + waitSeconds * 1000;
      db.change(
        "UPDATE outbox SET attempts = attempts + 1, next_at = ?, delivered_at = ? WHERE notify_id = ?",
        nextAt,
        acknowledged ? Date.now() : null,
        row.notify_id,
      );
    } finally {
      underway.delete(row.notify_id);
    }
  }

  function doDueWork() {
    try {
      const now = Date.now();
      const due = db.all(
        "SELECT payments.id, settlement FROM payments JOIN accounts ON name = account WHERE state = 'PROCESSING' AND settle_due_at <= ?",
        now,
      );
      for (const { id, settlement } of due) db.transaction(() => settle(db, id, settlement !== "late-failure", now));
      for (const row of db.all("SELECT * FROM outbox WHERE next_at <= ? ORDER BY next_at", now))
        deliver(row).catch(complain);
    } catch (error) {
      complain(error); // the disk may be full for now; the next round tries again
    }
  }

  // What is due is read from the tables each time, so a restart forgets nothing.
  setInterval(doDueWork, 100);
  return doDueWork;
}
