import type { WrittenForms } from "../codec/codecs.ts";
import type { SerialForm } from "../signature/serial.ts";
import type { SealingPolicies } from "../sealing/policies.ts";
import type { EnvelopePolicy } from "../envelope/policy.ts";
import type { FreshnessPolicy } from "../envelope/freshness-policy.ts";
import type { Bilingual, Level } from "../run/verdict.ts";
import type { NotificationPolicy } from "./notification-policy.ts";
import type { OpenQuestion } from "./open-question.ts";
import type { Address } from "./address.ts";
import type { AccountKind, FeeRule } from "./chart.ts";
import type { LoadsSource } from "./loads-source.ts";
import type { Law, Meaning, Outcome, Part, Purpose, Reason } from "./purpose.ts";
import type { PeriodLimit } from "./period-limit.ts";

export type Role = "bank" | "platform";

/**
 * An expression as it stands in a pack file.
 *  - a string that starts with `$` is a path (`$request.amount`, `$payment.state`, `$now`);
 *  - a string with `{$path}` inside is a template (`customer:{$account.account_no}`);
 *  - an object with exactly one key that is an operator is an operation (`{"eq": ["$a", "ACTIVE"]}`);
 *  - any other object is a template of fields, an array a list, everything else itself.
 */
export type Expression =
  | string
  | number
  | boolean
  | null
  | readonly Expression[]
  | { readonly [key: string]: Expression };

/**
 * `?` marks a field that may be absent. `money` is `{value, currency}` in minor units; `time` is ms since the epoch,
 * `date` is `YYYY-MM-DD`, `json` any list or object of at most 64 Ki characters.
 */
export type FieldType =
  | "json"
  | "json?"
  | "text"
  | "integer"
  | "money"
  | "time"
  | "date"
  | "boolean"
  | "text?"
  | "integer?"
  | "money?"
  | "time?"
  | "date?"
  | "boolean?";

/** `pack.json`. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly title: Bilingual;
  readonly description: Bilingual;
  /** IANA name; business dates and cut-over are reckoned in it. */
  readonly timeZone: string;
  readonly currencies: readonly { readonly code: string; readonly minorUnits: number }[];
  readonly policies: Policies;
  /** Chart of accounts: the part of a ledger account's name before the colon. */
  readonly accounts: Readonly<Record<string, AccountKind>>;
  /** Fee rules by name, used by the `fee` operator. */
  readonly fees: Readonly<Record<string, FeeRule>>;
  /** Packs beside this one (names of their folders) whose requirements hold for it too. */
  readonly demands?: readonly string[];
}

export interface Policies extends WrittenForms, SealingPolicies {
  /** How a message is addressed, signed and carried. */
  readonly envelope: EnvelopePolicy;
  /** How the parties of a role name their keys. Absent: by the beginning of their hash. */
  readonly serials?: Readonly<Partial<Record<Role, SerialForm>>>;
  readonly freshness: FreshnessPolicy;
  readonly limits: {
    readonly bodyBytes: number;
    readonly depth: number;
    readonly members: number;
    readonly targetBytes: number;
    readonly requestSeconds?: number;
    /** Business dates that one statement may cover; absent: any number. */
    readonly statementDays?: number;
  };
  /** The code for each way a stage ahead of the guards refuses. */
  readonly stages: {
    readonly "route.unknown": string;
    readonly "route.method": string;
    readonly "route.size": string;
    readonly "route.media": string;
    readonly signature: string;
    /** Absent where messages carry no timestamp. */
    readonly "freshness.timestamp"?: string;
    /** Absent where messages carry no nonce. */
    readonly "freshness.replay"?: string;
    readonly decode: string;
    readonly schema: string;
    /** The signer is not the party that the message names. */
    readonly party: string;
    readonly overload: string;
    readonly system: string;
  };
  /**
   * Headers of every answer, refusals too; an interface's own of the same name goes before. Over `$self` and `$party`,
   * which may be missing.
   */
  readonly headers?: Readonly<Record<string, Expression>>;
  readonly refusal?: RefusalForm;
  /**
   * The member of every good answer's body by which it is told from a refusal, where both have one HTTP status; the
   * player writes it. Absent: the code of a refusal tells them apart.
   */
  readonly success?: { readonly field: string; readonly value: string };
  readonly notification: NotificationPolicy;
  readonly cutover: {
    /** Local time of day at which the business date turns, `HH:MM:SS`. */
    readonly at: string;
    /** Seconds after cut-over at which the bill of the day that ended is given out. */
    readonly billReadyAfterSeconds: number;
  };
}

