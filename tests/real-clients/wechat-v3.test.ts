import { execFile, execFileSync, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { IncomingHttpHeaders, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Aes, Formatter, Rsa, Wechatpay } from "wechatpay-axios-plugin";
import { works } from "../../simulator/testing/program.ts";

/*
 * Clients of WeChat Pay APIv3 that we did not write, unmodified but for address and keys, against the pack wechat-v3 as it
 * is served: each orders, queries, closes, refunds, takes the bill and the certificates, verifies every answer and one
 * notification, and refuses one answer and one notification that are signed wrongly.
 */

const root = fileURLToPath(new URL("../..", import.meta.url));
const main = join(root, "cli/main.ts");
const run = promisify(execFile);

const MCHID = "P1001";
const CLIENTS = [
  {
    name: "wechatpay-java",
    needs: "a JDK of 17 or newer, and Maven",
    here: works("javac", ["-version"]) && works("mvn", ["-v"]),
  },
  { name: "wechatpayv3", needs: "python3 with venv and pip", here: works("python3", ["-c", "import venv, ensurepip"]) },
] as const;

interface Told {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const folder = mkdtempSync(join(tmpdir(), "liantiao-wechat-v3-"));
let bank: ChildProcess;
let url: string;
let merchant: Server;
let merchantUrl: string;

const liantiao = (...words: readonly string[]): string =>
  execFileSync(process.execPath, [main, ...words, "--state", folder], { encoding: "utf8" });

/** What a merchant has of WeChat Pay: its number, its key, its secret, its appids. */
interface Settings {
  readonly serial: string;
  readonly keyFile: string;
  readonly apiv3Key: string;
  readonly appid: string;
  readonly waitingAppid: string;
}

function settings(): Settings {
  const { parties, fixtures } = JSON.parse(readFileSync(join(folder, "sut.json"), "utf8")) as {
    readonly parties: readonly { serial: string; privateKey: string; sealingSecret: string }[];
    readonly fixtures: Readonly<Record<string, { readonly appid: string }>>;
  };
  const [party] = parties;
  return {
    serial: party?.serial ?? "",
    keyFile: join(folder, party?.privateKey ?? ""),
    apiv3Key: readFileSync(join(folder, party?.sealingSecret ?? ""), "utf8").trim(),
    appid: fixtures["payer.pays"]?.appid ?? "",
    waitingAppid: fixtures["payer.waits"]?.appid ?? "",
  };
}

const notificationFile = (prefix: string): string => join(folder, `${prefix}.json`);

/** A merchant that keeps the first notification under each path for its client, and acknowledges all. */
async function startMerchant(): Promise<void> {
  merchant = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => void chunks.push(chunk));
    request.on("end", () => {
      const told: Told = { headers: request.headers, body: Buffer.concat(chunks).toString() };
      const file = notificationFile((request.url ?? "").slice(1));
      const isPaid = (JSON.parse(told.body) as { readonly event_type: string }).event_type === "TRANSACTION.SUCCESS";
      if (isPaid && !existsSync(file)) {
        writeFileSync(`${file}.part`, JSON.stringify(told));
        renameSync(`${file}.part`, file);
      }
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => merchant.listen(0, "127.0.0.1", resolve));
  merchantUrl = `http://127.0.0.1:${(merchant.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  await startMerchant();
  const pack = join(root, "specs/wechat-v3");
  bank = spawn(
    process.execPath,
    [main, "serve", "bank", "--pack", pack, "--state", folder, "--port", "0", "--peer", merchantUrl, "--json"],
    { stdio: ["ignore", "pipe", "ignore"] },
  );
  url = await new Promise<string>((resolve, reject) => {
    let text = "";
    bank.stdout?.on("data", (bytes: Buffer) => {
      text += bytes.toString();
      if (text.includes("\n")) resolve((JSON.parse(text) as { readonly url: string }).url);
    });
    bank.once("exit", () => reject(new Error("the bank did not start")));
  });
});

afterAll(async () => {
  const ended = new Promise((resolve) => bank.once("exit", resolve));
  bank.kill("SIGINT");
  await ended;
  await new Promise((resolve) => merchant.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

/** Yesterday in Shanghai, or the day before: what is ready in the morning. */
const billDate = (): string => new Date(Date.now() - 40 * 3_600_000 + 8 * 3_600_000).toISOString().slice(0, 10);

const EXPECTED = {
  code_url: expect.stringMatching(/^weixin:\/\/wxpay\/bizpayurl\?pr=\S+$/u),
  waiting: "NOTPAY",
  closed: "CLOSED",
  paid: "SUCCESS",
  total: 100,
  refund: "SUCCESS",
  forged_answer: "refused",
  refund_query: "SUCCESS",
  after_refund: "REFUND",
  bill_hash: "verified",
  bill_columns: 27,
  notified: "SUCCESS",
  forged_notification: "refused",
};

describe.each(CLIENTS)("the client $name", ({ name, needs, here }) => {
  const skip = !here && process.env["CI"] === undefined;
  test.skipIf(skip)(here ? "goes through a merchant's day" : `NOT RUN, it needs ${needs}`, async () => {
    if (!here) throw new Error(`The client ${name} needs ${needs}; install them on the CI machine.`);
    liantiao("faults", "on", "wrong-signature", "--interface", "refund.query", "--times", "1");
    const file = join(folder, `${name}.settings.json`);
    writeFileSync(
      file,
      JSON.stringify({
        ...settings(),
        url,
        mchid: MCHID,
        prefix: name,
        notifyUrl: `${merchantUrl}/${name}`,
        notificationFile: notificationFile(name),
        billDate: billDate(),
      }),
    );
    const { stdout } = await run(join(root, "tests/real-clients", name, "run"), [file], { encoding: "utf8" });
    expect(JSON.parse(stdout.trim().split("\n").at(-1) ?? "")).toEqual(EXPECTED);
  });
});

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

interface Sealed {
  readonly nonce: string;
  readonly ciphertext: string;
  readonly associated_data: string;
}

describe("the client wechatpay-axios-plugin", () => {
  const clientWith = (certs: Readonly<Record<string, string>>): Client => {
    const { serial, keyFile } = settings();
    const privateKey = readFileSync(keyFile, "utf8");
    return new Wechatpay({ mchid: MCHID, serial, privateKey, certs, baseURL: url, proxy: false }) as unknown as Client;
  };
  const opened = ({ nonce, ciphertext, associated_data }: Sealed): string =>
    Aes.AesGcm.decrypt(ciphertext, settings().apiv3Key, nonce, associated_data);

  /** The certificates, which verify the answer that lists them only once they are known. */
  async function certificates(): Promise<Readonly<Record<string, string>>> {
    const { data } = await clientWith({ any: undefined as unknown as string })
      .chain("v3/certificates")
      .get({ transformResponse: [(text: unknown): unknown => text] });
    const list = JSON.parse(String(data)) as {
      readonly data: readonly { readonly serial_no: string; readonly encrypt_certificate: Sealed }[];
    };
    return Object.fromEntries(list.data.map((one) => [one.serial_no, opened(one.encrypt_certificate)]));
  }

  test("goes through a merchant's day", async () => {
    const certs = await certificates();
    const client = clientWith(certs);
    const { appid, waitingAppid } = settings();
    const order = (id: string, number: string): Promise<Answer> =>
      client.chain("v3/pay/transactions/native").post({
        appid: id,
        mchid: MCHID,
        description: "一杯咖啡 ☕",
        out_trade_no: number,
        notify_url: `${merchantUrl}/axios`,
        amount: { total: 100, currency: "CNY" },
      });
    const query = async (out_trade_no: string): Promise<Answer["data"]> =>
      (
        await client
          .chain("v3/pay/transactions/out-trade-no/{out_trade_no}")
          .get({ params: { mchid: MCHID }, out_trade_no })
      ).data;
    const state = async (number: string): Promise<unknown> => (await query(number))["trade_state"];

    const seen: Record<string, unknown> = {};
    seen["code_url"] = (await order(waitingAppid, "axios-waiting")).data["code_url"];
    seen["waiting"] = await state("axios-waiting");
    const closed = await client
      .chain("v3/pay/transactions/out-trade-no/{out_trade_no}/close")
      .post({ mchid: MCHID }, { out_trade_no: "axios-waiting" });
    expect(closed.status).toBe(204);
    seen["closed"] = await state("axios-waiting");
    await order(appid, "axios-paid");
    seen["paid"] = await state("axios-paid");
    seen["total"] = ((await query("axios-paid"))["amount"] as { readonly total: number }).total;

    const refunds = client.chain("v3/refund/domestic/refunds");
    const refund = await refunds.post({
      out_trade_no: "axios-paid",
      out_refund_no: "axios-refund",
      amount: { refund: 30, total: 100, currency: "CNY" },
    });
    seen["refund"] = refund.data["status"];
    liantiao("faults", "on", "wrong-signature", "--interface", "refund.query", "--times", "1");
    const queryRefund = (): Promise<Answer> =>
      client.chain("v3/refund/domestic/refunds/{out_refund_no}").get({ out_refund_no: "axios-refund" });
    seen["forged_answer"] = await queryRefund().then(
      () => "accepted",
      ({ code }: { readonly code: string }) => (code === "EV3_RES_HEADER_SIGNATURE_DIGEST" ? "refused" : code),
    );
    seen["refund_query"] = (await queryRefund()).data["status"];
    seen["after_refund"] = await state("axios-paid");

    const bill = (await client.chain("v3/bill/tradebill").get({ params: { bill_date: billDate(), tar_type: "GZIP" } }))
      .data;
    const address = new URL(String(bill["download_url"]));
    // The file is not signed: its hash was, a moment ago.
    const packed = await client.chain(address.pathname.slice(1)).get({
      params: Object.fromEntries(address.searchParams),
      responseType: "arraybuffer",
      transformResponse: [],
    });
    const file = gunzipSync(packed.data as unknown as Uint8Array);
    seen["bill_hash"] = createHash("sha1").update(file).digest("hex") === bill["hash_value"] ? "verified" : "wrong";
    seen["bill_columns"] = file.toString().split("\r\n")[0]?.split(",").length;

    await expect.poll(() => existsSync(notificationFile("axios"))).toBe(true);
    const { headers, body } = JSON.parse(readFileSync(notificationFile("axios"), "utf8")) as Told;
    const verified = (text: string): boolean =>
      Rsa.verify(
        Formatter.joinedByLineFeed(String(headers["wechatpay-timestamp"]), String(headers["wechatpay-nonce"]), text),
        String(headers["wechatpay-signature"]),
        certs[String(headers["wechatpay-serial"])] ?? "",
      );
    expect(verified(body)).toBe(true);
    const { resource } = JSON.parse(body) as { readonly resource: Sealed };
    seen["notified"] = (JSON.parse(opened(resource)) as Readonly<Record<string, unknown>>)["trade_state"];
    seen["forged_notification"] = verified(`${body} `) ? "accepted" : "refused";
    expect(seen).toEqual(EXPECTED);
  });
});
