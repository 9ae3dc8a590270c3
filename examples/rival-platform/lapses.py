"""Careless variants: one lapse each, of the kinds that platform teams make.

A lapse replaces one piece of the platform when it starts with `--careless NAME`; the platform's own code knows nothing
of it. The docstring says what the team did, the requirements are those that it breaks.
"""

import asyncio
import json
import re
import secrets
import ssl
import time
import traceback
import urllib.parse
from dataclasses import dataclass, replace
from typing import Callable

import books
import caller
import clock
import fields
import gate
import keyring
import ledger
import provider
import refusals
import strict_json
import wire

LAPSES: dict = {}


@dataclass(frozen=True)
class Lapse:
    """One careless variant. `calls`: it shows only in what it does as a caller; `unfound`: why no run fails for it."""

    name: str
    requirements: tuple
    what: str
    calls: bool
    unfound: str
    commit: Callable[[], None]

    def told(self) -> dict:
        """What a test needs to know of it."""
        return {name: value for name, value in vars(self).items() if name != "commit" and value != ""}


def lapse(name: str, *requirements: str, calls: bool = False, unfound: str = ""):
    def keep(commit):
        LAPSES[name] = Lapse(name, requirements, " ".join(commit.__doc__.split()), calls, unfound, commit)
        return commit

    return keep


# Signature


def _as_bank_one(now: float) -> gate.Signer:
    return gate.Signer("BANK01", secrets.token_hex(8), int(now))


@lapse("unsigned-taken", "SIG-01")
def unsigned_taken():
    """A request without a signature is taken for the bank's."""
    authenticate = gate.authenticate

    def careless(request, keys, now):
        return authenticate(request, keys, now) if request.all("authorization") else _as_bank_one(now)

    gate.authenticate = careless


@lapse("forwarding-trusted", "TLS-07")
def forwarding_trusted():
    """A request that a proxy says is from this host needs no signature."""
    authenticate = gate.authenticate

    def careless(request, keys, now):
        local = any(value.startswith(("127.", "10.")) for value in request.all("x-forwarded-for"))
        return _as_bank_one(now) if local else authenticate(request, keys, now)

    gate.authenticate = careless


@lapse("signature-unchecked", "SIG-02", "SIG-03")
def signature_unchecked():
    """The header is read and the key looked up, and the result of the verification is not looked at."""
    gate.verify = lambda *_words: None


@lapse("key-of-any-party", "SIG-05")
def key_of_any_party():
    """A key is found by its serial alone, whoever's it is."""

    def careless(self, _party, serial, now):
        key = self._keys.get(serial)
        return key if key is not None and self.good(key, now) else None

    keyring.Keyring.find = careless


@lapse("serial-ignored", "SIG-06")
def serial_ignored():
    """Where the serial is unknown, the party's key is taken."""
    find = keyring.Keyring.find

    def careless(self, party, serial, now):
        known = [key["serial"] for key in self._keys.values() if key["party"] == party]
        return find(self, party, serial if serial in self._keys or not known else known[0], now)

    keyring.Keyring.find = careless


@lapse("retired-keys-good", "SIG-23")
def retired_keys_good():
    """A key is good after its end."""
    keyring.Keyring.good = lambda _self, key, now: key["valid_from"] is None or now >= key["valid_from"]


@lapse("keys-good-at-once", "SIG-23")
def keys_good_at_once():
    """A key is good as soon as it is enrolled, ahead of its time."""
    keyring.Keyring.good = lambda _self, key, now: key["valid_until"] is None or now < key["valid_until"]


@lapse("unsigned-answers", "SIG-25")
def unsigned_answers():
    """Successes are answered without a signature."""
    signed = provider.Provider.signed
    provider.Provider.signed = lambda self, answer: answer if answer.status == 200 else signed(self, answer)


@lapse("unsigned-refusals", "SIG-25")
def unsigned_refusals():
    """Refusals are answered without a signature."""
    signed = provider.Provider.signed
    provider.Provider.signed = lambda self, answer: signed(self, answer) if answer.status < 300 else answer


