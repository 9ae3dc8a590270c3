import { meaningsOfInterface } from "../../../core/pack/meaning.ts";
import type { Meaning } from "../../../core/pack/purpose.ts";
import { follow } from "../../../core/pack/reference.ts";
import type { SchemaObject } from "../../../core/pack/reference.ts";
import { interfaceFile } from "../../../core/pack/file.ts";
import type { ErrorCode, Interface, Lifecycle, PackSource, Transition } from "../../../core/pack/types.ts";
import { pick } from "../variation.ts";
import type { Variation } from "../variation.ts";

const ISSUE = "permit.issue";
const QUERY = "permit.query";
const NOT_FOUND = "PERMIT_NOT_FOUND";
const USED = "PERMIT_USED";

/**
 * Something is made by a permit alone, which is issued before and good for one use: two requests for it never build on
 * one prior.
 */
export const singleUse: Variation = {
  name: "a permit for one use",
  vary: (source, random) => {
    const makers = source.interfaces.flatMap((one) => makerOf(source, one) ?? []);
    return makers.length === 0 ? source : withPermits(source, pick(random, makers));
  },
};

/** An interface that makes something at once, and what of it a permit's interfaces are copied from. */
interface Maker {
  readonly one: Interface;
  readonly resource: string;
  /** The `$ref` of its request's body. */
  readonly body: string;
  /** Schema of the number that the caller gives. */
  readonly number: SchemaObject;
  /** Name and schema of the field that names the party, where there is one. */
  readonly party: readonly [name: string, schema: SchemaObject] | undefined;
  /** Whether requests and answers are closed. */
  readonly closed: { readonly request: SchemaObject; readonly answer: SchemaObject };
}

function makerOf(source: PackSource, one: Interface): Maker | undefined {
  const { purpose, provider, request, response, idempotency, http } = one;
  const resource = purpose?.creates;
  const [body, answer] = [request.body, response.body].map((schema) => (schema as { $ref?: string } | undefined)?.$ref);
  if (provider !== "bank" || resource === undefined || idempotency === undefined) return undefined;
  if (body === undefined || answer === undefined || http.path.includes("{")) return undefined;
  const called = source.lifecycles.flatMap(({ transitions }) => transitions.filter((each) => isCalled(each, one)));
  if (called.some(({ from }) => from.join() !== "ABSENT")) return undefined;
  const [asked, shown] = [body, answer].map((reference) => follow(source, reference, interfaceFile(one))?.schema);
  const properties = (asked as SchemaObject | undefined)?.["properties"] as Record<string, SchemaObject> | undefined;
  const field = (wanted: Meaning): string | undefined =>
    meaningsOfInterface(source, one).body.find(({ meaning, path }) => meaning === wanted && path.length === 1)?.path[0];
  const [number, party] = [field("number"), field("party")];
  if (properties === undefined || number === undefined || (request.party !== undefined && party === undefined))
    return undefined;
  return {
    one,
    resource,
    body,
    number: { ...properties[number], "x-from": "fresh", "x-title": text("Permit's order number", "凭证单号") },
    party: party === undefined ? undefined : [party, properties[party] as SchemaObject],
    closed: { request: closing(asked as SchemaObject), answer: closing(shown as SchemaObject) },
  };
}

const isCalled = ({ on }: Transition, { id }: Interface): boolean => "call" in on && on.call === id;

const text = (en: string, zh: string): { readonly en: string; readonly zh: string } => ({ en, zh });

const closing = ({ additionalProperties }: SchemaObject): SchemaObject =>
  additionalProperties === undefined ? {} : { additionalProperties };

function withPermits(source: PackSource, maker: Maker): PackSource {
  return {
    ...source,
    interfaces: [
      ...source.interfaces.map((one) =>
        one.id === maker.one.id ? { ...one, errors: [...one.errors, NOT_FOUND, USED] } : one,
      ),
      issueOf(maker),
      queryOf(maker),
    ],
    lifecycles: [...source.lifecycles.map((one) => usingPermits(one, maker)), permitOf(source, maker)],
    messages: { ...withPermitField(source, maker), permit: messageOf(maker) },
    errors: withCodes(source, maker),
    scenarios: source.scenarios.map((one) =>
      one.plays?.some(({ resource, as }) => resource === maker.resource && as === "ordinary") === true
        ? { ...one, plays: [...one.plays, { resource: "permit", as: "ordinary" }] }
        : one,
    ),
  };
}

