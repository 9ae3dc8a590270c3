import { codecOf } from "../../codec/codecs.ts";
import { escape } from "../../expression/typing.ts";
import { interfaceFile, lifecycleFile } from "../file.ts";
import { notificationsOf } from "../transition-notifications.ts";
import type { Problem } from "../problem.ts";
import { loadProblems } from "./loads.ts";
import { names, problem, unknown } from "./rule.ts";
import type { Rule } from "./rule.ts";

/** An interface triggers a transition, or reads: one of the two. */
export const interfaceIdle: Rule = {
  id: "interface.idle",
  check: (source) =>
    source.interfaces.flatMap((one) => {
      const triggers = source.lifecycles
        .filter(({ transitions }) => transitions.some(({ on }) => "call" in on && on.call === one.id))
        .map(({ resource }) => resource);
      const file = interfaceFile(one);
      if (triggers.length === 0 && one.read === undefined && one.notification === undefined)
        return [
          problem(
            "interface.idle",
            file,
            "",
            [`${one.id} neither reads nor triggers a transition.`, `${one.id} 既不读取也不触发转换。`],
            [
              `Give it "read", or a transition with {"call": "${one.id}"}.`,
              `请写 "read",或添加 {"call": "${one.id}"} 的转换。`,
            ],
          ),
        ];
      if (triggers.length > 0 && one.read !== undefined)
        return [
          problem(
            "interface.idle",
            file,
            "/read",
            [
              `${one.id} reads and triggers a transition of ${names(triggers)}.`,
              `${one.id} 既读取又触发 ${names(triggers)} 的转换。`,
            ],
            [
              "Load and require in the transition, answer in response.answer, and remove read.",
              "请在转换中 load、require,在 response.answer 中应答,并删除 read。",
            ],
          ),
        ];
      if (triggers.length > 1)
        return [
          problem(
            "interface.idle",
            file,
            "",
            [
              `${one.id} triggers transitions of several resources: ${names(triggers)}.`,
              `${one.id} 触发了多个资源的转换:${names(triggers)}。`,
            ],
            ["Let it trigger one, and move the others from there.", "请只触发一个,其余由它 move。"],
          ),
        ];
      return [];
    }),
};

/** Every field that an answer promises is made by an expression. */
export const interfaceAnswer: Rule = {
  id: "interface.answer",
  check: (source) =>
    source.interfaces.flatMap((one) => {
      if (
        codecOf(one.response.representation) === undefined ||
        one.response.body === undefined ||
        one.response.answer !== undefined ||
        one.read !== undefined
      )
        return [];
      return [
        problem(
          "interface.answer",
          interfaceFile(one),
          "/response",
          [`${one.id} promises a body, and nothing makes it.`, `${one.id} 声明了应答体,但没有生成它的表达式。`],
          [
            `Give the body's fields in response.answer, such as {"state": "$<resource>.state"}, or write "representation": "empty".`,
            `请在 response.answer 中给出各字段,或写 "representation": "empty"。`,
          ],
        ),
      ];
    }),
};

