import { codecsOf } from "../codec/codecs.ts";
import type { CodecOf } from "../codec/codecs.ts";
import type { Envelope } from "../envelope/envelope.ts";
import { likeAnswers } from "../envelope/like-answers.ts";
import { spellingOf, wrappedAnswer } from "../envelope/sorted-parameters/wrapped-answer.ts";
import { envelopeOf } from "../envelope/styles.ts";
import { timesOf } from "../envelope/times.ts";
import type { Times } from "../envelope/times.ts";
import { compileExpression } from "../expression/expression.ts";
import type { Evaluate } from "../expression/expression.ts";
import type { Json } from "../unit/unit.ts";
import { follow } from "./reference.ts";
import { routesOf } from "./route.ts";
import type { RouteMatch } from "./route.ts";
import type { SelectReader } from "./selection.ts";
import type {
  ErrorCode,
  Expression,
  Interface,
  Lifecycle,
  PackSource,
  Requirement,
  Role,
  Scenario,
  Schema,
  Transition,
} from "./types.ts";
import { compileValidators } from "./validators.ts";
import type { Validators } from "./validators.ts";
import { firstViolation } from "./violation.ts";
import type { Violation } from "./violation.ts";

export type { RouteMatch } from "./route.ts";

/** A pack ready for use: look-ups by name, validators, routes, compiled expressions. Look-ups of unknown names throw. */
export interface Pack {
  readonly source: PackSource;
  /** How its messages are addressed, signed and carried. */
  readonly envelope: Envelope;
  /** How its messages write the time of their signing. */
  readonly times: Times;
  /** How requests of one interface are: those of notifications may be signed like answers. */
  requestEnvelope(one: Interface): Envelope;
  /** How answers of one interface are: those of notifications may be signed and carried in a way of their own. */
  answerEnvelope(one: Interface): Envelope;
  /** The codec of a `representation`; undefined for one without a body of its own. */
  readonly codecOf: CodecOf;
  interface(id: string): Interface;
  lifecycle(resource: string): Lifecycle;
  error(code: string): ErrorCode;
  scenario(id: string): Scenario;
  /** The lifecycle and transitions that a call of this interface triggers, in file order; `undefined` for a reading one. */
  triggeredByCall(
    id: string,
  ): { readonly lifecycle: Lifecycle; readonly transitions: readonly Transition[] } | undefined;
  /**
   * Which interface that `role` provides is called. `path` is the path as on the request line, without query; `read`
   * says what tells interfaces of one path apart.
   */
  matchRoute(role: Role, method: string, path: string, read?: SelectReader): RouteMatch;
  validators(id: string): Validators;
  /** The first thing wrong with what an operator gives to a transition; one that declares no input takes none. */
  operatorInput(transition: Transition, input: unknown): Violation | undefined;
  /** What an operator gives, as rules hold it (`x-as`). */
  operatorValues(transition: Transition, input: Json): Json;
  /** Requirements that the role must hold. */
  requirementsFor(role: Role): readonly Requirement[];
  /** The closure of an expression; compiled at its first use. */
  expression(expression: Expression): Evaluate;
  /** What a `$ref` in a schema of the pack leads to. Throws when it leads nowhere. */
  resolve(reference: string): Schema;
}

