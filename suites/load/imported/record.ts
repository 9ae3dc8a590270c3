import { OUTCOMES } from "../../../core/pack/purpose.ts";
import type { PackView } from "../../pack-view.ts";
import { inProfile } from "../../profile.ts";
import type { Statement } from "../../statement/statement.ts";
import { refusalEnding, wantsSignature } from "../answered.ts";
import type { OrderLine } from "../orders.ts";
import { ENDINGS } from "../../../core/load/sample.ts";
import type { Ending } from "../../../core/load/sample.ts";
import { resultsError } from "./results-error.ts";
import type { Place } from "./results-error.ts";
import type { Row } from "./rows.ts";

/** One call of another tool. Moments are milliseconds since 1970. */
export interface ImportedCall {
  readonly kind: "call";
  readonly interface: string;
  readonly scheduledAt: number;
  readonly sentAt: number;
  /** To the whole answer; undefined where none came. */
  readonly latencyMs: number | undefined;
  readonly status: number;
  readonly code?: string;
  readonly ending: Ending;
  readonly signed?: boolean;
  /** Whether the tool says when the call was to begin, how it ended, and whether the signature it needs was right. */
  readonly says: { readonly schedule: boolean; readonly ending: boolean; readonly signature: boolean };
}

export type ImportedRecord = ImportedCall | OrderLine;

/** By what a line is about, the columns that it may have. */
const COLUMNS = {
  call: ["kind", "interface", "scheduled", "sent", "latency", "status", "code", "ending", "signed"],
  intent: ["kind", "number", "resource", "amount", "account", "of"],
  told: ["kind", "number", "outcome", "code"],
} as const;

/** What an answer can have told of an order. */
const TOLD: readonly string[] = [...OUTCOMES, "refused", "unknown"];

export interface Judging {
  readonly pack: PackView;
  readonly statement: Statement;
}

/** What a row says. @throws LoadError for a column, an interface or a value that is none */
export function recordOf({ place, cells }: Row, judging: Judging): ImportedRecord {
  const kind = cells["kind"] ?? "call";
  if (kind !== "call" && kind !== "intent" && kind !== "told") throw wrong(place, "kind", kind, Object.keys(COLUMNS));
  const allowed: readonly string[] = COLUMNS[kind];
  const unknown = Object.keys(cells).find((name) => !allowed.includes(name));
  if (unknown !== undefined)
    throw resultsError(
      place,
      { en: `a line of the kind "${kind}" has no "${unknown}"`, zh: `“${kind}”类的行没有“${unknown}”一项` },
      { allowed, named: unknown },
    );
  const reading = new Reading(place, cells);
  if (kind === "call") return callOf(reading, judging);
  return kind === "intent" ? intentOf(reading, judging) : toldOf(reading);
}

function callOf(reading: Reading, { pack, statement }: Judging): ImportedCall {
  const claimed = (id: string): boolean =>
    pack.hasInterface(id) && pack.interface(id).provider === statement.role && inProfile(statement, id);
  const id = reading.oneOf(
    "interface",
    pack.source.interfaces.map((one) => one.id).filter((name) => claimed(name)),
  );
  const one = pack.interface(id);
  const sentAt = reading.number("sent");
  const scheduledAt = reading.optionalNumber("scheduled");
  if (scheduledAt !== undefined && scheduledAt > sentAt)
    throw wrong(reading.place, "scheduled", scheduledAt, [`at most ${sentAt}, when the call was sent`]);
  const status = reading.optionalNumber("status") ?? 0;
  if (status !== 0 && !(Number.isInteger(status) && status >= 100 && status <= 599))
    throw wrong(reading.place, "status", status, ["0", "100-599"]);
  const code = reading.optionalText("code");
  const said = reading.has("ending") ? (reading.oneOf("ending", ENDINGS) as Ending) : undefined;
  const ending =
    said ??
    (status === 0 ? "unanswered" : pack.succeeds(one, status) ? "success" : refusalEnding(status, code, one, pack));
  if ((ending === "unanswered") !== (status === 0))
    throw wrong(reading.place, "ending", ending, [status === 0 ? "unanswered, since the status is 0" : "an answer's"]);
  const signed = reading.optionalFlag("signed");
  return {
    kind: "call",
    interface: id,
    scheduledAt: scheduledAt ?? sentAt,
    sentAt,
    latencyMs: ending === "unanswered" ? undefined : reading.number("latency"),
    status,
    ...(code === undefined ? {} : { code }),
    ending,
    ...(signed === undefined ? {} : { signed }),
    says: {
      schedule: scheduledAt !== undefined,
      ending: said !== undefined || ending === "unanswered",
      signature: signed !== undefined || ending === "unanswered" || !wantsSignature(one, ending),
    },
  };
}

