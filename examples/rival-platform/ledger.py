"""Orders, records and nonces as rows. Every function takes the connection of the unit it is part of."""

import sqlite3
from dataclasses import astuple, fields
from typing import Optional

from books import Order, Record

_ORDER = ", ".join(field.name for field in fields(Order))
_RECORD = ", ".join(field.name for field in fields(Record))
# Kept longer than a timestamp can be fresh, so that a clock set back by a test finds them all the same.
NONCES_KEPT_SECONDS = 172_800


def find_order(db: sqlite3.Connection, party: str, number: str) -> Optional[Order]:
    return order_where(db, "party = ? AND number = ?", (party, number))


def order_where(db: sqlite3.Connection, condition: str, values: tuple) -> Optional[Order]:
    row = db.execute(f"SELECT {_ORDER} FROM orders WHERE {condition}", values).fetchone()
    return None if row is None else Order(*row)


def add_order(db: sqlite3.Connection, order: Order) -> None:
    """Adds an order; one that is known stays as it is."""
    if order_where(db, "party = ? AND number = ?", (order.party, order.number)) is None:
        keep_order(db, order)


def keep_order(db: sqlite3.Connection, order: Order) -> None:
    db.execute(f"INSERT OR REPLACE INTO orders ({_ORDER}) VALUES (?,?,?,?,?,?,?,?,?)", astuple(order))
    if order.state == "PAID":
        db.execute("INSERT OR IGNORE INTO deliveries VALUES (?, ?, NULL)", (order.party, order.number))


def find_record(db: sqlite3.Connection, kind: str, party: str, number: str) -> Optional[Record]:
    row = db.execute(
        f"SELECT {_RECORD} FROM records WHERE kind = ? AND party = ? AND number = ?", (kind, party, number)
    ).fetchone()
    return None if row is None else Record(*row)


def keep_record(db: sqlite3.Connection, record: Record, now: float) -> None:
    db.execute(
        f"INSERT OR REPLACE INTO records ({_RECORD}, received_at) VALUES (?,?,?,?,?,?,?,?,?)",
        (*astuple(record), now),
    )


def use_nonce(db: sqlite3.Connection, party: str, nonce: str, timestamp: int, now: float) -> bool:
    """Remembers a nonce; False where the party has used it before."""
    db.execute("DELETE FROM nonces WHERE timestamp < ?", (int(now) - NONCES_KEPT_SECONDS,))
    done = db.execute("INSERT OR IGNORE INTO nonces VALUES (?, ?, ?)", (party, nonce, timestamp))
    return done.rowcount == 1


def find_event(db: sqlite3.Connection, party: str, notify_id: str, digest: bytes) -> bool:
    """Whether a notification with this content was acknowledged before."""
    where = "party = ? AND notify_id = ? AND digest = ?"
    return db.execute(f"SELECT 1 FROM events WHERE {where}", (party, notify_id, digest)).fetchone() is not None


def keep_event(db: sqlite3.Connection, party: str, notify_id: str, digest: bytes, now: float) -> None:
    db.execute("INSERT OR IGNORE INTO events VALUES (?, ?, ?, ?)", (party, notify_id, digest, now))


def hand_out(db: sqlite3.Connection, now: float) -> int:
    """Hands out the goods of paid orders, each once; returns how many."""
    return db.execute("UPDATE deliveries SET handed_out_at = ? WHERE handed_out_at IS NULL", (now,)).rowcount


def empty(db: sqlite3.Connection) -> None:
    """Forgets orders and all that was told of them; keeps nonces, keys and the clock."""
    for table in ("orders", "records", "events", "deliveries", "intents"):
        db.execute(f"DELETE FROM {table}")
