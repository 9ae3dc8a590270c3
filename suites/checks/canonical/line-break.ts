import type { PartId } from "../../../core/envelope/envelope.ts";
import type { Check } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import { expectEachRefused } from "../corpus.ts";
import type { WrongForm } from "../corpus.ts";
import { eachSubject } from "../subject.ts";
import type { Session } from "../../session.ts";

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/**
 * The base joins its parts by line breaks, so a line break inside a part would let two messages share one base. It
 * cannot stand in a header or a request line; it can stand there escaped, and be signed in clear.
 */
export const lineBreak: Check = {
  id: "canonical.line-break",
  requirement: "CAN-12",
  title: { en: "A line break smuggled into a signed line is refused", zh: "在签名行内夹带换行的报文被拒绝" },
  effort: "standard",
  isolated: true,
  each: eachSubject,
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    const envelope = session.pack.requestEnvelope(draft.interface);
    const carried = (part: PartId): boolean => envelope.requestParts.some(({ id, covered }) => id === part && covered);
    if (!envelope.inLines)
      session.skip(
        "what this envelope signs is not made of lines, and has no line breaks to be smuggled",
        "该报文封装的待签名串不以换行分隔",
        "not-demanded",
      );
    const signature = session.code("signature");
    const base = (name: string, change: (text: string) => string): WrongForm => ({
      name: `the base signed ${name}`,
      codes: signature,
      tamper: { sign: (bytes, signer) => signer.sign(encoder.encode(change(decoder.decode(bytes)))) },
    });
    const smuggled = (name: string, escape: string, clear: string): readonly WrongForm[] =>
      smuggledForms(session, name, { escape, clear, carried });
    await expectEachRefused(session, {
      draft,
      what: { en: "a line break smuggled into the signature base", zh: "向待签名串夹带换行的请求" },
      forms: [
        ...smuggled("%0A", "%0A", "\n"),
        ...smuggled("%0D%0A", "%0D%0A", "\r\n"),
        ...(carried("nonce")
          ? [
              {
                name: "\\n in the nonce, signed as a line break",
                codes: signature,
                tamper: {
                  nonce: (nonce) => `${nonce}\\n`,
                  sign: (bytes, signer) => signer.sign(encoder.encode(decoder.decode(bytes).replaceAll("\\n", "\n"))),
                },
              } satisfies WrongForm,
            ]
          : []),
        base("without its last line break", (text) => text.slice(0, -1)),
        base("with one line break more", (text) => `${text}\n`),
        base("with one line break ahead", (text) => `\n${text}`),
        base("with line ends of two signs", (text) => text.split("\n").join("\r\n")),
        base("joined without line breaks", (text) => text.split("\n").join("")),
        base("joined by spaces", (text) => text.split("\n").join(" ")),
      ],
      likelyCause: {
        en: "Parts are decoded before they are joined, or are joined differently than agreed.",
        zh: "拼接前对各部分解码，或拼接方式与约定不符。",
      },
    });
  },
};

/** A line break in each part, sent escaped and signed in clear. */
function smuggledForms(
  session: Session,
  name: string,
  {
    escape,
    clear,
    carried,
  }: { readonly escape: string; readonly clear: string; readonly carried: (id: PartId) => boolean },
): readonly WrongForm[] {
  const signature = session.code("signature");
  const signedInClear = {
    sign: (bytes: Uint8Array, signer: { sign(bytes: Uint8Array): Uint8Array }) =>
      signer.sign(encoder.encode(decoder.decode(bytes).replaceAll(escape, clear))),
  };
  const query = (target: string): string => `${target}${target.includes("?") ? "&" : "?"}x=1${escape}y`;
  const path = (target: string): string => target.replace(/(\?|$)/, `${escape}$1`);
  const inTarget: readonly WrongForm[] = [
    {
      name: `${name} in the query, signed as a line break`,
      codes: signature,
      tamper: { target: query, ...signedInClear },
    },
    {
      name: `${name} in the path, signed as a line break`,
      codes: [signature, session.code("route.unknown")],
      tamper: { target: path, ...signedInClear },
    },
  ];
  return [
    ...(carried("target") ? inTarget : []),
    ...(carried("nonce")
      ? [
          {
            name: `${name} in the nonce, signed as a line break`,
            codes: signature,
            tamper: { nonce: (nonce: string) => nonce + escape, ...signedInClear },
          } satisfies WrongForm,
        ]
      : []),
    ...(carried("timestamp")
      ? [
          {
            name: `${name} behind the timestamp, signed as a line break`,
            codes: [signature, session.code("freshness.timestamp")],
            tamper: { timestamp: (now: string) => now + escape, ...signedInClear },
          } satisfies WrongForm,
        ]
      : []),
  ];
}
