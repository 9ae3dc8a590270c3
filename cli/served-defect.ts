import type { Pack } from "../core/pack/compile.ts";
import type { Role } from "../core/pack/types.ts";
import { UserError } from "../hosting/user-error.ts";
import { DEFECTS } from "../simulator/defects/index.ts";
import type { Defect } from "../simulator/defects/defect.ts";
import { MAX_IN_FLIGHT } from "../simulator/simulator.ts";
import { nameOneOf } from "./name-one-of.ts";

/** The defect called `name`. @throws UserError where the role has none of that name. */
export function defectOf(name: string, role: Role): Defect {
  return nameOneOf(
    DEFECTS.filter((one) => one.role === role),
    name,
    "defect",
    "--defect",
  );
}

/** The pack that defects of rules and of messages are written against. */
const REFERENCE = "cooperation";

/** The settings of a server that decide whether a defect shows. */
interface Served {
  readonly tlsCert?: string;
  readonly maxInFlight?: number;
}

/** Refuses a defect that cannot show: a pass with it would look like a hole in the suites. @throws UserError */
export function refuseInvisibleDefect(
  { name, needs, pack: rules, handle }: Defect,
  flags: Served,
  tokens: readonly string[],
  pack: Pack,
): void {
  const { style } = pack.source.manifest.policies.envelope;
  if (needs?.envelope !== undefined && needs.envelope !== style)
    throw new UserError(
      `the defect ${name} shows under the envelope ${needs.envelope} only, and the pack has ${style}`,
      {
        where: "--defect",
        next: "give --pack with a pack of that style, such as form-gateway",
      },
    );
  if (
    needs?.envelope === undefined &&
    pack.source.manifest.name !== REFERENCE &&
    (rules !== undefined || handle !== undefined)
  )
    throw new UserError(
      `the defect ${name} works with the pack ${REFERENCE} only, and the pack ${pack.source.manifest.name} is served`,
      {
        where: "--defect",
        allowed: DEFECTS.filter((one) => one.pack === undefined && one.handle === undefined)
          .map((one) => one.name)
          .join(", "),
        next: `give one of these, or serve the pack ${REFERENCE}`,
      },
    );
  if (needs?.tls === true && flags.tlsCert === undefined)
    throw new UserError(`the defect ${name} shows over TLS only, and plain HTTP is served`, {
      where: "--defect",
      next: "give --tls-cert FILE --tls-key FILE too; docs/recipes/serve-tls.md shows how to make them",
    });
  if (needs?.maxInFlight !== undefined && (flags.maxInFlight ?? MAX_IN_FLIGHT) > needs.maxInFlight)
    throw new UserError(
      `the defect ${name} shows at a limit of ${needs.maxInFlight} calls at once, and the limit is ${flags.maxInFlight ?? MAX_IN_FLIGHT}`,
      { where: "--defect", next: `give --max-in-flight ${needs.maxInFlight} too` },
    );
  const algorithms = Object.entries(pack.source.manifest.policies.envelope.algorithms);
  const used = tokens.length === 0 ? algorithms.slice(0, 1).map(([token]) => token) : tokens;
  const fitting = algorithms.filter(([, scheme]) => scheme === needs?.scheme).map(([token]) => token);
  if (needs?.scheme !== undefined && !used.some((token) => fitting.includes(token)))
    throw new UserError(`the defect ${name} shows with the scheme ${needs.scheme} only, and no party signs with it`, {
      where: "--defect",
      allowed: fitting.join(", "),
      next: fitting.length === 0 ? "give a pack that has this scheme" : `give --algorithm ${fitting[0]} too`,
    });
}
