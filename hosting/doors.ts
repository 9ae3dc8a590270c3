import { isIPv4 } from "node:net";
import type { Hono } from "hono";
import { certificateAuthority } from "../core/runtime/certificate.ts";
import type { Issue } from "../core/runtime/certificate.ts";
import type { RunningServer } from "../simulator/http/server.ts";
import { AGAIN, listen } from "./listen.ts";

/** A door as the checks see it: its address, and how many connections it has had, with or without a request. */
export interface Door {
  readonly url: string;
  readonly connections: number;
}

export interface Doors {
  /** PEM of the authority that the right certificate is of; made for this run. */
  readonly ca: string;
  readonly doors: () => Readonly<Record<string, Door>>;
  close(): Promise<void>;
}

const RIGHT = "right";

/**
 * The counterparty behind TLS, once for each certificate that it may show: the right one, and others with exactly one
 * thing wrong. Each has a port of its own, because a caller that has once been let in goes on over what is open.
 */
export async function openDoors(
  app: Hono,
  { hostname, publicHost }: { readonly hostname: string; readonly publicHost: string },
): Promise<Doors> {
  const [authority, stranger] = [
    certificateAuthority("Liantiao authority of one run"),
    certificateAuthority("Liantiao authority of one run"),
  ];
  const names: Pick<Issue, "names" | "addresses"> = isIPv4(publicHost)
    ? { addresses: [publicHost] }
    : { names: [publicHost], addresses: [] };
  const certificates = {
    [RIGHT]: authority.issue({ commonName: publicHost, ...names }),
    expired: authority.issue({ commonName: publicHost, ...names, until: "20200101000000Z" }),
    "other-host": authority.issue({ commonName: "another.invalid", names: ["another.invalid"], addresses: [] }),
    untrusted: stranger.issue({ commonName: publicHost, ...names }),
  };
  const opened: [string, RunningServer][] = [];
  for (const [name, tls] of Object.entries(certificates))
    opened.push([
      name,
      await listen({ app, hostname, port: 0, tls }, { where: "the counterparty's TLS ports", next: AGAIN }),
    ]);
  return {
    ca: authority.cert,
    doors: () =>
      Object.fromEntries(
        opened.map(([name, { port, connections }]) => [name, { url: `https://${publicHost}:${port}`, connections }]),
      ),
    close: async () => void (await Promise.all(opened.map(([, server]) => server.abort()))),
  };
}
