import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { checkPack } from "../../core/pack/check.ts";
import { compilePack } from "../../core/pack/compile.ts";
import type { PackSource } from "../../core/pack/types.ts";
import { edited, interfacePath } from "../../simulator/defects/parts/edit-pack.ts";
import type { Edit } from "../../simulator/defects/parts/edit-pack.ts";
import { startBank } from "../../simulator/testing/bank.ts";
import type { TestAnswer } from "../../simulator/testing/client.ts";
import { cooperationPack } from "../../simulator/testing/packs.ts";
import { serve } from "../../simulator/testing/socket.ts";

/* How a pack has its file written, over a socket: the reference pack with other words in the table of its bill. */

const DAY_MS = 86_400_000;
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function packWith(table: Readonly<Record<string, unknown>>, hash?: unknown): PackSource {
  const { source } = cooperationPack();
  const edits: readonly Edit[] = [
    ...Object.entries(table).map(([name, value]) => ({
      path: [...interfacePath(source, "bill.download"), "response", "table", name],
      value,
    })),
    ...(hash === undefined
      ? []
      : [{ path: [...interfacePath(source, "bill.get"), "read", "answer", "hash_value"], value: hash }]),
  ];
  return edited(source, edits);
}

/** The bill of a day with one payment of number `-ABC123`, as the bank told of it and as it gave it out. */
async function billOf(source: PackSource): Promise<{ readonly told: TestAnswer; readonly file: TestAnswer }> {
  expect(checkPack(source)).toEqual([]);
  const bank = await startBank({ pack: compilePack(source), options: { deliver: false } });
  const { client, close } = await serve(bank);
  closing.push(async () => {
    bank.simulator.stop();
    await close();
  });
  const binding = bank.scenario("customer.funded")["binding_id"] ?? "";
  expect((await client.pay("-ABC123", binding, 100)).status).toBe(200);
  const payment = await client.get("/v1/payments/-ABC123");
  const date = String(payment.json["paid_at"] ?? payment.json["created_at"]).slice(0, 10);
  bank.simulator.clock.advance(2 * DAY_MS);
  const told = await client.get(`/v1/bills/${date}`);
  expect(told.code).toBeUndefined();
  return { told, file: await client.get(`/v1/bills/${date}/file`) };
}

describe("a bill over a socket", () => {
  it("a bill has the platform's number as it is where the pack leaves cells alone", async () => {
    const { file } = await billOf(packWith({}));
    expect(file.headers["content-type"]).toBe("text/csv; charset=utf-8");
    expect(file.text).toContain(",-ABC123,");
  });

  it("a bill has titles, totals with titles, and a text ahead of each cell", async () => {
    const { file } = await billOf(
      packWith({ header: "title.zh", footerHeader: "title.zh", prefix: { text: "`", before: "all" } }),
    );
    const lines = file.text.split("\r\n");
    expect(lines[0]).toBe("分录号,交易流水号,记账时间,业务种类,平台单号,借贷方向,金额（元）,币种,余额（元）");
    expect(file.text).toContain(",`-ABC123,");
    expect(lines.slice(-3)).toEqual([
      "总笔数,贷方合计（元）,借方合计（元）",
      expect.stringMatching(/^`\d+,`[\d.]+,`/),
      "",
    ]);
  });

  it("a bill is packed, and its hash is that of the plain file", async () => {
    const { told, file } = await billOf(packWith({ encoding: "gzip" }, { "table.hash": ["bill.download", "SM3"] }));
    expect(file.headers["content-type"]).toBe("application/gzip");
    const plain = gunzipSync(file.bytes);
    expect(plain.toString()).toContain(",-ABC123,");
    expect(told.json["hash_value"]).toBe(createHash("sm3").update(plain).digest("hex"));
  });
});
