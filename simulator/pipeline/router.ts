import type { Pack } from "../../core/pack/compile.ts";
import type { RouteMatch } from "../../core/pack/route.ts";
import type { Role } from "../../core/pack/types.ts";
import type { RawRequest } from "../http/raw.ts";
import { saidBy } from "./said-by.ts";

/** Finds the interface that a request is for; `path` is its target without the query. */
export type Router = (request: RawRequest, path: string) => RouteMatch;

/** The routes that a role provides by its pack. */
export const packRouter =
  (pack: Pack, role: Role): Router =>
  (request, path) =>
    pack.matchRoute(role, request.method, path, saidBy(pack, request));

/**
 * The same routes below a base path, such as `/gateway`; an empty one adds none. `only`: what is not below it is
 * unknown; otherwise it is found there as well, as for a public address whose path a gateway may strip.
 */
export function belowBasePath(base: string, router: Router, only = false): Router {
  if (base === "") return router;
  return (request, path) => {
    const below = path.startsWith(`${base}/`);
    if (only && !below) return { kind: "unknown" };
    return router(request, below ? path.slice(base.length) : path);
  };
}

/** The target of a request without its query. */
export function pathOf({ target }: RawRequest): string {
  const mark = target.indexOf("?");
  return mark < 0 ? target : target.slice(0, mark);
}
