import type { Bilingual } from "../../core/run/verdict.ts";
import { CheckFailed, CheckInconclusive, CheckSkipped } from "../outcome.ts";
import type { Session } from "../session.ts";
import { nextSettledFile, ordersFilesIn } from "./load-state.ts";
import { Orders } from "./money.ts";
import { OrdersFile, readOrders } from "./orders.ts";
import { settle } from "./settlement.ts";
import type { Books } from "./settlement.ts";

/** Bytes that the settlement may write: of each order a line or two. */
const LIMIT_BYTES = 1024 ** 3;

/** All orders of a folder, with what is known of them. */
export function ordersIn(...folders: readonly string[]): Orders {
  const orders = new Orders();
  for (const folder of folders) for (const file of ordersFilesIn(folder)) readOrders(file, (line) => orders.take(line));
  return orders;
}

/** Settles orders, and keeps in the folder what was told of them, for whoever reads the orders later. */
export async function settled(session: Session, orders: Orders, folder: string): Promise<void> {
  const file = new OrdersFile(nextSettledFile(folder), LIMIT_BYTES);
  try {
    await settle(session, orders, (number, outcome) => file.append({ kind: "told", number, outcome }));
  } finally {
    file.close();
  }
}

/** Reads books; a SUT that does not show them in order gives the reason in their place. */
export async function triedBooks(
  read: () => Promise<Books | undefined>,
): Promise<{ readonly books?: Books; readonly reason?: Bilingual }> {
  try {
    const books = await read();
    return books === undefined ? {} : { books };
  } catch (cause) {
    if (cause instanceof CheckFailed) return { reason: unread(cause.failure.summary) };
    if (cause instanceof CheckInconclusive || cause instanceof CheckSkipped) return { reason: unread(cause.reason) };
    throw cause;
  }
}

const unread = ({ en, zh }: Bilingual): Bilingual => ({
  en: `the books could not be read: ${en}`,
  zh: `无法读取账务：${zh}`,
});
