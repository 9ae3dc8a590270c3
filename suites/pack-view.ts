import { codecsOf } from "../core/codec/codecs.ts";
import type { CodecOf } from "../core/codec/codecs.ts";
import { calendar } from "../core/calendar/calendar.ts";
import type { Calendar } from "../core/calendar/calendar.ts";
import { carries } from "../core/envelope/envelope.ts";
import type { PartId } from "../core/envelope/envelope.ts";
import { timesOf } from "../core/envelope/times.ts";
import type { Times } from "../core/envelope/times.ts";
import { bodySealingOf } from "../core/pack/body-sealing.ts";
import { formContext } from "../core/pack/field-forms.ts";
import { inOrder } from "../core/pack/requirement-order.ts";
import type { Bilingual } from "../core/run/verdict.ts";
import type { BodySealing } from "../core/sealing/body/carried.ts";
import { answerSchemas } from "./wire/answer-schemas.ts";
import type { ErrorCode, Interface, PackSource, Policies, Requirement, Role, Scenario } from "../core/pack/types.ts";
import { sensitiveFields } from "../core/redaction/sensitive-fields.ts";
import { meaningsIn } from "./resources/meant.ts";
import type { InterfaceMeanings } from "./resources/meant.ts";
import { resourcesOf } from "./resources/resource.ts";
import type { Resources } from "./resources/resource.ts";
import { partOpener, sealedParts, sealedPlacesOf } from "./wire/sealed-parts.ts";
import type { PartKey, SealedParts, SealedPlaces } from "./wire/sealed-parts.ts";
import { bodyDecrypter } from "./wire/body-decrypter.ts";
import type { BodyDecrypter } from "./wire/body-decrypter.ts";
import { bodyReader } from "./wire/body-reader.ts";
import type { BodyReader } from "./wire/body-reader.ts";
import { acknowledgementEnvelope, notificationEnvelope, wireEnvelope } from "./wire/envelope/wire-envelopes.ts";
import type { WireEnvelope } from "./wire/envelope/wire-envelope.ts";
import { schemaSource } from "./generators/schema-source.ts";
import type { SchemaSource } from "./generators/schema-source.ts";

/** What the suites read of a pack. Built from the files as they are, so that judging shares no code with playing. */
export interface PackView {
  readonly source: PackSource;
  readonly policies: Policies;
  /** The codec of a `representation`; undefined for one without a body of its own. */
  readonly codecOf: CodecOf;
  /** The judge's side of how messages are signed and carried. */
  readonly envelope: WireEnvelope;
  /** How answers of one interface are: what acknowledges notifications may be written in a way of its own. */
  answerEnvelope(one: Interface): WireEnvelope;
  /** The same of the requests of one interface: notifications may be signed like answers. */
  requestEnvelope(one: Interface): WireEnvelope;
  /** Whether requests of the interface carry a part: a nonce, a timestamp. */
  requestCarries(one: Interface, part: PartId): boolean;
  /** How messages write the time of their signing. */
  readonly times: Times;
  readonly schemas: SchemaSource;
  /** @throws RangeError for an id that the pack lacks. */
  interface(id: string): Interface;
  hasInterface(id: string): boolean;
  provided(role: Role): readonly Interface[];
  /** Statuses of a good answer: the interface's own and, of a notification, all by which the pack's policy acknowledges. */
  successStatuses(one: Interface): readonly number[];
  /** Whether an answer with this status is a good one of the interface. */
  succeeds(one: Interface, status: number | undefined): boolean;
  error(code: string): ErrorCode | undefined;
  requirement(id: string): Requirement | undefined;
  requirementsFor(role: Role): readonly Requirement[];
  scenario(id: string): Scenario | undefined;
  /** Codes that a call of the interface may be refused with. */
  documented(one: Interface, code: string): boolean;
  /** Where an interface's messages carry a field sealed. */
  readonly sealed: SealedPlaces;
  /** Under which key and nonce the sealed parts of a message were sealed. */
  readonly sealedParts: SealedParts;
  /** How the body of an interface's requests or good answers is encrypted; undefined where it is in clear. */
  encryption(one: Interface, part: "request" | "response"): BodySealing | undefined;
  /** The payload of a message before it was encrypted; undefined where it is not encrypted as the pack says. */
  readonly decrypted: BodyDecrypter;
  /** What the payload of a message says, decrypted and with its sealed parts opened; a payload in clear is read too. */
  readonly readBody: BodyReader;
  /** Whether a good answer of the interface is signed. */
  signsAnswer(one: Interface): boolean;
  /** Problems of an answer's body, as it was received, against the interface's schema; empty when there are none. */
  answerProblems(one: Interface, body: unknown): readonly Bilingual[];
  /** States that nothing follows, for a resource (`payment`); undefined for a resource without a lifecycle. */
  finalStates(resource: string, role: Role): readonly string[] | undefined;
  /** Resources of the pack with what its interfaces do to them. */
  readonly resources: Resources;
  /** The fields of an interface by what they are. */
  meanings(one: Interface): InterfaceMeanings;
  /** The pack's first currency: that of amounts which checks make up. */
  readonly currency: string;
  /** Business dates of the pack: its time zone and cut-over. */
  readonly calendar: Calendar;
  /** Names of fields that must not appear in evidence. */
  readonly sensitiveFields: ReadonlySet<string>;
}

