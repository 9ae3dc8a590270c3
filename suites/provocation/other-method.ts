import type { Interface } from "../../core/pack/types.ts";
import type { Session } from "../session.ts";

export const METHODS = ["PUT", "DELETE", "GET", "POST", "PATCH"] as const;

/** Methods that no interface of the SUT takes on the path of this one. */
export function otherMethods(session: Session, one: Interface): readonly (typeof METHODS)[number][] {
  const taken = session.pack
    .provided(session.statement.role)
    .filter(({ http }) => shape(http.path) === shape(one.http.path))
    .map(({ http }) => http.method);
  return METHODS.filter((method) => !taken.includes(method));
}

const shape = (path: string): string => path.replaceAll(/\{\w+\}/g, "{}");