function intentOf(reading: Reading, { pack, statement }: Judging): OrderLine {
  const resource = reading.oneOf(
    "resource",
    pack.resources.of(statement.role).map(({ name }) => name),
  );
  const amount = reading.number("amount");
  if (!Number.isSafeInteger(amount) || amount <= 0)
    throw wrong(reading.place, "amount", amount, ["a whole number of minor units, such as 1000 for 10.00"]);
  const of = reading.optionalText("of");
  // Without the account on which it is booked, an order could not be held against the books.
  const account = of === undefined ? reading.text("account") : reading.optionalText("account");
  return {
    kind: "intent",
    number: reading.text("number"),
    resource,
    amount,
    ...(account === undefined ? {} : { account }),
    ...(of === undefined ? {} : { of }),
  };
}

function toldOf(reading: Reading): OrderLine {
  const code = reading.optionalText("code");
  return {
    kind: "told",
    number: reading.text("number"),
    outcome: reading.oneOf("outcome", TOLD),
    ...(code === undefined ? {} : { code }),
  };
}

/** Reads the cells of a row; a cell of CSV is a text whatever it means. */
class Reading {
  readonly place: Place;
  readonly #cells: Row["cells"];

  constructor(place: Place, cells: Row["cells"]) {
    this.place = place;
    this.#cells = cells;
  }

  has(name: string): boolean {
    return this.#cells[name] !== undefined;
  }

  text(name: string): string {
    const value = this.#cells[name];
    if (value === undefined) throw resultsError(this.place, { en: `"${name}" is missing`, zh: `缺少“${name}”` });
    if (typeof value !== "string" || value === "") throw wrong(this.place, name, value, ["a text"]);
    return value;
  }

  optionalText(name: string): string | undefined {
    return this.has(name) ? this.text(name) : undefined;
  }

  oneOf(name: string, allowed: readonly string[]): string {
    const value = this.text(name);
    if (!allowed.includes(value)) throw wrong(this.place, name, value, allowed);
    return value;
  }

  number(name: string): number {
    const value = this.#cells[name];
    if (value === undefined) throw resultsError(this.place, { en: `"${name}" is missing`, zh: `缺少“${name}”` });
    const number = typeof value === "string" && /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : value;
    if (typeof number !== "number" || !Number.isFinite(number) || number < 0)
      throw wrong(this.place, name, value, ["a number, 0 or more"]);
    return number;
  }

  optionalNumber(name: string): number | undefined {
    return this.has(name) ? this.number(name) : undefined;
  }

  optionalFlag(name: string): boolean | undefined {
    const value = this.#cells[name];
    if (value === undefined) return undefined;
    if (value === true || value === "true") return true;
    if (value === false || value === "false") return false;
    throw wrong(this.place, name, value, ["true", "false"]);
  }
}

function wrong(place: Place, name: string, value: unknown, allowed: readonly string[]): Error {
  const shown = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return resultsError(
    place,
    { en: `"${name}" is ${JSON.stringify(value) ?? ""}`, zh: `“${name}”的值为 ${JSON.stringify(value) ?? ""}` },
    { allowed, named: shown },
  );
}
