import type { PackView } from "../../pack-view.ts";
import type { Check } from "../../check.ts";
import type { Draft } from "../../wire/draft.ts";
import { withFields } from "../../wire/draft.ts";
import type { Tamper } from "../../wire/sealed-request.ts";

type StageName = keyof PackView["policies"]["stages"];

interface Fault {
  readonly name: string;
  readonly stage: StageName;
  readonly tamper?: Tamper;
  readonly change?: (draft: Draft) => Draft;
}

/** One fault of each stage ahead of the guards, in the stages' order, so that any two can be combined. */
const FAULTS: readonly Fault[] = [
  { name: "unsigned", stage: "signature", tamper: { authorization: () => undefined } },
  { name: "stale", stage: "freshness.timestamp", tamper: { timestamp: (now) => String(Number(now) - 100_000) } },
  { name: "not-json", stage: "decode", tamper: { body: () => new TextEncoder().encode('{"party_id":') } },
  { name: "extra-field", stage: "schema", change: (draft) => withFields(draft, { liantiao_extra_field: "x" }) },
];

const PAIRS = FAULTS.flatMap((first, index) => FAULTS.slice(index + 1).map((second) => ({ first, second })));

export const precedence: Check = {
  id: "errors.precedence",
  requirement: "ERR-01",
  title: { en: "Of two faults the earlier stage's is answered", zh: "两处错误时按较早阶段返回" },
  effort: "smoke",
  each: ({ provided }) => provided.filter((one) => one.request.body !== undefined).flatMap((one) => PAIRS.map(({ first, second }) => ({ id: `${one.id}/${first.name}+${second.name}`, interface: one.id, data: [first.name, second.name] }))),
  async run(session, instance) {
    const [first, second] = (instance.data as readonly string[]).map((name) => FAULTS.find((one) => one.name === name) as Fault) as [Fault, Fault];
    const draft = await session.request(String(instance.interface));
    const before = await session.observe(draft);
    const broken = (second.change ?? first.change ?? ((same: Draft) => same))(draft);
    const exchange = await session.send(broken, { label: `${first.name} and ${second.name}`, tamper: { ...second.tamper, ...first.tamper } });
    session.expectRefusal(exchange, session.code(first.stage), { en: `The stage of ${second.stage} runs ahead of ${first.stage}.`, zh: `${second.stage} 阶段先于 ${first.stage} 执行。` });
    await session.expectUnchanged(before, "a request wrong in two ways");
    session.expectSuccess(await session.send(draft, { label: "the same request without a fault" }));
  },
};
