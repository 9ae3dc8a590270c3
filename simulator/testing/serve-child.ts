import { hostDefer, liveRuntime } from "../../core/runtime/live.ts";
import { startServer } from "../http/server.ts";
import { openSqliteStore } from "../store/sqlite.ts";
import { P1001, startBank } from "./bank.ts";

/**
 * A bank in a process of its own, for tests that kill it: `node serve-child.ts STORE_FILE NOTIFY_URL`. Says
 * `{"url", "binding_id", "late_binding_id"}` on one line when it listens.
 */
const [file = "", notifyUrl = ""] = process.argv.slice(2);
const bank = await startBank({
  runtime: liveRuntime(),
  store: openSqliteStore(file, { defer: hostDefer }),
  parties: [{ ...P1001, notifyUrl }],
  options: { onInternalError: (error) => console.error(error) },
});
const server = await startServer({ app: bank.simulator.app, hostname: "127.0.0.1", port: 0 });
console.log(
  JSON.stringify({
    url: server.url,
    binding_id: bank.scenario("customer.funded")["binding_id"],
    late_binding_id: bank.scenario("payment.settles-late-success")["binding_id"],
  }),
);
