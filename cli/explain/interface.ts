import pc from "picocolors";
import type { Interface, Schema } from "../../core/pack/types.ts";
import type { PackView } from "../../suites/pack-view.ts";
import { exampleRequest } from "./example-request.ts";
import { fieldLines } from "./field-lines.ts";

/** An interface for a person who has to implement or call it: fields with types and bounds, codes, an example. */
export async function interfaceLines(pack: PackView, one: Interface): Promise<readonly string[]> {
  const { caller, idempotency, request, response } = one;
  const example = await exampleRequest(pack, one);
  return [
    `${pc.bold(one.id)} ${one.http.method} ${one.http.path}, provided by the ${one.provider}`,
    `${one.title.en} / ${one.title.zh}`,
    one.description.en,
    one.description.zh,
    ...section(pack, "path", request.path),
    ...section(pack, "query", request.query),
    ...section(pack, "body", request.body),
    ...(idempotency === undefined ? [] : [`once for  ${idempotency.key.join(", ")}`]),
    `success   HTTP ${response.status}${caller.success === "query" && caller.query !== undefined ? `; the outcome may be open: ask ${caller.query.interface} after ${caller.query.afterSeconds.join(", ")} s` : ""}`,
    ...section(pack, "answer", response.body),
    ...(one.errors.length === 0
      ? []
      : [
          `codes     ${one.errors.join(", ")} ${pc.dim("(besides those of signature, freshness, parsing and schema)")}`,
        ]),
    ...(example === undefined
      ? []
      : [
          pc.bold("example"),
          ...example,
          ...(example.some((line) => /<\w+/.test(line))
            ? [pc.dim("  <name>: of the test data (/fixtures), or of the answer of a call before")]
            : []),
        ]),
  ];
}

function section(pack: PackView, title: string, schema: Schema | undefined): readonly string[] {
  const lines = fieldLines(pack, schema);
  return lines.length === 0 ? [] : [pc.bold(title), ...lines];
}
