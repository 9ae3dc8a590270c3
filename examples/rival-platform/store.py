"""The books on disk: one thread writes, many units share one commit, and no result is told before it is on disk."""

import asyncio
import queue
import sqlite3
import threading
from pathlib import Path

MOST_UNITS_A_COMMIT = 64


class Store:
    """A unit is a function over the connection. Its result is told after the commit; if it raises, it wrote nothing."""

    def __init__(self, file: Path):
        self._file = file
        self._waiting: queue.SimpleQueue = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._ready = threading.Event()
        self._thread.start()
        self._ready.wait()

    async def unit(self, work):
        loop = asyncio.get_running_loop()
        told: asyncio.Future = loop.create_future()
        self._waiting.put((work, lambda result, error: loop.call_soon_threadsafe(_tell, told, result, error)))
        return await told

    def unit_now(self, work):
        """The same from a thread that may wait."""
        done = threading.Event()
        box: list = []
        self._waiting.put((work, lambda result, error: (box.extend((result, error)), done.set())))
        done.wait()
        if box[1] is not None:
            raise box[1]
        return box[0]

    def _work(self) -> None:
        db = sqlite3.connect(self._file, isolation_level=None)
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.executescript((Path(__file__).parent / "schema.sql").read_text())
        self._ready.set()
        while True:
            units = [self._waiting.get()]
            while len(units) < MOST_UNITS_A_COMMIT and not self._waiting.empty():
                units.append(self._waiting.get())
            for tell, result, error in _commit(db, units):
                tell(result, error)


def _commit(db: sqlite3.Connection, units: list) -> list:
    """Runs the units in one transaction. Where it cannot be committed, none of them has happened."""
    results = []
    try:
        db.execute("BEGIN IMMEDIATE")
        for work, tell in units:
            db.execute("SAVEPOINT unit")
            try:
                results.append((tell, work(db), None))
            except Exception as error:
                db.execute("ROLLBACK TO unit")
                results.append((tell, None, error))
            db.execute("RELEASE unit")
        db.execute("COMMIT")
    except sqlite3.Error as error:
        if db.in_transaction:
            db.execute("ROLLBACK")
        return [(tell, None, error) for _, tell in units]
    return results


def _tell(told: asyncio.Future, result, error) -> None:
    if told.cancelled():
        return
    if error is None:
        told.set_result(result)
    else:
        told.set_exception(error)
