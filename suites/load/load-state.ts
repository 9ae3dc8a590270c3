import { readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EngineResult } from "./engine.ts";
import type { Books } from "./settlement.ts";

/*
 * What a load keeps in its folder beside head, intervals and orders, so that another process can go on with it or add it
 * to others.
 */

const BOOKS_FILE = "books.json";
export const END_FILE = "end.json";

/** Files of what was told of orders after the load, in the form of orders. */
const SETTLED = /^orders-settled-\d+\.ndjson$/;

/** The books as they were before anything was sent. */
export interface BooksAhead {
  /** The first business date that was read. */
  readonly from: string;
  /** Milliseconds since 1970 at which the last of them was read. */
  readonly readAt: number;
  readonly accounts: Readonly<Record<string, { readonly moved: number; readonly balance?: number }>>;
}

/** How a load ended. A load that was killed has none. */
export interface LoadEnd extends Omit<EngineResult, "ordersFiles"> {
  /** Milliseconds since 1970. */
  readonly at: number;
}

export function writeBooksAhead(
  folder: string,
  { from, readAt }: Pick<BooksAhead, "from" | "readAt">,
  { books, accounts }: { readonly books: Books; readonly accounts: readonly string[] },
): void {
  const entries = accounts.map((account) => {
    const balance = books.balance(account);
    return [account, { moved: books.moved(account), ...(balance === undefined ? {} : { balance }) }] as const;
  });
  write(folder, BOOKS_FILE, { from, readAt, accounts: Object.fromEntries(entries) } satisfies BooksAhead);
}

/** Undefined where the SUT showed no books, or the load ended before they were read. */
export const readBooksAhead = (folder: string): BooksAhead | undefined =>
  // It was written by `writeBooksAhead`.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  read(folder, BOOKS_FILE) as BooksAhead | undefined;

/** Books of before a load, of which single orders are never asked for. */
export const booksOf = ({ accounts }: BooksAhead): Books => ({
  booked: () => ({ moved: 0, entries: 0 }),
  date: () => undefined,
  moved: (account) => accounts[account]?.moved ?? 0,
  balance: (account) => accounts[account]?.balance,
});

export function writeEnd(folder: string, { ordersFiles: _files, ...result }: EngineResult, at: number): void {
  write(folder, END_FILE, { ...result, at } satisfies LoadEnd);
}

export const readEnd = (folder: string): LoadEnd | undefined =>
  // It was written by `writeEnd`.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  read(folder, END_FILE) as LoadEnd | undefined;

/** The files of orders that engines wrote in a folder. */
export const madeFilesIn = (folder: string): readonly string[] =>
  filesIn(folder, (name) => /^orders-.*\.ndjson$/.test(name) && !SETTLED.test(name));

/** Every file of orders in a folder; what was told after the load comes last, and the latest of it at the end. */
export const ordersFilesIn = (folder: string): readonly string[] => [
  ...madeFilesIn(folder),
  ...filesIn(folder, (name) => SETTLED.test(name)),
];

/** The file for what another settlement is told. */
export const nextSettledFile = (folder: string): string =>
  join(folder, `orders-settled-${filesIn(folder, (name) => SETTLED.test(name)).length + 1}.ndjson`);

export const bytesOf = (files: readonly string[]): number => files.reduce((sum, file) => sum + statSync(file).size, 0);

const filesIn = (folder: string, holds: (name: string) => boolean): readonly string[] =>
  readdirSync(folder)
    .filter(holds)
    .toSorted((one, other) => one.localeCompare(other, "en", { numeric: true }))
    .map((name) => join(folder, name));

/** Sets a file of an earlier part aside, under its own name with a number. */
export function setAside(folder: string, name: string): void {
  const before = readdirSync(folder).filter((one) => one.startsWith(`${name}.`)).length;
  try {
    renameSync(join(folder, name), join(folder, `${name}.${before + 1}`));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ENOENT") throw cause;
  }
}

const write = (folder: string, name: string, value: unknown): void =>
  writeFileSync(join(folder, name), `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });

function read(folder: string, name: string): unknown {
  try {
    return JSON.parse(readFileSync(join(folder, name), "utf8"));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw cause;
  }
}
