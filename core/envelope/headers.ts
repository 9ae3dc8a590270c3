export type Headers = readonly (readonly [string, string])[];

/** Every value of a header, by a name in lower case. */
export function headerValues(headers: Headers, name: string): readonly string[] {
  const values: string[] = [];
  for (const [key, value] of headers) if (key.length === name.length && key.toLowerCase() === name) values.push(value);
  return values;
}
