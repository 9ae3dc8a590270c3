import { escaped, form } from "../../codec/form.ts";
import type { Bounds } from "../../codec/codec.ts";
import type { AnswerMessage, RequestMessage } from "../message.ts";
import { queryOf } from "./base.ts";
import type { Parameter } from "./base.ts";
import type { SortedParametersPolicy } from "./policy.ts";

export const NO_BOUNDS: Bounds = { bytes: Number.POSITIVE_INFINITY, depth: 1, members: Number.POSITIVE_INFINITY };

export type Field = keyof SortedParametersPolicy["parameters"];

/** In the order in which they are written behind the payload; the signature comes last. */
const CARRIED = ["party", "serial", "algorithm", "timestamp", "nonce"] as const;

/** A message whose parameters are wanted: a request has a target, and only a request names its party. */
export type Parametered = AnswerMessage & Partial<Pick<RequestMessage, "party" | "target">>;

/** What the envelope itself adds to a message, in the order in which it is written. */
export function carriedParameters(
  { parameters: names, certificate }: SortedParametersPolicy,
  message: Parametered,
): readonly Parameter[] {
  return [
    ...CARRIED.flatMap((id) => {
      const [name, value] = [names[id], message[id]];
      return name === undefined || value === undefined ? [] : [[name, value] as const];
    }),
    ...(certificate === undefined || message.certificate === undefined
      ? []
      : [[certificate, message.certificate] as const]),
  ];
}

/**
 * The parameters of a message in the order of the wire: those of the query where they are one set with the body's, the
 * payload, and what the envelope adds.
 *
 * @throws RangeError for a payload or a query that is no form, or that has a name of the envelope's, or one name twice.
 */
export function parametersOf(policy: SortedParametersPolicy, message: Parametered): readonly Parameter[] {
  const own = ownNames(policy, message.party !== undefined);
  const business = [
    // A sender may put its own parameters into the query too: those are the message's own members.
    ...queryParameters(policy, message).filter(([name]) => !own.has(name) && name !== policy.document),
    ...payloadParameters(policy, message.body),
  ];
  const seen = new Set<string>();
  for (const [name] of business) {
    if (own.has(name)) throw new RangeError(`the payload has a parameter ${name}, which the envelope adds itself`);
    if (seen.has(name)) throw new RangeError(`the parameter ${name} stands in the query and in the body`);
    seen.add(name);
  }
  return [...business, ...carriedParameters(policy, message)];
}

/** The parameters of a query that is one set with the body. */
export const queryParameters = (
  { query }: SortedParametersPolicy,
  { target }: Pick<Parametered, "target">,
): readonly Parameter[] => (query === true && target !== undefined ? decoded(Buffer.from(queryOf(target))) : []);

/** The parameters as they stood on the wire, well-formed or not: what cannot be read as a form has none. */
export function rawParametersOf(
  policy: SortedParametersPolicy,
  body: Uint8Array,
  target: string | undefined,
): readonly Parameter[] {
  const read = (bytes: Uint8Array): readonly Parameter[] => {
    const found = form.decode(bytes, NO_BOUNDS);
    return found.ok ? Object.entries(found.value as Readonly<Record<string, string>>) : [];
  };
  return [...(policy.query === true && target !== undefined ? read(Buffer.from(queryOf(target))) : []), ...read(body)];
}

/** The names that the envelope adds itself; an answer names no party, so that its payload may. */
export function ownNames(
  { parameters: { party, ...names }, certificate }: SortedParametersPolicy,
  isRequest: boolean,
): ReadonlySet<string> {
  return new Set([
    ...Object.values(names),
    ...(party === undefined || !isRequest ? [] : [party]),
    ...(certificate === undefined ? [] : [certificate]),
  ]);
}

function payloadParameters({ document }: SortedParametersPolicy, body: Uint8Array): readonly Parameter[] {
  if (document === undefined) return decoded(body);
  return body.length === 0 ? [] : [[document, new TextDecoder("utf-8", { ignoreBOM: true }).decode(body)]];
}

function decoded(bytes: Uint8Array): readonly Parameter[] {
  const read = form.decode(bytes, NO_BOUNDS);
  if (!read.ok) throw new RangeError(`the payload is no form: ${read.message.en} (byte ${read.offset})`);
  return Object.entries(read.value as Readonly<Record<string, string>>);
}

/** A body with a payload and what the envelope adds to it; the bytes of a document are escaped as they are. */
export function formBody(
  { document }: SortedParametersPolicy,
  payload: Uint8Array,
  added: readonly Parameter[],
): Uint8Array {
  const own = Buffer.from(added.map(([name, value]) => `${escaped(name)}=${escaped(value)}`).join("&"));
  if (payload.length === 0) return own;
  const body = document === undefined ? Buffer.from(payload) : Buffer.from(`${document}=${escapedBytes(payload)}`);
  return own.length === 0 ? body : Buffer.concat([body, Buffer.from("&"), own]);
}

/** Bytes as a form writes them, even those that are no UTF-8. */
function escapedBytes(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes)
    text += UNESCAPED.has(byte) ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  return text;
}

const UNESCAPED: ReadonlySet<number> = new Set(
  Buffer.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~*"),
);
