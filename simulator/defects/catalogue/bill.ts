import type { Defect } from "../defect.ts";
import {
  at,
  edited,
  inInterface,
  inPolicies,
  inTransition,
  interfacePath,
  transitionPath,
  withReadGuard,
  withoutReadGuard,
} from "../parts/edit-pack.ts";
import { bodyOf } from "../parts/answers.ts";
import { billWritten } from "../parts/bill-file.ts";
import type { Expression, PackSource } from "../../../core/pack/types.ts";

/** Both interfaces of the bill read the ledger by the same rule. */
const ofBill = (source: PackSource, steps: readonly (string | number)[], value: unknown): PackSource =>
  ["bill.get", "bill.download"].reduce(
    (made, id) => inInterface(made, id, ["read", "load", "entries", ...steps], value),
    source,
  );

const column = (source: PackSource, name: string, value: unknown): PackSource => {
  const path = [...interfacePath(source, "bill.download"), "response", "table", "columns"];
  const columns = at(source, path) as readonly { readonly name: string }[];
  return edited(source, [{ path, value: columns.map((one) => (one.name === name ? { ...one, value } : one)) }]);
};

const total = (source: PackSource, index: number, value: unknown): PackSource =>
  inInterface(source, "bill.download", ["response", "table", "footer", index, "value"], value);

/** Payments by number whose description has several lines. */
function describedInLines() {
  const lines = new Map<string, readonly string[]>();
  return {
    note: ({ body }: { readonly body: unknown }): void => {
      const { out_trade_no: number, description } = body instanceof Uint8Array ? (bodyOf({ body }) ?? {}) : {};
      if (typeof number === "string" && typeof description === "string" && /[\r\n]/.test(description))
        lines.set(number, description.split(/[\r\n]+/).slice(1));
    },
    write: (file: string): string =>
      file
        .split("\r\n")
        .flatMap((line) => {
          const number = line.split(",").find((cell) => lines.has(cell));
          return [line, ...(number === undefined ? [] : (lines.get(number) ?? []))];
        })
        .join("\r\n"),
  };
}

