import { nearName } from "../../core/names/near-name.ts";
import type { Pack } from "../../core/pack/compile.ts";
import { addressOf, selectedHeader } from "../../core/pack/selection.ts";
import type { Interface, Role } from "../../core/pack/types.ts";
import type { Bilingual } from "../../core/run/verdict.ts";
import type { Json } from "../../core/unit/unit.ts";
import type { RawRequest } from "../http/raw.ts";
import type { Refusal } from "./refusal.ts";
import { pathOf } from "./router.ts";
import { saidBy } from "./said-by.ts";

/** How a request differs from the interface that it most likely meant. */
interface Difference extends Bilingual {
  readonly id: "case" | "slash" | "prefix" | "segment" | "method" | "selection";
}

/**
 * The nearest interface to a request that is for none, and how the request differs; undefined where none is near, and
 * where the request was refused for something else.
 */
export function routeHint(
  pack: Pack,
  role: Role,
  request: RawRequest,
  { code }: Pick<Refusal, "code">,
): Json | undefined {
  const { stages } = pack.source.manifest.policies;
  if (code !== stages["route.unknown"] && code !== stages["route.method"]) return undefined;
  const path = pathOf(request);
  const near = pack.source.interfaces
    .filter(({ provider }) => provider === role)
    .flatMap((one) => {
      const differences = differencesOf(pack, one, request, path);
      return differences === undefined ? [] : [{ one, differences }];
    })
    .toSorted((left, right) => left.differences.length - right.differences.length)[0];
  if (near === undefined) return undefined;
  const { one, differences } = near;
  return {
    nearest_interface: { id: one.id, address: addressOf(one) },
    differences: differences.map(({ id, en, zh }) => ({ id, en, zh })),
  };
}

/** Undefined for a request that is too far from the interface. */
function differencesOf(
  pack: Pack,
  one: Interface,
  request: RawRequest,
  path: string,
): readonly Difference[] | undefined {
  const byPath = pathDifferences(one.http.path, path);
  if (byPath === undefined) return undefined;
  const method: readonly Difference[] =
    one.http.method === request.method
      ? []
      : [
          {
            id: "method",
            en: `the method is ${request.method}, and must be ${one.http.method}`,
            zh: `方法为 ${request.method}，应为 ${one.http.method}`,
          },
        ];
  const said = saidBy(pack, request);
  const selection = Object.entries(one.http.select ?? {}).flatMap(([place, value]): readonly Difference[] => {
    const given = said(place);
    const name = selectedHeader(place) ?? place;
    return given === value
      ? []
      : [
          {
            id: "selection",
            en: `${name} ${given === undefined ? "is missing or stands twice" : "has another value"}, and must be ${value}`,
            zh: `${name} ${given === undefined ? "缺失或重复" : "为其他值"}，应为 ${value}`,
          },
        ];
  });
  const all = [...byPath, ...method, ...selection];
  return all.length > 0 && all.length <= 3 ? all : undefined;
}

function pathDifferences(template: string, path: string): readonly Difference[] | undefined {
  if (fits(template, path)) return [];
  const lower = (text: string): string => text.toLowerCase();
  if (fits(lower(template), lower(path)))
    return [
      { id: "case", en: `the path is written in another case than ${template}`, zh: `路径大小写与 ${template} 不同` },
    ];
  const bare = path.replaceAll(/\/{2,}/g, "/").replace(/(?<=.)\/$/, "");
  if (bare !== path && fits(template, bare))
    return [
      {
        id: "slash",
        en: `the path has a slash at its end or two slashes in a row; ${template} has none`,
        zh: `路径末尾多了斜杠或有连续斜杠；应为 ${template}`,
      },
    ];
  const segments = path.split("/").slice(1);
  const wanted = template.split("/").slice(1);
  for (let count = 1; count <= 3 && count < segments.length; count += 1)
    if (fits(template, `/${segments.slice(count).join("/")}`)) {
      const prefix = `/${segments.slice(0, count).join("/")}`;
      return [
        {
          id: "prefix",
          en: `the path begins with ${prefix}, which ${template} does not; correct the base URL or let the gateway take it away`,
          zh: `路径带有前缀 ${prefix}，而 ${template} 没有；请更正基础地址，或让网关去除该前缀`,
        },
      ];
    }
  for (let count = 1; count <= 2 && count < wanted.length; count += 1)
    if (fits(`/${wanted.slice(count).join("/")}`, path)) {
      const prefix = `/${wanted.slice(0, count).join("/")}`;
      return [{ id: "prefix", en: `the path lacks its beginning ${prefix}`, zh: `路径缺少开头的 ${prefix}` }];
    }
  if (segments.length !== wanted.length) return undefined;
  const other = wanted.flatMap((segment, index) => {
    const given = segments[index] ?? "";
    return fits(`/${segment}`, `/${given}`) ? [] : [{ segment, given }];
  });
  const [only] = other;
  if (other.length !== 1 || only === undefined || nearName(only.given, [only.segment]) === undefined) return undefined;
  // What stands there may be a person's number where a parameter belongs, so it is not repeated.
  return [
    {
      id: "segment",
      en: `a segment of the path is written otherwise than ${only.segment}`,
      zh: `路径中有一段与 ${only.segment} 不符`,
    },
  ];
}

/** Whether a path is one of a template: a parameter takes any segment. */
function fits(template: string, path: string): boolean {
  const pattern = template
    .split(/(\{[^}]*\})/)
    .map((part) => (part.startsWith("{") ? "[^/]+" : part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")))
    .join("");
  return new RegExp(`^${pattern}$`).test(path);
}
