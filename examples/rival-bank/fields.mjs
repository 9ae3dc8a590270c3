// The shape of requests: small rules, closed objects.

import { Refusal } from "./refusals.mjs";

const pointer = (name) => `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;

/** A rule answers what is wrong with a value (and where inside it), or undefined. */
export const text = (least, most, pattern) => (value) => {
  if (typeof value !== "string") return "must be a string";
  const length = Array.from(value).length; // characters, not UTF-16 units
  if (length < least || length > most) return `must have ${least} to ${most} characters`;
  return pattern === undefined || pattern.test(value) ? undefined : `must match ${pattern.source}`;
};
export const id = (least, most) => text(least, most, /^[0-9A-Za-z_-]*$/);
export const date = (value) =>
  /^\d{4}-\d{2}-\d{2}$/.test(value) && new Date(`${value}T00:00:00Z`).toJSON()?.startsWith(value)
    ? undefined
    : "must be a date YYYY-MM-DD";
export const amount = (value) => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "must be an object";
  const faults = [
    [
      "/value",
      Number.isSafeInteger(value.value) && value.value >= 1 && value.value <= 10_000_000_000_000
        ? undefined
        : "must be an integer from 1 to 10000000000000",
    ],
    ["/currency", text(3, 3, /^[A-Z]{3}$/)(value.currency)],
    ...Object.keys(value)
      .filter((name) => name !== "value" && name !== "currency")
      .map((name) => [pointer(name), "is not a field of an amount"]),
  ];
  const [where, issue] = faults.find(([, issue]) => issue !== undefined) ?? [];
  return issue === undefined ? undefined : { where, issue };
};

/** Refuses with PARAM_ERROR unless the fields are exactly those the rules name; a name ending in "?" may be absent. */
export function checkFields(rules, fields, location) {
  const refuse = (field, issue) => {
    throw new Refusal("PARAM_ERROR", { field, issue, location });
  };
  if (typeof fields !== "object" || fields === null || Array.isArray(fields)) refuse("", "must be an object");
  const known = new Map(
    Object.entries(rules).map(([name, rule]) => [name.replace("?", ""), { rule, optional: name.endsWith("?") }]),
  );
  for (const [name, { rule, optional }] of known) {
    if (!Object.hasOwn(fields, name)) {
      if (!optional) refuse(`/${name}`, "is missing");
      continue;
    }
    const fault = rule(fields[name]);
    if (fault !== undefined) refuse(`/${name}${fault.where ?? ""}`, fault.issue ?? fault);
  }
  for (const name of Object.keys(fields)) if (!known.has(name)) refuse(pointer(name), "is not a field of this request");
}

/** Decodes one part of the target; "+" stays a plus. */
export function percentDecoded(value, location) {
  try {
    return decodeURIComponent(value);
  } catch {
    throw new Refusal("PARAM_ERROR", { field: "", issue: "percent-encoding is broken", location });
  }
}

/** Reads a query string whose names must be unique. */
export function parseQuery(source) {
  const fields = Object.create(null);
  for (const pair of source === "" ? [] : source.split("&")) {
    const [name, value] = [pair.split("=", 1)[0], pair.includes("=") ? pair.slice(pair.indexOf("=") + 1) : ""].map(
      (part) => percentDecoded(part, "query"),
    );
    if (name in fields)
      throw new Refusal("PARAM_ERROR", { field: pointer(name), issue: "appears twice", location: "query" });
    fields[name] = value;
  }
  return fields;
}
