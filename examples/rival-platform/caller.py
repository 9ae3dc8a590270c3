"""The platform as a caller of its banks.

An answer is believed only if it is signed by that bank, of now, and about what was asked. Whatever else comes, or
nothing, leaves the matter unknown: then it is asked for by query, and only where the bank does not know the number is
the same request sent again, under the same number.
"""

import http.client
import json
import re
import secrets
import socket
import ssl
import threading
import time
import urllib.parse
from dataclasses import dataclass
from typing import Optional

import fields
import refusals
import strict_json
from gate import CLOCK_SKEW_SECONDS, timestamp
from signing import NotSigned, answer_base, request_base, verify

ATTEMPT_SECONDS = 8
CALL_SECONDS = 45
QUERY_AFTER_SECONDS = (1, 2, 5, 10, 30)
ANSWER_BYTES = 1 << 20

# Method and path of what a bank provides, and the query that settles it.
INTERFACES = {
    "echo": ("POST", "/v1/echo", None),
    "key.list": ("GET", "/v1/keys", None),
    "binding.apply": ("POST", "/v1/bindings", None),
    "binding.confirm": ("POST", "/v1/bindings/{binding_id}/confirm", "binding.query"),
    "binding.cancel": ("POST", "/v1/bindings/{binding_id}/cancel", "binding.query"),
    "binding.query": ("GET", "/v1/bindings/{binding_id}", None),
    "account.balance": ("GET", "/v1/bindings/{binding_id}/balance", None),
    "account.statement": ("GET", "/v1/bindings/{binding_id}/statement", None),
    "payment.create": ("POST", "/v1/payments", "payment.query"),
    "payment.query": ("GET", "/v1/payments/{out_trade_no}", None),
    "payment.close": ("POST", "/v1/payments/{out_trade_no}/close", "payment.query"),
    "refund.create": ("POST", "/v1/refunds", "refund.query"),
    "refund.query": ("GET", "/v1/refunds/{out_refund_no}", None),
    "payout.create": ("POST", "/v1/payouts", "payout.query"),
    "payout.query": ("GET", "/v1/payouts/{out_payout_no}", None),
    "settlement.balance": ("GET", "/v1/settlement/balance", None),
    "settlement.statement": ("GET", "/v1/settlement/statement", None),
    "bill.get": ("GET", "/v1/bills/{bill_date}", None),
}
# What an answer must look like, where money hangs on it.
SHAPES = {
    "payment.create": fields.PAYMENT,
    "refund.create": fields.REFUND,
    "refund.query": fields.REFUND,
    "payout.create": fields.PAYOUT,
    "payout.query": fields.PAYOUT,
    "binding.confirm": fields.BINDING,
    "binding.cancel": fields.BINDING,
    "binding.query": fields.BINDING,
}
# What a bank gives back as it was sent. Account numbers and the like come back masked.
REPEATED = (
    "party_id",
    "out_trade_no",
    "out_refund_no",
    "out_payout_no",
    "out_bind_no",
    "binding_id",
    "bill_date",
    "amount",
    "description",
    "attach",
    "message",
)
# What a query must say for a step to be done; anything else, and the step is taken again.
DONE_WHEN = {"binding.cancel": {"CANCELLED"}, "binding.confirm": {"ACTIVE"}}


class Unknown(Exception):
    """Nothing came that may be believed. `sent` says whether the bank can have had the request."""

    def __init__(self, why: str, sent: bool = True):
        super().__init__(why)
        self.sent = sent


@dataclass(frozen=True)
class Bank:
    """Where a bank answers; `authority` is the PEM of the one to trust there, in place of the host's."""

    party: str
    url: str
    authority: Optional[str] = None


@dataclass(frozen=True)
class Told:
    """A believed answer."""

    status: int
    fields: dict
    retry_after: float = 0.0

    @property
    def code(self) -> str:
        return "" if self.status == 200 else self.fields["code"]