const PERMIT_NO: SchemaObject = {
  "x-title": text("Permit", "凭证"),
  type: "string",
  pattern: "^[0-9A-Za-z_-]{6,64}$",
  minLength: 6,
  maxLength: 64,
};

/** The request with the permit that it needs. */
function withPermitField(source: PackSource, { one, body }: Maker): PackSource["messages"] {
  const taken = meaningsOfInterface(source, one).body.some(({ meaning }) => meaning === "of");
  const field = { ...PERMIT_NO, "x-from": `prior.${ISSUE}`, ...(taken ? {} : { "x-is": "of" }) };
  return Object.fromEntries(
    Object.entries(source.messages).map(([name, document]) => {
      const { $defs = {}, ...rest } = document as { readonly $defs?: Readonly<Record<string, SchemaObject>> };
      const defs = Object.entries($defs).map(([each, schema]) => [
        each,
        body === `messages/${name}.json#/$defs/${each}`
          ? {
              ...schema,
              required: [...((schema["required"] as readonly string[] | undefined) ?? []), "permit_no"],
              properties: { ...(schema["properties"] as SchemaObject), permit_no: field },
            }
          : schema,
      ]);
      return [name, { ...rest, $defs: Object.fromEntries(defs) }];
    }),
  );
}

function messageOf({ number, party, closed }: Maker): SchemaObject {
  const own = party === undefined ? {} : { [party[0]]: party[1] };
  const told = party === undefined ? [] : [party[0]];
  const object = (
    title: string,
    required: readonly string[],
    properties: SchemaObject,
    more: SchemaObject,
  ): object => ({
    type: "object",
    title,
    ...more,
    required: [...told, ...required],
    properties: { ...own, ...properties },
  });
  const { "x-from": _made, ...shown } = number;
  const id = { ...PERMIT_NO, "x-is": "id" };
  const state = {
    "x-title": text("State", "状态"),
    type: "string",
    enum: ["OPEN", "USED"],
    "x-is": "state",
  };
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Permit / 凭证",
    description: "Good for one use. 仅可使用一次。",
    $defs: {
      issue: object("Permit request / 申请凭证", ["out_permit_no"], { out_permit_no: number }, closed.request),
      key: object(
        "Permit / 凭证编号",
        ["permit_no"],
        { permit_no: { ...id, "x-from": `prior.${ISSUE}` } },
        closed.request,
      ),
      view: object(
        "Permit / 凭证",
        ["out_permit_no", "permit_no", "permit_state"],
        { out_permit_no: shown, permit_no: id, permit_state: state },
        closed.answer,
      ),
    },
  };
}

const answerOf = ({ party }: Maker): Record<string, string> => ({
  ...(party === undefined ? {} : { [party[0]]: "$permit.party_id" }),
  out_permit_no: "$permit.out_permit_no",
  permit_no: "$permit.permit_no",
  permit_state: "$permit.state",
});

/** Beside the interface that takes permits, and written like it. */
function beside({ one, party }: Maker, id: string, part: string): Omit<Interface, "title" | "errors"> {
  const { request, response, http } = one;
  return {
    id,
    description: text("A permit, which is good for one use.", "仅可使用一次的凭证。"),
    provider: "bank",
    http: { method: "POST", path: `${http.path.slice(0, http.path.lastIndexOf("/"))}/${id.replace(".", "-")}` },
    request: {
      representation: request.representation,
      body: { $ref: `messages/permit.json#/$defs/${part}` },
      ...(party === undefined || request.party === undefined ? {} : { party: request.party }),
    },
    response: {
      status: response.status,
      representation: response.representation,
      body: { $ref: "messages/permit.json#/$defs/view" },
    },
    caller: { success: "final" },
  };
}