/**
 * How refusals are written. Absent: the code, its title in both languages, what was wrong where, and help in test mode.
 */
export interface RefusalForm {
  /**
   * Over `$error` (`code`, `status`, `class`, `stage`, `title`, `remedy`), `$detail` (`field`, `issue`, `location`),
   * `$hint` and `$request`.
   */
  readonly body: Expression;
  /** JSON Pointer to the code in the body. */
  readonly code: string;
  /** JSON Pointer to the text for people; absent: there is none. */
  readonly message?: string;
  /** JSON Pointers to the pointer of the field that was wrong, and to the part where it stands (`body`, `query`, …). */
  readonly field?: string;
  readonly location?: string;
  /** JSON Pointer to the help that is given in test mode alone. */
  readonly hint?: string;
  /** HTTP status of all refusals; absent: that of the code. */
  readonly status?: number;
}

/** Stages of a call on the provider's side, in their order. */
export const STAGES = [
  "route",
  "signature",
  "freshness",
  "decode",
  "schema",
  "idempotency",
  "guards",
  "system",
] as const;
export type Stage = (typeof STAGES)[number];

/** What an answer of this code makes a caller do. */
export type ErrorClass = "final-fail" | "query-first" | "retry-same" | "fix-and-resend";

/** One call on the way to a refusal. */
export interface Step {
  readonly call: string;
  /** The scenario whose data fill it; default the ordinary one. */
  readonly scenario?: string;
  /**
   * Values by JSON Pointer into the message's fields, as expressions over `$scenario`, `$fresh` (a number no call has
   * used) and the steps before: `$before` is the latest (its request's fields and its answer's), and each `as` a name.
   */
  readonly set?: Readonly<Record<string, Expression>>;
  readonly as?: string;
  /** So many times, each with numbers of its own unless `set` says otherwise. */
  readonly times?: number;
  /** The decision (`"on": {"operator": …}`) that people at the provider then take about what was made. */
  readonly decided?: string;
  /** The next step waits until what was made has come so far by query. */
  readonly until?: Outcome;
}

/** One way to a refusal with a code: a call that is refused with it, after the steps that make it so. */
export interface Way extends Omit<Step, "call" | "as" | "times" | "decided" | "until"> {
  readonly in: string;
  readonly after?: readonly Step[];
}

/** One entry of `errors.json`. */
export interface ErrorCode {
  readonly code: string;
  readonly status: number;
  readonly class: ErrorClass;
  readonly stage: Stage;
  /** Further stages at which it is answered, with a status of their own where one is said. */
  readonly also?: readonly { readonly stage: Stage; readonly status?: number }[];
  /** Orders codes within one stage: lower is answered first. */
  readonly rank: number;
  readonly title: Bilingual;
  readonly remedy: Bilingual;
  /** Why it refuses, in words that interfaces of any pack share. Codes of stages ahead of the guards need none. */
  readonly reason?: Reason;
  /** Ways to provoke it. Absent: by the stage that answers it, or by a fault of the environment alone. */
  readonly provoke?: readonly Way[];
  /** What Retry-After says of an answer with it; absent: it has none. */
  readonly retryAfterSeconds?: number;
}

/** A JSON Schema 2020-12 document, or a reference to a file of the pack (`messages/payment.json#/$defs/view`). */
export type Schema = boolean | { readonly [key: string]: unknown };

/** One file of `interfaces/`. */
export interface Interface {
  readonly id: string;
  readonly title: Bilingual;
  readonly description: Bilingual;
  readonly provider: Role;
  /** What it is for: read by checks, load, console and documents. */
  readonly purpose?: Purpose;
  readonly http: Address;
  readonly request: RequestShape;
  readonly response: ResponseShape;
  readonly idempotency?: Idempotency;
  /** Each call is another one on purpose, such as one that issues a code, so there is no idempotency. */
  readonly repetition?: "new";
  /**
   * For an interface that only reads. One that no transition is triggered by must have it, unless it is a notification.
   */
  readonly read?: ReadRule;
  /**
   * For a notification: how its body is made when a transition says `notify`. Paths: `$<resource>`, `$now`,
   * `$notification.id`.
   */
  readonly notification?: { readonly body: Expression; readonly target: Expression };
  /**
   * Codes of the guards and of idempotency that it may answer; the codes of earlier stages apply to every interface.
   */
  readonly errors: readonly string[];
  readonly serviceLevel?: { readonly p99Ms: number };
  readonly caller: CallerRule;
}

