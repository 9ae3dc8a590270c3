import type { HttpRequest } from "../../../core/runtime/runtime.ts";

/** The request with the values that `change` makes of a header's; several stand as several headers. */
export function changedHeader(
  request: HttpRequest,
  name: string,
  change: (value: string) => readonly string[],
): HttpRequest {
  return {
    ...request,
    headers: request.headers.flatMap(([each, value]) =>
      each === name ? change(value).map((one) => [each, one] as const) : [[each, value] as const],
    ),
  };
}

/** A body that differs in one bit. */
export function otherBytes(body: Uint8Array): Uint8Array {
  if (body.length === 0) return new Uint8Array([0x20]);
  const other = new Uint8Array(body);
  const middle = Math.floor(other.length / 2);
  other[middle] = (other[middle] ?? 0) ^ 1;
  return other;
}
