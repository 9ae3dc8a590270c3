import type { Json } from "../../../core/unit/unit.ts";
import { alike } from "../../../core/text/alike.ts";
import type { Check, PlanContext } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import type { Exchange } from "../../wire/exchange.ts";
import { statusAndCode } from "../../expectation.ts";
import { effective } from "../subject.ts";
import { alikeBodies } from "./unopenable.ts";

/**
 * A sender that learns whether the padding or the text behind it was wrong decrypts what others have sent, byte by byte
 * (Vaudenay 2002). Status, code and text of the refusal must be the same for each reason.
 */
export const refusedAlike: Check = {
  id: "signature.refused-alike",
  requirement: "SIG-28",
  title: {
    en: "What cannot be opened is refused with the same answer, whatever the reason",
    zh: "无法解密的报文无论原因如何均返回相同应答",
  },
  effort: "standard",
  isolated: true,
  each: subjects,
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    const forms = alikeBodies(session, draft);
    const before = await session.observe(draft);
    const [first] = forms;
    const again = first === undefined ? [] : [{ ...first, name: `${first.name}, once more` }];
    const exchanges: Exchange[] = [];
    for (const { name, tamper, codes } of [...again, ...forms]) {
      const exchange = await session.send(draft, { label: name, tamper });
      session.expectRefusal(exchange, codes);
      exchanges.push(exchange);
    }
    await session.expectUnchanged(before, { en: "a body that cannot be opened", zh: "无法解密的报文体" });
    const [same, usual, ...others] = exchanges;
    if (same === undefined || usual === undefined) return;
    // What differs between two refusals of the same form, as an id of the answer does, tells nothing.
    const changing = new Set(unlikeIn(same, usual));
    for (const other of others) {
      const telling = unlikeIn(usual, other).filter((place) => !changing.has(place));
      if (telling.length === 0) continue;
      const [place = ""] = telling;
      session.fail({
        summary: {
          en: `"${other.label}" is refused otherwise than "${usual.label}": they differ at ${place}`,
          zh: `“${other.label}”与“${usual.label}”的拒绝应答不同，差异位于 ${place}`,
        },
        expected: { en: "one answer for both", zh: "两者应答相同" },
        seen: alike(`${saidAt(usual, place)} / ${saidAt(other, place)}`),
        likelyCause: {
          en: "The error of the decryption reaches the answer: a wrong padding, a wrong tag or a wrong text each have their own.",
          zh: "解密错误直接进入应答：填充错误、标签错误与内容错误各有不同提示。",
        },
        restsOn: "answer",
      });
    }
    session.judged();
    session.expectSuccess(await session.send(draft, { label: "the same request, rightly encrypted" }));
  },
};

function subjects(context: PlanContext) {
  const { pack, provided } = context;
  const encrypted = provided.filter((one) => pack.encryption(one, "request") !== undefined);
  const one = effective({ ...context, provided: encrypted }) ?? encrypted[0];
  return one === undefined
    ? [{ id: "", absent: { en: "the pack encrypts no body of a request", zh: "规范包的请求报文体不加密" } }]
    : [{ id: one.id, interface: one.id }];
}

/** Where two refusals differ: `status`, or a JSON Pointer into the body. */
function unlikeIn(left: Exchange, right: Exchange): readonly string[] {
  const [one, other] = [saidBy(left), saidBy(right)];
  return [...new Set([...one.keys(), ...other.keys()])].filter((place) => one.get(place) !== other.get(place));
}

const saidAt = (exchange: Exchange, place: string): string => saidBy(exchange).get(place) ?? "-";

/** Status and code, and every text, number and mark of the body by its pointer. */
function saidBy({ answer }: Exchange): ReadonlyMap<string, string> {
  const leaves = new Map<string, string>([["status", statusAndCode(answer)]]);
  const visit = (value: Json | undefined, pointer: string): void => {
    if (typeof value === "object" && value !== null)
      for (const [name, inner] of Object.entries(value as Readonly<Record<string, Json>>))
        visit(inner, `${pointer}/${name}`);
    else leaves.set(pointer, JSON.stringify(value) ?? "");
  };
  visit(answer?.written, "");
  return leaves;
}
