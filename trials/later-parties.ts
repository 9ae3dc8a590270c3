import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Pack } from "../core/pack/compile.ts";
import { signatureScheme } from "../core/signature/schemes.ts";
import { openKeyPair } from "../hosting/state/key-pair.ts";
import { openSecret } from "../hosting/state/kept-secret.ts";
import type { State } from "../hosting/state/state.ts";
import { enrol } from "../simulator/control/enrolment.ts";
import type { Simulator } from "../simulator/simulator.ts";
import type { StatementFile } from "./trial.ts";

/** Ids of the parties that are enrolled while a bank runs: the first is judged with, the other is a stranger. */
const LATER = ["P2001", "P2002"] as const;

/** What a bank keeps, what it plays, and where its parties may be notified. */
export interface LaterParties {
  readonly state: State;
  readonly pack: Pack;
  readonly prefixes: readonly string[];
  /** Where they are notified when no request names a target. */
  readonly registered: string | undefined;
}

/**
 * Enrols two parties while a bank runs, and gives what its statement says of them in place of those that the bank knew
 * from its start: their keys, and fixtures of their own.
 */
export async function enrolLater(
  simulator: Simulator,
  { state, pack, prefixes, registered }: LaterParties,
): Promise<(statement: StatementFile) => StatementFile> {
  const parties: Readonly<Record<string, string>>[] = [];
  for (const partyId of LATER) parties.push(await enrolled(simulator, partyId, { state, pack, prefixes, registered }));
  const [own, strangers] = LATER.map((partyId) => simulator.scenarios(partyId));
  const foreign = new Set(
    pack.source.scenarios.flatMap(({ id, plays = [] }) => (plays.some(({ as }) => as === "foreign") ? [id] : [])),
  );
  return (statement) => ({
    ...statement,
    parties,
    fixtures: Object.fromEntries(
      Object.entries(statement.fixtures).map(([id, values]) => [
        id,
        (foreign.has(id) ? strangers : own)?.[id] ?? values,
      ]),
    ),
  });
}

async function enrolled(
  simulator: Simulator,
  partyId: string,
  { state, pack, prefixes, registered }: LaterParties,
): Promise<Readonly<Record<string, string>>> {
  const [[algorithm, name] = ["", ""]] = Object.entries(pack.source.manifest.policies.envelope.algorithms);
  const scheme = signatureScheme(name);
  const order = {
    party_id: partyId,
    algorithm,
    notify_prefixes: prefixes,
    ...(registered === undefined ? {} : { notify_url: registered }),
  };
  if (scheme.keys === "pair") {
    const { serial, publicKey, privateFile } = openKeyPair(state.directory, partyId, scheme);
    await enrol(simulator, { ...order, serial, public_key: publicKey.pem });
    return { partyId, algorithm, serial, privateKey: privateFile };
  }
  const { serial, secretFile } = openSecret(state.directory, partyId, scheme);
  const secret = readFileSync(join(state.directory, secretFile), "utf8").trim();
  await enrol(simulator, { ...order, serial, secret });
  return { partyId, algorithm, serial, secret: secretFile };
}
