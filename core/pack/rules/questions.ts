import { openQuestions, QUESTIONS_FILE } from "../open-question.ts";
import type { PackSource } from "../types.ts";
import { problem } from "./rule.ts";
import type { Rule } from "./rule.ts";

/** By this id problems are told from what is merely not answered yet. */
const QUESTION_OPEN = "question.open";

/** Every question that the making of the pack left open is answered. */
export const questionOpen: Rule = {
  id: QUESTION_OPEN,
  check: (source: PackSource) =>
    openQuestions(source).map(({ id, file, pointer, question, guessed }) =>
      problem(
        QUESTION_OPEN,
        file,
        pointer,
        [`${question.en} Guessed: ${guessed.en}.`, `${question.zh}目前的猜测：${guessed.zh}。`],
        [
          `Correct the file where the guess is wrong; then write "answer" at ${JSON.stringify(id)} in ${QUESTIONS_FILE}, or take it out there.`,
          `如猜测有误请更正文件；然后在 ${QUESTIONS_FILE} 的 ${JSON.stringify(id)} 处写 "answer"，或删除该项。`,
        ],
      ),
    ),
};
