"""The control hooks of a test environment: fixtures, keys, the clock, reset, and calls of a bank on request."""

import asyncio
import hmac
import json
import secrets
from concurrent.futures import ThreadPoolExecutor

import books
import ledger
from caller import INTERFACES, Bank, Caller
from fields import parse_time
from wire import Answer

STATES = {"order.created": "CREATED", "order.paid": "PAID", "order.failed": "FAILED", "order.closed": "CLOSED"}
# What is booked of a believed answer, and of which subject it is.
BOOKED = {
    "payment.create": "payment",
    "payment.query": "payment",
    "refund.create": "refund",
    "refund.query": "refund",
    "payout.create": "payout",
    "payout.query": "payout",
}


class Wrong(Exception):
    """A hook that was asked for what it cannot do; the text says what."""


class Control:
    def __init__(self, provider, caller: Caller, banks: list, token: str):
        self.provider, self.caller, self.banks = provider, caller, banks
        self.store, self.clock, self.keyring = provider.store, provider.clock, provider.keyring
        self._token = token
        self._threads = ThreadPoolExecutor(8)

    async def handle(self, request) -> Answer:
        if request is None:
            return _answer(400, {"error": "not HTTP/1.1"})
        bearer = "".join(request.all("authorization")).encode()
        if not hmac.compare_digest(bearer, f"Bearer {self._token}".encode()):
            return _answer(401, {"error": "send Authorization: Bearer with the token of the ready line"})
        hooks = {
            "/fixtures": self.fixtures,
            "/keys": self.keys,
            "/clock": self.set_clock,
            "/reset": self.reset,
            "/call": self.call,
        }
        hook = hooks.get(request.target)
        if hook is None or request.method != "POST":
            return _answer(404, {"error": f"POST one of {', '.join(hooks)}"})
        try:
            told = await hook(json.loads(request.body or b"{}"))
        except (Wrong, ValueError, KeyError) as problem:
            return _answer(400, {"error": f"{type(problem).__name__}: {problem}"})
        return Answer(204) if told is None else _answer(200, told)

    async def fixtures(self, asked: dict) -> dict:
        """Makes an order in the state that the scenario names, under a number of its own."""
        state = STATES.get(asked["scenario"])
        if state is None:
            raise Wrong(f"this platform makes {', '.join(STATES)}")
        if "copy" in asked:
            raise Wrong("this platform has no customers, and no copies of them")
        order = self.new_order(asked.get("party_id", self.banks[0]), "RP" + secrets.token_hex(10), state)
        await self.store.unit(lambda db: ledger.add_order(db, order))
        return {"out_trade_no": order.number, "amount": {"value": order.fen, "currency": order.currency}}

    def new_order(self, party: str, number: str, state: str, fen: int = 0) -> books.Order:
        now = self.clock.now()
        fen = fen or 1000 + secrets.randbelow(900_000)
        return books.Order(party, number, state, fen, "CNY", 0, now, None, now if state == "PAID" else None)

    async def keys(self, asked: dict) -> None:
        if asked["party_id"] not in self.banks:
            raise Wrong(f"this platform knows {', '.join(self.banks)}")
        times = [None if asked.get(name) is None else parse_time(asked[name]) for name in ("from", "until")]
        key = (asked["serial"], asked["party_id"], asked["algorithm"], asked["public_key"], *times)
        await asyncio.get_running_loop().run_in_executor(None, lambda: self.keyring.enrol_now(*key))

    async def set_clock(self, asked: dict) -> None:
        if "advanceSeconds" in asked:
            await self.clock.advance(asked["advanceSeconds"])
        else:
            await self.clock.set(None if asked["now"] is None else parse_time(asked["now"]))

    async def reset(self, _asked: dict) -> None:
        """Back to the seeded orders and the host's clock. Nonces and keys stay."""
        await self.clock.set(None)
        await self.store.unit(lambda db: (ledger.empty(db), self.seed(db)))

    def seed(self, db) -> None:
        """The orders that the statement names; those that exist stay as they are."""
        for index, bank in enumerate(self.banks, 1):
            for scenario, state in STATES.items():
                number = f"RIVAL_{scenario[6:].upper()}_{index}"
                ledger.add_order(db, self.new_order(bank, number, state, 7300 + index))

    async def call(self, asked: dict) -> dict:
        """Calls a bank and says what holds then. What is set out to do is on disk before the first byte is sent."""
        interface, data = asked["interface"], asked["data"]
        if interface not in INTERFACES:
            raise Wrong(f"this platform calls {', '.join(INTERFACES)}")
        bank = Bank(asked["party_id"], asked["url"], asked.get("ca"))
        intent = await self.store.unit(lambda db: self.intend(db, bank, interface, data))
        loop = asyncio.get_running_loop()
        conclusion = await loop.run_in_executor(self._threads, self.caller.conclude, bank, interface, data)
        await self.store.unit(lambda db: self.settle(db, bank, interface, intent, conclusion))
        return conclusion

    def intend(self, db, bank: Bank, interface: str, data: dict) -> int:
        if interface == "payment.create":
            amount = data["amount"]
            order = books.Order(
                bank.party, data["out_trade_no"], "CREATED", amount["value"], amount["currency"], 0, self.clock.now()
            )
            ledger.add_order(db, order)
        return db.execute(
            "INSERT INTO intents (party, interface, data, begun_at) VALUES (?, ?, ?, ?)",
            (bank.party, interface, json.dumps(data), self.clock.now()),
        ).lastrowid

    def settle(self, db, bank: Bank, interface: str, intent: int, conclusion: dict) -> None:
        db.execute("UPDATE intents SET conclusion = ? WHERE id = ?", (json.dumps(conclusion), intent))
        subject = BOOKED.get(interface)
        if subject is None or conclusion["outcome"] != "answered":
            return
        if subject == "payment" and "transaction_id" not in conclusion["answer"]:
            return  # the tombstone of a number that was closed unpaid
        try:
            self.provider.book(db, bank.party, subject, conclusion["answer"])
        except books.Mismatch:
            pass  # not an order of ours: the intent keeps what was told


def _answer(status: int, told: dict) -> Answer:
    return Answer(status, json.dumps(told).encode(), {"Content-Type": "application/json"})
