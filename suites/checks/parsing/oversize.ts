import { calledPrefix, signedPrefix } from "../../statement/prefix.ts";
import { formatOf } from "../../../core/codec/codecs.ts";
import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import type { Session } from "../../session.ts";
import type { Draft } from "../../wire/draft.ts";
import type { Tamper } from "../../wire/sealed-request.ts";

const CHUNKED: NonNullable<Tamper["headers"]> = (headers) => [...headers, ["Transfer-Encoding", "chunked"]];

/**
 * Padded with space to the byte: at the limit it is accepted, one byte more is refused, whichever way its length is
 * told.
 */
export const oversize: Check = {
  id: "parsing.oversize",
  requirement: "PAR-05",
  title: { en: "A body above the limit is refused, declared or chunked", zh: "超限报文无论声明长度或分块均被拒绝" },
  effort: "standard",
  isolated: true,
  each: eachInterface((one) => one.request.body !== undefined),
  async run(session, instance) {
    const id = interfaceOf(instance);
    const limit = session.pack.policies.limits.bodyBytes;
    const draft = await session.request(id);
    const before = await session.observe(draft);
    for (const [way, tamper] of [
      ["declared", {}],
      ["chunked", { headers: CHUNKED }],
    ] as const) {
      for (const size of [limit + 1, 4 * limit]) {
        const exchange = await session.send(draft, {
          label: `${size} bytes, ${way}`,
          tamper: { ...tamper, payload: padded(draft, size) },
        });
        // A SUT that receives far more than the limit may hang up, as long as the call has no effect.
        if (exchange.failure !== undefined && exchange.failure.kind !== "timeout" && size > limit + 1) continue;
        session.expectRefusal(exchange, session.code("route.size"), {
          en: `The limit is not enforced on a body that is ${way}.`,
          zh: `对${way === "chunked" ? "分块" : "声明长度的"}报文未执行长度上限。`,
        });
      }
    }
    await session.expectUnchanged(before, { en: "a body above the limit", zh: "超过长度上限的报文体" });
    // White space adds to JSON without saying anything; nothing does to a form, nor to JSON that stands escaped in one or
    // encrypted.
    const { carrier } = session.pack.requestEnvelope(draft.interface);
    const encryption = session.pack.encryption(draft.interface, "request");
    if (draft.interface.request.representation === "json" && carrier === undefined && encryption === undefined)
      await accepted(session, draft, `${limit} bytes, declared`, { payload: padded(draft, limit) });
    else session.expectSuccess(await session.send(draft, { label: "an ordinary body, declared" }));
    // What is put in force stands in the way of the next.
    if (session.pack.interface(id).purpose?.confirms === undefined)
      await accepted(session, await session.request(id), "an ordinary body, chunked", { headers: CHUNKED });
  },
};

export const longTarget: Check = {
  id: "parsing.long-target",
  requirement: "PAR-05",
  title: { en: "A target above the limit is refused", zh: "超长请求目标被拒绝" },
  effort: "standard",
  isolated: true,
  each: eachInterface((one) => one.request.query !== undefined),
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    const limit = session.pack.policies.limits.targetBytes;
    // What stands ahead of the pack's paths counts too, as it is called or as the SUT sees it.
    const ahead = Math.max(calledPrefix(session.statement).length, signedPrefix(session.statement).length);
    const padded = (size: number): Tamper => ({
      target: (target) => `${target}${target.includes("?") ? "&" : "?"}pad=`.padEnd(size, "x"),
    });
    session.expectRefusal(
      await session.send(draft, { label: `a target of ${limit + 1} bytes`, tamper: padded(limit + 1) }),
      session.code("route.size"),
    );
    // It is read, and what makes it so long is no field of the interface.
    session.expectRefusal(
      await session.send(draft, { label: `a target of ${limit} bytes`, tamper: padded(limit - ahead) }),
      session.code("schema"),
      { en: "The limit is smaller than the pack's.", zh: "长度上限小于规范包的规定。" },
    );
    session.expectSuccess(await session.send(draft, { label: "the same with its own target" }));
  },
};

async function accepted(session: Session, draft: Draft, label: string, tamper: Tamper): Promise<void> {
  session.expectSuccess(await session.send(draft, { label, tamper }));
}

/** The body made so many bytes long: by white space, or by a parameter more where that stands for something. */
function padded({ interface: one }: Draft, size: number): (body: Uint8Array) => Uint8Array {
  return (body) => {
    const padding = formatOf(one.request.representation)?.textual === true ? "&liantiao=" : "";
    const whole = Buffer.from(`${new TextDecoder().decode(body)}${padding}`);
    return Buffer.concat([whole, Buffer.alloc(Math.max(0, size - whole.length), padding === "" ? " " : "x")]);
  };
}
