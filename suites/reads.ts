import { formatOf } from "../core/codec/codecs.ts";
import type { Interface } from "../core/pack/types.ts";

/** Whether an interface only reads, and its answer says so in a body that checks can read: by GET, or by what the pack has it do. */
export const readsOnly = (one: Interface): boolean =>
  (one.http.method === "GET" || one.read !== undefined) && formatOf(one.response.representation) !== undefined;
