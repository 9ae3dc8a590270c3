import { createHmac, createPublicKey } from "node:crypto";
import type { Check } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import { expectEachRefused } from "../corpus.ts";
import type { WrongForm } from "../corpus.ts";
import type { Session } from "../../session.ts";
import type { PartyKey } from "../../statement/statement.ts";
import type { Tamper } from "../../wire/sealed-request.ts";
import { eachSubject } from "../subject.ts";

/** The same identity under another algorithm's name. */
const named =
  (algorithm: string): NonNullable<Tamper["identity"]> =>
  (identity) => ({ ...identity, algorithm });

const NONE = ["none", "None", "nOnE", "NONE", "null", "plain", "WECHATPAY2-NONE", "WECHATPAY2-NONE-RSA2048", ""];

/** No algorithm at all, with and without a signature beside it. */
export const noAlgorithm: Check = {
  id: "signature.no-algorithm",
  requirement: "SIG-07",
  title: { en: "The algorithm none, and an empty signature, are refused", zh: "none 算法与空签名被拒绝" },
  effort: "standard",
  isolated: true,
  each: eachSubject,
  async run(session, instance) {
    const codes = session.code("signature");
    const forms: readonly WrongForm[] = [
      ...NONE.flatMap((token): WrongForm[] => [
        {
          name: `algorithm "${token}", empty signature`,
          codes,
          tamper: { identity: named(token), claims: (claims) => ({ ...claims, signature: "" }) },
        },
        {
          name: `algorithm "${token}", right signature`,
          codes,
          tamper: { identity: named(token) },
        },
      ]),
      {
        name: "right algorithm, empty signature",
        codes,
        tamper: { claims: (claims) => ({ ...claims, signature: "" }) },
      },
      {
        name: 'right algorithm, signature "none"',
        codes,
        tamper: { claims: (claims) => ({ ...claims, signature: "none" }) },
      },
      {
        name: "right algorithm, no signature",
        codes,
        tamper: { claims: ({ signature: _left, ...claims }) => claims },
      },
      { name: "right algorithm and nothing else", codes, tamper: { claims: ({ algorithm }) => ({ algorithm }) } },
    ];
    await expectEachRefused(session, {
      draft: await session.request(interfaceOf(instance)),
      forms: sayable(session, interfaceOf(instance), forms),
      what: { en: "a request without an algorithm", zh: "未写明算法的请求" },
      likelyCause: {
        en: "The algorithm is taken from the header without being compared with that of the key.",
        zh: "算法直接取自请求头，未与密钥登记的算法核对。",
      },
    });
  },
};

/** Signatures keyed with the public key: a verifier that takes it for a shared secret lets anyone sign. */
export const swappedAlgorithm: Check = {
  id: "signature.swapped-algorithm",
  requirement: "SIG-08",
  title: { en: "A signature under another algorithm's name is refused", zh: "以其他算法名提交的签名被拒绝" },
  effort: "standard",
  isolated: true,
  each: eachSubject,
  async run(session, instance) {
    const { envelope: policy } = session.pack.policies;
    const codes = session.code("signature");
    const own = session.statement.parties[0];
    const secrets = publicHalf(own.key);
    const others = Object.keys(policy.algorithms).filter((token) => token !== own.algorithm);
    const forms: readonly WrongForm[] = [
      ...others.map((token): WrongForm => ({
        name: `the right signature under the name ${token}`,
        codes,
        tamper: { identity: named(token) },
      })),
      ...secrets.flatMap(([form, secret]) =>
        [own.algorithm, "HS256", "WECHATPAY2-HMAC-SHA256"].map((token): WrongForm => ({
          name: `HMAC-SHA256 with the public key (${form}) for a secret, under the name ${token}`,
          codes,
          tamper: {
            sign: (base) => createHmac("sha256", secret).update(base).digest(),
            ...(token === own.algorithm ? {} : { identity: named(token) }),
          },
        })),
      ),
      ...["RS256", "WECHATPAY2-SHA1-RSA2048", "WECHATPAY2-SHA512-RSA2048", "Bearer", "Basic"].map(
        (token): WrongForm => ({
          name: `the right signature under the name ${token}`,
          codes,
          tamper: { identity: named(token) },
        }),
      ),
    ];
    const said = sayable(session, interfaceOf(instance), forms);
    if (said.length === 0)
      session.skip(
        "messages of this envelope name no algorithm: the key tells which",
        "该报文封装不写明算法，由密钥决定",
        "not-demanded",
      );
    await expectEachRefused(session, {
      draft: await session.request(interfaceOf(instance)),
      forms: said,
      what: { en: "a request under another algorithm's name", zh: "写有其他算法名称的请求" },
      likelyCause: {
        en: "The header chooses the algorithm, or its name is not read at all.",
        zh: "由请求头决定算法，或根本不读取算法名。",
      },
    });
  },
};

/** Those of the forms that can be said: where messages name no algorithm, another name changes nothing. */
function sayable({ pack }: Session, id: string, forms: readonly WrongForm[]): readonly WrongForm[] {
  const named = pack.requestCarries(pack.interface(id), "algorithm");
  return forms.filter(({ tamper }) => named || tamper.identity === undefined);
}

/** The public key in the forms in which it is taken for a secret; none of a party that has a secret to begin with. */
function publicHalf(own: PartyKey): readonly (readonly [string, string | Buffer])[] {
  if (!("privateKey" in own)) return [];
  const key = createPublicKey(own.privateKey);
  const pem = key.export({ type: "spki", format: "pem" }) as string;
  const der = key.export({ type: "spki", format: "der" });
  return [
    ["PEM", pem],
    ["PEM without its last line break", pem.trim()],
    ["DER", der],
    ["base64 of the DER", der.toString("base64")],
  ];
}
