import type { Hono } from "hono";

/** The token of control planes that tests open. */
export const CONTROL_TOKEN = "secret-token";

/** An answer of the control plane. */
export interface Told {
  readonly status: number;
  /** `text` where it is not JSON. */
  readonly json: Readonly<Record<string, unknown>>;
}

/** Asks a control plane, without a socket. A text is sent as it is, anything else as JSON; `null` sends no token. */
export async function askControl(
  control: Hono,
  method: string,
  path: string,
  body?: unknown,
  token: string | null = CONTROL_TOKEN,
): Promise<Told> {
  const response = await control.request(`/__admin${path}`, {
    method,
    headers: token === null ? {} : { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    json: (response.headers.get("content-type")?.includes("json") === true ? JSON.parse(text) : { text }) as Record<
      string,
      unknown
    >,
  };
}