export interface RequestShape {
  /** How the body is written; `empty`: there is none. */
  readonly representation: "json" | "form" | "xml" | "empty";
  /** Path parameters, query parameters and the body, as one object each. */
  readonly path?: Schema;
  readonly query?: Schema;
  readonly body?: Schema;
  /** Where the message names the party, as a path that must equal the signer: `$request.party_id`. */
  readonly party?: string;
  /** Where the message names the provider, as a path: a notification says whom it is for. */
  readonly receiver?: string;
}

export interface ResponseShape {
  readonly status: number;
  readonly representation: "json" | "form" | "xml" | "table" | "empty";
  readonly body?: Schema;
  /** The answer of a call that triggers a transition: an expression over `$<resource>` after the transition. */
  readonly answer?: Expression;
  readonly table?: Table;
  /** The name of the payload in answers that wrap it, refusals of the interface too. */
  readonly member?: string;
  /** Headers of a good answer, over `$request`, `$party` and `$self`; never those of the signature. */
  readonly headers?: Readonly<Record<string, Expression>>;
  /** False for a downloaded file whose hash was signed instead. Default true. */
  readonly signed?: boolean;
}

/** How an amount stands in a file: in major units with all decimals (default), or in minor units. */
export type AmountIn = "yuan" | "fen";

/** A CSV file: a header line, columns in order, an optional footer line of totals. */
export interface Table {
  readonly charset: "utf-8";
  readonly bom: boolean;
  readonly lineEnd: "\r\n" | "\n";
  /** What the first line says of each column. Absent: its name. */
  readonly header?: "name" | "title.en" | "title.zh" | "none";
  readonly rows: Expression;
  readonly columns: readonly {
    readonly name: string;
    readonly title: Bilingual;
    readonly value: Expression;
    readonly as?: AmountIn;
    readonly is?: Meaning;
  }[];
  readonly footer?: readonly {
    readonly title: Bilingual;
    readonly value: Expression;
    readonly as?: AmountIn;
    readonly is?: Meaning;
  }[];
  /** The titles of the totals, in a line ahead of them. Absent: there is no such line. */
  readonly footerHeader?: "title.en" | "title.zh";
  /**
   * A text ahead of the cells of rows and totals, which a reader takes away again: of all of them, or of those that a
   * spreadsheet takes for a formula. Absent: a cell is exactly the value.
   */
  readonly prefix?: { readonly text: string; readonly before: "all" | "formulas" };
  /**
   * How the answer is packed: `none`, `gzip` or `deflate`. A hash of the file is that of the file before it is packed.
   */
  readonly encoding?: Expression;
}

export interface Idempotency {
  /** Fields of the request that make the key; the party is always part of it. */
  readonly key: readonly string[];
  /** Request fields that must be equal for a repetition to be the same request; `all` means every field. */
  readonly fingerprint: "all" | readonly string[];
  readonly onSuccess: "same" | "reevaluate" | "duplicate-code";
  readonly onDecline: "same" | "reevaluate";
  readonly inFlight: "wait" | "conflict" | "processing";
  /** Code for the same key with another fingerprint. */
  readonly mismatch: string;
  readonly duplicateCode?: string;
}

export interface ReadRule {
  readonly load?: Readonly<Record<string, Load>>;
  readonly require?: readonly Guard[];
  readonly answer?: Expression;
}

/** Rows that guards and effects need, loaded first, in order; a later one may use an earlier one. */
export type Load =
  | { readonly resource: string; readonly key: Readonly<Record<string, Expression>>; readonly else?: string }
  /** A list of the rows with these values, as they were before the call: by the field `by`, then by their keys. */
  | { readonly resource: string; readonly where: Readonly<Record<string, Expression>>; readonly by?: string }
  /** A value under a name of its own; where it is missing the call is refused with `else`. */
  | { readonly value: Expression; readonly else?: string }
  /** Money of a ledger account: gives `posted`, `pending`, `available` as money. */
  | { readonly ledger: Expression; readonly currency: Expression }
  /**
   * Entries of a ledger account between two business dates (inclusive), oldest first: `items`, a list of `LedgerEntry`,
   * and `more`, whether others follow.
   */
  | {
      readonly entries: Expression;
      readonly fromDate: Expression;
      readonly toDate: Expression;
      /** Absent: the pack's first currency. */ readonly currency?: Expression;
      readonly after?: Expression;
      /** The code where `after` names no entry of the account in the range. */ readonly else?: string;
      /** Absent: all of them. */ readonly limit?: Expression;
    }
  /** The provider's signing keys that the caller may verify with. */
  | { readonly keys: "provider" };

