import type { Interface } from "../../core/pack/types.ts";
import type { RunScope } from "../run/scope.ts";
import type { Session } from "../session.ts";
import { calledPrefix, signedPrefix } from "../statement/prefix.ts";
import type { Answer } from "../wire/answer.ts";
import type { Signer } from "../wire/signer.ts";
import { wrong } from "./probe.ts";
import type { Finding } from "./probe.ts";

/** How many other prefixes are tried at most. */
const MOST_TRIED = 4;

/** Whether an answer refuses a signature. */
export const refusesSignature = ({ status, code }: Answer, { pack }: Pick<RunScope, "pack">): boolean =>
  code === pack.policies.stages.signature || status === 401;

/**
 * Whether a refused signature is taken when it covers another path prefix: behind a gateway that strips one, the SUT
 * verifies a shorter path than the one that is called. Undefined where no prefix makes a difference.
 */
export async function otherPrefix(
  scope: RunScope,
  session: Session,
  one: Interface,
  signer: Signer,
): Promise<Finding | undefined> {
  const { statement, pack } = scope;
  if (!pack.envelope.requestParts.some(({ id, covered }) => id === "target" && covered)) return undefined;
  const used = signedPrefix(statement);
  for (const prefix of candidates(calledPrefix(statement), used)) {
    const { answer } = await session.send(await session.request(one.id, {}, { signer }), {
      label: `preflight: ${one.id} as ${signer.partyId}, signed for ${prefix}${one.http.path}`,
      signer,
      tamper: { signed: (message) => ({ ...message, target: prefix + message.target.slice(used.length) }) },
    });
    if (answer !== undefined && !refusesSignature(answer, scope))
      return wrong(
        "configuration",
        [
          `the system under test takes the signature of ${signer.partyId} over ${prefix}${one.http.path}, and not over ${used}${one.http.path}: the path that it verifies is not the one that is called, as behind a gateway that strips a prefix`,
          `被测系统接受 ${signer.partyId} 对 ${prefix}${one.http.path} 的签名，而不接受对 ${used}${one.http.path} 的签名：其验签路径与调用路径不同，通常是前置网关去除了路径前缀`,
        ],
        [
          `Write "signedPrefix": ${JSON.stringify(prefix)} beside baseUrl in the statement. Callers have to sign so too; if they are not to, let the gateway pass the path on unchanged.`,
          `请在声明的 baseUrl 旁写入 "signedPrefix": ${JSON.stringify(prefix)}。其他调用方也须如此签名；若不希望如此，请让网关原样转发路径。`,
        ],
      );
  }
  return undefined;
}

/** The called prefix as a gateway may pass it on: without its first parts, or whole. */
function candidates(called: string, used: string): readonly string[] {
  const parts = called.split("/").slice(1);
  const suffixes = parts.map((_part, at) => parts.slice(at + 1)).map((rest) => rest.map((part) => `/${part}`).join(""));
  return [...new Set([...suffixes.toReversed(), called])].filter((prefix) => prefix !== used).slice(0, MOST_TRIED);
}