/** Compiles what `loadPack` read. Throws `PackProblems` for schemas that cannot be compiled; run `checkPack` for the rest. */
export function compilePack(source: PackSource): Pack {
  const interfaces = new Map(source.interfaces.map((one) => [one.id, one]));
  const lifecycles = new Map(source.lifecycles.map((one) => [one.resource, one]));
  const errors = new Map(source.errors.map((one) => [one.code, one]));
  const scenarios = new Map(source.scenarios.map((one) => [one.id, one]));
  const validators = compileValidators(source);
  const routes = routesOf(source.interfaces);
  const triggered = triggeredByCalls(source.lifecycles);

  const { policies } = source.manifest;
  const codecOf = codecsOf(policies);
  const envelope = envelopeOf(policies.envelope, codecOf);
  const { signedAs, envelope: ownOfNotifications, acknowledgeSigned } = policies.notification;
  const ofNotifications =
    ownOfNotifications !== undefined
      ? envelopeOf(ownOfNotifications, codecOf)
      : signedAs === "answer"
        ? likeAnswers(envelope)
        : envelope;
  const ofAcknowledgements =
    acknowledgeSigned?.style === "wrapped"
      ? { ...envelope, ...wrappedAnswer(acknowledgeSigned, spellingOf("base64")) }
      : envelope;

  // Objects of the pack are known by identity, so finding a closure does not walk the expression.
  const closures = new WeakMap<object, Evaluate>();
  const constants = new Map<string | number | boolean | null, Evaluate>();

  return {
    source,
    codecOf,
    envelope,
    times: timesOf(policies.freshness.timestamps, source.manifest.timeZone),
    requestEnvelope: (one) => (one.notification === undefined ? envelope : ofNotifications),
    answerEnvelope: (one) => (one.notification === undefined ? envelope : ofAcknowledgements),
    interface: (id) => known(interfaces, id, "interface"),
    lifecycle: (resource) => known(lifecycles, resource, "lifecycle"),
    error: (code) => known(errors, code, "error code"),
    scenario: (id) => known(scenarios, id, "scenario"),
    triggeredByCall: (id) => triggered.get(id),
    matchRoute: (role, method, path, read) => routes(role, method, path, read),
    validators: (id) => known(validators.interfaces, id, "interface"),
    operatorInput: (transition, input) => {
      const known = validators.operators.get(transition);
      if (known !== undefined) return firstViolation(known.validate, input);
      const [stray] = Object.keys(input as object);
      return stray === undefined ? undefined : { field: `/${stray}`, issue: "this decision takes no input" };
    },
    operatorValues: (transition, input) => validators.operators.get(transition)?.forms.read(input) ?? input,
    requirementsFor: (role) =>
      source.requirements.filter((requirement) => requirement.role === role || requirement.role === "both"),
    expression: (expression) => {
      const found =
        typeof expression === "object" && expression !== null ? closures.get(expression) : constants.get(expression);
      if (found !== undefined) return found;
      const made = compileExpression(expression);
      if (typeof expression === "object" && expression !== null) closures.set(expression, made);
      else constants.set(expression, made);
      return made;
    },
    resolve: (reference) => {
      const found = follow(source, reference, "");
      if (found === undefined)
        throw new RangeError(
          `The pack has no schema ${JSON.stringify(reference)}. Write messages/<name>.json#/$defs/<part>; files: ${Object.keys(source.messages).join(", ")}.`,
        );
      return found.schema;
    },
  };
}

type Triggered = ReadonlyMap<string, { readonly lifecycle: Lifecycle; readonly transitions: readonly Transition[] }>;

/** The lifecycle and transitions that each interface triggers, by its id. */
function triggeredByCalls(lifecycles: readonly Lifecycle[]): Triggered {
  const triggered = new Map<string, { readonly lifecycle: Lifecycle; readonly transitions: readonly Transition[] }>();
  for (const lifecycle of lifecycles) {
    for (const { on } of lifecycle.transitions) {
      if (!("call" in on) || triggered.has(on.call)) continue;
      triggered.set(on.call, {
        lifecycle,
        transitions: lifecycle.transitions.filter((other) => "call" in other.on && other.on.call === on.call),
      });
    }
  }
  return triggered;
}

function known<T>(map: ReadonlyMap<string, T>, name: string, what: string): T {
  const found = map.get(name);
  if (found === undefined)
    throw new RangeError(`The pack has no ${what} ${JSON.stringify(name)}. It has: ${[...map.keys()].join(", ")}.`);
  return found;
}
