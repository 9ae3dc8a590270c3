import type { Interface } from "../../core/pack/types.ts";
import type { PublicHalf } from "../../core/sealing/part.ts";
import { sealingScheme } from "../../core/sealing/schemes.ts";
import type { Sealing } from "../wire/sealed-request.ts";
import type { SessionContext } from "./context.ts";

type SealingContext = Pick<SessionContext, "pack" | "party"> & {
  readonly run: Pick<SessionContext["run"], "sutKeys">;
  sutNow(): number;
};

/** How the parts of an interface's requests are sealed. `text` gives a new one, of which each nonce is the beginning. */
export function sealedParts(
  context: SealingContext,
  one: Interface,
  text: () => string,
): Pick<Sealing, "places" | "keys" | "sealedUnder"> {
  const { pack } = context;
  const { sealing, receiverSealing } = pack.policies;
  const places = pack.sealed(one, "request");
  const to = places.some(({ key }) => key === "receiver") ? receiverOf(context) : undefined;
  const serial = namesKey(context, one) ? receiverSealing?.serial : undefined;
  return {
    places,
    keys: (secret) => ({
      ...(sealing === undefined || secret === undefined
        ? {}
        : {
            secret: {
              policy: sealing,
              key: secret,
              nonce: () => text().slice(0, sealingScheme(sealing).scheme.nonceBytes),
            },
          }),
      ...(receiverSealing === undefined || to === undefined ? {} : { receiver: { policy: receiverSealing, to } }),
    }),
    sealedUnder: to !== undefined && serial !== undefined && "header" in serial ? [[serial.header, to.serial]] : [],
  };
}

/** The field at the top of a request that names the key under which its parts are sealed, with that name. */
export function keyField(context: SealingContext, one: Interface): Readonly<Record<string, string>> {
  const serial = context.pack.policies.receiverSealing?.serial;
  if (serial === undefined || !("field" in serial) || !namesKey(context, one)) return {};
  const sealed = context.pack.sealed(one, "request").some(({ key }) => key === "receiver");
  const to = sealed ? receiverOf(context) : undefined;
  return to === undefined ? {} : { [serial.field]: to.serial };
}

/** Requests name the key; a notification that is signed like an answer does not. */
const namesKey = ({ pack }: SealingContext, one: Interface): boolean =>
  one.notification === undefined || pack.policies.notification.signedAs !== "answer";

/** The SUT's newest key that seals, of the algorithm that the first party signs with where there is one. */
function receiverOf(context: SealingContext): PublicHalf | undefined {
  const { pack, party, run } = context;
  const now = context.sutNow();
  const algorithms = pack.policies.receiverSealing?.algorithms ?? {};
  const fitting = run.sutKeys.flatMap(({ serial, token, key, from, until }): readonly PublicHalf[] =>
    key.kind === "public" &&
    algorithms[token] !== undefined &&
    (from === undefined || now >= from) &&
    (until === undefined || now < until)
      ? [{ serial, algorithm: token, publicPem: key.pem }]
      : [],
  );
  return fitting.findLast(({ algorithm }) => algorithm === party.token) ?? fitting.at(-1);
}
