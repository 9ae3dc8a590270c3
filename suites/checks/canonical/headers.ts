import type { Headers } from "../../../core/envelope/headers.ts";
import type { Check } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import { expectEachRefused } from "../corpus.ts";
import { effective, isSelfTest } from "../subject.ts";

export const doubledHeader: Check = {
  id: "canonical.doubled-header",
  requirement: "CAN-08",
  title: { en: "A duplicate header is refused", zh: "重复的请求头被拒绝" },
  effort: "standard",
  isolated: true,
  each: (context) =>
    [context.provided.find(isSelfTest), effective(context)].flatMap((one, index, all) =>
      one === undefined || all.indexOf(one) !== index ? [] : [{ id: one.id, interface: one.id }],
    ),
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    // Credentials that stand elsewhere than in one header are doubled there (SIG-19).
    const credentials = session.pack
      .requestEnvelope(draft.interface)
      .requestParts.find(({ id }) => id === "signature")?.within;
    const media = [session.code("route.media"), session.code("decode")];
    const more = (name: string, value: string) => ({
      headers: (headers: Headers) => [...headers, [name, value] as const],
    });
    const ahead = (name: string, value: string) => ({
      headers: (headers: Headers) => [[name, value] as const, ...headers],
    });
    await expectEachRefused(
      session,
      {
        draft,
        what: { en: "a request with a header twice", zh: "标头重复的请求" },
        forms: [
          { name: "Content-Type twice, equal", codes: media, tamper: more("Content-Type", "application/json") },
          { name: "Content-Type twice, the second of text", codes: media, tamper: more("Content-Type", "text/plain") },
          { name: "Content-Type twice, the first of text", codes: media, tamper: ahead("content-type", "text/plain") },
          {
            name: "two types in one Content-Type",
            codes: media,
            tamper: {
              headers: (headers) =>
                headers.map(([name, value]) => [
                  name,
                  name === "Content-Type" ? "application/json, text/plain" : value,
                ]),
            },
          },
          ...(credentials === undefined
            ? []
            : [
                {
                  name: "the same credentials twice",
                  codes: session.code("signature"),
                  tamper: {
                    headers: (headers: Headers) =>
                      headers.flatMap(([name, value]) =>
                        name === credentials
                          ? ([
                              [name, value],
                              [name.toLowerCase(), value],
                            ] as const)
                          : ([[name, value]] as const),
                      ),
                  },
                },
              ]),
        ],
        likelyCause: {
          en: "The framework keeps the first of two headers and hides the second.",
          zh: "框架只保留第一个请求头，隐藏了第二个。",
        },
        // Names of headers are the same in any case: that is no second header.
      },
      {
        headers: (headers) =>
          headers.map(([name, value], index) => [index % 2 === 0 ? name.toUpperCase() : name.toLowerCase(), value]),
      },
    );
  },
};
