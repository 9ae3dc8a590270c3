import { alike } from "../../../core/text/alike.ts";
import type { Bilingual } from "../../../core/run/verdict.ts";
import { TOLD } from "../../resources/kinds.ts";
import { toldIn } from "../../resources/shown.ts";
import type { Session } from "../../session.ts";
import { deliveryOf } from "../../wire/peer-exchange.ts";
import type { PeerExchange } from "../../wire/peer-exchange.ts";
import type { LoadCompanion, RuleJudgement } from "../companion.ts";
import { inconclusive } from "../judge-load.ts";
import type { Judged } from "../judge-load.ts";
import type { Order } from "../money.ts";
import { TOLD_ONCE_RULE, TOLD_RULE, TOLD_SOUNDLY_RULE } from "../rules.ts";
import { PeerWatch } from "./watch.ts";

const SHOWN_FAULTS = 5;

/** Between two looks at what has not been told yet. */
const PAUSE_MS = 500;

/** What arrived at our counterparty. */
export interface Told {
  /** Numbers of orders that were told as succeeded by a sound message. */
  readonly numbers: Set<string>;
  /** News that was acknowledged, and news of it that came again afterwards. */
  readonly acknowledged: Set<string>;
  readonly again: Set<string>;
  readonly unsound: string[];
  arrived: number;
}

/** Holds what a bank notified of a load's orders against what became of them. */
export const newsOfOrders: LoadCompanion = {
  rules: [TOLD_RULE, TOLD_ONCE_RULE, TOLD_SOUNDLY_RULE],
  start: ({ scope, signal }) => {
    const told: Told = { numbers: new Set(), acknowledged: new Set(), again: new Set(), unsound: [], arrived: 0 };
    const watch: PeerWatch = new PeerWatch(scope, signal, (exchange) => take(exchange, watch.session, told));
    return {
      judge: async ({ orders }) => {
        const due = [...orders.values()].filter((order) => isTold(order, watch.session));
        await awaitNews(watch, due, told);
        return judgeNews(due, told, watch.missed);
      },
    };
  },
};

/** Whether the bank must tell of an order: it succeeded, and its request named where to. */
function isTold({ resource, outcome }: Order, { pack }: Session): boolean {
  const found = pack.resources.find(resource);
  return outcome === "succeeded" && found !== undefined && TOLD.holds(found, pack);
}

/** Reads on until all is told, or as long after the last news as the first repetition of lost news may take. */
async function awaitNews(watch: PeerWatch, due: readonly Order[], { numbers }: Told): Promise<void> {
  const { session } = watch;
  const { acknowledgeWithinSeconds, retrySeconds } = session.pack.policies.notification;
  const { settleWithinSeconds } = session.statement.limits;
  const patienceMs = 1000 * (settleWithinSeconds + acknowledgeWithinSeconds + 2 * (retrySeconds[0] ?? 0));
  const open = (): number => due.filter(({ number }) => !numbers.has(number)).length;
  await watch.readAll();
  const { runtime } = session.run;
  for (let [left, deadline] = [open(), runtime.now() + patienceMs]; left > 0 && runtime.now() < deadline;) {
    await session.sleep(PAUSE_MS);
    await watch.readAll();
    const still = open();
    if (still < left) deadline = runtime.now() + patienceMs;
    left = still;
  }
}

function take(exchange: PeerExchange, session: Session, told: Told): void {
  const { pack } = session;
  const { interface: id, code, response, duration_ms: durationMs } = exchange;
  const one = id === undefined || !pack.hasInterface(id) ? undefined : pack.interface(id);
  if (one?.notification === undefined) return;
  told.arrived += 1;
  if (code !== undefined) {
    if (told.unsound.length < SHOWN_FAULTS) told.unsound.push(`${one.id}: ${code}`);
    return;
  }
  const { body } = deliveryOf(exchange, session);
  const news = toldIn(pack, one, body);
  const number = news.text("number");
  if (number !== undefined && news.outcome === "succeeded") told.numbers.add(number);
  const notice = news.text("notice");
  if (notice === undefined) return;
  if (told.acknowledged.has(notice)) told.again.add(notice);
  const inTime = durationMs < pack.policies.notification.acknowledgeWithinSeconds * 1000;
  if (inTime && response?.wire === undefined && pack.succeeds(one, response?.status)) told.acknowledged.add(notice);
}

/** What was found of news; `due`: the orders that must be told of, `missed`: exchanges that were not seen. */
export function judgeNews(due: readonly Pick<Order, "number">[], told: Told, missed: number): readonly RuleJudgement[] {
  const untold = due.filter(({ number }) => !told.numbers.has(number)).map(({ number }) => number);
  const judged = (faults: readonly string[], what: Bilingual, expected: Bilingual): Judged =>
    verdictOf(faults, { what, expected, due: due.length, missed });
  return [
    [
      TOLD_RULE,
      judged(
        // What was not seen may have been told.
        missed > 0 ? [] : untold,
        { en: `of ${due.length} orders were not told of`, zh: `笔订单（共 ${due.length} 笔）未通知` },
        { en: "a sound notification of each order that succeeded", zh: "每笔成功订单均有正确通知" },
      ),
    ],
    [
      TOLD_ONCE_RULE,
      judged(
        [...told.again],
        { en: "pieces of news were sent again after they had been acknowledged", zh: "条通知在确认后仍重发" },
        { en: "nothing more after the acknowledgement", zh: "确认后不再发送" },
      ),
    ],
    [
      TOLD_SOUNDLY_RULE,
      judged(
        told.unsound,
        {
          en: `or more of ${told.arrived} notifications were not sound messages`,
          zh: `条以上通知（共 ${told.arrived} 条）报文不正确`,
        },
        { en: "each signed, fresh, and as its schema says", zh: "每条均有签名、在时间窗内且符合结构定义" },
      ),
    ],
  ];
}

function verdictOf(
  faults: readonly string[],
  seen: { readonly what: Bilingual; readonly expected: Bilingual; readonly due: number; readonly missed: number },
): Judged {
  const { what, expected, due, missed } = seen;
  if (faults.length > 0)
    return {
      verdict: "fail",
      finding: {
        summary: { en: `${faults.length} ${what.en}`, zh: `${faults.length} ${what.zh}` },
        expected,
        seen: alike(faults.slice(0, SHOWN_FAULTS).join("; ")),
      },
    };
  if (due === 0) return inconclusive("no order succeeded that must be told of", "没有应予通知的成功订单");
  if (missed > 0)
    return inconclusive(
      `our counterparty's journal dropped ${missed} exchanges before they were read`,
      `对端日志在读取前丢弃了 ${missed} 次交互`,
    );
  return { verdict: "pass" };
}
