/**
 * What tells interfaces of one path apart: what a request says at each place. A place is the name of a parameter, of the
 * query or of the body's top level; a JSON Pointer into the body; or a header, as `header:MsgTp`.
 */
type Select = Readonly<Record<string, string>>;

/** Where an interface is called. */
export interface Address {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  /** What tells it from the other interfaces of its method and path. */
  readonly select?: Select;
}
