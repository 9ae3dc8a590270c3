import type { Bilingual } from "../../../core/run/verdict.ts";
import { pairScheme } from "../../../core/signature/schemes.ts";
import { alike, asJson, oneOf, series } from "../../../core/text/alike.ts";
import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import { listedKeys } from "../../resources/listed-keys.ts";
import type { Session } from "../../session.ts";

/**
 * The list is asked for before its keys are trusted, so the statement's keys vouch for it first; then it must vouch for
 * itself.
 */
export const keys: Check = {
  id: "contract.keys",
  requirement: "CON-09",
  title: { en: "The list of keys has the key that verifies its own answer", zh: "公钥列表包含可验证自身应答的公钥" },
  effort: "smoke",
  isolated: true,
  each: eachInterface(({ purpose }) => purpose?.lists === "keys"),
  async run(session: Session, instance) {
    const exchange = await session.send(await session.request(interfaceOf(instance)), { label: "the bank's keys" });
    const body = session.expectSuccess(exchange);
    const { response } = exchange;
    const { envelope } = session.pack;
    const read = response === undefined ? undefined : envelope.readAnswer(response);
    const { serial, timestamp, nonce, signature } = read?.claims ?? {};
    const keys = listedKeys(session.pack, exchange.draft.interface, body);
    const wrong: (en: string, zh: string, seen: Bilingual) => never = (en, zh, seen) =>
      session.fail({
        summary: { en, zh },
        expected: {
          en: `a key of the serial ${serial ?? "?"} that verifies the answer`,
          zh: `序列号为 ${serial ?? "?"} 的公钥，可验证该应答`,
        },
        seen,
      });
    const own = keys.find((one) => one.serial === serial);
    if (own === undefined)
      wrong("the list lacks the key that signed it", "列表中没有为其签名的公钥", series(keys.map((one) => one.serial)));
    const token = session.run.sutKeys.find((one) => one.serial === serial)?.token ?? "";
    const scheme = envelope.algorithms[token];
    const bytes = envelope.readSignature(signature ?? "");
    if (scheme === undefined || bytes === undefined || response === undefined || read === undefined)
      session.inconclusive("the answer's signature could not be read", "无法读取应答签名");
    const base = envelope.answerBase({
      serial: serial ?? "",
      algorithm: token,
      timestamp: timestamp ?? "",
      nonce: nonce ?? "",
      status: response.status,
      ...(read.claims.carried === undefined ? {} : { carried: read.claims.carried }),
      body: read.body,
    });
    const verified = verifies(scheme, own.publicPem, base, bytes);
    if (!verified)
      wrong("the listed key does not verify the answer that lists it", "列表中的公钥无法验证该应答", {
        en: `the key ${serial ?? ""} does not verify`,
        zh: `公钥 ${serial ?? ""} 验签不通过`,
      });
    // A reader of the list learns only from this entry what the key is for; a certificate says it by itself.
    const names = session.pack.meanings(exchange.draft.interface).listed("algorithm").length > 0;
    if (names && own.algorithm !== token && own.algorithm !== scheme)
      session.fail({
        summary: {
          en: "the listed key names another algorithm than the one it is used with",
          zh: "列表中公钥的算法名称与实际不符",
        },
        expected: oneOf([token, scheme]),
        seen: own.algorithm === "" ? asJson(undefined) : alike(own.algorithm),
      });
    session.judged();
    if (/PRIVATE KEY/.test(new TextDecoder().decode(response.body)))
      wrong("the list holds a private key", "列表中含有私钥", {
        en: "a private key in PEM",
        zh: "PEM 格式的私钥",
      });
  },
};

/** False also for a key that cannot be read. */
function verifies(scheme: string, pem: string, base: Uint8Array, signature: Uint8Array): boolean {
  try {
    return pairScheme(scheme).publicKey(pem).verify(base, signature);
  } catch {
    return false;
  }
}
