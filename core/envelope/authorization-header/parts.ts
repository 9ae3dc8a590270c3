import type { EnvelopePart, PartId } from "../envelope.ts";
import type { AuthorizationHeaderPolicy } from "./policy.ts";

const COMPONENT: Readonly<Record<string, PartId>> = {
  method: "method",
  "path-and-query": "target",
  timestamp: "timestamp",
  nonce: "nonce",
  body: "body",
};

/** What a request signs or carries, and where each part of it stands. */
export function requestParts({ requestBase: base, authorization }: AuthorizationHeaderPolicy): readonly EnvelopePart[] {
  const covered = new Set(base.map((component) => COMPONENT[component]));
  return [
    { id: "method", location: "line", name: "method", covered: covered.has("method") },
    { id: "target", location: "line", name: "target", covered: covered.has("target") },
    { id: "algorithm", location: "header", name: authorization.header, covered: false },
    ...(["party", "serial", "timestamp", "nonce", "signature"] as const).flatMap((id) => {
      const name = authorization[id];
      return name === undefined
        ? []
        : [
            {
              id,
              location: "header" as const,
              name,
              within: authorization.header,
              covered: covered.has(id) || (id !== "signature" && base.includes("authorization")),
            },
          ];
    }),
    { id: "body", location: "body", name: "body", covered: covered.has("body") },
  ];
}

/** The same of an answer, whose parts are headers of their own. */
export function answerParts({ responseBase: base, response }: AuthorizationHeaderPolicy): readonly EnvelopePart[] {
  const covered = new Set(base.map((component) => COMPONENT[component]));
  return [
    ...(["serial", "algorithm", "timestamp", "nonce", "signature"] as const).flatMap((id) => {
      const name = response[id];
      return name === undefined ? [] : [{ id, location: "header" as const, name, covered: covered.has(id) }];
    }),
    { id: "body", location: "body", name: "body", covered: covered.has("body") },
  ];
}
