import { calendar } from "../core/calendar/calendar.ts";
import { createEngine } from "../core/lifecycle/engine.ts";
import type { Engine } from "../core/lifecycle/engine.ts";
import { Ledger } from "../core/ledger/ledger.ts";
import { feeOf } from "../core/money/fee.ts";
import type { Pack } from "../core/pack/compile.ts";
import type { Role } from "../core/pack/types.ts";
import { renderTable } from "../core/table/table.ts";
import type { Identity } from "./identity/identity.ts";

export interface PartyEngineOptions {
  readonly pack: Pack;
  readonly role: Role;
  readonly identity: Identity;
  /** Where peers reach us: for addresses in answers. */
  readonly baseUrl: () => string;
}

/** The engine of a simulated party: the pack's rules with its own identity and those of its peers. */
export function partyEngine({ pack, role, identity, baseUrl }: PartyEngineOptions): Engine {
  const { manifest } = pack.source;
  const dates = calendar(manifest.timeZone, manifest.policies.cutover.at);
  const ledger = new Ledger(manifest.accounts, (timeMs) => dates.businessDate(timeMs));
  return createEngine(pack, ledger, {
    currencies: manifest.currencies,
    fee: (rule, amount) => feeOf(manifest.fees, rule, amount),
    calendar: dates,
    table: (id, scope) => {
      const { table } = pack.interface(id).response;
      if (table === undefined) throw new Error(`${id} answers with no table`);
      return renderTable(pack, table, scope);
    },
    party: (partyId) => identity.peer(partyId)?.record,
    self: () => ({ base_url: baseUrl(), role, party_id: identity.partyId }),
    keys: () =>
      identity.ownKeys.map(({ serial, algorithm, publicPem, certificate, effectiveAt, expiresAt }) => ({
        serial,
        algorithm,
        public_key: publicPem,
        ...(certificate === undefined ? {} : { certificate }),
        effective_at: effectiveAt,
        ...(expiresAt === undefined ? {} : { expires_at: expiresAt }),
      })),
  });
}
