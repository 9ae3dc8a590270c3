/** How a pack's XML is written (`policies.xml`): one root for all messages, so that a body is the object of what stands in it. */
export interface XmlForm {
  /** The root element. */
  readonly root: string;
  /** The namespace of all elements whose names have no prefix in packs; absent: none. */
  readonly namespace?: string;
  /** Other namespaces, by the prefix that they have in names of the pack. On the wire any prefix may stand for them. */
  readonly namespaces?: Readonly<Record<string, string>>;
  /**
   * Elements that only group others, by their path below the root, with the names of those in their order. What they
   * hold stands in the message's object itself, as if the group were not there. The path `""` is the root.
   */
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  /** Whether the elements of groups have to come in the order of their lists. Absent: they are written so and read in any order. */
  readonly ordered?: boolean;
  readonly encoding: XmlEncoding;
  /** Whether a declaration is written. It may always be there; one that names another encoding is refused. */
  readonly declaration: boolean;
  /** Absent: `application/xml`. */
  readonly mediaType?: "application/xml" | "text/xml";
}

export type XmlEncoding = "UTF-8" | "GB18030";

/** The path `""`: elements right below the root. */
export const AT_ROOT = "";

/** The member for the text of an element that has attributes. */
export const TEXT = "#text";

/** What the members for attributes begin with. */
export const ATTRIBUTE = "@";
