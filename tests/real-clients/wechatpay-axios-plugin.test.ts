import { createHash } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { Wechatpay } from "wechatpay-axios-plugin";
import { liveRuntime } from "../../core/runtime/live.ts";
import { rsa2048 } from "../../core/signature/rsa.ts";
import { startServer } from "../../simulator/http/server.ts";
import type { RunningServer } from "../../simulator/http/server.ts";
import { startBank } from "../../simulator/testing/bank.ts";
import type { TestBank } from "../../simulator/testing/bank.ts";
import { RSA } from "../../simulator/testing/keys.ts";
import type { TestKey } from "../../simulator/testing/keys.ts";
import { opensslIsInstalled, opensslVerifies } from "./openssl.ts";

/**
 * A client of WeChat Pay APIv3 that we did not write, over a real socket: it signs our requests and judges our answers
 * with code that shares nothing with ours. It verifies every 2xx answer; refusals it takes on trust, so those are put
 * to the `openssl` command.
 */

/** The part of the client that is used; its own types are `any` all the way down. */
interface Client {
  chain(path: string): {
    get(config?: Readonly<Record<string, unknown>>): Promise<Answer>;
    post(data: unknown, config?: Readonly<Record<string, unknown>>): Promise<Answer>;
  };
}

interface Answer {
  readonly status: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A refusal as the client throws it. */
interface Refusal {
  readonly code?: string;
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly data: string;
  };
}

const PARTY = "P1001";
/** 20:00 in Shanghai: no run meets the cut-over half way. The clock of both sides is the host's. */
const EVENING = Date.parse("2026-11-22T20:00:00+08:00");
const BILL_DATE = "2026-11-22";
const AFTER_THE_BILL_IS_READY = Date.parse("2026-11-23T00:10:01+08:00");

function rsaKey(serial: string): TestKey {
  const { privatePem, publicPem } = rsa2048.generate();
  return {
    serial,
    algorithm: RSA,
    privatePem,
    publicPem,
    privateKey: rsa2048.privateKey(privatePem),
    publicKey: rsa2048.publicKey(publicPem),
  };
}

const money = (value: number): { value: number; currency: string } => ({ value, currency: "CNY" });
const params = { party_id: PARTY };
/** Bytes as they came, past the client's own verification. */
const untouched = { transformResponse: [(data: unknown): unknown => data] };

