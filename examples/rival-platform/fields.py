"""What the messages of the wire look like, field by field, and a reader that names the first field that is wrong."""

import calendar
import re
from datetime import datetime, timezone

_TIME = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(\.[0-9]+)?([+-])([0-9]{2}):([0-9]{2})"
)


def parse_time(text: str) -> float:
    """Returns the seconds since 1970 of an RFC 3339 time with offset; raises ValueError."""
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError("not RFC 3339 with offset")
    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    east, behind = (int(part) for part in found.groups()[8:10])
    if second > 60 or east > 23 or behind > 59:
        raise ValueError("no such time")
    moment = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=timezone.utc)
    offset = (east * 60 + behind) * 60 * (-1 if found.group(8) == "-" else 1)
    fraction = float("0" + found.group(7)) if found.group(7) else 0.0
    return calendar.timegm(moment.utctimetuple()) + (second - min(second, 59)) + fraction - offset


class Field:
    """One value of a message."""

    def wrong(self, value):
        """What is wrong with the value, or None."""
        raise NotImplementedError

    def first_wrong(self, value, at: str):
        issue = self.wrong(value)
        return None if issue is None else (at, issue)


class Text(Field):
    """A text by length in characters and, where the wire has one, by pattern."""

    def __init__(self, low: int, high: int, pattern: str = "", parse=None):
        self.low, self.high, self.parse = low, high, parse
        self.pattern = re.compile(pattern) if pattern else None

    def wrong(self, value):
        if not isinstance(value, str):
            return "must be a text"
        if not self.low <= self.length(value) <= self.high:
            return f"must have {self.low} to {self.high} characters"
        if not self.matches(value):
            return "has another form"
        if self.parse is not None:
            try:
                self.parse(value)
            except ValueError:
                return "is no such time"
        return None

    def length(self, value: str) -> int:
        return len(value)

    def matches(self, value: str) -> bool:
        # Not match with a dollar sign: that would let a line feed at the end pass.
        return self.pattern is None or self.pattern.fullmatch(value) is not None


class Integer(Field):
    """A whole number between two bounds; true and false are none."""

    def __init__(self, low: int, high: int):
        self.low, self.high = low, high

    def wrong(self, value):
        # Not isinstance: true is an int in Python.
        if type(value) is not int:
            return "must be a whole number"
        return None if self.low <= value <= self.high else f"must be from {self.low} to {self.high}"


class Choice(Field):
    """One of a few words."""

    def __init__(self, *words: str):
        self.words = words

    def wrong(self, value):
        return None if isinstance(value, str) and value in self.words else f"must be one of {', '.join(self.words)}"


class Record:
    """An object with fields that must be there and fields that may be. A closed one has no others."""

    def __init__(self, required: dict, optional=None, closed: bool = False):
        self.required, self.optional, self.closed = required, optional or {}, closed

    def first_wrong(self, value, at: str = ""):
        """Returns the JSON Pointer of the first wrong field and what is wrong with it, or None."""
        if not isinstance(value, dict):
            return at, "must be an object"
        for name in self.required:
            if name not in value:
                return f"{at}/{name}", "is missing"
        for name in self.unknown(value):
            return f"{at}/{name.replace('~', '~0').replace('/', '~1')[:64]}", "is not known"
        for name, field in {**self.required, **self.optional}.items():
            if name not in value:
                continue
            found = field.first_wrong(value[name], f"{at}/{name}")
            if found is not None:
                return found
        return None

    def unknown(self, value: dict) -> list:
        """The fields that a closed object may not have; an open one may have any."""
        return [name for name in value if self.closed and name not in self.required and name not in self.optional]


CURRENCY = Text(3, 3, "[A-Z]{3}")
MONEY = Record({"value": Integer(1, 10_000_000_000_000), "currency": CURRENCY}, closed=True)
MONEY_OR_ZERO = Record({"value": Integer(0, 9_007_199_254_740_991), "currency": CURRENCY})
PARTY = Text(1, 32, "[0-9A-Za-z_-]{1,32}")
TRADE_NUMBER = Text(6, 32, "[0-9A-Za-z_-]{6,32}")
NUMBER = Text(6, 64, "[0-9A-Za-z_-]{6,64}")
MASKED = Text(4, 19, "[0-9*]{4,19}")
TIME = Text(25, 35, "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}[.0-9]*[+-][0-9]{2}:[0-9]{2}", parse_time)
DATE = Text(10, 10, "[0-9]{4}-[0-9]{2}-[0-9]{2}", lambda text: datetime.strptime(text, "%Y-%m-%d"))
CODE = Text(3, 64, "[A-Z][A-Z_]{2,63}")

PAYMENT = Record(
    {
        "party_id": PARTY,
        "out_trade_no": TRADE_NUMBER,
        "transaction_id": NUMBER,
        "binding_id": NUMBER,
        "state": Choice("PROCESSING", "SUCCEEDED", "FAILED", "CLOSED"),
        "amount": MONEY,
        "refunded": MONEY_OR_ZERO,
        "description": Text(1, 127),
        "created_at": TIME,
    },
    {
        "fee": MONEY_OR_ZERO,
        "attach": Text(0, 128),
        "settled_at": TIME,
        "business_date": DATE,
        "fail_code": CODE,
    },
)
REFUND = Record(
    {
        "party_id": PARTY,
        "out_refund_no": NUMBER,
        "out_trade_no": TRADE_NUMBER,
        "refund_id": NUMBER,
        "state": Choice("PROCESSING", "SUCCEEDED", "FAILED"),
        "amount": MONEY,
        "created_at": TIME,
    },
    {"settled_at": TIME, "fail_code": CODE},
)
PAYOUT = Record(
    {
        "party_id": PARTY,
        "out_payout_no": NUMBER,
        "payout_id": NUMBER,
        "state": Choice("PROCESSING", "SUCCEEDED", "FAILED", "RETURNED"),
        "amount": MONEY,
        "payee_account_no": MASKED,
        "created_at": TIME,
    },
    {
        "fee": MONEY_OR_ZERO,
        "settled_at": TIME,
        "returned_at": TIME,
        "return_reason": Text(1, 64),
        "fail_code": CODE,
    },
)
BINDING = Record(
    {
        "party_id": PARTY,
        "out_bind_no": NUMBER,
        "binding_id": NUMBER,
        "state": Choice("PENDING", "ACTIVE", "LOCKED", "EXPIRED", "CANCELLED"),
        "account_no": MASKED,
        "created_at": TIME,
    },
    {"expires_at": TIME, "cancelled_at": TIME},
)


def _notification(event: str, subject: str, record: Record) -> Record:
    return Record({"notify_id": NUMBER, "event": Choice(event), "occurred_at": TIME, subject: record})


# By path: what it is about and what it must look like.
NOTIFICATIONS = {
    "/notify/payment": ("payment", _notification("payment.result", "payment", PAYMENT)),
    "/notify/refund": ("refund", _notification("refund.result", "refund", REFUND)),
    "/notify/payout": ("payout", _notification("payout.result", "payout", PAYOUT)),
    "/notify/binding": ("binding", _notification("binding.change", "binding", BINDING)),
}
ORDER_PATH = Record({"out_trade_no": TRADE_NUMBER}, closed=True)
PARTY_QUERY = Record({"party_id": PARTY}, closed=True)
