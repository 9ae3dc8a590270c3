"""The banks' keys: kept on disk, looked up in memory."""

import sqlite3
from typing import Optional

import signing


class Keyring:
    def __init__(self, store):
        self._store = store
        self._keys: dict = store.unit_now(lambda db: {row["serial"]: row for row in db.execute("SELECT * FROM keys")})

    def enrol_now(self, serial, party, algorithm, pem, valid_from=None, valid_until=None) -> None:
        """Enrols a key, or one that is known anew; raises ValueError where it is none. Times are seconds since 1970."""
        signing.load_public(pem, algorithm)

        def work(db: sqlite3.Connection):
            db.execute(
                "INSERT OR REPLACE INTO keys VALUES (?, ?, ?, ?, ?, ?)",
                (serial, party, algorithm, pem, valid_from, valid_until),
            )
            return db.execute("SELECT * FROM keys WHERE serial = ?", (serial,)).fetchone()

        self._keys[serial] = self._store.unit_now(work)

    def find(self, party: str, serial: str, now: float) -> Optional[sqlite3.Row]:
        """The party's key of that serial, if it is good now."""
        key = self._keys.get(serial)
        if key is None or key["party"] != party:
            return None
        return key if self.good(key, now) else None

    def good(self, key: sqlite3.Row, now: float) -> bool:
        begun = key["valid_from"] is None or now >= key["valid_from"]
        ended = key["valid_until"] is not None and now >= key["valid_until"]
        return begun and not ended
