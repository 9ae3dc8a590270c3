import type { Session } from "../../session.ts";
import type { Signer } from "../../wire/signer.ts";

/** The first enrolled party whose key is of a scheme, with the key itself; skips the check when there is none. */
export function partyOfScheme(
  session: Session,
  scheme: string,
): { readonly signer: Signer; readonly privatePem: string } {
  const { algorithms } = session.pack.policies.envelope;
  if (!Object.values(algorithms).includes(scheme))
    session.skip(`nothing of the pack is signed with ${scheme}`, `规范包不使用 ${scheme} 签名`, "not-demanded");
  const index = session.statement.parties.findIndex((party) => algorithms[party.algorithm] === scheme);
  const identity = session.statement.parties[index];
  const signer = session.run.signers[index];
  if (identity === undefined || signer === undefined || !("privateKey" in identity.key))
    session.skip(
      `no party of the statement signs with ${scheme}`,
      `声明中没有使用 ${scheme} 签名的参与方`,
      "capability",
      { kind: "scheme", name: scheme },
    );
  return { signer, privatePem: identity.key.privateKey };
}
