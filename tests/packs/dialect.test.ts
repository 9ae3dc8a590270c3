import { headerPolicy } from "../../core/envelope/testing/policies.ts";
import { describe, expect, it } from "vitest";
import { checkPack } from "../../core/pack/check.ts";
import { compilePack } from "../../core/pack/compile.ts";
import type { Pack } from "../../core/pack/compile.ts";
import type { Manifest, PackSource } from "../../core/pack/types.ts";
import type { RawRequest } from "../../simulator/http/raw.ts";
import { startBank } from "../../simulator/testing/bank.ts";
import type { TestAnswer } from "../../simulator/testing/client.ts";
import { namedKey } from "../../simulator/testing/keys.ts";
import { cooperationPack } from "../../simulator/testing/packs.ts";

/**
 * A bank's dialect is a pack and nothing else. The reference pack is retold with other names for fields, states, codes,
 * resources and paths, and another way to sign; the same simulator must then do the same business in that language,
 * which it could not if any name stood in its code.
 */
const WORDS: Readonly<Record<string, string>> = {
  out_trade_no: "mer_order_id",
  out_refund_no: "mer_refund_id",
  transaction_id: "bank_serial",
  party_id: "mer_id",
  SUCCEEDED: "TRADE_OK",
  SIGN_ERROR: "E0401",
  NONCE_REUSED: "E0409",
  INSUFFICIENT_FUNDS: "E5100",
  REFUND_EXCEEDS_PAYMENT: "E5200",
  CONTEXT_INCONSISTENT: "E4220",
  ORDER_NOT_FOUND: "E4040",
  PARAM_ERROR: "E4000",
  "/v1/payments": "/gateway/pay",
  "/v1/refunds": "/gateway/refund",
};

const SIGNING: Manifest["policies"]["envelope"] = {
  style: "authorization-header",
  requestBase: ["timestamp", "nonce", "method", "path-and-query", "body"],
  responseBase: ["nonce", "timestamp", "body"],
  algorithms: { "GATEWAY-ED25519": "ed25519" },
  authorization: {
    header: "X-Gateway-Authorization",
    party: "mer",
    nonce: "n",
    timestamp: "t",
    serial: "key",
    signature: "s",
  },
  response: {
    timestamp: "X-Gateway-Time",
    nonce: "X-Gateway-Nonce",
    signature: "X-Gateway-Signature",
    serial: "X-Gateway-Key",
    algorithm: "X-Gateway-Algorithm",
  },
};

const retold = (text: string): string =>
  Object.entries(WORDS).reduce((told, [word, other]) => told.replaceAll(word, other), text);
const untold = (text: string): string =>
  Object.entries(WORDS).reduce((told, [word, other]) => told.replaceAll(other, word), text);

function gatewayPack(): Pack {
  const { source } = cooperationPack();
  // What the engine itself calls a party stays: `$party.party_id` is a word of the vocabulary, not of the dialect.
  const told = JSON.parse(retold(JSON.stringify(source)).replaceAll("$party.mer_id", "$party.party_id")) as PackSource;
  return compilePack({
    ...told,
    manifest: { ...told.manifest, name: "gateway", policies: { ...told.manifest.policies, envelope: SIGNING } },
  });
}