export interface Guard {
  readonly that: Expression;
  readonly else: string;
  /** Effects of the refusal itself (an SMS attempt counted), committed with it. */
  readonly onRefuse?: {
    readonly set?: Readonly<Record<string, Expression>>;
    readonly to?: readonly { readonly when?: Expression; readonly state: string }[];
    /** Notification interfaces to send. */
    readonly notify?: readonly string[];
  };
}

export type Trigger =
  | { readonly call: string }
  /** Seconds after the state was entered; missing: this row has no such timer. */
  | { readonly after: Expression }
  /** A moment; missing: this row has no such timer. */
  | { readonly at: Expression }
  | { readonly transition: string }
  /**
   * A decision made off the wire. `input` is what it takes, as `$request`; absent: nothing. A new row's key is in it.
   */
  | { readonly operator: string; readonly input?: Schema };

/** One file of `lifecycles/`. */
export interface Lifecycle {
  readonly resource: string;
  readonly role: Role;
  readonly title: Bilingual;
  /**
   * Field names; `party_id` of the caller and fields of the same name in the request unless a transition's `at` says
   * otherwise.
   */
  readonly key: readonly string[];
  readonly fields: Readonly<Record<string, FieldType>>;
  readonly initial: "ABSENT";
  readonly states: Readonly<
    Record<string, { readonly title: Bilingual; readonly final?: boolean; readonly outcome?: Outcome }>
  >;
  /** What the resource is to the laws of the suites. */
  readonly law?: Law;
  readonly transitions: readonly Transition[];
  /** Sums and counts over another resource's rows, maintained in the same commit: `$payment.refunded`. */
  readonly aggregates?: Readonly<Record<string, Aggregate>>;
  /** At most one row with these field values while in one of these states. */
  readonly unique?: readonly {
    readonly fields: readonly string[];
    readonly while: readonly string[];
    readonly else: string;
  }[];
  /** So much, or so many rows, at most in one period. */
  readonly limits?: readonly PeriodLimit<Expression>[];
  /**
   * Hold after every transition; a violation is a mistake of the pack or a bug of the engine, and is thrown, never
   * answered.
   */
  readonly invariants?: readonly { readonly that: Expression; readonly why: string }[];
}

export interface Aggregate {
  readonly of: string;
  /** This row's key fields, as expressions over the other resource's row: `{"party_id": "$refund.party_id"}`. */
  readonly by: Readonly<Record<string, Expression>>;
  readonly while: readonly string[];
  /** Absent: a count. */
  readonly sum?: Expression;
}

export interface Transition {
  readonly name: string;
  readonly on: Trigger;
  readonly from: readonly string[];
  /** Key of the row for a call or an operator's decision, where it is not simply the fields of the request. */
  readonly key?: Readonly<Record<string, Expression>>;
  /** Code when the row is in a state not in `from` (`*` for any other). */
  readonly otherwise?: Readonly<Record<string, string>>;
  readonly load?: Readonly<Record<string, Load>>;
  readonly require?: readonly Guard[];
  readonly to: readonly Branch[];
}

/** The first branch whose `when` holds is taken. */
export interface Branch {
  readonly when?: Expression;
  readonly state: string;
  readonly set?: Readonly<Record<string, Expression>>;
  readonly post?: readonly Posting[];
  /** Transitions of loaded rows in the same commit. There `$cause` is this row. */
  readonly move?: readonly { readonly row: string; readonly transition: string }[];
  /** Notification interfaces to send. */
  readonly notify?: readonly string[];
}

export type Posting =
  | {
      readonly phase: "posted" | "pending";
      readonly as: string;
      readonly kind: string;
      readonly debit: Expression;
      readonly credit: Expression;
      readonly amount: Expression;
      readonly reference: Expression;
      readonly when?: Expression;
    }
  /** Ends a pending transfer of this row: posts it (or a part, the rest is released), or voids it. */
  | { readonly phase: "post"; readonly of: string; readonly amount?: Expression }
  | { readonly phase: "void"; readonly of: string };

