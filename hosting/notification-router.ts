import type { Pack } from "../core/pack/compile.ts";
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
  const notifications = pack.source.interfaces.filter((one) => one.notification !== undefined);
  const event = typeof value === "object" && value !== null ? (value as { readonly event?: unknown }).event : undefined;
  return (
    notifications.find((one) => pack.validators(one.id).body(value) === undefined) ??
    notifications.find((one) => typeof event === "string" && one.id.endsWith(event.replace(".", "_")))
  );
}
