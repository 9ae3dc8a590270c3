import { Hono } from "hono";
import type { Simulator } from "../simulator.ts";
import type { ControlOptions } from "./control.ts";
import { body } from "./control-error.ts";
import { enrol, readEnrolment } from "./enrolment.ts";

/** The simulator's own keys and those that it knows. */
export function keyRoutes(
  simulator: Simulator,
  { onEnrol, clientCa }: Pick<ControlOptions, "onEnrol" | "clientCa">,
): Hono {
  const routes = new Hono();
  routes.get("/keys", (context) =>
    context.json({
      own: simulator.identity.ownKeys.map(({ serial, algorithm, publicPem }) => ({
        serial,
        algorithm,
        public_key: publicPem,
      })),
      enrolled: simulator.identity.peers.map(({ record, keys, sealing, clientCertificates }) => ({
        ...record,
        ...(clientCertificates === undefined ? {} : { client_certificates: clientCertificates }),
        // A secret is never shown, not even to the party that enrolled it.
        ...(sealing === undefined ? {} : { sealing_secret: true }),
        keys: keys.map(({ serial, algorithm, key, from, until }) => ({
          serial,
          algorithm,
          ...(key.kind === "public" ? { public_key: key.pem } : {}),
          ...shownMoment("from", from),
          ...shownMoment("until", until),
        })),
      })),
    }),
  );
  routes.post("/keys", async (context) => {
    const enrolment = readEnrolment(await body(context), simulator);
    const kept = await enrol(simulator, enrolment, clientCa);
    onEnrol?.(kept);
    return context.json(
      { enrolled: enrolment.party_id, serial: enrolment.serial, scenarios: simulator.scenarios(enrolment.party_id) },
      201,
    );
  });
  return routes;
}

const shownMoment = (name: string, ms: number | undefined): Readonly<Record<string, string>> =>
  ms === undefined ? {} : { [name]: new Date(ms).toISOString() };