# Freshness and replay


@lapse("freshness-unchecked", "RPL-06")
def freshness_unchecked():
    """The signature is verified, and how old it is is not looked at."""
    gate.fresh = lambda text, now: gate.timestamp(text) or now


@lapse("timestamp-by-int", "RPL-07")
def timestamp_by_int():
    """The timestamp is what Python's int makes of it: signs, blanks and underscores are taken too."""

    def careless(text):
        try:
            return int(text)
        except ValueError:
            return None

    gate.timestamp = careless


@lapse("nonces-ignored", "RPL-01", "RPL-02")
def nonces_ignored():
    """Nonces are not remembered."""
    ledger.use_nonce = lambda *_words: True


@lapse("nonces-in-memory", "RPL-04")
def nonces_in_memory():
    """Nonces are remembered until the next restart."""
    known: set = set()

    def careless(_db, party, nonce, _timestamp, _now):
        new = (party, nonce) not in known
        known.add((party, nonce))
        return new

    ledger.use_nonce = careless


@lapse("nonces-of-all-parties", "RPL-09")
def nonces_of_all_parties():
    """A nonce used by one bank is used up for all."""
    use_nonce = ledger.use_nonce
    ledger.use_nonce = lambda db, _party, *words: use_nonce(db, "any", *words)


# Reading


@lapse("last-key-wins", "CAN-01", "CAN-02")
def last_key_wins():
    """Of a key that stands twice the last is taken, as json.loads does."""
    strict_json._object = dict


@lapse("encoding-guessed", "CAN-09")
def encoding_guessed():
    """The bytes go to json.loads, which guesses UTF-16 and UTF-32 and skips a byte order mark."""
    strict_json._decode = lambda data: data.decode(json.detect_encoding(data), "surrogatepass")


@lapse("not-a-number-taken", "PAR-01")
def not_a_number_taken():
    """NaN and Infinity pass, as they do in json.loads."""
    strict_json._constant = float


@lapse("money-as-float", "CAN-04")
def money_as_float():
    """Amounts are read as floats, and any number that is near enough is one."""
    strict_json._fraction = float
    strict_json._integer = lambda text: float(text) if text.startswith("-") else int(text)

    def careless(self, value):
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return "must be a whole number"
        return None if self.low <= value <= self.high else f"must be from {self.low} to {self.high}"

    fields.Integer.wrong = careless


@lapse("true-is-one", "CON-03")
def true_is_one():
    """isinstance(True, int) holds in Python, so true passes for an amount."""

    def careless(self, value):
        if not isinstance(value, int):
            return "must be a whole number"
        return None if self.low <= value <= self.high else f"must be from {self.low} to {self.high}"

    fields.Integer.wrong = careless


@lapse("line-feed-passes", "CON-03")
def line_feed_passes():
    """Patterns are asked by re.match and a dollar sign, which a line feed at the end passes."""
    fields.Text.matches = lambda self, value: (
        self.pattern is None or re.match(self.pattern.pattern + "$", value) is not None
    )


@lapse("lengths-unchecked", "CON-03")
def lengths_unchecked():
    """How long a text is is not looked at."""
    fields.Text.length = lambda self, _value: self.low


@lapse("length-in-units", "PAR-14")
def length_in_units():
    """A character outside of the BMP counts as two."""
    fields.Text.length = lambda _self, value: len(value.encode("utf-16-le", "surrogatepass")) // 2


@lapse("unknown-parameters-taken", "PAR-15")
def unknown_parameters_taken():
    """Query parameters and fields that the interface does not know are dropped without a word."""
    fields.Record.unknown = lambda _self, _value: []