/** Triggers, moves, notifications and loads name what exists, and a moved transition says what moves it. */
export const wiring: Rule = {
  id: "reference.unknown",
  check: (source) => [
    ...source.lifecycles.flatMap((lifecycle) =>
      lifecycle.transitions.flatMap((transition, index) => {
        const file = lifecycleFile(lifecycle);
        const at = `/transitions/${index}`;
        const found: Problem[] = [...loadProblems(source, file, `${at}/load`, transition.load)];
        const on = transition.on;
        if ("call" in on) {
          const called = source.interfaces.find(({ id }) => id === on.call);
          if (called === undefined)
            found.push(
              unknown(
                file,
                `${at}/on/call`,
                "interface",
                "接口",
                on.call,
                source.interfaces.map(({ id }) => id),
              ),
            );
          else if (called.provider !== lifecycle.role)
            found.push(
              problem(
                "trigger.role",
                file,
                `${at}/on/call`,
                [
                  `${on.call} is provided by the ${called.provider}, but ${lifecycle.resource} belongs to the ${lifecycle.role}.`,
                  `${on.call} 由 ${called.provider} 提供,而 ${lifecycle.resource} 属于 ${lifecycle.role}。`,
                ],
                ["A call triggers transitions of the role that provides it.", "调用只触发提供方的转换。"],
              ),
            );
        }
        if ("transition" in on) {
          const moved = source.lifecycles.some((other) =>
            other.transitions.some(
              (cause) =>
                `${other.resource}.${cause.name}` === on.transition &&
                cause.to.some(({ move }) => move?.some(({ transition: name }) => name === transition.name)),
            ),
          );
          if (!moved)
            found.push(
              problem(
                "move.counterpart",
                file,
                `${at}/on/transition`,
                [`${on.transition} does not move this transition.`, `${on.transition} 并不会 move 本转换。`],
                [
                  `Add {"move": [{"row": "<loaded ${lifecycle.resource}>", "transition": "${transition.name}"}]} to a branch of it.`,
                  `请在其分支中添加 move。`,
                ],
              ),
            );
        }
        for (const { id, pointer } of notificationsOf(transition)) {
          const target = source.interfaces.find((one) => one.id === id);
          if (target?.notification === undefined)
            found.push(
              unknown(
                file,
                at + pointer,
                "notification",
                "通知接口",
                id,
                source.interfaces.filter(({ notification }) => notification !== undefined).map((one) => one.id),
              ),
            );
        }
        transition.to.forEach((branch, which) => {
          branch.move?.forEach((move, place) => {
            const here = `${at}/to/${which}/move/${place}`;
            const load = transition.load?.[move.row];
            if (load === undefined || !("key" in load)) {
              found.push(
                unknown(file, `${here}/row`, "loaded row", "已加载的行", move.row, Object.keys(transition.load ?? {})),
              );
              return;
            }
            const other = source.lifecycles.find(({ resource }) => resource === load.resource);
            const target = other?.transitions.find(({ name }) => name === move.transition);
            if (target === undefined)
              found.push(
                unknown(
                  file,
                  `${here}/transition`,
                  `transition of ${load.resource}`,
                  `${load.resource} 的转换`,
                  move.transition,
                  other?.transitions.map(({ name }) => name) ?? [],
                ),
              );
            else if (!("transition" in target.on))
              found.push(
                problem(
                  "move.counterpart",
                  file,
                  `${here}/transition`,
                  [
                    `${load.resource}.${target.name} is not triggered by a transition.`,
                    `${load.resource}.${target.name} 不是由转换触发的。`,
                  ],
                  [
                    `Give it "on": {"transition": "${lifecycle.resource}.${transition.name}"}.`,
                    `请写 "on": {"transition": "${lifecycle.resource}.${transition.name}"}。`,
                  ],
                ),
              );
          });
          branch.post?.forEach((posting, place) => {
            if (!("of" in posting)) {
              for (const side of ["debit", "credit"] as const) {
                const account = posting[side];
                const kind =
                  typeof account === "string" && !account.startsWith("$") ? (account.split(":")[0] ?? "") : undefined;
                if (kind !== undefined && !kind.includes("{$") && !Object.hasOwn(source.manifest.accounts, kind))
                  found.push(
                    unknown(
                      file,
                      `${at}/to/${which}/post/${place}/${side}`,
                      "account kind",
                      "科目",
                      kind,
                      Object.keys(source.manifest.accounts),
                    ),
                  );
              }
            } else {
              const pending = lifecycle.transitions.flatMap(({ to }) =>
                to.flatMap(({ post }) => (post ?? []).flatMap((one) => (one.phase === "pending" ? [one.as] : []))),
              );
              if (!pending.includes(posting.of))
                found.push(
                  unknown(
                    file,
                    `${at}/to/${which}/post/${place}/of`,
                    "pending transfer",
                    "预记账",
                    posting.of,
                    pending,
                  ),
                );
            }
          });
        });
        return found;
      }),
    ),
    ...source.lifecycles.flatMap((lifecycle) =>
      Object.entries(lifecycle.aggregates ?? {}).flatMap(([name, { of }]) =>
        source.lifecycles.some(({ resource }) => resource === of)
          ? []
          : [
              unknown(
                lifecycleFile(lifecycle),
                `/aggregates/${escape(name)}/of`,
                "resource",
                "资源",
                of,
                source.lifecycles.map(({ resource }) => resource),
              ),
            ],
      ),
    ),
    ...source.interfaces.flatMap((one) => {
      const query = one.caller.query?.interface;
      return [
        ...loadProblems(source, interfaceFile(one), "/read/load", one.read?.load),
        ...(query === undefined || source.interfaces.some(({ id }) => id === query)
          ? []
          : [
              unknown(
                interfaceFile(one),
                "/caller/query/interface",
                "interface",
                "接口",
                query,
                source.interfaces.map(({ id }) => id),
              ),
            ]),
      ];
    }),
  ],
};
