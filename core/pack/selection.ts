import { atPointer } from "../json/pointer.ts";
import type { Headers } from "../envelope/headers.ts";
import type { Json } from "../unit/unit.ts";
import type { Interface } from "./types.ts";

/** What a request says at a place, as a text; undefined for nothing, and for two things at once. Nothing of it is believed. */
export type SelectReader = (place: string) => string | undefined;

const HEADER = "header:";

/** The header that a place of a selection is; undefined for a place in query or body. */
export function selectedHeader(place: string): string | undefined {
  return place.startsWith(HEADER) ? place.slice(HEADER.length) : undefined;
}

/** Whether a request is for this interface, of those of its path. */
export function isSelected({ http }: Pick<Interface, "http">, read: SelectReader): boolean {
  return Object.entries(http.select ?? {}).every(([place, value]) => read(place) === value);
}

/** The headers that a sender adds, so that the receiver knows which interface is meant. */
export function selectingHeaders({ http }: Pick<Interface, "http">): Headers {
  return Object.entries(http.select ?? {}).flatMap(([place, value]) => {
    const name = selectedHeader(place);
    return name === undefined ? [] : [[name, value] as const];
  });
}

/** Whether it is the body that says which interface of its path is meant, so that without one none is. */
export const selectsInBody = ({ http }: Pick<Interface, "http">, inQuery: Readonly<Record<string, unknown>>): boolean =>
  Object.keys(http.select ?? {}).some((place) => selectedHeader(place) === undefined && !Object.hasOwn(inQuery, place));

/** `POST /gateway.do method=alipay.trade.pay`: where an interface is called, for people. */
export function addressOf({ http }: Pick<Interface, "http">): string {
  const told = Object.entries(http.select ?? {}).map(([place, value]) => `${place.replace(HEADER, "")}=${value}`);
  return [`${http.method} ${http.path}`, ...told].join(" ");
}

/** What a decoded body says at a place; undefined where it says nothing, or no text, number or boolean. */
export function saidInBody(body: Json, place: string): string | undefined {
  const value = place.startsWith("/") ? atPointer(body, place) : member(body, place);
  return typeof value === "string" ? value : ["number", "boolean"].includes(typeof value) ? String(value) : undefined;
}

function member(body: Json, name: string): unknown {
  return typeof body === "object" && body !== null && !Array.isArray(body) && Object.hasOwn(body, name)
    ? (body as Readonly<Record<string, Json>>)[name]
    : undefined;
}