@lapse("null-is-absent", "PAR-15")
def null_is_absent():
    """null is read as if the field were not there."""
    first_wrong = fields.Record.first_wrong

    def careless(self, value, at=""):
        if isinstance(value, dict):
            value = {name: item for name, item in value.items() if item is not None or name in self.required}
        return first_wrong(self, value, at)

    fields.Record.first_wrong = careless


@lapse("first-parameter-wins", "CAN-07")
def first_parameter_wins():
    """Of a query parameter that stands twice the first is taken."""
    provider.Provider.read_parameters = lambda _self, query: {
        name: values[0] for name, values in urllib.parse.parse_qs(query, keep_blank_values=True).items()
    }


@lapse("depth-unbounded", "PAR-04")
def depth_unbounded():
    """How deep a body is nested is not looked at; the reader recurses until it may no more."""
    strict_json._hold_depth = lambda _text: None


@lapse("fields-become-attributes", "PAR-06")
def fields_become_attributes():
    """What a notification has beside its own fields is remembered and given back in views."""
    remembered: dict = {}
    read, view = provider.Provider.read_notification, provider.Provider.view

    def careless(self, request, shape):
        message = read(self, request, shape)
        for name in set(message) - set(shape.required):
            remembered.update(message[name] if isinstance(message[name], dict) else {name: message[name]})
        return message

    provider.Provider.read_notification = careless
    provider.Provider.view = lambda self, order: {**remembered, **view(self, order)}


@lapse("any-media-type", "ERR-08")
def any_media_type():
    """The media type is not looked at."""
    gate.hold_media_type = lambda _request: None


@lapse("chunked-unbounded", "PAR-05")
def chunked_unbounded():
    """Only a declared length is held against the limit."""
    wire.CHUNKED_BYTES = 1 << 30


# Refusals


@lapse("schema-ahead-of-signature", "ERR-02")
def schema_ahead_of_signature():
    """The body is judged ahead of the signature."""
    authenticate = gate.authenticate

    def careless(request, keys, now):
        if request.method == "POST":
            try:
                strict_json.read(request.body)
            except strict_json.Malformed as problem:
                raise refusals.Refusal("MALFORMED_BODY") from problem
        return authenticate(request, keys, now)

    gate.authenticate = careless


@lapse("unknown-is-server-error", "LIF-22", "ERR-03")
def unknown_is_server_error():
    """A number that is not there is a KeyError, and that a server error."""

    def careless(db, party, number):
        order = ledger.order_where(db, "party = ? AND number = ?", (party, number))
        if order is None:
            raise KeyError(number)
        return order

    ledger.find_order = careless


@lapse("refusals-with-200", "ERR-03")
def refusals_with_200():
    """Refusals come with HTTP 200, and the code in the body."""
    refuse = provider.Provider.refuse

    def careless(self, refusal):
        answer = refuse(self, refusal)
        answer.status = 200
        return answer

    provider.Provider.refuse = careless


@lapse("values-in-refusals", "DAT-01")
def values_in_refusals():
    """Refusals repeat what was wrong, account numbers too."""
    hold = provider.Provider.hold

    def careless(self, value, shape, location):
        try:
            hold(self, value, shape, location)
        except refusals.Refusal as refusal:
            refusal.message = f"{refusal.detail['field']} is wrong in {json.dumps(value, ensure_ascii=False)}"[:512]
            raise

    provider.Provider.hold = careless


@lapse("traceback-told", "ERR-09")
def traceback_told():
    """Refusals bring the traceback along, which is so handy while one tests."""
    refuse = provider.Provider.refuse

    def careless(self, refusal):
        refusal.message = "".join(traceback.format_exception(refusal))[-500:]
        return refuse(self, refusal)

    provider.Provider.refuse = careless


@lapse("mismatch-as-param-error", "NOT-07")
def mismatch_as_param_error():
    """What does not match is answered as a wrong field."""
    _on_mismatch(lambda _mismatch: refusals.Refusal("PARAM_ERROR", "/", "does not match"))


