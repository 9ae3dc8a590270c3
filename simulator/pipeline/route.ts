import type { Codec } from "../../core/codec/codec.ts";
import { carrierOf } from "../../core/envelope/carrier.ts";
import { bodySealingOf } from "../../core/pack/body-sealing.ts";
import type { Pack } from "../../core/pack/compile.ts";
import { selectedHeader } from "../../core/pack/selection.ts";
import type { Interface } from "../../core/pack/types.ts";
import type { RawRequest } from "../http/raw.ts";
import { headerValues } from "../../core/envelope/headers.ts";
import { pass, refuse } from "./refusal.ts";
import type { Refusal, Staged } from "./refusal.ts";
import { pathOf } from "./router.ts";
import type { Router } from "./router.ts";

export interface Routed {
  readonly interface: Interface;
  /** What reads the body as it stands on the wire; undefined for an interface without one. */
  readonly codec: Codec | undefined;
  readonly path: string;
  readonly query: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** First stage: whether the interface exists, and the message has an acceptable size and type. */
export function route(pack: Pack, router: Router, request: RawRequest): Staged<Routed> {
  const { stages, limits } = pack.source.manifest.policies;
  if (request.target.length > limits.targetBytes)
    return refuse(stages, "route.size", {
      detail: { field: "", issue: `the request target has more than ${limits.targetBytes} bytes`, location: "path" },
    });
  if (/[^\x21-\x7e]/.test(request.target))
    return refuse(stages, "decode", {
      detail: {
        field: "",
        issue: "the target has a character outside of ASCII; write it percent-encoded (RFC 3986 section 2)",
        location: "path",
      },
    });
  const path = pathOf(request);
  const match = router(request, path);
  if (match.kind === "unknown")
    return refuse(stages, "route.unknown", {
      detail: { field: "", issue: "no interface has this path", location: "path" },
    });
  if (match.kind === "method")
    return refuse(stages, "route.method", {
      allow: match.allowed,
      detail: { field: "", issue: `this path is called with ${match.allowed.join(", ")}`, location: "path" },
    });
  if (request.body === "too-large")
    return refuse(stages, "route.size", {
      detail: { field: "", issue: `the body has more than ${limits.bodyBytes} bytes`, location: "body" },
    });
  if (request.body === "broken")
    return refuse(stages, "decode", {
      detail: { field: "", issue: "the body ended before its announced length", location: "body" },
    });
  const [called] = match.kind === "match" ? [match.interface] : match.among;
  const codec =
    called === undefined
      ? undefined
      : carrierOf(
          pack.requestEnvelope(called),
          pack.codecOf(called.request.representation),
          bodySealingOf(pack.source.manifest.policies, called, "request"),
        );
  if (codec !== undefined) {
    const types = headerValues(request.headers, "content-type");
    if (types.length !== 1 || !codec.accepts(types[0] ?? "")) {
      return refuse(stages, "route.media", {
        detail: {
          field: "content-type",
          issue: `needs exactly one Content-Type: ${codec.mediaType}, in UTF-8; got ${types.length === 0 ? "none" : types.join(" and ")}`,
          location: "header",
        },
      });
    }
  }
  if (match.kind === "unselected") return refuse(stages, ...unselected(pack, match.among, codec, request.body));
  return pass({
    interface: match.interface,
    codec,
    path,
    query: request.target.slice(path.length + 1),
    pathParameters: match.parameters,
    body: request.body,
  });
}

/** Why none of the interfaces of a path is meant: the body that would say it is broken, or says something else. */
function unselected(
  pack: Pack,
  among: readonly Interface[],
  codec: Codec | undefined,
  body: Uint8Array,
): readonly ["decode" | "route.unknown", { readonly detail: NonNullable<Refusal["detail"]> }] {
  const { bodyBytes, depth, members } = pack.source.manifest.policies.limits;
  const decoded = codec?.decode(body, { bytes: bodyBytes, depth, members });
  if (decoded?.ok === false)
    return [
      "decode",
      { detail: { field: "", issue: `${decoded.message.en} (byte ${decoded.offset})`, location: "body" } },
    ];
  const [place = ""] = among.flatMap(({ http }) => Object.keys(http.select ?? {}));
  const values = among.flatMap(({ http }) => (http.select?.[place] === undefined ? [] : [http.select[place]]));
  const header = selectedHeader(place);
  return [
    "route.unknown",
    {
      detail: {
        field: header ?? place,
        issue: `says which interface of this path is meant, and must be there once: one of ${[...new Set(values)].join(", ")}`,
        location: header === undefined ? "body" : "header",
      },
    },
  ];
}