/** `sealing`: what opens the sealed parts of messages. */
export function packView(source: PackSource, sealing: readonly PartKey[] = []): PackView {
  const codecOf = codecsOf(source.manifest.policies);
  const inXml = codecOf("xml");
  const schemas = schemaSource(source.messages, formContext(source), (text) => inXml?.carries?.(text) !== false);
  const interfaces = new Map(source.interfaces.map((one) => [one.id, one]));
  const errors = new Map(source.errors.map((one) => [one.code, one]));
  const requirements = new Map(source.requirements.map((one) => [one.id, one]));
  const meanings = new Map<string, InterfaceMeanings>();
  const { acknowledgeStatus } = source.manifest.policies.notification;
  const successStatuses = (one: Interface): readonly number[] =>
    one.notification === undefined ? [one.response.status] : [...new Set([one.response.status, ...acknowledgeStatus])];

  const signed = signing(source, codecOf);
  return {
    source,
    policies: source.manifest.policies,
    codecOf,
    ...signed,
    calendar: calendar(source.manifest.timeZone, source.manifest.policies.cutover.at),
    schemas,
    resources: resourcesOf(source),
    currency: source.manifest.currencies[0]?.code ?? "CNY",
    meanings(one) {
      const known = meanings.get(one.id) ?? meaningsIn(source, one);
      meanings.set(one.id, known);
      return known;
    },
    sensitiveFields: new Set(sensitiveFields(source).keys()),
    interface(id) {
      const found = interfaces.get(id);
      if (found === undefined)
        throw new RangeError(
          `the pack ${source.manifest.name} has no interface "${id}"; it has ${[...interfaces.keys()].join(", ")}`,
        );
      return found;
    },
    hasInterface: (id) => interfaces.has(id),
    successStatuses,
    succeeds: (one, status) => status !== undefined && successStatuses(one).includes(status),
    provided: (role) => source.interfaces.filter((one) => one.provider === role),
    error: (code) => errors.get(code),
    requirement: (id) => requirements.get(id),
    requirementsFor: (role) => inOrder(source.requirements).filter((one) => one.role === "both" || one.role === role),
    scenario: (id) => source.scenarios.find((one) => one.id === id),
    documented(one, code) {
      const known = errors.get(code);
      if (known === undefined) return false;
      return (
        (known.stage !== "guards" && known.stage !== "idempotency") ||
        one.errors.includes(code) ||
        one.idempotency?.mismatch === code ||
        one.idempotency?.duplicateCode === code
      );
    },
    ...opening(source, signed.envelope.codec.name, codecOf, sealing),
    // What acknowledges a notification counts by its status, and where the pack says so by its text or its signature.
    signsAnswer: signsAnswerIn(source),
    answerProblems: answerSchemas(source),
    finalStates(resource, role) {
      const lifecycle = source.lifecycles.find((one) => one.resource === resource && one.role === role);
      return lifecycle === undefined
        ? undefined
        : Object.entries(lifecycle.states)
            .filter(([, state]) => state.final === true)
            .map(([name]) => name);
    },
  };
}

/** How messages of the pack are sealed, and what they say. `fallback` is the format of what has none of its own. */
function opening(
  source: PackSource,
  fallback: string,
  codecOf: CodecOf,
  keys: readonly PartKey[],
): Pick<PackView, "sealed" | "sealedParts" | "encryption" | "decrypted" | "readBody"> {
  const sealed = sealedPlacesOf(source);
  const encryption: PackView["encryption"] = (one, part) => bodySealingOf(source.manifest.policies, one, part);
  const decrypted = bodyDecrypter(encryption, codecOf, keys);
  return {
    sealed,
    sealedParts: sealedParts(source, sealed, keys),
    encryption,
    decrypted,
    readBody: bodyReader(source, fallback, { codecOf, decrypted, open: partOpener(source, sealed, keys) }),
  };
}

const signsAnswerIn =
  ({ manifest }: PackSource): PackView["signsAnswer"] =>
  ({ response, notification }) =>
    response.signed !== false &&
    (notification === undefined || manifest.policies.notification.acknowledgeSigned !== undefined);

/** How messages of the pack are signed, carried and dated. */
function signing(
  { manifest: { policies, timeZone } }: PackSource,
  codecOf: CodecOf,
): Pick<PackView, "envelope" | "requestEnvelope" | "answerEnvelope" | "requestCarries" | "times"> {
  const envelope = wireEnvelope(policies.envelope, codecOf);
  const { acknowledgeSigned } = policies.notification;
  const ofAcknowledgements =
    acknowledgeSigned?.style === "wrapped" ? acknowledgementEnvelope(envelope, acknowledgeSigned) : envelope;
  const ofNotifications = notificationEnvelope(policies, codecOf);
  const requestEnvelope = (one: Interface): WireEnvelope =>
    one.notification === undefined ? envelope : ofNotifications;
  return {
    envelope,
    requestEnvelope,
    answerEnvelope: (one) => (one.notification === undefined ? envelope : ofAcknowledgements),
    requestCarries: (one, part) => carries(requestEnvelope(one).requestParts, part),
    times: timesOf(policies.freshness.timestamps, timeZone),
  };
}
