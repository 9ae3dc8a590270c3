import { describe, expect, test } from "vitest";
import type { WrappedAnswer } from "./policy.ts";
import { spellingOf, wrappedAnswer } from "./wrapped-answer.ts";

const POLICY: WrappedAnswer = {
  style: "wrapped",
  member: "response_biz_content",
  signature: "sign",
  algorithm: "sign_type",
};
const answers = wrappedAnswer(POLICY, spellingOf("base64"));
const message = {
  serial: "",
  algorithm: "RSA2",
  timestamp: "",
  nonce: "",
  body: Buffer.from('{"return_code":0, "return_msg":"success"}'),
};
const BASE = '"response_biz_content":{"return_code":0, "return_msg":"success"},"sign_type":"RSA2"';
const open = (body: string) => answers.openAnswer({ headers: [], body: Buffer.from(body) });

describe("an answer wrapped with its algorithm", () => {
  test("both members are signed with their names, as ICBC's open platform has it", () => {
    expect(Buffer.from(answers.answerBase(message)).toString()).toBe(BASE);
    expect(Buffer.from(answers.sealAnswer(message, Buffer.from("abc")).body).toString()).toBe(
      `{${BASE},"sign":"YWJj"}`,
    );
  });

  test("is opened to the payload's bytes as they stand there", () => {
    const opened = open(`{${BASE},"sign":"YWJj"}`);
    expect(opened).toMatchObject({ ok: true, algorithm: "RSA2", member: "response_biz_content" });
    if (!opened.ok) return;
    expect(Buffer.from(opened.covered).toString()).toBe(BASE);
    expect(Buffer.from(opened.body).toString()).toBe('{"return_code":0, "return_msg":"success"}');
  });

  test.each([
    ["no algorithm", '{"response_biz_content":{},"sign":"YWJj"}'],
    ["an algorithm that is no text", '{"response_biz_content":{},"sign_type":1,"sign":"YWJj"}'],
    ["no signature", '{"response_biz_content":{},"sign_type":"RSA2"}'],
    ["two payloads", '{"response_biz_content":{},"other":{},"sign_type":"RSA2","sign":"YWJj"}'],
    ["two algorithms", '{"response_biz_content":{},"sign_type":"RSA2","sign_type":"RSA2","sign":"YWJj"}'],
  ])("is refused with %s", (_what, body) => {
    expect(open(body)).toMatchObject({ ok: false });
  });
});
