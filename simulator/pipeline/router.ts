import type { Pack } from "../../core/pack/compile.ts";
import type { RouteMatch } from "../../core/pack/route.ts";
import type { Role } from "../../core/pack/types.ts";
import type { RawRequest } from "../http/raw.ts";

/** Finds the interface that a request is for; `path` is its target without the query. */
export type Router = (request: RawRequest, path: string) => RouteMatch;

/** The routes that a role provides by its pack. */
export const packRouter =
  (pack: Pack, role: Role): Router =>
  (request, path) =>
    pack.matchRoute(role, request.method, path);

/** The same routes below a base path, such as `/gateway`, which a public address may have; an empty one adds none. */
export const belowBasePath = (base: string, router: Router): Router =>
  base === ""
    ? router
    : (request, path) => router(request, path.startsWith(`${base}/`) ? path.slice(base.length) : path);

/** The target of a request without its query. */
export function pathOf({ target }: RawRequest): string {
  const mark = target.indexOf("?");
  return mark < 0 ? target : target.slice(0, mark);
}
