import pc from "picocolors";
import type { Interval } from "../core/load/interval.ts";
import type { LoadHead } from "../core/load/load-folder.ts";
import { cutColumns } from "./language/columns.ts";
import type { Language } from "./language/language.ts";

/** Elsewhere than on a terminal a line is written this often. */
const EVERY_SECONDS = 10;

const LINE = {
  en: ({ second, begun, answered, bad }: Shown) =>
    `${second} s: ${begun} journeys, ${answered} answers, ${bad} not as agreed`,
  zh: ({ second, begun, answered, bad }: Shown) =>
    `${second} 秒：业务流程 ${begun} 次，应答 ${answered} 个，异常 ${bad} 个`,
} as const;

interface Shown {
  readonly second: number;
  readonly begun: number;
  readonly answered: number;
  readonly bad: number;
}

/** Shows a load as it goes: one status line on a terminal, a line every ten seconds elsewhere. */
export function followLoad(
  stream: NodeJS.WriteStream,
  language: Language,
): { readonly interval: (interval: Interval, head: LoadHead) => void; readonly end: () => void } {
  let [begun, answered, bad] = [0, 0, 0];
  let shownAt = 0;
  let shown = false;
  const clear = (): void => {
    if (shown) stream.write("\r\u001b[2K");
    shown = false;
  };
  return {
    interval: ({ index, due, dropped, endings }, { intervalSeconds }) => {
      const second = (index + 1) * intervalSeconds;
      begun += due - dropped;
      answered += endings.success + endings.refused + endings["server-error"] + endings.malformed;
      bad += endings["server-error"] + endings.malformed + endings.unanswered;
      const text = LINE[language]({ second, begun, answered, bad });
      clear();
      if (stream.isTTY) {
        stream.write(pc.dim(cutColumns(text, Math.max(20, (stream.columns ?? 80) - 1))));
        shown = true;
      } else if (second - shownAt >= EVERY_SECONDS) {
        stream.write(`${text}\n`);
        shownAt = second;
      }
    },
    end: clear,
  };
}