class Caller:
    def __init__(self, party: str, clock, keyring, signer):
        self.party, self.clock, self.keyring, self.signer = party, clock, keyring, signer

    def conclude(self, bank: Bank, interface: str, data: dict) -> dict:
        """Calls, asks and calls again until the matter is settled or the time is over; says what holds then."""
        until = time.monotonic() + CALL_SECONDS
        query = INTERFACES[interface][2]
        pauses = iter(QUERY_AFTER_SECONDS)
        while True:
            doubt = None
            try:
                told = self.once(bank, interface, data)
            except Unknown as unknown:
                if not unknown.sent:
                    return {"outcome": "unknown"}
                told = None
            if told is not None:
                if told.status == 200:
                    return {"outcome": "answered", "answer": told.fields}
                if told.code not in refusals.QUERY_FIRST | refusals.RETRY_SAME:
                    return {"outcome": "refused", "code": told.code}
                doubt = told.code
            if doubt in refusals.RETRY_SAME:
                if not self.pause(max(1.0, told.retry_after), until):
                    return {"outcome": "unknown"}
                continue
            conclusion = self.ask(bank, interface, query, data, pauses, until)
            if conclusion is not None:
                return conclusion

    def ask(self, bank: Bank, interface: str, query: Optional[str], data: dict, pauses, until: float):
        """Asks by query how the matter stands. None: the bank does not have it, and the same may be sent again."""
        for pause in pauses:
            if not self.pause(pause, until):
                break
            if query is None:
                return None  # reading, or a step without a query, is harmless to repeat
            wanted = re.findall(r"{(\w+)}", INTERFACES[query][1])
            fields_asked = {name: data[name] for name in ("party_id", *wanted)}
            try:
                told = self.once(bank, query, fields_asked, data)
            except Unknown:
                continue
            if told.status == 200:
                done = DONE_WHEN.get(interface)
                if done is not None and told.fields["state"] not in done:
                    return None
                return {"outcome": "answered", "answer": told.fields}
            if told.code.endswith("_NOT_FOUND"):
                return None
        return {"outcome": "unknown"}

    def pause(self, seconds: float, until: float) -> bool:
        """Waits, unless the time of the call would be over."""
        if time.monotonic() + seconds + ATTEMPT_SECONDS > until:
            return False
        time.sleep(seconds)
        return True

    def once(self, bank: Bank, interface: str, data: dict, compare: Optional[dict] = None) -> Told:
        """One request and its answer, believed; raises Unknown."""
        method, target, body = self.spell(interface, data)
        status, headers, content = self.exchange(bank, method, target, body)
        told = self.believe(bank, status, headers, content)
        self.hold_about(interface, told, compare or data)
        return told

    def spell(self, interface: str, data: dict) -> tuple:
        method, path, _ = INTERFACES[interface]
        names = re.findall(r"{(\w+)}", path)
        for name in names:
            path = path.replace("{" + name + "}", urllib.parse.quote(str(data[name]), safe=""))
        rest = {name: value for name, value in data.items() if name not in names}
        if method == "GET":
            query = urllib.parse.urlencode(rest, quote_via=urllib.parse.quote)
            return method, path + ("?" + query if query else ""), b""
        return method, path, json.dumps(rest, ensure_ascii=False, separators=(",", ":")).encode()

    def exchange(self, bank: Bank, method: str, target: str, body: bytes) -> tuple:
        place = urllib.parse.urlsplit(bank.url)
        target = place.path.rstrip("/") + target
        moment, nonce = str(int(self.clock.now())), secrets.token_hex(16)
        signature = self.signer.sign(request_base(method, target, moment, nonce, body))
        headers = {
            "Accept": "application/json",
            "Authorization": f'{self.signer.algorithm} mchid="{self.party}",nonce_str="{nonce}",'
            f'signature="{signature}",timestamp="{moment}",serial_no="{self.signer.serial}"',
        }
        if method == "POST":
            headers["Content-Type"] = "application/json"
        address = (place.hostname, place.port)
        if place.scheme == "https":
            trusted = self.trust(bank.authority)
            connection = http.client.HTTPSConnection(*address, timeout=ATTEMPT_SECONDS, context=trusted)
        else:
            connection = http.client.HTTPConnection(*address, timeout=ATTEMPT_SECONDS)
        try:
            connection.connect()
        except OSError as problem:
            connection.close()
            raise Unknown("no connection", sent=place.scheme != "https") from problem
        # A time limit of one read would let an answer that trickles go on for ever.
        limit = threading.Timer(ATTEMPT_SECONDS, hang_up, [connection.sock])
        limit.start()
        try:
            connection.request(method, target, body or None, headers)
            answer = connection.getresponse()
            content = answer.read(ANSWER_BYTES)
            if answer.length:
                raise Unknown("an answer that is too long, or was cut off")
            return answer.status, answer.headers, content
        except (OSError, ValueError, http.client.HTTPException) as problem:
            raise Unknown("no whole answer") from problem
        finally:
            limit.cancel()
            connection.close()

    def trust(self, authority: Optional[str]) -> ssl.SSLContext:
        context = ssl.create_default_context(cadata=authority)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context

    def believe(self, bank: Bank, status: int, headers, content: bytes) -> Told:
        """The answer, if it is the bank's, of now, and one that this wire knows; raises Unknown."""
        self.hold_signed(bank, headers, content)
        try:
            told = strict_json.read(content)
        except strict_json.Malformed as problem:
            raise Unknown("not strict JSON") from problem
        if status != 200:
            code = told.get("code")
            if not isinstance(code, str) or refusals.BANK_STATUS.get(code) != status:
                raise Unknown("a code that is not known, or with another status")
        return Told(status, told, retry_after(headers))

    def hold_signed(self, bank: Bank, headers, content: bytes) -> None:
        def one(name: str) -> str:
            values = headers.get_all(name) or []
            if len(values) != 1:
                raise Unknown(f"{name} is missing or stands twice")
            return values[0]

        moment, nonce = one("Wechatpay-Timestamp"), one("Wechatpay-Nonce")
        now = self.clock.now()
        key = self.keyring.find(bank.party, one("Wechatpay-Serial"), now)
        if key is None or key["algorithm"] != one("Wechatpay-Signature-Type"):
            raise Unknown("a key that is not this bank's, or not now")
        try:
            verify(key["algorithm"], key["pem"], answer_base(moment, nonce, content), one("Wechatpay-Signature"))
        except NotSigned as problem:
            raise Unknown("the signature does not verify") from problem
        self.hold_fresh(moment, int(now))

    def hold_fresh(self, moment: str, now: int) -> None:
        seconds = timestamp(moment)
        if seconds is None or abs(now - seconds) > CLOCK_SKEW_SECONDS:
            raise Unknown("an old answer")

    def hold_about(self, interface: str, told: Told, sent: dict) -> None:
        """An answer names nothing of its request but what it repeats: that must be what was sent."""
        if told.status != 200:
            return
        shape = SHAPES.get(interface)
        if interface == "payment.query" and "transaction_id" in told.fields:
            shape = fields.PAYMENT  # without one it is the tombstone of a number that was closed unpaid
        if shape is not None and shape.first_wrong(told.fields) is not None:
            raise Unknown("not the answer of this interface")
        for name in REPEATED:
            if name in sent and name in told.fields and told.fields[name] != sent[name]:
                raise Unknown(f"another {name} than was sent")


def hang_up(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # it has ended already


def retry_after(headers) -> float:
    seconds = headers.get("Retry-After", "")
    return float(seconds) if re.fullmatch("[0-9]{1,4}", seconds) else 0.0
