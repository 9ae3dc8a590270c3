import type { Pack } from "../core/pack/compile.ts";
import { interfaceFile } from "../core/pack/file.ts";
import { meaningsOf } from "../core/pack/meaning.ts";
import { verbOf } from "../core/pack/purpose.ts";
import type { Interface, Role } from "../core/pack/types.ts";
import type { RawRequest } from "../simulator/http/raw.ts";
import type { Router } from "../simulator/pipeline/router.ts";

/** Takes a notification to `role` at any path, as a registered target may have any; all else is routed by `inner`. */
export function notificationsAnywhere(pack: Pack, role: Role, inner: Router): Router {
  return (request, path) => {
    const notification = notificationOf(pack, request);
    return notification !== undefined && notification.provider === role && notification.http.method === request.method
      ? { kind: "match", interface: notification, parameters: {} }
      : inner(request, path);
  };
}

/** The notification that a body is by its schema, or says it is by its event. */
function notificationOf(pack: Pack, { body }: RawRequest): Interface | undefined {
  if (!(body instanceof Uint8Array)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
  const notifications = pack.source.interfaces.filter((one) => verbOf(one)?.verb === "notifies");
  return (
    notifications.find((one) => pack.validators(one.id).body(value) === undefined) ??
    notifications.find((one) => saysEvent(pack, one, value))
  );
}

/** Whether a body has the notification's own constant at the field that is its event. */
function saysEvent({ source }: Pack, one: Interface, value: unknown): boolean {
  const place = meaningsOf(source, one.request.body, interfaceFile(one)).find(({ meaning }) => meaning === "event");
  const said = place === undefined ? undefined : at(value, place.path);
  return typeof said === "string" && said === at(one.notification?.body, place?.path ?? []);
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
