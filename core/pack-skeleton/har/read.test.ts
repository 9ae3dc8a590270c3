import { expect, test } from "vitest";
import { readHar } from "./read.ts";

const entry = (method: string, path: string, status: number, answer?: object, sent?: object): object => ({
  request: {
    method,
    url: `https://bank.example${path}`,
    headers: [],
    ...(sent === undefined ? {} : { postData: { mimeType: "application/json", text: JSON.stringify(sent) } }),
  },
  response: {
    status,
    content: answer === undefined ? {} : { mimeType: "application/json", text: JSON.stringify(answer) },
  },
});

const made = (id: string, state: string, memo?: string): object => ({
  payment_id: id,
  state,
  ...(memo === undefined ? {} : { memo }),
});

const HAR = {
  log: {
    entries: [
      entry("POST", "/payments", 201, made("P10000001", "OPEN"), { amount: 1 }),
      entry("POST", "/payments", 201, made("P10000002", "OPEN"), { amount: 2, memo: "a" }),
      entry("POST", "/payments", 422, { code: "TOO_MUCH", message: "too much" }, { amount: 99 }),
      entry("GET", "/payments/P10000001", 200, made("P10000001", "OPEN")),
      entry("GET", "/payments/P10000002?full=1", 200, made("P10000002", "PAID", "a")),
      entry("GET", "/payments/P10000002", 200, made("P10000002", "PAID", "a")),
      entry("GET", "/nothing", 404),
    ],
  },
};

test("numbers in recorded paths are named as the fields that have them", () => {
  const { operations, leftOut } = readHar(HAR, () => true);
  expect(operations.map(({ id, path }) => [id, path])).toEqual([
    ["post-payments", "/payments"],
    ["get-payments-payment-id", "/payments/{payment_id}"],
  ]);
  expect(leftOut.map(({ operation }) => operation)).toEqual(["GET /nothing"]);
});

test("what was always there is required, and few words that came again are an enum", () => {
  const [post, get] = readHar(HAR, () => true).operations;
  expect(post?.request?.schema).toMatchObject({ required: ["amount"], properties: { memo: { type: "string" } } });
  expect(get?.response.body?.schema).toMatchObject({
    required: ["payment_id", "state"],
    properties: { state: { enum: ["OPEN", "PAID"] } },
  });
  expect(get?.query).toMatchObject([{ name: "full", required: false }]);
  expect(post?.refusals).toMatchObject([{ status: 422, codes: ["TOO_MUCH"] }]);
});

test("a file that is no HAR is refused", () => {
  expect(() => readHar({ log: {} }, () => true)).toThrow(/no HAR file/u);
});
