import { isSelected } from "./selection.ts";
import type { SelectReader } from "./selection.ts";
import type { Interface, Role } from "./types.ts";

export type RouteMatch =
  | {
      readonly kind: "match";
      readonly interface: Interface;
      /** Percent-decoded path parameters. */ readonly parameters: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: "method";
      /** Methods that the path knows, for the refusal and the `Allow` header. */ readonly allowed: readonly string[];
    }
  | {
      /** The path is that of several interfaces, and the request says of none that it is meant. */
      readonly kind: "unselected";
      /** At least one. */
      readonly among: readonly Interface[];
    }
  | { readonly kind: "unknown" };

/** One step of a path: fixed texts first, then parameters that a text follows, then the bare parameter. */
interface Node {
  readonly fixed: Map<string, Node>;
  /** By what follows the parameter: `:close` of `{out_trade_no}:close`. */
  readonly followed: Map<string, Node>;
  parameter: Node | undefined;
  /** Interfaces whose path ends here, by method, with the names of their parameters in order; several where `select` tells them apart. */
  readonly ends: Map<string, readonly { readonly interface: Interface; readonly names: readonly string[] }[]>;
}

/**
 * Finds interfaces by role, method and path. A fixed segment goes before a parameter (`/v1/bills/today` before
 * `/v1/bills/{bill_date}`), a parameter that a text follows before a bare one (`{no}:close` before `{no}`); nothing is normalised: an empty segment or a slash at the end is another path.
 */
export function routesOf(
  interfaces: readonly Interface[],
): (role: Role, method: string, path: string, read?: SelectReader) => RouteMatch {
  const roots: Readonly<Record<Role, Node>> = { bank: node(), platform: node() };
  for (const one of interfaces) {
    let here = roots[one.provider];
    const names: string[] = [];
    for (const segment of one.http.path.split("/").slice(1)) {
      const [, name, rest = ""] = /^\{([^}]+)\}(.*)$/u.exec(segment) ?? [];
      if (name !== undefined) names.push(name);
      if (name !== undefined && rest === "") {
        here.parameter ??= node();
        here = here.parameter;
      } else {
        const [steps, text] = name === undefined ? [here.fixed, segment] : [here.followed, rest];
        const next = steps.get(text) ?? node();
        steps.set(text, next);
        here = next;
      }
    }
    here.ends.set(one.http.method, [...(here.ends.get(one.http.method) ?? []), { interface: one, names }]);
  }
  return (role, method, path, read = () => undefined) => {
    if (!path.startsWith("/")) return { kind: "unknown" };
    const found = walk(roots[role], path.split("/"), 1, []);
    if (found === undefined) return { kind: "unknown" };
    const ends = found.node.ends.get(method);
    if (ends === undefined) return { kind: "method", allowed: [...found.node.ends.keys()].toSorted() };
    const end = ends.find((one) => isSelected(one.interface, read));
    if (end === undefined) return { kind: "unselected", among: ends.map((one) => one.interface) };
    return {
      kind: "match",
      interface: end.interface,
      parameters: Object.fromEntries(end.names.map((name, index) => [name, found.values[index] ?? ""])),
    };
  };
}

function walk(
  here: Node,
  segments: readonly string[],
  index: number,
  values: readonly string[],
): { readonly node: Node; readonly values: readonly string[] } | undefined {
  const segment = segments[index];
  if (segment === undefined) return here.ends.size > 0 ? { node: here, values } : undefined;
  const fixed = here.fixed.get(segment);
  const found = fixed === undefined ? undefined : walk(fixed, segments, index + 1, values);
  if (found !== undefined || segment === "") return found;
  const step = (next: Node, text: string): ReturnType<typeof walk> => {
    const value = text === "" ? undefined : decoded(text);
    return value === undefined ? undefined : walk(next, segments, index + 1, [...values, value]);
  };
  for (const [rest, next] of here.followed) {
    const followed = segment.endsWith(rest) ? step(next, segment.slice(0, -rest.length)) : undefined;
    if (followed !== undefined) return followed;
  }
  return here.parameter === undefined ? undefined : step(here.parameter, segment);
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

function node(): Node {
  return { fixed: new Map(), followed: new Map(), parameter: undefined, ends: new Map() };
}