@lapse("mismatch-acknowledged", "NOT-07")
def mismatch_acknowledged():
    """What does not match is acknowledged all the same, so that it does not come again."""
    _on_mismatch(lambda _mismatch: None)


def _on_mismatch(what):
    take = provider.Provider.take

    def careless(self, *words):
        try:
            take(self, *words)
        except refusals.Refusal as refusal:
            other = what(refusal) if refusal.code == "NOTIFICATION_MISMATCH" else refusal
            if other is not None:
                raise other from refusal

    provider.Provider.take = careless


# Booking


@lapse("goods-before-amount", "NOT-07")
def goods_before_amount():
    """The order is paid and its goods are owed ahead of the comparison of the amount."""
    book = provider.Provider.book

    def careless(self, db, party, subject, told):
        if subject == "payment" and told["state"] == "SUCCEEDED":
            order = ledger.find_order(db, party, told["out_trade_no"])
            if order is not None and order.state == "CREATED":
                paid = replace(order, state="PAID", transaction_id=told["transaction_id"], paid_at=self.clock.now())
                ledger.keep_order(db, paid)
        book(self, db, party, subject, told)

    provider.Provider.book = careless


@lapse("amount-not-compared", "NOT-07")
def amount_not_compared():
    """What a payment result says is booked, whatever its amount."""
    books.hold_amount = lambda _amount, _order: None


@lapse("currency-not-compared", "NOT-07")
def currency_not_compared():
    """Of an amount the number is compared, its currency is not."""

    def careless(amount, order):
        if amount["value"] != order.fen:
            raise books.Mismatch("another amount")

    books.hold_amount = careless


@lapse("bank-not-compared", "NOT-07")
def bank_not_compared():
    """The amount is compared, and not whether the order is one of the bank that tells of it."""
    find_order = ledger.find_order

    def careless(db, party, number):
        return find_order(db, party, number) or ledger.order_where(db, "number = ?", (number,))

    book = provider.Provider.book

    def booked(self, *words):
        ledger.find_order = careless
        try:
            book(self, *words)
        finally:
            ledger.find_order = find_order

    provider.Provider.book = booked


@lapse("transaction-not-compared", "NOT-07")
def transaction_not_compared():
    """A paid order takes every further payment, of another transaction too."""
    books.hold_transaction = lambda _transaction, _order: None


@lapse("known-number-unread", "NOT-07")
def known_number_unread():
    """A refund, payout or binding that is known is acknowledged without a look at what is told of it."""
    books.hold_same = lambda _known, _heard: None


@lapse("refunds-not-added-up", "NOT-07")
def refunds_not_added_up():
    """Each refund is compared with the whole order, not with what is left of it."""

    def careless(refunded, order):
        if refunded - order.refunded > order.fen:
            raise books.Mismatch("more than the order")

    books.hold_left = careless


@lapse("refund-known-by-notify-id", "NOT-05", "NOT-07", "LIF-22")
def refund_known_by_notify_id():
    """A refund is known by its notification: told of under another notify_id it is booked again."""
    refund_told = books.refund_told
    books.refund_told = lambda order, _known, party, told: refund_told(order, None, party, told)


@lapse("duplicate-refused", "NOT-05")
def duplicate_refused():
    """A notification that was acknowledged before is refused."""
    find_event = ledger.find_event

    def careless(*words):
        if find_event(*words):
            raise refusals.Refusal("NOTIFICATION_MISMATCH")
        return False

    ledger.find_event = careless


@lapse("order-goes-back", "NOT-06")
def order_goes_back():
    """The last notification wins, an older one too."""
    payment_told = books.payment_told

    def careless(order, told, now):
        return payment_told(None if order is None else replace(order, state="CREATED"), told, now)

    books.payment_told = careless


@lapse("failure-undoes-payment", "NOT-06")
def failure_undoes_payment():
    """A failure told of late takes a paid order back."""
    payment_told = books.payment_told

    def careless(order, told, now):
        after = payment_told(order, told, now)
        late = after.state == "PAID" and told["state"] == "FAILED"
        return replace(after, state="FAILED", paid_at=None) if late else after

    books.payment_told = careless


