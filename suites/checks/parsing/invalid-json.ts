import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import { invalidJson, spoiltObjects } from "../../corpora/invalid-json.ts";
import type { JsonText } from "../../corpora/invalid-json.ts";
import type { Session } from "../../session.ts";
import type { Draft } from "../../wire/draft.ts";
import type { Exchange } from "../../wire/exchange.ts";

/** How many of the corpus each interface gets below effort `exhaustive`, drawn by the seed; the first interface gets all. */
const SAMPLE = 12;

/** How long a SUT that broke a connection is waited for. */
const MOST_TURNS = 10;
const PAUSE_MS = 500;

/**
 * The whole corpus as the body, rightly signed. The neighbour is the right body afterwards: it shows too that the
 * server lives.
 */
export const invalidBody: Check = {
  id: "parsing.invalid-json",
  requirement: "PAR-01",
  title: { en: "A body that is not JSON is refused", zh: "非 JSON 报文被拒绝" },
  effort: "standard",
  body: "json",
  isolated: true,
  each: eachInterface((one) => one.request.body !== undefined),
  async run(session, instance) {
    const id = interfaceOf(instance);
    const first =
      session.pack.provided(session.statement.role).find((one) => one.request.body !== undefined)?.id === id;
    const corpus = invalidJson();
    const texts = first || session.run.effort === "exhaustive" ? corpus : sample(session, corpus, SAMPLE);
    await eachRefused(session, await session.request(id), texts);
  },
};

/** The right body with one fault of grammar: a lenient reader would carry it out. */
export const spoiltBody: Check = {
  id: "parsing.spoilt-json",
  requirement: "PAR-01",
  title: { en: "A valid body with one syntax error is refused", zh: "仅有一处语法错误的报文被拒绝" },
  effort: "smoke",
  body: "json",
  isolated: true,
  each: eachInterface((one) => one.request.body !== undefined),
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    await eachRefused(session, draft, spoiltObjects(session.bodyText(draft)));
  },
};

async function eachRefused(session: Session, draft: Draft, texts: readonly JsonText[]): Promise<void> {
  const before = await session.observe(draft);
  for (const { name, bytes } of texts) {
    const send = (label: string): Promise<Exchange> => session.send(draft, { label, tamper: { body: () => bytes } });
    const first = await send(`body: ${name}`);
    // Connections break by chance, too: it is the body that did it where the same body does it again.
    const broken = first.failure?.kind === "reset";
    const exchange = broken ? await onceBack(session, () => send(`body: ${name}, once more`)) : first;
    if (broken && exchange.failure?.kind === "reset")
      session.fail({
        summary: {
          en: `the connection broke on a body that is not JSON (${name})`,
          zh: `非 JSON 报文导致连接中断（“${name}”）`,
        },
        expected: { en: `refused with ${session.code("decode")}`, zh: `以 ${session.code("decode")} 拒绝` },
        seen: exchange.failure.said,
        minimal: { description: { en: "the body", zh: "报文体" }, value: text(bytes) },
      });
    session.expectRefusal(exchange, session.code("decode"), {
      en: "The parser is lenient, or its exception is not caught.",
      zh: "解析器过于宽松，或未捕获解析异常。",
    });
  }
  await session.expectUnchanged(before, { en: "a body that is not JSON", zh: "不是 JSON 的报文体" });
  session.expectSuccess(await session.send(draft, { label: "the same request as JSON" }));
}

/** Sends when the SUT takes connections again: whatever broke one may have ended the process, which is then started anew. */
async function onceBack(session: Session, send: () => Promise<Exchange>): Promise<Exchange> {
  for (let turn = 0; ; turn += 1) {
    const exchange = await send();
    if (exchange.failure?.kind !== "refused" || turn === MOST_TURNS) return exchange;
    await session.sleep(PAUSE_MS);
  }
}

function sample(session: Session, corpus: readonly JsonText[], count: number): readonly JsonText[] {
  const left = [...corpus];
  return Array.from(
    { length: Math.min(count, left.length) },
    () => left.splice(session.random.below(left.length), 1)[0] as JsonText,
  );
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
