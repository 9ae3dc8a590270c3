import { createConfig, lintFromString } from "@redocly/openapi-core";
import { describe, expect, test } from "vitest";
import { loadPack } from "./load.ts";
import { openapi } from "./openapi.ts";
import { packFolder, packNames } from "../../hosting/packs.ts";

/** What a validator that is not ours finds wrong with a document, by the rules of the OpenAPI specification alone. */
async function problems(document: string): Promise<readonly string[]> {
  const config = await createConfig({ extends: ["spec"] });
  const found = await lintFromString({ source: document, absoluteRef: "/openapi.json", config });
  return found.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer ?? ""}`);
}

const documents = packNames().map(
  (name) => [name, JSON.stringify(openapi(loadPack(packFolder(name, ".", ""))))] as const,
);

describe.each(documents)("the pack %s as OpenAPI 3.1", (_name, document) => {
  test("the OpenAPI document is valid for an independent validator", async () => {
    expect(await problems(document)).toEqual([]);
  });

  test("OpenAPI says what every refusal looks like, and which codes it may carry", () => {
    const { paths } = JSON.parse(document) as {
      readonly paths: Readonly<
        Record<
          string,
          Readonly<Record<string, { readonly responses: Readonly<Record<string, { readonly content?: object }>> }>>
        >
      >;
    };
    for (const { responses } of Object.values(paths).flatMap((path) => Object.values(path))) {
      const refusals = Object.entries(responses).filter(([status]) => Number(status) >= 400);
      // Where refusals have the status of good answers, its content is that of either.
      const told = refusals.length > 0 ? refusals : Object.entries(responses);
      for (const [, { content }] of told) expect(JSON.stringify(content)).toContain('"enum":["');
    }
  });
});

test("OpenAPI says how requests are signed and what an answer's signature covers", () => {
  const { components } = JSON.parse(documents.find(([name]) => name === "cooperation")?.[1] ?? "") as {
    readonly components: { readonly securitySchemes: { readonly signature: { readonly description: string } } };
  };
  for (const part of [
    "WECHATPAY2-SHA256-RSA2048",
    "mchid=",
    "method, path-and-query, timestamp, nonce, body",
    "timestamp, nonce, body, each",
    "Wechatpay-Signature (base64)",
    "300 s",
    "the last one too",
  ])
    expect(components.securitySchemes.signature.description).toContain(part);
});

test("the independent validator does find what is wrong", async () => {
  const [, document = ""] = documents.find(([name]) => name === "cooperation") ?? [];
  expect(await problems(document.replace('"in":"path"', '"in":"nowhere"'))).not.toEqual([]);
  expect(await problems(document.replace('"operationId"', '"operation"'))).not.toEqual([]);
  expect(await problems(document.replace("#/components/schemas/", "#/components/schemas/no-such-"))).not.toEqual([]);
});
