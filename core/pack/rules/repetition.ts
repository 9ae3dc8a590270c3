import { interfaceFile } from "../file.ts";
import type { Interface, PackSource, Transition } from "../types.ts";
import { names, problem } from "./rule.ts";
import type { Rule } from "./rule.ts";

/** A call that changes something can be made again when its answer was lost, or says that each one is another. */
export const repetition: Rule = {
  id: "interface.repetition",
  check: (source) =>
    source.interfaces.flatMap((one) => {
      if (one.idempotency !== undefined && one.repetition !== undefined)
        return [
          problem(
            "interface.repetition",
            interfaceFile(one),
            "/repetition",
            [
              `${one.id} has idempotency, and says that each call is another one.`,
              `${one.id} 既声明幂等，又声明每次调用均为新请求。`,
            ],
            ["Remove one of the two.", "请删除其中之一。"],
          ),
        ];
      // Notifications are sent again by themselves, and which state they meet is said in their transitions.
      if (one.idempotency !== undefined || one.repetition !== undefined || one.notification !== undefined) return [];
      const lost = lostAnswers(source, one);
      return lost.length === 0
        ? []
        : [
            problem(
              "interface.repetition",
              interfaceFile(one),
              "",
              [
                `${one.id} changes something, and a caller that lost its answer cannot call it again: ${names(lost)}.`,
                `${one.id} 会产生变更，而丢失应答的调用方无法重发：${names(lost)}。`,
              ],
              [
                `Give it "idempotency", or a transition from the state it leads to, or write "repetition": "new" where each call is another one on purpose.`,
                `请声明 "idempotency"，或从其到达的状态再写一个转换；若每次调用有意为新请求，请写 "repetition": "new"。`,
              ],
            ),
          ];
    }),
};

/** What keeps a repetition from being answered like the first call. */
function lostAnswers(source: PackSource, one: Interface): readonly string[] {
  const called = source.lifecycles.flatMap(({ transitions }) =>
    transitions.filter(({ on }) => "call" in on && on.call === one.id),
  );
  if (called.some(({ key }) => draws(key))) return ["the key of its row is drawn for each call"];
  const again = new Set(called.flatMap(({ from }) => from));
  return [...new Set(called.flatMap(({ to }) => to.map(({ state }) => state)))]
    .filter((state) => !again.has(state))
    .map((state) => `no transition from ${state}`);
}

const draws = (key: Transition["key"]): boolean => /"(?:fresh-id|digits)"/u.test(JSON.stringify(key ?? {}));
