import { list, object, optional, TEXT, UNKNOWN } from "../../expression/type.ts";
import type { Type } from "../../expression/type.ts";
import { typeOf } from "../../expression/typing.ts";
import { ENCODINGS } from "../../table/encoding.ts";
import { interfaceFile } from "../file.ts";
import { notificationsOf } from "../transition-notifications.ts";
import type { Interface, Table } from "../types.ts";
import { placeLoads } from "./load.ts";
import type { FilePlacing, Placing } from "./placing.ts";
import { placeHeaders } from "./policies.ts";
import { requestType, sharedRoots } from "./roots.ts";
import type { Roots } from "./roots.ts";

/** Places the expressions of an interface; `afterCalls` are the roots that its transitions leave. */
export function placeInterface(pack: Placing, one: Interface, afterCalls: readonly Roots[]): void {
  const file = pack.in(interfaceFile(one));
  const request: Roots = { request: requestType(pack.source, one) };
  file.place("/request/party", one.request.party, pack.environment(request), TEXT);
  file.place("/request/receiver", one.request.receiver, pack.environment(request), TEXT);
  const wanted = one.response.body === undefined ? undefined : closed(file.typeOf(one.response.body));
  const read = placeLoads(file, "/read/load", one.read?.load, request);
  const present = file.placeGuards("/read/require", one.read?.require, read, UNKNOWN);
  const roots = one.read === undefined ? { ...sharedRoots(afterCalls), ...request } : read;
  file.place("/read/answer", one.read?.answer, pack.environment(roots, present), wanted);
  file.place("/response/answer", one.response.answer, pack.environment(roots, present), wanted);
  // Said of an answer that is given again too, when nothing was loaded.
  placeHeaders(file, "/response/headers", one.response.headers, request);
  if (one.response.table !== undefined) placeTable(file, one.response.table, roots, present);
  if (one.notification !== undefined) placeNotification(file, one, one.notification);
}

function placeTable(file: FilePlacing, table: Table, roots: Roots, present: readonly string[]): void {
  const { pack } = file;
  const env = pack.environment(roots, present);
  file.place("/response/table/rows", table.rows, env, list(UNKNOWN));
  file.place("/response/table/encoding", table.encoding, env, { kind: "text", values: [...ENCODINGS] });
  const rows = typeOf(table.rows, env).type;
  const inRow = pack.environment({ ...roots, item: rows.kind === "list" ? rows.of : UNKNOWN }, present);
  table.columns.forEach((column, index) => file.place(`/response/table/columns/${index}/value`, column.value, inRow));
  const below = pack.environment({ ...roots, rows }, present);
  table.footer?.forEach((cell, index) => file.place(`/response/table/footer/${index}/value`, cell.value, below));
}

function placeNotification(
  file: FilePlacing,
  one: Interface,
  notification: NonNullable<Interface["notification"]>,
): void {
  const { pack } = file;
  const about: Record<string, Type> = { notification: object({ id: TEXT }) };
  for (const lifecycle of pack.source.lifecycles) {
    if (lifecycle.transitions.some((transition) => notificationsOf(transition).some(({ id }) => id === one.id)))
      about[lifecycle.resource] = pack.row(lifecycle.resource);
  }
  const env = pack.environment(about);
  const wanted = one.request.body === undefined ? undefined : closed(file.typeOf(one.request.body));
  file.place("/notification/body", notification.body, env, wanted);
  file.place("/notification/target", notification.target, env, optional(TEXT));
}

/** An answer may gain fields, but a pack says all of those that it gives: a field that the schema lacks is a misspelling. */
function closed(type: Type): Type {
  if (type.kind === "object")
    return object(
      Object.fromEntries(Object.entries(type.fields).map(([name, field]) => [name, closed(field)])),
      type.open === true && Object.keys(type.fields).length === 0,
    );
  if (type.kind === "list") return list(closed(type.of));
  return type.kind === "optional" ? optional(closed(type.of)) : type;
}
