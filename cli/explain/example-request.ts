import { selectingHeaders } from "../../core/pack/selection.ts";
import type { Interface } from "../../core/pack/types.ts";
import { seededStream } from "../../core/runtime/random.ts";
import { freshIdentifiers } from "../../suites/data/fresh.ts";
import { buildRequest } from "../../suites/data/request-builder.ts";
import { CheckInconclusive } from "../../suites/outcome.ts";
import type { PackView } from "../../suites/pack-view.ts";
import { fieldNamesIn } from "./field-lines.ts";

/** Examples are the same at every call, so that two people speak of the same one. */
const SEED = 1;
const AT = Date.parse("2026-11-22T02:00:00Z");

/**
 * A request of an interface as the suites would make it: the request line, and the body. What only a SUT's own test data
 * or an earlier call can give stands as `<name>`. Undefined where none can be made.
 */
export async function exampleRequest(pack: PackView, one: Interface): Promise<readonly string[] | undefined> {
  try {
    const { path, query, body } = await buildRequest(
      one,
      {},
      {
        pack,
        fresh: freshIdentifiers("0001"),
        random: seededStream(SEED, one.id),
        party: "P1001",
        now: AT,
        today: pack.calendar.businessDate(AT),
        yesterday: pack.calendar.businessDate(AT - 24 * 60 * 60 * 1000),
        notifyUrl: "https://platform.example/notify",
        scenario: (name) => Promise.resolve(`<${name}>`),
        gives: () => true,
        prior: (id) => Promise.resolve(answerOf(pack, id)),
      },
    );
    const target = one.http.path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => String(path[name] ?? `<${name}>`));
    const pairs = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
    return [
      `  ${one.http.method} ${target}${pairs.length === 0 ? "" : `?${pairs.join("&")}`}`,
      ...selectingHeaders(one).map(([name, value]) => `  ${name}: ${value}`),
      ...(body === undefined
        ? []
        : JSON.stringify(body, null, 2)
            .split("\n")
            .map((line) => `  ${line}`)),
    ];
  } catch (thrown) {
    if (thrown instanceof CheckInconclusive) return undefined;
    throw thrown;
  }
}

/** Every field that an earlier call of an interface could give, by its name. */
function answerOf(pack: PackView, id: string): Readonly<Record<string, string>> {
  const { request, response } = pack.interface(id);
  const schemas = [request.path, request.query, request.body, response.body];
  return Object.fromEntries(
    schemas.flatMap((schema) => fieldNamesIn(pack, schema)).map((name) => [name, `<${name} of ${id}>`]),
  );
}
