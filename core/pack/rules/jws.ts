import { escape } from "../../expression/typing.ts";
import { names, problem } from "./rule.ts";
import type { Rule } from "./rule.ts";

/** `alg` of JWS (RFC 7518 section 3.1, RFC 8037) to the scheme that signs so. */
const JWA: Readonly<Record<string, string>> = {
  PS256: "rsa-pss-sha256",
  ES256: "ecdsa-p256-sha256",
  EdDSA: "ed25519",
  RS256: "rsa2048",
  HS256: "hmac-sha256",
};

/** Names of JWS stand for what they stand for everywhere, and what `crit` lists is carried both ways. */
export const jwsNames: Rule = {
  id: "envelope.jws",
  check: ({ manifest }) => {
    const { envelope } = manifest.policies;
    if (envelope.style !== "detached-jws") return [];
    const { algorithms, parameters, constants = {}, answerConstants = {}, crit = [] } = envelope;
    const both = [parameters.timestamp, parameters.nonce, ...Object.keys(constants)];
    const carried = {
      requests: [...both, parameters.party],
      answers: [...both, ...Object.keys(answerConstants)],
    };
    return [
      ...Object.entries(algorithms)
        .filter(([alg, scheme]) => JWA[alg] !== scheme)
        .map(([alg, scheme]) =>
          problem(
            "envelope.jws",
            "pack.json",
            `/policies/envelope/algorithms/${escape(alg)}`,
            [`alg ${alg} is not ${scheme}.`, `alg ${alg} 并非 ${scheme}。`],
            [
              `Of JWS there are here: ${names(Object.entries(JWA).map(([name, own]) => `${name} (${own})`))}.`,
              `可用的 JWS 算法：${names(Object.entries(JWA).map(([name, own]) => `${name}（${own}）`))}。`,
            ],
          ),
        ),
      ...crit.flatMap((name, index) =>
        Object.entries(carried)
          .filter(([, list]) => !list.includes(name))
          .map(([what]) =>
            problem(
              "envelope.jws",
              "pack.json",
              `/policies/envelope/crit/${index}`,
              [
                `crit lists ${name}, which ${what} do not carry.`,
                `crit 列出了 ${name}，但${what === "requests" ? "请求" : "应答"}不携带。`,
              ],
              [
                "Take it out, or say in parameters, constants or answerConstants what it is.",
                "请删去，或在 parameters、constants、answerConstants 中写明。",
              ],
            ),
          ),
      ),
    ];
  },
};
