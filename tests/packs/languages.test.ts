import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { openapi } from "../../core/pack/openapi.ts";
import { loadPack } from "../../core/pack/load.ts";

/*
 * What our packs say to people, they say in English and in Chinese. `pack check` holds that a text which has
 * one language has the other; here nothing is left that has a text in one language only, or none.
 */

const CHINESE = /\p{Script=Han}/u;

/** Names of properties, titles and descriptions of JSON Schemas that a reader of one language cannot read. */
function unreadable(value: unknown, at: string): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  const { properties, title, description } = value as {
    readonly properties?: object;
    readonly title?: unknown;
    readonly description?: unknown;
  };
  return [
    ...[
      ["title", title],
      ["description", description],
    ].flatMap(([name, text]) =>
      typeof text === "string" && (!CHINESE.test(text) || !/[A-Za-z]/.test(text)) ? [`${at}/${String(name)}`] : [],
    ),
    ...Object.entries(properties ?? {}).flatMap(([name, schema]) =>
      typeof schema === "object" && schema !== null && "x-title" in schema ? [] : [`${at}/properties/${name}`],
    ),
    ...Object.entries(value).flatMap(([name, inner]) =>
      name === "properties"
        ? Object.entries(inner as object).flatMap(([property, schema]) =>
            unreadable(schema, `${at}/properties/${property}`),
          )
        : unreadable(inner, `${at}/${name}`),
    ),
  ];
}

describe.each(["cooperation", "vocabulary"])("the pack %s in two languages", (name) => {
  const source = loadPack(fileURLToPath(new URL(`../../specs/${name}`, import.meta.url)));

  test("titles, fields and descriptions of messages are in both languages", () => {
    expect(Object.entries(source.messages).flatMap(([name, document]) => unreadable(document, name))).toEqual([]);
  });

  test("descriptions explain what bare codes stand for", () => {
    const codes = (value: unknown, at: string): readonly string[] => {
      if (typeof value !== "object" || value === null) return [];
      const { enum: members, description } = value as { readonly enum?: unknown; readonly description?: unknown };
      const unsaid =
        Array.isArray(members) &&
        members.some((member) => /^\d+$/.test(String(member)) && !String(description).includes(String(member)));
      return [
        ...(unsaid ? [at] : []),
        ...Object.entries(value).flatMap(([name, inner]) => codes(inner, `${at}/${name}`)),
      ];
    };
    expect(codes(source.messages, "messages")).toEqual([]);
  });

  test("the OpenAPI document of a pack is in both languages", () => {
    const texts = (value: unknown, at: string): readonly string[] =>
      typeof value !== "object" || value === null
        ? []
        : Object.entries(value).flatMap(([name, inner]) =>
            ["title", "description", "summary"].includes(name) && typeof inner === "string"
              ? CHINESE.test(inner)
                ? []
                : [`${at}/${name}: ${inner}`]
              : texts(inner, `${at}/${name}`),
          );
    const { paths, ...document } = openapi(source);
    expect([...texts(document, ""), ...texts(paths, "/paths")]).toEqual([]);
  });
});
