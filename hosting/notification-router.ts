import type { WireRequest } from "../core/envelope/envelope.ts";
import type { Pack } from "../core/pack/compile.ts";
import { bodySealingOf } from "../core/pack/body-sealing.ts";
import { interfaceFile } from "../core/pack/file.ts";
import { meaningsOf } from "../core/pack/meaning.ts";
import { verbOf } from "../core/pack/purpose.ts";
import type { Interface, Role } from "../core/pack/types.ts";
import { openedBodies } from "../core/sealing/body/carried.ts";
import type { SealingKey } from "../core/sealing/scheme.ts";
import type { RawRequest } from "../simulator/http/raw.ts";
import type { Router } from "../simulator/pipeline/router.ts";

/** Takes a notification to `role` at any path, as a registered target may have any; all else is routed by `inner`. */
export function notificationsAnywhere(
  pack: Pack,
  role: Role,
  inner: Router,
  /** What bodies are encrypted under. */
  keys: readonly SealingKey[] = [],
): Router {
  return (request, path) => {
    const notification = notificationOf(pack, request, keys);
    return notification !== undefined && notification.provider === role && notification.http.method === request.method
      ? { kind: "match", interface: notification, parameters: {} }
      : inner(request, path);
  };
}

/** The notification that a body is by its schema, or says it is by its event. */
function notificationOf(
  pack: Pack,
  { body, ...request }: RawRequest,
  keys: readonly SealingKey[],
): Interface | undefined {
  if (!(body instanceof Uint8Array)) return undefined;
  const notifications = pack.source.interfaces.filter((one) => verbOf(one)?.verb === "notifies");
  const said = notifications.flatMap((one) => {
    const value = businessValue(pack, one, { ...request, body }, keys);
    return value === undefined ? [] : [{ one, value }];
  });
  return (
    said.find(({ one, value }) => pack.validators(one.id).body(value) === undefined) ??
    said.find(({ one, value }) => saysEvent(pack, one, value))
  )?.one;
}

/** What a body says in the interface's format, without what the envelope adds; nothing of it is believed. */
function businessValue(pack: Pack, one: Interface, request: WireRequest, keys: readonly SealingKey[]): unknown {
  const { body } = request;
  const { bodyBytes, depth, members } = pack.source.manifest.policies.limits;
  const bounds = { bytes: bodyBytes, depth, members };
  const envelope = pack.requestEnvelope(one);
  const opened = envelope.openRequest(request, bounds);
  const sealing = bodySealingOf(pack.source.manifest.policies, one, "request");
  if (sealing !== undefined)
    return openedBodies(sealing, keys, opened.ok ? opened.body : body, bounds)
      .map(leniently)
      .find((value) => value !== undefined);
  if (opened.ok && opened.payload !== undefined) return pack.validators(one.id).readBody(opened.payload);
  if (pack.codecOf(one.request.representation)?.textual !== true) return leniently(body);
  const decoded = pack.codecOf(one.request.representation)?.decode(body, bounds);
  if (decoded?.ok !== true) return undefined;
  const added = new Set(
    envelope.requestParts.flatMap(({ id, location, name }) => (location === "body" && id !== "body" ? [name] : [])),
  );
  const plain = Object.fromEntries(Object.entries(decoded.value ?? {}).filter(([name]) => !added.has(name)));
  return pack.validators(one.id).readBody(plain);
}

/** JSON that a strict reader refuses is known for what it is all the same, and is then refused for its form. */
function leniently(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}

/** Whether a body has one of the notification's own texts at the field that is its event. */
function saysEvent({ source }: Pack, one: Interface, value: unknown): boolean {
  const place = meaningsOf(source, one.request.body, interfaceFile(one)).find(({ meaning }) => meaning === "event");
  const said = place === undefined ? undefined : at(value, place.path);
  return typeof said === "string" && textsIn(at(one.notification?.body, place?.path ?? [])).includes(said);
}

/** The texts that an expression may give, such as one event of several. */
function textsIn(expression: unknown): readonly string[] {
  if (typeof expression === "string") return [expression];
  return typeof expression === "object" && expression !== null ? Object.values(expression).flatMap(textsIn) : [];
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (here, name) =>
      typeof here === "object" && here !== null && Object.hasOwn(here, name)
        ? (here as Readonly<Record<string, unknown>>)[name]
        : undefined,
    value,
  );
}
