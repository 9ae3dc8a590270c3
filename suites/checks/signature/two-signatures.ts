import type { Check } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import { expectEachRefused } from "../corpus.ts";
import type { WrongForm } from "../corpus.ts";
import { eachSubject } from "../subject.ts";

/** With two signatures, two readers may verify different ones, and one of them is deceived. */
export const twoSignatures: Check = {
  id: "signature.two-signatures",
  requirement: "SIG-19",
  title: { en: "A message with two signatures is refused", zh: "含两个签名的报文被拒绝" },
  effort: "standard",
  isolated: true,
  each: eachSubject,
  async run(session, instance) {
    const { header, signature, serial, party } = session.pack.policies.envelope.authorization;
    const codes = session.code("signature");
    const forged = (value: string): string =>
      value.replace(
        new RegExp(`(${signature}=")(.)`),
        (_all, name: string, first: string) => name + (first === "A" ? "B" : "A"),
      );
    const credentials = (change: (value: string) => readonly string[]): WrongForm["tamper"] => ({
      headers: (headers) =>
        headers.flatMap(([name, value]) =>
          name === header ? change(value).map((each) => [name, each] as const) : [[name, value] as const],
        ),
    });
    const parameters = (value: string): string => value.slice(value.indexOf(" ") + 1);
    const valueOf = (name: string, value: string): string => new RegExp(`${name}="([^"]*)"`).exec(value)?.[1] ?? "";
    const forms: readonly WrongForm[] = [
      { name: "two headers, the first forged", codes, tamper: credentials((value) => [forged(value), value]) },
      { name: "two headers, the second forged", codes, tamper: credentials((value) => [value, forged(value)]) },
      { name: "two headers, both right", codes, tamper: credentials((value) => [value, value]) },
      { name: "two headers, the second of another kind", codes, tamper: credentials((value) => [value, "Bearer x"]) },
      {
        name: "one header with two credentials, the first forged",
        codes,
        tamper: credentials((value) => [`${forged(value)}, ${value}`]),
      },
      {
        name: "one header with two credentials, the second forged",
        codes,
        tamper: credentials((value) => [`${value}, ${forged(value)}`]),
      },
      {
        name: "one header with two signatures, the first forged",
        codes,
        tamper: credentials((value) => [`${forged(value)},${signature}="${valueOf(signature, value)}"`]),
      },
      {
        name: "one header with two signatures, the second forged",
        codes,
        tamper: credentials((value) => [`${value},${signature}="${valueOf(signature, forged(value))}"`]),
      },
      {
        name: "one header with all parameters twice",
        codes,
        tamper: credentials((value) => [`${value},${parameters(value)}`]),
      },
      {
        name: "one header with two serials, the second unknown",
        codes,
        tamper: credentials((value) => [`${value},${serial}="${session.fresh()}"`]),
      },
      {
        name: "one header with two parties, the second unknown",
        codes,
        tamper: credentials((value) => [`${value},${party}="STRANGER"`]),
      },
    ];
    await expectEachRefused(session, {
      draft: await session.request(interfaceOf(instance)),
      forms,
      what: "a request with two signatures",
      likelyCause: {
        en: "The first or the last of several headers or parameters is taken.",
        zh: "多个请求头或参数并存时只取第一个或最后一个。",
      },
    });
  },
};
