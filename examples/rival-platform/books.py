"""What a told result does to the books: rules without a clock, a socket or a database in them.

Each function holds what a bank has told against what is known, and returns the rows as they are afterwards. It raises
Mismatch where the two do not agree; then nothing is written.
"""

from dataclasses import dataclass, replace
from typing import Optional

ORDER_AFTER = {"SUCCEEDED": "PAID", "FAILED": "FAILED", "CLOSED": "CLOSED"}
# From which state of a record which told states lead on. What leads nowhere leaves the record as it is.
LEADS_ON = {
    "refund": {"PROCESSING": {"SUCCEEDED", "FAILED"}},
    "payout": {"PROCESSING": {"SUCCEEDED", "FAILED", "RETURNED"}, "SUCCEEDED": {"RETURNED"}},
    "binding": {"PENDING": {"ACTIVE", "LOCKED", "EXPIRED", "CANCELLED"}, "ACTIVE": {"CANCELLED"}},
}
# What contradicts a failure that was told before.
CONTRADICTS_FAILURE = {"refund": {"SUCCEEDED"}, "payout": {"SUCCEEDED", "RETURNED"}, "binding": set()}


class Mismatch(Exception):
    """What was told does not match what is known."""


@dataclass(frozen=True)
class Order:
    party: str
    number: str
    state: str
    fen: int
    currency: str
    refunded: int = 0
    created_at: float = 0.0
    transaction_id: Optional[str] = None
    paid_at: Optional[float] = None


@dataclass(frozen=True)
class Record:
    """A refund, payout or binding as last told. `subject`: a refund's order, the platform's number of a binding."""

    kind: str
    party: str
    number: str
    state: str
    fen: Optional[int] = None
    currency: Optional[str] = None
    subject: Optional[str] = None
    bank_id: Optional[str] = None


def payment_told(order: Optional[Order], told: dict, now: float) -> Order:
    """The order after a payment result."""
    if order is None:
        raise Mismatch("no such order")
    hold_amount(told["amount"], order)
    state, transaction = told["state"], told["transaction_id"]
    if order.state == "CREATED":
        if state == "SUCCEEDED":
            return replace(order, state="PAID", transaction_id=transaction, paid_at=now)
        if state in ORDER_AFTER:
            return replace(order, state=ORDER_AFTER[state], transaction_id=transaction)
        return order
    if order.state == "PAID":
        hold_transaction(transaction, order)
    elif state == "SUCCEEDED":
        raise Mismatch("told as failed or closed before")
    # Whatever comes late, a final state stays.
    return order


def hold_amount(amount: dict, order: Order) -> None:
    if (amount["value"], amount["currency"]) != (order.fen, order.currency):
        raise Mismatch("another amount")


def hold_transaction(transaction: str, order: Order) -> None:
    if order.transaction_id is not None and transaction != order.transaction_id:
        raise Mismatch("another transaction")


def refund_told(order: Optional[Order], known: Optional[Record], party: str, told: dict) -> tuple:
    """The record of a refund and its order, after a refund result."""
    if order is None:
        raise Mismatch("no such order")
    fen, currency = told["amount"]["value"], told["amount"]["currency"]
    heard = Record(
        "refund", party, told["out_refund_no"], told["state"], fen, currency, told["out_trade_no"], told["refund_id"]
    )
    after = record_told(known, heard)
    if known is None or known.state == "PROCESSING":
        if currency != order.currency:
            raise Mismatch("another currency")
        # What did not succeed takes nothing from what is left.
        hold_left(order.refunded + fen if heard.state == "SUCCEEDED" else fen, order)
        if after.state == "SUCCEEDED":
            order = replace(order, refunded=order.refunded + fen)
    return after, order


def hold_left(refunded: int, order: Order) -> None:
    if refunded > order.fen:
        raise Mismatch("more than is left of the order")


def payout_told(known: Optional[Record], party: str, told: dict) -> Record:
    """The record of a payout after a payout result."""
    fen, currency = told["amount"]["value"], told["amount"]["currency"]
    heard = Record(
        "payout", party, told["out_payout_no"], told["state"], fen, currency, bank_id=told["payout_id"]
    )
    return record_told(known, heard)


def binding_told(known: Optional[Record], party: str, told: dict) -> Record:
    """The record of a binding after a binding change."""
    heard = Record("binding", party, told["binding_id"], told["state"], subject=told["out_bind_no"])
    return record_told(known, heard)


def record_told(known: Optional[Record], heard: Record) -> Record:
    """What is known after a record was heard of: as heard the first time, later only led on."""
    if known is None:
        return heard
    hold_same(known, heard)
    if known.state == "FAILED" and heard.state in CONTRADICTS_FAILURE[known.kind]:
        raise Mismatch("told as failed before")
    return replace(known, state=heard.state) if heard.state in LEADS_ON[known.kind].get(known.state, ()) else known


def hold_same(known: Record, heard: Record) -> None:
    """A known number keeps its amount, what it belongs to and the bank's id."""
    if replace(heard, state=known.state) != known:
        raise Mismatch("told otherwise before")