describe("wechatpay-axios-plugin against a live bank", () => {
  const bankKey = rsaKey("PUB_KEY_ID_BANK01");
  const partyKey = rsaKey("7132D72A03E93CDDF8C03BBD1F37EEDF00000001");
  const runtime = liveRuntime();
  let bank: TestBank;
  let server: RunningServer | undefined;
  let client: Client;

  const clientWith = (privateKey: string, baseURL: string): Client =>
    new Wechatpay({
      mchid: PARTY,
      serial: partyKey.serial,
      privateKey,
      certs: { [bankKey.serial]: bankKey.publicPem },
      baseURL,
      proxy: false,
    }) as unknown as Client;

  beforeAll(async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: EVENING });
    bank = await startBank({
      runtime,
      parties: [{ id: PARTY, key: partyKey }],
      ownKeys: [bankKey],
      options: { baseUrl: () => server?.url ?? "http://not-listening-yet.test" },
    });
    server = await startServer({ app: bank.simulator.app, hostname: "127.0.0.1", port: 0 });
    client = clientWith(partyKey.privatePem, server.url);
  });

  afterEach(() => {
    expect(bank.internalErrors).toEqual([]);
  });

  afterAll(async () => {
    bank.simulator.stop();
    await server?.close();
    runtime.close();
    vi.useRealTimers();
  });

  const query = (outTradeNo: string): Promise<Answer> =>
    client.chain("v1/payments/{out_trade_no}").get({ params, out_trade_no: outTradeNo });
  const refusalOf = (call: Promise<Answer>): Promise<Refusal> =>
    call.then(
      (answer) => expect.fail(`it was accepted: ${JSON.stringify(answer.data)}`),
      (error: unknown) => error as Refusal,
    );

  it("the client binds, pays, queries, refunds and takes the bill of the day", async () => {
    const { holder_name, account_no, id_no, mobile, sms_code } = bank.scenario("customer.applies");
    const applied = await client.chain("v1/bindings").post({
      party_id: PARTY,
      out_bind_no: "real-client-bind",
      holder_name,
      account_no,
      id_type: "01",
      id_no,
      mobile,
    });
    expect(applied.data).toMatchObject({ party_id: PARTY, out_bind_no: "real-client-bind", state: "PENDING" });
    const bindingId = String(applied.data["binding_id"]);

    const confirmed = await client
      .chain("v1/bindings/{binding_id}/confirm")
      .post({ party_id: PARTY, sms_code }, { binding_id: bindingId });
    expect(confirmed.data).toMatchObject({ binding_id: bindingId, state: "ACTIVE" });

    const order = {
      party_id: PARTY,
      out_trade_no: "real-client-pay",
      binding_id: bindingId,
      amount: money(10_000),
      description: "一杯咖啡 ☕",
    };
    const paid = await client.chain("v1/payments").post(order);
    expect(paid.data).toMatchObject({
      out_trade_no: "real-client-pay",
      state: "SUCCEEDED",
      amount: money(10_000),
      refunded: money(0),
      fee: money(60),
      description: "一杯咖啡 ☕",
    });
    expect((await query("real-client-pay")).data).toEqual(paid.data);

    const refunded = await client.chain("v1/refunds").post({
      party_id: PARTY,
      out_refund_no: "real-client-refund",
      out_trade_no: "real-client-pay",
      amount: money(3_000),
    });
    expect(refunded.data).toMatchObject({
      out_refund_no: "real-client-refund",
      state: "SUCCEEDED",
      amount: money(3_000),
    });
    expect(
      (await client.chain("v1/refunds/{out_refund_no}").get({ params, out_refund_no: "real-client-refund" })).data,
    ).toEqual(refunded.data);
    expect((await query("real-client-pay")).data).toEqual({ ...paid.data, refunded: money(3_000) });

    vi.setSystemTime(AFTER_THE_BILL_IS_READY);
    const bill = (await client.chain("v1/bills/{bill_date}").get({ params, bill_date: BILL_DATE })).data;
    const address = new URL(String(bill["download_url"]));
    expect(address.origin).toBe(server?.url);
    // The file is not signed: its hash was, a moment ago. So the client is told not to look for a signature.
    const file = await client
      .chain(address.pathname.slice(1))
      .get({ params: Object.fromEntries(address.searchParams), responseType: "arraybuffer", transformResponse: [] });
    const bytes = file.data as unknown as Uint8Array;
    expect({ hash_type: "SHA256", hash_value: createHash("sha256").update(bytes).digest("hex") }).toEqual({
      hash_type: bill["hash_type"],
      hash_value: bill["hash_value"],
    });
    const lines = new TextDecoder("utf-8", { fatal: true }).decode(bytes).split("\r\n");
    const [titles = [], ...cells] = lines.slice(0, -2).map((line) => line.split(","));
    const rows = cells.map((line) => Object.fromEntries(titles.map((title, index) => [title, line[index]])));
    expect(rows).toHaveLength(Number(bill["row_count"]));
    const reference = titles[4] ?? "";
    const mine = rows
      .filter((row) => row[reference]?.startsWith("real-client-") === true)
      .map((row) => [3, 4, 5, 6, 7].map((column) => row[titles[column] ?? ""]));
    expect(mine).toEqual([
      ["payment", "real-client-pay", "credit", "100.00", "CNY"],
      ["fee", "real-client-pay", "debit", "0.60", "CNY"],
      ["refund", "real-client-refund", "debit", "30.00", "CNY"],
    ]);
  });

  it.each([
    ["a wrong signature", "wrong-signature", "EV3_RES_HEADER_SIGNATURE_DIGEST"],
    ["a stale timestamp", "stale-timestamp", "EV3_RES_HEADER_TIMESTAMP_OFFSET"],
    ["an unknown key id", "wrong-key-id", "EV3_RES_HEADER_PLATFORM_SERIAL"],
  ])("the client refuses one answer with %s, and accepts the next", async (_what, fault, code) => {
    const pay = (): Promise<Answer> =>
      client.chain("v1/payments").post({
        party_id: PARTY,
        out_trade_no: fault,
        binding_id: bank.scenario("customer.funded")["binding_id"],
        amount: money(100),
        description: fault,
      });
    bank.simulator.switchboard.switchOn({ name: fault, interface: "payment.create", times: 1 });
    const refused = await refusalOf(pay());
    expect(refused.code).toBe(code);
    expect(refused.response.status).toBe(200);
    // Sent again, the same order gives the first answer, now rightly signed: nothing was paid twice.
    const again = await pay();
    expect(again.data).toMatchObject({ out_trade_no: fault, state: "SUCCEEDED" });
    expect((await query(fault)).data).toEqual(again.data);
  });

  const installed = opensslIsInstalled();
  const must = process.env["CI"] !== undefined;
  it.skipIf(!installed && !must)(
    installed || must
      ? "signs its refusals too, says openssl"
      : "NOT JUDGED, THERE IS NO openssl COMMAND ON THIS MACHINE: signs its refusals too",
    async () => {
      const unknown = await refusalOf(
        client.chain("v1/payments/{out_trade_no}").get({ params, out_trade_no: "nobody-paid-this", ...untouched }),
      );
      const stranger = clientWith(rsa2048.generate().privatePem, server?.url ?? "");
      const forged = await refusalOf(
        stranger.chain("v1/payments/{out_trade_no}").get({ params, out_trade_no: "wrong-signature", ...untouched }),
      );
      const misspelt = await refusalOf(
        client.chain("v1/payments").post({ party_id: PARTY, out_trade_number: "x" }, untouched),
      );
      for (const [refusal, status, code] of [
        [unknown, 404, "ORDER_NOT_FOUND"],
        [forged, 401, "SIGN_ERROR"],
        [misspelt, 400, "PARAM_ERROR"],
      ] as const) {
        const { headers, data } = refusal.response;
        expect({ status: refusal.response.status, code: (JSON.parse(data) as { code: string }).code }).toEqual({
          status,
          code,
        });
        expect(headers["wechatpay-serial"]).toBe(bankKey.serial);
        const [timestamp = "", nonce = "", signature = ""] = ["timestamp", "nonce", "signature"].map(
          (name) => headers[`wechatpay-${name}`],
        );
        expect(opensslVerifies(bankKey.publicPem, `${timestamp}\n${nonce}\n${data}\n`, signature)).toBe(true);
        // And it would have said no to anything else.
        expect(opensslVerifies(bankKey.publicPem, `${timestamp}\n${nonce}\n${data} \n`, signature)).toBe(false);
      }
    },
  );
});
