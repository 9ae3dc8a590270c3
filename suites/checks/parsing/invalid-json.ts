import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import { corpusOf } from "../../corpora/format-corpora.ts";
import type { CorpusText, FormatCorpus } from "../../corpora/format-corpora.ts";
import type { Session } from "../../session.ts";
import { written } from "./written.ts";
import type { Draft } from "../../wire/draft.ts";
import type { Exchange } from "../../wire/exchange.ts";

/** How many of the corpus each interface gets below effort `exhaustive`, drawn by the seed; the first interface gets all. */
const SAMPLE = 12;

/** How long a SUT that broke a connection is waited for. */
const MOST_TURNS = 10;
const PAUSE_MS = 500;

/**
 * The whole corpus of the interface's format as the body, rightly signed. The neighbour is the right body afterwards: it shows too that the
 * server lives.
 */
export const invalidBody: Check = {
  id: "parsing.invalid-json",
  requirement: "PAR-01",
  title: { en: "A body that is none of its format is refused", zh: "格式有误的报文被拒绝" },
  effort: "standard",
  isolated: true,
  each: eachInterface((one) => one.request.body !== undefined && corpusOf(one.request.representation) !== undefined),
  async run(session, instance) {
    const id = interfaceOf(instance);
    const first =
      session.pack.provided(session.statement.role).find((one) => one.request.body !== undefined)?.id === id;
    const corpus = corpusFor(session, id).invalid();
    const texts = first || session.run.effort === "exhaustive" ? corpus : sample(session, corpus, SAMPLE);
    await eachRefused(session, await session.request(id), texts);
  },
};

/** The right body with one fault of its grammar: a lenient reader would carry it out. */
export const spoiltBody: Check = {
  id: "parsing.spoilt-json",
  requirement: "PAR-01",
  title: { en: "A valid body with one syntax error is refused", zh: "仅有一处语法错误的报文被拒绝" },
  effort: "smoke",
  isolated: true,
  each: eachInterface((one) => one.request.body !== undefined && corpusOf(one.request.representation) !== undefined),
  async run(session, instance) {
    const id = interfaceOf(instance);
    const draft = await session.request(id);
    await eachRefused(session, draft, corpusFor(session, id).spoilt(written(session, draft)));
  },
};

/** The corpus of an interface's bodies, of which its plan has made sure. */
function corpusFor({ pack }: Session, id: string): FormatCorpus {
  const { representation } = pack.interface(id).request;
  const found = corpusOf(representation, pack.policies.xml);
  if (found === undefined) throw new RangeError(`there is no corpus of ${representation} (suites/corpora)`);
  return found;
}

async function eachRefused(session: Session, draft: Draft, texts: readonly CorpusText[]): Promise<void> {
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
          en: `the connection broke on a malformed body (${name})`,
          zh: `格式有误的报文导致连接中断（“${name}”）`,
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
  await session.expectUnchanged(before, { en: "a malformed body", zh: "格式有误的报文体" });
  session.expectSuccess(await session.send(draft, { label: "the same request in its right form" }));
}

/** Sends when the SUT takes connections again: whatever broke one may have ended the process, which is then started anew. */
async function onceBack(session: Session, send: () => Promise<Exchange>): Promise<Exchange> {
  for (let turn = 0; ; turn += 1) {
    const exchange = await send();
    if (exchange.failure?.kind !== "refused" || turn === MOST_TURNS) return exchange;
    await session.sleep(PAUSE_MS);
  }
}

function sample(session: Session, corpus: readonly CorpusText[], count: number): readonly CorpusText[] {
  const left = [...corpus];
  return Array.from(
    { length: Math.min(count, left.length) },
    () => left.splice(session.random.below(left.length), 1)[0] as CorpusText,
  );
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