@lapse("failure-undoes-refund", "NOT-06", "LIF-22")
def failure_undoes_refund():
    """A failure told of late takes a refund back."""
    refund_told = books.refund_told

    def careless(order, known, party, told):
        after, order = refund_told(order, known, party, told)
        if after.state == "SUCCEEDED" and told["state"] == "FAILED":
            return replace(after, state="FAILED"), replace(order, refunded=order.refunded - after.fen)
        return after, order

    books.refund_told = careless


@lapse("refund-lost-by-payment", "NOT-06", "LIF-22")
def refund_lost_by_payment():
    """A refund that is told of ahead of its payment is forgotten when the payment is."""
    payment_told = books.payment_told

    def careless(order, told, now):
        after = payment_told(order, told, now)
        return replace(after, refunded=0) if order.state == "CREATED" else after

    books.payment_told = careless


@lapse("processing-is-paid", "NOT-06", "LIF-22")
def processing_is_paid():
    """Whatever has not failed is paid, what is processing too."""
    payment_told = books.payment_told

    def careless(order, told, now):
        state = "SUCCEEDED" if told["state"] == "PROCESSING" else told["state"]
        return payment_told(order, {**told, "state": state}, now)

    books.payment_told = careless


@lapse("refund-booked-while-processing", "LIF-22")
def refund_booked_while_processing():
    """A refund counts as refunded while it is still processing."""
    refund_told = books.refund_told

    def careless(order, known, party, told):
        state = "SUCCEEDED" if told["state"] == "PROCESSING" else told["state"]
        return refund_told(order, known, party, {**told, "state": state})

    books.refund_told = careless


def _in_two_steps(fresh_record: bool):
    """Looks a refund up in one unit and books it in another, a moment later."""
    notification = provider.Provider.notification

    async def careless(self, request, signer, path):
        if path != "/notify/refund":
            return await notification(self, request, signer, path)

        def look(db):
            message = self.read_notification(request, fields.NOTIFICATIONS[path][1])
            told = message["refund"]
            order = ledger.find_order(db, signer.party, told["out_trade_no"])
            return told, order, ledger.find_record(db, "refund", signer.party, told["out_refund_no"])

        told, order, known = await self.unit(signer, look)
        await asyncio.sleep(0.03)

        def book(db):
            seen = ledger.find_record(db, "refund", signer.party, told["out_refund_no"]) if fresh_record else known
            record, after = books.refund_told(order, seen, signer.party, told)
            ledger.keep_record(db, record, self.clock.now())
            db.execute(
                "UPDATE orders SET refunded = refunded + ? WHERE party = ? AND number = ?",
                (after.refunded - order.refunded, signer.party, order.number),
            )

        try:
            await self.store.unit(book)
        except books.Mismatch as mismatch:
            raise refusals.Refusal("NOTIFICATION_MISMATCH") from mismatch
        return self.signed(wire.Answer(200))

    provider.Provider.notification = careless


@lapse("duplicates-race", "NOT-05")
def duplicates_race():
    """Whether a refund is known is looked up ahead of booking it: duplicates that arrive at once are each booked."""
    _in_two_steps(fresh_record=False)


@lapse("refunds-race", "NOT-07", "NOT-18")
def refunds_race():
    """What is left of an order is looked up ahead of booking: refunds that arrive at once exceed it together."""
    _in_two_steps(fresh_record=True)


@lapse("acknowledged-ahead-of-store", "NOT-10")
def acknowledged_ahead_of_store():
    """A notification is put into a queue in memory and acknowledged; the books are written later."""
    notification = provider.Provider.notification

    async def careless(self, request, signer, path):
        self.read_notification(request, fields.NOTIFICATIONS[path][1])

        async def later():
            await asyncio.sleep(1.5)
            try:
                await notification(self, request, signer, path)
            except refusals.Refusal:
                pass

        self.queue = asyncio.ensure_future(later())
        return self.signed(wire.Answer(200))

    provider.Provider.notification = careless


