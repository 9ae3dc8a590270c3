"""The interfaces that the platform provides: four notifications and the query of an order.

After the gate come decoding, schema and party, and then the books. The nonce is used up in the same unit that decides,
and nothing is answered before that unit is on disk.
"""

import asyncio
import hashlib
import json
import re
import secrets
import sys
import traceback
import urllib.parse
from typing import Optional

import books
import fields
import gate
import ledger
import strict_json
from clock import told
from refusals import Refusal
from signing import answer_base
from wire import Answer, Request

MOST_CALLS_AT_ONCE = 200
_ESCAPE = re.compile("%[0-9A-Fa-f]{2}")


class Provider:
    def __init__(self, party: str, store, clock, keyring, signer):
        self.party, self.store, self.clock, self.keyring, self.signer = party, store, clock, keyring, signer
        self._under_way = 0

    async def handle(self, request: Optional[Request]) -> Answer:
        """Answers a request; None stands for bytes that were none."""
        if self._under_way >= MOST_CALLS_AT_ONCE:
            return self.refuse(Refusal("FREQUENCY_LIMITED", headers={"Retry-After": "1"}))
        self._under_way += 1
        try:
            if request is None:
                raise Refusal("MALFORMED_BODY", message="The request is not HTTP/1.1.")
            return await self.answer(request)
        except Refusal as refusal:
            return self.refuse(refusal)
        except Exception:
            return self.refuse(self.fault())
        finally:
            self._under_way -= 1

    def fault(self) -> Refusal:
        """What is told of an error of the platform's own; the log alone has the whole of it."""
        traceback.print_exc(file=sys.stderr)
        return Refusal("SYSTEM_ERROR")

    def refuse(self, refusal: Refusal) -> Answer:
        body = json.dumps(refusal.body(), ensure_ascii=False).encode()
        return self.signed(Answer(refusal.status, body, {"Content-Type": "application/json", **refusal.headers}))

    def signed(self, answer: Answer) -> Answer:
        timestamp, nonce = str(int(self.clock.now())), secrets.token_hex(16)
        answer.headers.update(
            {
                "Wechatpay-Timestamp": timestamp,
                "Wechatpay-Nonce": nonce,
                "Wechatpay-Serial": self.signer.serial,
                "Wechatpay-Signature-Type": self.signer.algorithm,
                "Wechatpay-Signature": self.signer.sign(answer_base(timestamp, nonce, answer.body)),
            }
        )
        return answer

    async def answer(self, request: Request) -> Answer:
        interface = gate.route(request)
        signer = gate.authenticate(request, self.keyring, self.clock.now())
        if interface == "order.query":
            return await self.order(request, signer)
        return await self.notification(request, signer, interface)

    async def unit(self, signer: gate.Signer, work):
        """Runs work in one unit with the nonce. A refusal is a result of it, so that the nonce stays used."""

        def once(db):
            if not ledger.use_nonce(db, signer.party, signer.nonce, signer.timestamp, self.clock.now()):
                return Refusal("NONCE_REUSED")
            try:
                return work(db)
            except Refusal as refusal:
                return refusal

        result = await self.store.unit(once)
        if isinstance(result, Refusal):
            raise result
        return result

    # order.query

    async def order(self, request: Request, signer: gate.Signer) -> Answer:
        def work(db):
            number = self.read_order_query(request, signer)
            order = ledger.find_order(db, signer.party, number)
            if order is None:
                raise Refusal("ORDER_NOT_FOUND")
            return self.view(order)

        view = await self.unit(signer, work)
        return self.signed(Answer(200, json.dumps(view).encode(), {"Content-Type": "application/json"}))

    def read_order_query(self, request: Request, signer: gate.Signer) -> str:
        """Returns the number that is asked for."""
        if request.body != b"":
            raise Refusal("MALFORMED_BODY", message="This interface takes no body.")
        path, _, query = request.target.partition("?")
        number = unescaped(path.rsplit("/", 1)[1], "/out_trade_no", "path")
        parameters = self.read_parameters(query)
        self.hold({"out_trade_no": number}, fields.ORDER_PATH, "path")
        self.hold(parameters, fields.PARTY_QUERY, "query")
        if parameters["party_id"] != signer.party:
            raise Refusal("PARTY_MISMATCH")
        return number

    def read_parameters(self, query: str) -> dict:
        parameters: dict = {}
        for part in query.split("&") if query != "" else []:
            name, _, value = part.partition("=")
            name = unescaped(name, "/", "query")
            if name in parameters:
                raise Refusal("PARAM_ERROR", f"/{name[:64]}", "is given twice", "query")
            parameters[name] = unescaped(value, f"/{name[:64]}", "query")
        return parameters

    def view(self, order: books.Order) -> dict:
        view = {
            "party_id": order.party,
            "out_trade_no": order.number,
            "state": order.state,
            "amount": {"value": order.fen, "currency": order.currency},
            "refunded": {"value": order.refunded, "currency": order.currency},
        }
        return view if order.paid_at is None else {**view, "paid_at": told(order.paid_at)}

    # notifications

    async def notification(self, request: Request, signer: gate.Signer, path: str) -> Answer:
        subject, shape = fields.NOTIFICATIONS[path]

        def work(db):
            self.take(db, signer.party, subject, self.read_notification(request, shape))

        await self.unit(signer, work)
        asyncio.ensure_future(self.store.unit(lambda db: ledger.hand_out(db, self.clock.now())))
        return self.signed(Answer(200))

    def read_notification(self, request: Request, shape: fields.Record) -> dict:
        query = request.target.partition("?")[2]
        if query != "":
            raise Refusal("PARAM_ERROR", "/" + query.partition("=")[0][:64], "is not known", "query")
        try:
            message = strict_json.read(request.body)
        except strict_json.Malformed as problem:
            raise Refusal("MALFORMED_BODY", message=f"Not strict JSON: {problem}.") from problem
        self.hold(message, shape, "body")
        return message

    def take(self, db, party: str, subject: str, message: dict) -> None:
        """Takes one notification into the books; refuses what does not match them."""
        digest = hashlib.sha256(json.dumps(message, sort_keys=True).encode()).digest()
        if ledger.find_event(db, party, message["notify_id"], digest):
            return
        try:
            self.hold_platform(message[subject])
            self.book(db, party, subject, message[subject])
        except books.Mismatch as mismatch:
            raise Refusal("NOTIFICATION_MISMATCH") from mismatch
        ledger.keep_event(db, party, message["notify_id"], digest, self.clock.now())

    def hold_platform(self, told_of: dict) -> None:
        if told_of["party_id"] != self.party:
            raise books.Mismatch("for another platform")

    def book(self, db, party: str, subject: str, told_of: dict) -> None:
        """Books what a bank has told of a payment, refund, payout or binding; raises books.Mismatch."""
        now = self.clock.now()
        if subject == "payment":
            order = ledger.find_order(db, party, told_of["out_trade_no"])
            ledger.keep_order(db, books.payment_told(order, told_of, now))
        elif subject == "refund":
            order = ledger.find_order(db, party, told_of["out_trade_no"])
            known = ledger.find_record(db, "refund", party, told_of["out_refund_no"])
            record, order = books.refund_told(order, known, party, told_of)
            ledger.keep_record(db, record, now)
            ledger.keep_order(db, order)
        elif subject == "payout":
            known = ledger.find_record(db, "payout", party, told_of["out_payout_no"])
            ledger.keep_record(db, books.payout_told(known, party, told_of), now)
        else:
            known = ledger.find_record(db, "binding", party, told_of["binding_id"])
            ledger.keep_record(db, books.binding_told(known, party, told_of), now)

    def hold(self, value, shape: fields.Record, location: str) -> None:
        found = shape.first_wrong(value)
        if found is not None:
            raise Refusal("PARAM_ERROR", found[0] or "/", found[1], location)


def unescaped(text: str, field: str, location: str) -> str:
    """The text behind percent escapes, which are UTF-8; a plus stays one."""
    try:
        if text.count("%") != len(_ESCAPE.findall(text)):
            raise ValueError("half an escape")
        return urllib.parse.unquote(text, errors="strict")
    except ValueError as problem:
        raise Refusal("PARAM_ERROR", field, "is not percent-encoded UTF-8", location) from problem