/** What a caller does with an answer. Delays in seconds. */
export interface CallerRule {
  readonly success: "final" | "query";
  readonly query?: { readonly interface: string; readonly afterSeconds: readonly number[] };
}

/** One entry of a file of `requirements/`. */
export interface Requirement {
  readonly id: string;
  readonly area: string;
  readonly level: Level;
  /** Who must hold it. */
  readonly role: Role | "both";
  readonly title: Bilingual;
  readonly text: Bilingual;
  readonly source: string;
  /** By role: why nothing that it shows tells of this, so that no check can. */
  readonly unobservable?: Readonly<Partial<Record<Role, Bilingual>>>;
  /** What judges it instead of checks: a load, since it tells of time under pressure. */
  readonly judgedBy?: "load";
}

/** One file of `scenarios/`: a named situation. The simulator seeds it; a statement binds it to the SUT's own data. */
export interface Scenario {
  readonly id: string;
  readonly title: Bilingual;
  readonly role: Role;
  /** `state`: the situation is ordinary state. `fixture`: a magic value makes the provider behave so. */
  readonly provoke: "state" | "fixture";
  /** What it serves a judge for: with its data the resource comes about in this way. */
  readonly plays?: readonly { readonly resource: string; readonly as: Part }[];
  /** What a binding of the scenario must give the suites, by name. */
  readonly gives: Readonly<Record<string, { readonly type: "text" | "money"; readonly title: Bilingual }>>;
  /** How the simulator makes it, once for each enrolled party (`$party.party_id`). */
  readonly seed: readonly SeedRow[];
  /** The values of `gives`, over the seeded rows (`$binding.binding_id`) and `$party`. */
  readonly bind: Readonly<Record<string, Expression>>;
}

export interface SeedRow {
  readonly resource: string;
  readonly state: string;
  readonly fields: Readonly<Record<string, Expression>>;
  /** Opening balance: posted from `cash:opening` to this ledger account. */
  readonly opening?: { readonly account: Expression; readonly amount: Expression };
}

/** A part of the cooperation that a party may claim or leave: a folder with a `module.json`. */
export interface Module {
  /** The name of its folder. */
  readonly name: string;
  readonly title: Bilingual;
  readonly description: Bilingual;
  /** Modules without which it cannot be. */
  readonly needs: readonly string[];
  /** What it has comes behind that of modules with a lower number; absent: 0. */
  readonly order?: number;
  /** What stands in it, by name and in the order of its files. */
  readonly holds: Readonly<Record<ModuleContent, readonly string[]>>;
}

/** What a module may hold. */
export type ModuleContent =
  | "interfaces"
  | "lifecycles"
  | "messages"
  | "scenarios"
  | "errors"
  | "requirements"
  | "views";

/** Where a pack uses a view: the place of `{"view": name}`, in a pointer that has every view put in. */
export interface ViewUse {
  readonly view: string;
  /** Below the pack's folder. */
  readonly file: string;
  readonly pointer: string;
}

/** Views by name, as the pack writes them: expressions that several places share. */
export type DefinedViews = Readonly<Record<string, Expression>>;

/** A pack as its files say it, before compiling. */
export interface PackSource {
  readonly directory: string;
  readonly manifest: Manifest;
  readonly interfaces: readonly Interface[];
  readonly lifecycles: readonly Lifecycle[];
  readonly messages: Readonly<Record<string, Schema>>;
  readonly errors: readonly ErrorCode[];
  readonly requirements: readonly Requirement[];
  readonly scenarios: readonly Scenario[];
  /** Its modules, in the order of their names; absent: it is one piece. */
  readonly modules?: readonly Module[];
  /** Views by name, and where they were put in; absent: the pack names none. */
  readonly views?: { readonly defined: DefinedViews; readonly uses: readonly ViewUse[] };
  /** Absent: the pack says nothing of loads. */
  readonly loads?: LoadsSource;
  /** What was guessed where a document did not say it; absent: the pack asks nothing. */
  readonly questions?: readonly OpenQuestion[];
  /** SHA-256 over the files' names and bytes, hex. */
  readonly digest: string;
}
