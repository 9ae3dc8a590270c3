import { asJson } from "../../../core/text/alike.ts";
import type { Json } from "../../../core/unit/unit.ts";
import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import { equal, declaredIn, steady } from "../../data/comparison.ts";
import type { Session } from "../../session.ts";
import { percentEncoded } from "../../wire/draft.ts";
import { expectEachRefused } from "../corpus.ts";
import { pathIsChanged } from "../../statement/prefix.ts";
import type { WrongForm } from "../corpus.ts";
import { isSelfTest } from "../subject.ts";

/** `%4c` for `L`. */
function hex(sign: string): string {
  return `%${sign.charCodeAt(0).toString(16).padStart(2, "0")}`;
}

export const doubledParameter: Check = {
  id: "canonical.doubled-parameter",
  requirement: "CAN-07",
  title: { en: "A duplicate query parameter is refused", zh: "重复的查询参数被拒绝" },
  effort: "standard",
  isolated: true,
  each: eachInterface((one) => one.request.query !== undefined),
  async run(session: Session, instance) {
    const draft = await session.request(interfaceOf(instance));
    // Another selection would be another interface.
    const { select = {} } = draft.interface.http;
    const [[name, value] = []] = Object.entries(draft.query).filter(([each]) => !Object.hasOwn(select, each));
    if (name === undefined || typeof value !== "string")
      session.skip("the interface takes no text in its query", "该接口的查询串无文本参数", "not-demanded");
    const codes = [session.code("schema"), session.code("decode"), session.code("party")];
    const escapedName = name.slice(0, -1) + hex(name.slice(-1));
    const query = (what: string, change: (query: string) => string): WrongForm => ({
      name: what,
      codes,
      tamper: { target: (target) => target.replace(/\?(.*)$/, (_all, each: string) => `?${change(each)}`) },
    });
    await expectEachRefused(session, {
      draft,
      what: { en: "a query parameter twice", zh: "重复的查询参数" },
      forms: [
        query(`${name} twice with one value`, (all) => `${all}&${name}=${percentEncoded(value)}`),
        query(`${name} twice, the last of another value`, (all) => `${all}&${name}=ANOTHER`),
        query(`${name} twice, the first of another value`, (all) => `${name}=ANOTHER&${all}`),
        query(`${name} twice, the second with an escape in its name`, (all) => `${all}&${escapedName}=ANOTHER`),
        query(`${name} twice, the first with an escape in its name`, (all) => `${escapedName}=ANOTHER&${all}`),
        query(`${name}[] beside it`, (all) => `${all}&${name}[]=ANOTHER`),
        query(`${name}[0] beside it`, (all) => `${all}&${name}[0]=ANOTHER`),
        query("a semicolon for a separator", (all) => `${all};${name}=ANOTHER`),
        query("a broken escape", (all) => `${all}%zz`),
        query("half an escape", (all) => `${all}%4`),
        query("an escape that is no UTF-8", (all) => `${all}%ff`),
        query("an overlong escape", (all) => `${all}%c0%ae`),
        query("an escaped NUL", (all) => `${all}%00`),
      ],
      likelyCause: {
        en: "The first or the last of several values is taken, or they are joined.",
        zh: "多个值并存时只取第一个或最后一个，或将其拼接。",
      },
    });
  },
};

/**
 * The target is signed as it stands on the request line: an escape is not the letter, and `%4c` is not `%4C`. Compares
 * answers of every interface that reads, the settlement account's too, so it is not isolated.
 */
