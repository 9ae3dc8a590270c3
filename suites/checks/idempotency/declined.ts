import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import type { Interface, Way } from "../../../core/pack/types.ts";
import type { PackView } from "../../pack-view.ts";
import { settings } from "../../provocation/way.ts";

/** A call that a rule declined was understood. Whether its number is then used up must be said by the interface. */
export const declined: Check = {
  id: "idempotency.declined",
  requirement: "IDM-19",
  title: {
    en: "A decline keeps its number, or leaves it free, as the interface says",
    zh: "拒绝是否占用单号与规范一致",
  },
  effort: "smoke",
  isolated: true,
  each: eachInterface((one, { pack }) => one.idempotency !== undefined && declining(pack, one) !== undefined),
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    const rule = draft.interface.idempotency;
    const { code, way } = declining(session.pack, draft.interface) as Declining;
    const wrong = (await settings(session, way))(draft);
    session.expectRefusal(await session.send(wrong, { label: "with what a rule declines" }), code);
    if (rule?.onDecline === "same") {
      session.expectRefusal(await session.send(wrong, { label: "the same again" }), code);
      session.expectRefusal(await session.send(draft, { label: "put right, same number" }), rule.mismatch);
      session.expectSuccess(
        await session.send(await session.request(interfaceOf(instance)), { label: "put right, another number" }),
      );
      return;
    }
    session.expectSuccess(await session.send(draft, { label: "put right, same number" }));
  },
};

interface Declining {
  readonly code: string;
  readonly way: Way;
}

/** A way in which a rule declines a request by a field that is not its number; a target first, in which no balance or state has a part. */
function declining(pack: PackView, one: Interface): Declining | undefined {
  const key = new Set(one.idempotency?.key.map((name) => `/${name}`));
  const fits = (way: Way): boolean =>
    way.in === one.id &&
    way.after === undefined &&
    way.scenario === undefined &&
    !Object.keys(way.set ?? {}).some((pointer) => key.has(pointer));
  const found = pack.source.errors
    .filter(({ stage, code }) => stage === "guards" && one.errors.includes(code))
    .flatMap(({ code, reason, provoke }) => (provoke ?? []).filter(fits).map((way) => ({ code, reason, way })));
  return found.find(({ reason }) => reason === "target") ?? found[0];
}
