import type { Pack } from "../../core/pack/compile.ts";
import type { Exclusion } from "../../core/run/event.ts";
import { signatureScheme } from "../../core/signature/schemes.ts";

/** Requirements that are judged over TLS alone. */
const OVER_TLS: readonly string[] = ["TLS-01"];

/** Requirements that are judged with a party of one signature scheme alone, by its family. */
const OF_SCHEME: Readonly<Record<string, RegExp>> = { "SIG-09": /^rsa/u, "SIG-11": /^rsa/u, "SIG-14": /^sm2/u };

/** What the statement of a served party leaves out, because of how it is served; only what the pack demands. */
export function exclusionsOf(pack: Pack, baseUrl: string, tokens: readonly string[]): readonly Exclusion[] {
  const { requirements, manifest } = pack.source;
  const { algorithms } = manifest.policies.envelope;
  const schemes = tokens.map((token) => signatureScheme(algorithms[token] ?? "").name);
  const overPlainHttp = baseUrl.startsWith("https:")
    ? []
    : OVER_TLS.map((requirement) => ({ requirement, reason: "it is served over plain HTTP (serve --tls-cert)" }));
  const otherScheme = Object.entries(OF_SCHEME).flatMap(([requirement, family]) =>
    schemes.some((name) => family.test(name)) || !Object.values(algorithms).some((name) => family.test(name))
      ? []
      : [{ requirement, reason: `its parties sign with ${[...new Set(schemes)].join(", ")} (serve --algorithm)` }],
  );
  return [...overPlainHttp, ...otherScheme].filter(({ requirement }) =>
    requirements.some(({ id }) => id === requirement),
  );
}