export const escapes: Check = {
  id: "canonical.escapes",
  requirement: "CAN-07",
  title: {
    en: "Percent escapes are verified as sent and mean the same to the handler",
    zh: "百分号转义按原样验签，处理含义一致",
  },
  effort: "standard",
  each: eachInterface((one) => one.http.method === "GET" && one.response.representation === "json"),
  async run(session: Session, instance) {
    const draft = await session.request(interfaceOf(instance));
    if (
      !session.pack.requestEnvelope(draft.interface).requestParts.some(({ id, covered }) => id === "target" && covered)
    )
      session.skip(
        "the signature of this envelope does not cover the target, however it is escaped",
        "该报文封装的签名不覆盖请求目标，与其转义方式无关",
        "not-demanded",
      );
    // A gateway that changes the path also writes its escapes anew, and passes the query on as it is.
    const changed = pathIsChanged(session.statement);
    const [name, value] =
      Object.entries({ ...draft.query, ...(changed ? {} : draft.path) }).findLast(
        ([, each]) => typeof each === "string" && /[A-Za-z0-9]/.test(each),
      ) ?? [];
    if (name === undefined || typeof value !== "string")
      session.skip(
        `the interface takes no text in its ${changed ? "query, and a gateway writes its path anew" : "target"}`,
        changed ? "该接口的查询串无文本参数，且路径由网关改写" : "该接口的目标地址无文本参数",
        changed ? "capability" : "not-demanded",
      );
    const spellings = spellingsOf(value);
    const right = await expectEachRefused(session, {
      draft,
      what: { en: "a target signed with another spelling", zh: "以另一种写法签名的请求目标" },
      forms: signedOtherwise(name, spellings, session.code("signature")),
      likelyCause: {
        en: "The target is decoded or normalised before it is verified.",
        zh: "验签前对目标地址做了解码或规范化。",
      },
    });
    const shows = (json: Json | undefined): Json | undefined =>
      declaredIn(session.pack, draft.interface, steady(session.pack, draft.interface, json));
    for (const [what, as] of [
      ["lower-case", spellings.lower],
      ["upper-case", spellings.upper],
    ] as const) {
      const exchange = await session.send(draft, {
        label: `${name} with an escape in ${what} hexadecimal, signed so`,
        tamper: { target: spellings.written(as) },
      });
      if (exchange.answer !== undefined && exchange.answer.status >= 400)
        session.expectRefusal(exchange, spellingCodes(session));
      else if (
        !equal(shows(session.expectSuccess(exchange)), shows(right.answer?.json)) &&
        !isSelfTest(draft.interface)
      )
        session.fail({
          summary: {
            en: "an escape in the target means something else to the handler than its letter",
            zh: "目标地址中的转义与原字符处理结果不同",
          },
          expected: asJson(right.answer?.json),
          seen: asJson(exchange.answer?.json),
        });
    }
  },
};

/** A value in the target: as it is percent-encoded, and with one letter escaped needlessly. */
interface Spellings {
  readonly plain: string;
  readonly lower: string;
  readonly upper: string;
  /** A target that has the value, written so. */
  readonly written: (as: string) => (target: string) => string;
}

function spellingsOf(value: string): Spellings {
  const sign = /[j-zJ-Z]/.exec(value)?.[0] ?? /[A-Za-z0-9]/.exec(value)?.[0] ?? "";
  const plain = percentEncoded(value);
  const pattern = new RegExp(`(/|=)${plain.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?=[/?&]|$)`);
  return {
    plain,
    lower: plain.replace(sign, hex(sign)),
    upper: plain.replace(sign, hex(sign).toUpperCase()),
    written: (as) => (target) => target.replace(pattern, (_all, before: string) => before + as),
  };
}

/** Each spelling sent where another was signed. */
function signedOtherwise(
  name: string,
  { plain, lower, upper, written }: Spellings,
  codes: string,
): readonly WrongForm[] {
  const pairs: readonly (readonly [what: string, sent: string, signed: string])[] = [
    ["an escape", lower, plain],
    ["the letter", plain, lower],
    ...(lower === upper
      ? []
      : ([
          ["lower-case hexadecimal", lower, upper],
          ["upper-case hexadecimal", upper, lower],
        ] as const)),
  ];
  return pairs.map(([what, sent, signed]) => ({
    name: `${name} sent with ${what}, signed otherwise`,
    codes,
    tamper: {
      ...(sent === plain ? {} : { target: written(sent) }),
      signed: (parts) => ({ ...parts, target: written(signed)(parts.target.replace(sent, plain)) }),
    },
  }));
}

/** Codes with which a needless escape may be refused. */
function spellingCodes(session: Session): readonly string[] {
  return [session.code("schema"), session.code("route.unknown"), session.code("decode")];
}