@lapse("slow-to-acknowledge", "NOT-08", unfound="NOT-08 is a SHOULD: it is reported, and decides no exit code")
def slow_to_acknowledge():
    """The goods are handed out ahead of the acknowledgement, which takes six seconds."""
    notification = provider.Provider.notification

    async def careless(self, request, signer, path):
        answer = await notification(self, request, signer, path)
        if path == "/notify/payment":
            await asyncio.sleep(6)
        return answer

    provider.Provider.notification = careless


# order.query


@lapse("order-of-any-bank-shown", "DAT-04")
def order_of_any_bank_shown():
    """An order is found by its number alone, and shown to any bank that asks."""
    order = provider.Provider.order
    find_order = ledger.find_order

    def careless(db, party, number):
        found = find_order(db, party, number) or ledger.order_where(db, "number = ?", (number,))
        return None if found is None else replace(found, party=party)

    async def shown(self, *words):
        ledger.find_order = careless
        return await order(self, *words)

    provider.Provider.order = shown


@lapse("party-unchecked", "CON-05")
def party_unchecked():
    """Whom the query names is not compared with who signed it."""
    read = provider.Provider.read_order_query

    def careless(self, request, signer):
        try:
            return read(self, request, signer)
        except refusals.Refusal as refusal:
            if refusal.code != "PARTY_MISMATCH":
                raise
            return request.target.partition("?")[0].rsplit("/", 1)[1]

    provider.Provider.read_order_query = careless


@lapse("numbers-without-case", "LIF-22")
def numbers_without_case():
    """Numbers are compared as a database with a collation does, without regard to case."""
    ledger.find_order = lambda db, party, number: ledger.order_where(
        db, "party = ? AND number = ? COLLATE NOCASE", (party, number)
    )


@lapse("view-shared", "LIF-22")
def view_shared():
    """The order that is asked for is kept in an attribute, where the next call at the same time puts its own."""
    order = provider.Provider.order
    view = provider.Provider.view

    def careless(self, found):
        self.found = found
        return {}

    async def shown(self, request, signer):
        provider.Provider.view = careless
        await order(self, request, signer)
        await asyncio.sleep(0.005)
        body = json.dumps(view(self, self.found)).encode()
        return self.signed(wire.Answer(200, body, {"Content-Type": "application/json"}))

    provider.Provider.order = shown


@lapse("view-cached", "LIF-22")
def view_cached():
    """Views are kept for a minute, though the order moves on."""
    cached: dict = {}
    view = provider.Provider.view

    def careless(self, order):
        known = cached.get((order.party, order.number))
        if known is None or time.monotonic() - known[0] > 60:
            known = cached[(order.party, order.number)] = (time.monotonic(), view(self, order))
        return known[1]

    provider.Provider.view = careless


@lapse("utc-called-local", "CON-10")
def utc_called_local():
    """The time of payment is that of UTC, under the offset of Shanghai."""
    provider.told = lambda moment: clock.told(moment - 8 * 3600)


@lapse("paid-when-asked", "CON-10")
def paid_when_asked():
    """The time of payment is that of the query."""
    view = provider.Provider.view
    provider.Provider.view = lambda self, order: view(
        self, order if order.paid_at is None else replace(order, paid_at=self.clock.now())
    )


# Calling


@lapse("answers-unverified", "SIG-20", calls=True)
def answers_unverified():
    """Answers are believed whoever signed them, or nobody."""
    caller.Caller.hold_signed = lambda _self, _bank, _headers, _content: None


@lapse("unsigned-answers-believed", "SIG-20", calls=True)
def unsigned_answers_believed():
    """The signature is verified where there is one."""
    hold = caller.Caller.hold_signed

    def careless(self, bank, headers, content):
        if headers.get("Wechatpay-Signature") is not None:
            hold(self, bank, headers, content)

    caller.Caller.hold_signed = careless


