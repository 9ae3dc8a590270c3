import { alike } from "../../../core/text/alike.ts";
import { bodyOf } from "../../wire/draft.ts";
import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import type { Tamper } from "../../wire/sealed-request.ts";
import { isSelfTest } from "../subject.ts";

/** How long we leave the SUT waiting for the rest before we hang up; an answer in that time is looked at too. */
const HANG_UP_MS = 120;

/** Each is signed rightly for the bytes that arrive: only that the message has not ended tells that it must not count. */
const CUTS: Readonly<Record<string, (body: Uint8Array) => { readonly sent: Uint8Array; readonly missing: number }>> = {
  "half of the body, then reset": (body) => ({
    sent: body.subarray(0, Math.floor(body.length / 2)),
    missing: Math.ceil(body.length / 2),
  }),
  "the body whole by its grammar, one byte fewer than its length says": (body) => ({ sent: body, missing: 1 }),
  "the body whole by its grammar, a thousand bytes fewer than its length says": (body) => ({
    sent: body,
    missing: 1_000,
  }),
};

export const cutShort: Check = {
  id: "parsing.cut-short",
  requirement: "PAR-12",
  title: { en: "A body that is cut short has no effect", zh: "中途断开的报文无影响" },
  effort: "standard",
  isolated: true,
  each: eachInterface(
    (one) =>
      one.request.body !== undefined &&
      (one.idempotency !== undefined || one.notification !== undefined || isSelfTest(one)),
  ),
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    const before = await session.observe(draft);
    for (const [name, cut] of Object.entries(CUTS)) {
      const whole = bodyOf(draft, session.pack.codecOf);
      const { sent, missing } = cut(whole);
      const tamper: Tamper = {
        ...(sent === whole ? {} : { body: () => sent }),
        wire: (request) => ({
          ...request,
          timeoutMs: HANG_UP_MS,
          headers: [...request.headers, ["Content-Length", String(request.body.length + missing)]],
        }),
      };
      const exchange = await session.send(draft, { label: name, tamper });
      const { answer } = exchange;
      if (answer !== undefined && answer.status < 400)
        session.fail({
          summary: {
            en: `${draft.interface.id} carried out a message that had not ended (${name})`,
            zh: `${draft.interface.id} 执行了尚未结束的报文（“${name}”）`,
          },
          expected: { en: "no answer, or a refusal", zh: "无应答，或拒绝" },
          seen: alike(`HTTP ${answer.status}`),
          likelyCause: {
            en: "The body is parsed as it comes, and its declared length is not waited for.",
            zh: "边收边解析，未等待声明的长度。",
          },
        });
    }
    // What was on its way when we hung up is given the time to show itself.
    await session.sleep(200);
    await session.expectUnchanged(before, { en: "a message that was cut short", zh: "未发完的报文" });
    session.expectSuccess(await session.send(draft, { label: "the same message whole" }));
  },
};
