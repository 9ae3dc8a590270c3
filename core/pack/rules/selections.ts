import { constantsOf } from "../constants.ts";
import { interfaceFile } from "../file.ts";
import { escape } from "../../expression/typing.ts";
import type { Problem } from "../problem.ts";
import { saidInBody, selectedHeader } from "../selection.ts";
import type { Interface, PackSource } from "../types.ts";
import { problem } from "./rule.ts";
import type { Rule } from "./rule.ts";

/** Interfaces of one method and path are told apart by what each request says, and each request of theirs does say it. */
export const routeSelect: Rule = {
  id: "route.select",
  check: (source) => [...ambiguousRoutes(source), ...source.interfaces.flatMap((one) => unsaid(source, one))],
};

function ambiguousRoutes({ interfaces }: PackSource): readonly Problem[] {
  return interfaces.flatMap((one, index) => {
    const other = interfaces.slice(0, index).find((earlier) => sameRoute(earlier, one) && !apart(earlier, one));
    if (other === undefined) return [];
    const selects = one.http.select !== undefined || other.http.select !== undefined;
    return [
      problem(
        selects ? "route.select" : "route.duplicate",
        interfaceFile(one),
        selects && one.http.select !== undefined ? "/http/select" : "/http/path",
        [
          `A request may be for this interface and for ${other.id}: both have ${one.http.method} ${one.http.path}, and nothing tells them apart.`,
          `请求可能同时属于该接口与 ${other.id}：两者均为 ${one.http.method} ${one.http.path}，且无从区分。`,
        ],
        [
          'Give each another path, or another value at one common place of http.select: "select": { "method": "trade.pay" }.',
          '请使用不同路径，或在 http.select 的同一位置取不同值："select": { "method": "trade.pay" }。',
        ],
      ),
    ];
  });
}

const shapeOf = ({ http }: Interface): string => http.path.replaceAll(/\{[^}]+\}/gu, "{}");

const sameRoute = (left: Interface, right: Interface): boolean =>
  left.provider === right.provider && left.http.method === right.http.method && shapeOf(left) === shapeOf(right);

/** Whether no request can be for both. */
const apart = (left: Interface, right: Interface): boolean =>
  Object.entries(left.http.select ?? {}).some(
    ([place, value]) => right.http.select?.[place] !== undefined && right.http.select[place] !== value,
  );

/** The places in query and body where the schemas do not demand the value by which the interface is known. */
function unsaid(source: PackSource, one: Interface): readonly Problem[] {
  const said = constantsOf(source, one);
  return Object.entries(one.http.select ?? {}).flatMap(([place, value]) =>
    selectedHeader(place) !== undefined || place.startsWith("/") || saidInBody(said, place) === value
      ? []
      : [
          problem(
            "route.select",
            interfaceFile(one),
            `/http/select/${escape(place)}`,
            [
              `The interface is known by ${place}, and its request need not have ${JSON.stringify(value)} there.`,
              `该接口以 ${place} 识别，但其请求不一定含有 ${JSON.stringify(value)}。`,
            ],
            [
              `Name ${place} as required in request.query or request.body, with "const": ${JSON.stringify(value)}.`,
              `请在 request.query 或 request.body 中将 ${place} 列为必填，并写 "const": ${JSON.stringify(value)}。`,
            ],
          ),
        ],
  );
}
