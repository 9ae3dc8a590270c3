import type { ErrorCode } from "../../core/pack/types.ts";
import type { Session } from "../session.ts";
import { otherMethods } from "./other-method.ts";
import { withGiven } from "../resources/draft-fields.ts";
import { partyField } from "../profile.ts";
import { withFields } from "../wire/draft.ts";
import type { Draft } from "../wire/draft.ts";
import type { Exchange } from "../wire/exchange.ts";
import { otherMedia } from "../wire/other-media.ts";

/** What makes a stage ahead of the guards refuse. */
export type Provocation = (session: Session) => Promise<Exchange>;

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A party that no statement enrols. */
const UNKNOWN_PARTY = "P9999";

/** How the stage that answers with a code is brought to it; undefined for codes of guards, idempotency and the system. */
export function ofStage(session: Session, error: ErrorCode): Provocation | undefined {
  const { stages, limits } = session.pack.policies;
  const stage = Object.entries(stages).find(([, code]) => code === error.code)?.[0];
  const tampered =
    (options: Parameters<Session["send"]>[1], change: (draft: Draft) => Draft = (draft) => draft): Provocation =>
    async () =>
      session.send(change(await ordinary(session)), options);
  switch (stage) {
    case "route.unknown":
      return tampered({ label: "an unknown path", tamper: { target: () => "/liantiao/unknown" } });
    case "route.method":
      return tampered({ label: "another method" }, (draft) => ({
        ...draft,
        interface: {
          ...draft.interface,
          http: { ...draft.interface.http, method: otherMethods(session, draft.interface)[0] ?? "DELETE" },
        },
      }));
    case "route.size":
      return tampered({
        label: "a body above the limit",
        tamper: { body: () => encode(" ".repeat(limits.bodyBytes + 1)) },
      });
    case "route.media":
      return tampered({
        label: "another media type",
        tamper: {
          headers: (list) =>
            list.map(([name, value]) =>
              name.toLowerCase() === "content-type" ? [name, otherMedia(value)] : [name, value],
            ),
        },
      });
    case "signature":
      return tampered({ label: "no signature", tamper: { claims: () => undefined } });
    case "freshness.timestamp":
      return tampered({ label: "a stale timestamp", tamper: { clock: (now) => now - 100_000 } });
    case "freshness.replay":
      return async () => {
        const draft = await ordinary(session);
        const bytes = session.seal(draft);
        await session.sendSealed(draft, bytes, "first");
        return session.sendSealed(draft, bytes, "the same bytes again");
      };
    case "decode":
      return tampered({ label: "no JSON", tamper: { body: () => encode("{") } });
    case "schema":
      return tampered({ label: "an unknown field" }, (draft) => withFields(draft, { liantiao_extra_field: "x" }));
    case "party":
      return tampered({ label: "another party" }, (draft) => {
        // The field that the interface compares with the signer; its schema need not say that it is a party.
        const field = partyField(draft.interface);
        if (field === undefined && session.pack.meanings(draft.interface).asked("party").length === 0)
          return session.skip(
            "the message names its party by its signature alone",
            "报文仅以签名标明机构",
            "not-demanded",
          );
        return field === undefined
          ? withGiven(session.pack, draft, { party: UNKNOWN_PARTY })
          : withFields(draft, { [field]: UNKNOWN_PARTY });
      });
    default:
      return undefined;
  }
}

/** A request with a body that changes little: of the channel test, or of whatever can be created. */
export async function ordinary(session: Session): Promise<Draft> {
  const one = session.pack
    .provided(session.statement.role)
    .filter((each) => each.request.body !== undefined && session.claims(each.id))
    .find(
      ({ purpose }) =>
        purpose?.probes !== undefined || purpose?.creates !== undefined || purpose?.notifies !== undefined,
    );
  return one === undefined
    ? session.skip("no interface to try it on", "没有可用的接口", "not-demanded")
    : session.request(one.id);
}
