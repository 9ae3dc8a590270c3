// Prints the statement of a running rival bank: what `liantiao verify bank --sut` needs to know of it, and no more.
// usage: node make-statement.mjs URL KEYS_DIR LISTEN_PORT [HOOKS_URL TOKEN] > sut.json
import { resolve } from "node:path";

const [url, keys, port, hooks, token] = process.argv.slice(2);
if (url === undefined || keys === undefined || port === undefined) {
  console.error("usage: node make-statement.mjs URL KEYS_DIR LISTEN_PORT [HOOKS_URL TOKEN] > sut.json");
  process.exit(2);
}
const algorithm = "WECHATPAY2-SHA256-RSA2048";
const party = (id) => ({ partyId: id, serial: `${id}-KEY-1`, algorithm, privateKey: resolve(keys, `${id}.key.pem`) });
const binding = (name) => ({ binding_id: `RB-P1001-${name}` });
const notBuilt = (what) => ({ none: `this bank has no ${what}` });
const excluded = (reason, ...requirements) => requirements.map((requirement) => ({ requirement, reason }));

console.log(
  JSON.stringify(
    {
      name: "Rival bank",
      role: "bank",
      pack: "cooperation",
      baseUrl: url,
      sutPartyId: "BANK01",
      parties: [party("P1001"), party("P1002")],
      sutKeys: [{ serial: "RIVAL-KEY-1", algorithm, publicKey: resolve(keys, "bank.pub.pem") }],
      profile: {
        interfaces: [
          "echo",
          "payment.*",
          "refund.*",
          "account.*",
          "key.list",
          "notify.payment_result",
          "notify.refund_result",
          "order.query",
        ],
        requirements: {
          except: [
            ...excluded("this bank is served over plain HTTP", "TLS-01"),
            ...excluded("its parties sign with RSA", "SIG-14"),
            ...excluded("it has no hook to restart it", "IDM-06", "NOT-09", "RPL-04", "STB-05"),
            ...excluded("its keys are rotated by hand", "SIG-23", "SIG-26"),
            ...excluded("it has no late refunds", "LIF-11", "REC-02", "REC-12"),
          ],
        },
      },
      fixtures: {
        "customer.funded": binding("FUNDED"),
        "customer.low-balance": { ...binding("LOW"), balance: { value: 100, currency: "CNY" } },
        "customer.frozen": binding("FROZEN"),
        "binding.cancelled": binding("CANCELLED"),
        "payment.settles-late-success": binding("LATE-SUCCESS"),
        "payment.settles-late-failure": binding("LATE-FAILURE"),
        "customer.other-party": { binding_id: "RB-P1002-FUNDED" },
        "account.frozen": notBuilt("binding by interface"),
        "customer.applies": notBuilt("binding by interface"),
        "binding.expired": notBuilt("binding by interface"),
        "refund.settles-late": notBuilt("late refunds"),
        "payout.payee": notBuilt("payouts"),
        "payout.returned": notBuilt("payouts"),
        "payout.settles-late": notBuilt("payouts"),
        "settlement.funded": notBuilt("settlement interfaces"),
      },
      ...(hooks === undefined ? {} : { hooks: { url: hooks, token, supports: ["call"] } }),
      notify: { listen: { host: "127.0.0.1", port: Number(port) }, publicUrl: `http://127.0.0.1:${port}` },
    },
    undefined,
    2,
  ),
);