@lapse("refusals-unverified", "SIG-20", calls=True)
def refusals_unverified():
    """Of answers only the successes are verified."""
    believe = caller.Caller.believe
    hold = caller.Caller.hold_signed

    def careless(self, bank, status, headers, content):
        caller.Caller.hold_signed = hold if status == 200 else lambda *_words: None
        return believe(self, bank, status, headers, content)

    caller.Caller.believe = careless


@lapse("failure-believed", "SIG-20", calls=True, unfound="no fault of the counterparty forges a state")
def failure_believed():
    """A success is verified; a state of FAILED is believed as it stands, since it moves no money."""
    believe = caller.Caller.believe

    def careless(self, bank, status, headers, content):
        try:
            return believe(self, bank, status, headers, content)
        except caller.Unknown:
            told = json.loads(content)
            if status == 200 and told.get("state") == "FAILED":
                return caller.Told(status, told)
            raise

    caller.Caller.believe = careless


@lapse("answers-of-any-age", "SIG-21", calls=True)
def answers_of_any_age():
    """How old an answer is is not looked at."""
    caller.Caller.hold_fresh = lambda _self, _moment, _now: None


@lapse("answers-of-anything", "SIG-21", calls=True)
def answers_of_anything():
    """An answer that is signed is believed, though it is about another number or amount."""
    caller.Caller.hold_about = lambda _self, _interface, _told, _sent: None


@lapse(
    "disbelieved-not-queried",
    "SIG-20",
    calls=True,
    unfound="a platform may say unknown and go on asking later, so that a run sees no difference",
)
def disbelieved_not_queried():
    """An answer that is not believed is dropped, and nothing is asked."""
    believe = caller.Caller.believe

    def careless(self, *words):
        try:
            return believe(self, *words)
        except caller.Unknown as unknown:
            raise caller.Unknown("dropped", sent=False) from unknown

    caller.Caller.believe = careless


@lapse("timeout-is-failure", "ERR-06", calls=True)
def timeout_is_failure():
    """What the bank does not answer in time has failed."""
    caller.Caller.ask = lambda _self, *_words: {"outcome": "refused", "code": "SYSTEM_ERROR"}


@lapse("system-error-is-failure", "ERR-06", calls=True)
def system_error_is_failure():
    """A system error of the bank is a refusal like any other."""
    refusals.QUERY_FIRST = refusals.QUERY_FIRST - {"SYSTEM_ERROR"}


@lapse("sent-again-unasked", "ERR-06", calls=True)
def sent_again_unasked():
    """What is in doubt is sent again at once, and not asked about."""
    caller.Caller.ask = lambda self, _bank, _interface, _query, _data, _pauses, until: (
        None if self.pause(1, until) else {"outcome": "unknown"}
    )


@lapse("new-number-on-retry", "ERR-06", "IDM-12", calls=True)
def new_number_on_retry():
    """What is in doubt is sent again under a new number."""

    def careless(self, _bank, _interface, _query, data, _pauses, until):
        for name in ("out_trade_no", "out_refund_no", "out_payout_no"):
            if name in data and not (name == "out_trade_no" and "out_refund_no" in data):
                data[name] = "RP" + secrets.token_hex(10)
        return None if self.pause(1, until) else {"outcome": "unknown"}

    caller.Caller.ask = careless


@lapse("certificates-unverified", "TLS-03", calls=True)
def certificates_unverified():
    """The bank's certificate is not verified, since the test environment's never was right."""

    def careless(_self, _authority):
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context

    caller.Caller.trust = careless


@lapse("host-unchecked", "TLS-03", calls=True)
def host_unchecked():
    """A certificate of the right authority is taken for any host."""
    trust = caller.Caller.trust

    def careless(self, authority):
        context = trust(self, authority)
        context.check_hostname = False
        return context

    caller.Caller.trust = careless