/** What is wrong with the bill of a day, its summary and its file. */
export const BILL: readonly Defect[] = [
  {
    name: "day-of-another-zone",
    role: "bank",
    requirement: "REC-03",
    title: { en: "The day turns by UTC", zh: "会计日期按 UTC 切换" },
    pack: (source) => edited(source, [{ path: ["manifest", "timeZone"], value: "UTC" }]),
  },
  {
    name: "day-of-request",
    role: "bank",
    requirement: "REC-03",
    title: {
      en: "The payment tells the day of the next morning, the bill that of the booking",
      zh: "支付会计日期与账单日期规则不一致",
    },
    pack: (source) =>
      inTransition(source, "payment.create", ["to", 1, "set", "business_date"], {
        date: [{ "time.add-seconds": ["$now", 43_200] }],
      }),
  },
  {
    name: "bill-of-a-day-still-open",
    role: "bank",
    requirement: "REC-05",
    title: { en: "A bill is given out of a day on which can still be booked", zh: "未关账之日的账单已发出" },
    pack: (source) =>
      ["bill.get", "bill.download"].reduce(
        (so, id) =>
          withReadGuard(so, id, "BILL_NOT_READY", (guard) => ({
            ...guard,
            that: { and: (guard.that as { readonly and: readonly Expression[] }).and.slice(1) },
          })),
        source,
      ),
  },
  {
    name: "bill-times-of-another-zone",
    role: "bank",
    requirement: "LAW-05",
    title: { en: "Times in the bill are eight hours from those in the statement", zh: "账单记账时间与明细相差八小时" },
    pack: (source) => column(source, "at", { "time.rfc3339": [{ "time.add-seconds": ["$item.at", -28_800] }] }),
  },
  {
    name: "bill-without-times",
    role: "bank",
    requirement: "REC-07",
    title: { en: "The bill does not say when a row was booked", zh: "账单缺少记账时间" },
    pack: (source) => column(source, "at", "-"),
  },
  {
    name: "late-payout-costs-like-payment",
    role: "bank",
    requirement: "REC-02",
    title: {
      en: "A payout that settles late costs what a payment would, and not the flat fee",
      zh: "延迟完成的代付按支付费率而非固定费用收费",
    },
    pack: (source) => {
      const path = [...transitionPath(source, "payout.create"), "to", 0];
      return edited(source, [
        { path: [...path, "set", "fee"], value: { fee: ["payment", "$request.amount"] } },
        { path: [...path, "post", 1, "amount"], value: { fee: ["payment", "$request.amount"] } },
      ]);
    },
  },
  {
    name: "bill-address-astray",
    role: "bank",
    requirement: "REC-07",
    title: { en: "A bill is told with the address of another day's file", zh: "账单下载地址指向其他日期" },
    pack: (source) =>
      inInterface(
        source,
        "bill.get",
        ["read", "answer", "download_url"],
        "{$self.base_url}/v1/bills/2026-01-01/file?party_id={$request.party_id}",
      ),
  },
  {
    name: "bill-file-too-early",
    role: "bank",
    requirement: "REC-05",
    title: { en: "The file of a bill is given out before the bill is ready", zh: "账单文件在就绪前即可下载" },
    pack: (source) =>
      withReadGuard(source, "bill.download", "BILL_NOT_READY", (guard) => ({
        ...guard,
        that: { lt: ["$request.bill_date", "$today"] },
      })),
  },
  {
    name: "bill-too-early",
    role: "bank",
    requirement: "REC-05",
    title: { en: "The bill is given out before its day is over", zh: "账单未到时间即可下载" },
    pack: (source) => inPolicies(source, ["cutover", "billReadyAfterSeconds"], 0),
  },
  {
    name: "bill-of-the-future",
    role: "bank",
    requirement: "REC-05",
    title: { en: "A bill of tomorrow is not ready, in place of not found", zh: "未来日期账单错误码不符" },
    pack: (source) => withoutReadGuard(source, "bill.get", "BILL_NOT_FOUND"),
  },
  {
    name: "bill-changes",
    role: "bank",
    requirement: "REC-05",
    title: { en: "The bill asked for twice is not the same", zh: "重复下载账单内容不一致" },
    pack: (source) => column(source, "at", { "time.rfc3339": ["$now"] }),
  },
  {
    name: "bill-in-fen",
    role: "bank",
    requirement: "REC-06",
    title: { en: "Amounts in the bill are fen where yuan are said", zh: "账单金额单位错误（分当作元）" },
    pack: (source) => column(source, "amount", { text: [{ "money.value": ["$item.amount"] }] }),
  },
  {
    name: "formula-evaluated",
    role: "bank",
    requirement: "PAR-10",
    title: {
      en: "The bill goes through a spreadsheet, which reads a number that begins with a hyphen as a formula",
      zh: "账单经电子表格处理，以连字符开头的单号被当作公式",
    },
    pack: (source) =>
      column(source, "reference", {
        if: [{ "starts-with-any": ["$item.reference", ["-", "=", "+", "@"]] }, "#NAME?", "$item.reference"],
      }),
  },
  {
    name: "description-breaks-line",
    role: "bank",
    requirement: "PAR-10",
    title: { en: "A line break in a description breaks the line of the bill", zh: "商品描述中的换行破坏账单行" },
    ...billWritten(describedInLines),
  },
  {
    name: "bill-total-wrong",
    role: "bank",
    requirement: "REC-07",
    title: { en: "The totals of the bill count debits as credits", zh: "账单合计借贷方向错误" },
    pack: (source) => total(source, 1, { "money.yuan": [{ sum: ["$entries.items", "$item.amount"] }] }),
  },
  {
    name: "bill-count-wrong",
    role: "bank",
    requirement: "REC-07",
    title: { en: "The number of rows that is told is not that of the file", zh: "账单行数不符" },
    pack: (source) =>
      inInterface(source, "bill.get", ["read", "answer", "row_count"], {
        add: [{ "table.rows": ["bill.download"] }, 1],
      }),
  },
  {
    name: "bill-hash-wrong",
    role: "bank",
    requirement: "REC-07",
    title: { en: "The hash is that of another file", zh: "账单哈希与文件不符" },
    pack: (source) =>
      inInterface(
        source,
        "bill.get",
        ["read", "answer", "hash_value"],
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      ),
  },
  {
    name: "bill-cut-short",
    role: "bank",
    requirement: "REC-11",
    title: { en: "The bill ends after its first fifty rows", zh: "账单仅含前五十笔" },
    pack: (source) => ofBill(source, ["limit"], 50),
  },
  {
    name: "fees-not-billed",
    role: "bank",
    requirement: "LAW-05",
    title: { en: "The bill of a day holds what another account was booked", zh: "账单与明细来自不同账簿" },
    pack: (source) => ofBill(source, ["entries"], "fee:income"),
  },
];