function issueOf(maker: Maker): Interface {
  const made = beside(maker, ISSUE, "issue");
  const idempotency = maker.one.idempotency as NonNullable<Interface["idempotency"]>;
  return {
    ...made,
    title: text("Issue a permit", "申请凭证"),
    purpose: { creates: "permit" },
    response: { ...made.response, answer: answerOf(maker) },
    idempotency: { ...idempotency, key: ["out_permit_no"], fingerprint: "all" },
    errors: [idempotency.mismatch],
  };
}

function queryOf(maker: Maker): Interface {
  return {
    ...beside(maker, QUERY, "key"),
    title: text("Query a permit", "查询凭证"),
    purpose: { reads: "permit" },
    read: { load: { permit: PERMIT_LOAD }, answer: answerOf(maker) },
    errors: [NOT_FOUND],
  };
}

const PERMIT_LOAD = {
  resource: "permit",
  key: { party_id: "$party.party_id", permit_no: "$request.permit_no" },
  else: NOT_FOUND,
};

/** The lifecycle in which each of the maker's transitions uses a permit up. */
function usingPermits(lifecycle: Lifecycle, { one }: Maker): Lifecycle {
  return {
    ...lifecycle,
    transitions: lifecycle.transitions.map((each) =>
      isCalled(each, one)
        ? {
            ...each,
            load: { ...each.load, permit: PERMIT_LOAD },
            require: [{ that: { eq: ["$permit.state", "OPEN"] }, else: USED }, ...(each.require ?? [])],
            to: each.to.map((branch) => ({
              ...branch,
              move: [...(branch.move ?? []), { row: "permit", transition: `use-${each.name}` }],
            })),
          }
        : each,
    ),
  };
}

function permitOf({ lifecycles }: PackSource, { one }: Maker): Lifecycle {
  const mismatch = one.idempotency?.mismatch ?? "";
  return {
    resource: "permit",
    role: "bank",
    title: text("Permit", "凭证"),
    key: ["party_id", "permit_no"],
    initial: "ABSENT",
    fields: { party_id: "text", permit_no: "text", out_permit_no: "text" },
    states: {
      OPEN: { title: text("Open", "有效"), outcome: "open" },
      USED: { title: text("Used", "已使用"), final: true, outcome: "succeeded" },
    },
    transitions: [
      {
        name: "issue",
        on: { call: ISSUE },
        key: { party_id: "$party.party_id", permit_no: { "fresh-id": ["per_"] } },
        from: ["ABSENT"],
        otherwise: { "*": mismatch },
        to: [{ state: "OPEN", set: { out_permit_no: "$request.out_permit_no" } }],
      },
      ...lifecycles.flatMap(({ resource, transitions }) =>
        transitions
          .filter((each) => isCalled(each, one))
          .map(({ name }) => ({
            name: `use-${name}`,
            on: { transition: `${resource}.${name}` },
            from: ["OPEN"],
            otherwise: { USED },
            to: [{ state: "USED" }],
          })),
      ),
    ],
  };
}

/** Refused ahead of what else rules refuse, after what is not found. */
function withCodes(source: PackSource, { one }: Maker): PackSource["errors"] {
  const missing = source.errors.filter(({ reason }) => reason === "not-found").map(({ rank }) => rank);
  const rank = Math.max(0, ...missing);
  const code = (more: Pick<ErrorCode, "code" | "status" | "title" | "reason" | "provoke" | "rank">): ErrorCode => ({
    class: "final-fail",
    stage: "guards",
    remedy: text("Take a new permit.", "请重新申请凭证。"),
    ...more,
  });
  return [
    // Room for two.
    ...source.errors.map((each) =>
      each.stage === "guards" && each.rank > rank ? { ...each, rank: each.rank + 2 } : each,
    ),
    code({
      code: NOT_FOUND,
      status: 404,
      rank: rank + 1,
      title: text("No such permit", "凭证不存在"),
      reason: "not-found",
      provoke: [QUERY, one.id].map((id) => ({ in: id, set: { "/permit_no": "$fresh" } })),
    }),
    code({
      code: USED,
      status: 409,
      rank: rank + 2,
      title: text("The permit is used up", "凭证已使用"),
      reason: "consumed",
      provoke: [{ in: one.id, after: [{ call: one.id }], set: { "/permit_no": "$before.permit_no" } }],
    }),
  ];
}