interface Step {
  readonly status: number;
  readonly signed: boolean;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The same errands in the words of a pack; what came back, told in the words of the reference pack. */
async function errands(pack: Pack, tell: (text: string) => string): Promise<readonly Step[]> {
  const algorithm =
    Object.entries(pack.source.manifest.policies.envelope.algorithms).find(([, scheme]) => scheme === "ed25519")?.[0] ??
    "";
  const key = (serial: string): ReturnType<typeof namedKey> => ({ ...namedKey(serial), algorithm });
  const bank = await startBank({
    pack,
    parties: [{ id: "P1001", key: key("P1001-KEY-1") }],
    ownKeys: [key("BANK01-KEY-1")],
  });
  const { binding_id } = bank.scenario("customer.low-balance");
  const order = (number: string, value: number): unknown =>
    JSON.parse(
      tell(
        JSON.stringify({
          party_id: "P1001",
          out_trade_no: number,
          binding_id,
          amount: { value, currency: "CNY" },
          description: "dialect",
        }),
      ),
    );
  const refund = (number: string, value: number): unknown =>
    JSON.parse(
      tell(
        JSON.stringify({
          party_id: "P1001",
          out_refund_no: number,
          out_trade_no: "ORDER-1",
          amount: { value, currency: "CNY" },
        }),
      ),
    );
  const { client } = bank;
  // The test client knows how the pack writes its authorization, and not in which header.
  const request = (...what: Parameters<typeof client.request>): RawRequest => {
    const made = client.request(...what);
    return {
      ...made,
      headers: made.headers.map(
        ([name, value]) =>
          [
            name === "Authorization" ? headerPolicy(pack.source.manifest.policies.envelope).authorization.header : name,
            value,
          ] as const,
      ),
    };
  };
  const call = (...what: Parameters<typeof client.request>): Promise<TestAnswer> => client.send(request(...what));
  const again = request("GET", tell("/v1/payments/ORDER-1?party_id=P1001"));
  const answers = [
    await call("POST", tell("/v1/payments"), order("ORDER-1", 40)),
    await call("POST", tell("/v1/payments"), order("ORDER-1", 40)),
    await call("POST", tell("/v1/payments"), order("ORDER-1", 41)),
    await call("POST", tell("/v1/payments"), order("ORDER-2", 10_000_000)),
    await call("POST", tell("/v1/payments"), { nothing: "of it" }),
    await call("POST", tell("/v1/refunds"), refund("REFUND-1", 15)),
    await call("POST", tell("/v1/refunds"), refund("REFUND-2", 26)),
    await client.send(again),
    await client.send(again),
    await call("GET", tell("/v1/payments/ORDER-9?party_id=P1001")),
    await call("GET", tell("/v1/payments/ORDER-1?party_id=P1001"), undefined, { signature: () => "AAAA" }),
  ];
  expect(bank.internalErrors).toEqual([]);
  bank.simulator.stop();
  return answers.map(({ status, signed, text }) => ({
    status,
    signed,
    body: JSON.parse(untold(text)) as Step["body"],
  }));
}

/** Without what two runs may differ in: ids that are drawn, moments, and advice that quotes the sender. */
function comparable({ status, signed, body }: Step): unknown {
  const drawn = ["transaction_id", "refund_id", "created_at", "settled_at", "business_date", "detail", "hint"];
  return {
    status,
    signed,
    fields: Object.keys(body).toSorted(),
    told: Object.fromEntries(Object.entries(body).filter(([name]) => !drawn.includes(name))),
  };
}

describe("a dialect", () => {
  it("the dialect pack is sound", () => {
    expect(checkPack(gatewayPack().source)).toEqual([]);
  });

  it("a dialect does the same business in other words, signed another way", async () => {
    const [reference, gateway] = [
      await errands(cooperationPack(), (text) => text),
      await errands(gatewayPack(), retold),
    ];
    expect(reference.map(({ status, body }) => `${status} ${String(body["code"] ?? body["state"])}`)).toEqual([
      "200 SUCCEEDED",
      "200 SUCCEEDED",
      "422 CONTEXT_INCONSISTENT",
      "403 INSUFFICIENT_FUNDS",
      "400 PARAM_ERROR",
      "200 SUCCEEDED",
      "403 REFUND_EXCEEDS_PAYMENT",
      "200 SUCCEEDED",
      "401 NONCE_REUSED",
      "404 ORDER_NOT_FOUND",
      "401 SIGN_ERROR",
    ]);
    expect(gateway.map(comparable)).toEqual(reference.map(comparable));
    expect(gateway.every(({ signed }) => signed)).toBe(true);
  });
});
