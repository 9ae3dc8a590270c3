import { lifecycleFile } from "../file.ts";
import { problem } from "./rule.ts";
import type { Rule } from "./rule.ts";

/** The engine's own word for the party of a row. */
const PARTY = "party_id";

/** A row that tells of itself without a call, where its party is registered, says whose it is. */
export const rowParty: Rule = {
  id: "lifecycle.party",
  check: ({ lifecycles, interfaces }) => {
    // Where a row has its target, that says who is told.
    const registered = new Set(
      interfaces.flatMap(({ id, notification }) =>
        JSON.stringify(notification?.target ?? "").includes("$party") ? [id] : [],
      ),
    );
    return lifecycles.flatMap((lifecycle) => {
      if (lifecycle.key.includes(PARTY) || Object.hasOwn(lifecycle.fields, PARTY)) return [];
      return lifecycle.transitions.flatMap(({ on, to }, index) =>
        "call" in on || !to.some(({ notify = [] }) => notify.some((id) => registered.has(id)))
          ? []
          : [
              problem(
                "lifecycle.party",
                lifecycleFile(lifecycle),
                `/transitions/${index}/to`,
                [
                  `A notification is sent here without a call, and the row has no ${PARTY}, so that it has no receiver.`,
                  `此处在没有调用时发送通知，而记录中没有 ${PARTY}，因而没有接收方。`,
                ],
                [
                  `Name the party ${PARTY} in the key or the fields; a message may call it otherwise.`,
                  `请在 key 或 fields 中以 ${PARTY} 记录参与方；报文中可用别的名称。`,
                ],
              ),
            ],
      );
    });
  },
};
