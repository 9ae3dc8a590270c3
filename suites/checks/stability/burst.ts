import type { Interface } from "../../../core/pack/types.ts";
import type { Bilingual } from "../../../core/run/verdict.ts";
import { alike, oneOf, sayings } from "../../../core/text/alike.ts";
import type { Check } from "../../check.ts";
import { statusAndCode } from "../../expectation.ts";
import { whyNone } from "../../wire/exchange.ts";
import type { Exchange } from "../../wire/exchange.ts";

/** How many times `limits.maxConcurrency` calls are released at once, and how many such waves. */
const WAVES = { smoke: 1, standard: 3, exhaustive: 50 } as const;

/** More than is ordinary at once: what is not carried out is refused with a code that says to send the same again. */
export const burst: Check = {
  id: "stability.burst",
  requirement: "STB-02",
  title: {
    en: "A burst is served or refused cleanly, and leaves no trace",
    zh: "突发请求被处理或被明确拒绝，且不留影响",
  },
  effort: "smoke",
  each: ({ provided }) => provided.filter((one) => readsOnly(one)).map((one) => ({ id: one.id, interface: one.id })),
  async run(session, instance) {
    const draft = await session.request(String(instance.interface));
    session.expectSuccess(await session.send(draft, { label: "ahead of the burst" }));
    const most = session.statement.limits.maxConcurrency;
    const unclear: Bilingual[] = [];
    for (let wave = 1; wave <= WAVES[session.run.effort]; wave += 1) {
      const drafts = await Promise.all(Array.from({ length: most }, () => session.request(String(instance.interface))));
      for (const exchange of await session.race(drafts, `wave ${wave}`)) {
        const { answer } = exchange;
        if (answer === undefined) unclear.push(whyNone(exchange));
        else if (session.pack.succeeds(draft.interface, answer.status)) session.expectSuccess(exchange);
        else if (session.pack.error(answer.code ?? "")?.class !== "retry-same")
          session.fail({
            summary: {
              en: "a call of a burst was refused with a code that does not say to send it again",
              zh: "突发请求被拒时未返回可重发的错误码",
            },
            expected: {
              en: `HTTP ${oneOf(session.pack.successStatuses(draft.interface)).en}, or a code of class retry-same`,
              zh: `HTTP ${oneOf(session.pack.successStatuses(draft.interface)).zh}，或 retry-same 类错误码`,
            },
            seen: alike(statusAndCode(answer)),
          });
      }
    }
    session.judged();
    let recovered: Exchange | undefined;
    for (let turn = 0; turn < 10 && !session.pack.succeeds(draft.interface, recovered?.answer?.status); turn += 1) {
      if (turn > 0) await session.sleep(500);
      recovered = await session.send(draft, { label: "after the burst" });
    }
    if (recovered !== undefined) session.expectSuccess(recovered);
    if (unclear.length === 0) return;
    // Only what is lost in a burst, and not of as many calls one by one, was lost by the burst.
    for (let turn = 1; turn <= most; turn += 1)
      session.expectSuccess(
        await session.send(await session.request(String(instance.interface)), { label: `one by one, ${turn}/${most}` }),
      );
    // Dropped connections say nothing to a caller: it would have to ask for each call what became of it.
    session.fail({
      summary: {
        en: `${unclear.length} calls of a burst of ${most} at once were not answered`,
        zh: `${most} 个并发的突发请求中有 ${unclear.length} 个未获应答`,
      },
      expected: { en: "each is answered, as each is one by one", zh: "与逐个发送时一样均有应答" },
      seen: sayings([...new Map(unclear.map((one) => [one.en, one])).values()]),
    });
  },
};

/** The test of the channel; at a platform what reads an order, since it tests no channel. */
function readsOnly({ purpose, provider }: Interface): boolean {
  return purpose?.probes !== undefined || (provider === "platform" && purpose?.reads !== undefined);
}
