import type { Mistake } from "../explanation/mistake.ts";

/** The method of a request whose envelope signs it. */
export const LOWER_CASE_METHOD: Mistake = {
  id: "lower-case-method",
  family: "base",
  title: { en: "the method was signed in lower case", zh: "签名时 HTTP 方法用了小写" },
  remedy: { en: "sign it as it is sent: POST", zh: "应与实际发送一致，如 POST" },
  *guesses(attempt) {
    const method = attempt.request?.method;
    if (method !== undefined) yield* attempt.with({ method: method.toLowerCase() });
  },
};
