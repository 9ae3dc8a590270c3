import { openQuestions } from "../core/pack/open-question.ts";
import type { PackSource } from "../core/pack/types.ts";
import type { Bilingual } from "../core/run/verdict.ts";

/** What a user of a pack is told while questions of it are open. */
export function openQuestionNote(source: PackSource): readonly Bilingual[] {
  const count = openQuestions(source).length;
  return count === 0
    ? []
    : [
        {
          en: `note: the pack has ${count === 1 ? "an open question" : `${count} open questions`}, so that parts of it are guesses (liantiao pack check)`,
          zh: `注意：规范包有 ${count} 个待答问题，部分内容为猜测（liantiao pack check）`,
        },
      ];
}
