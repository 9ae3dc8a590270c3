"""The platform's clock, which a test may set. It goes on ticking from there, over restarts too."""

import time
from datetime import datetime, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8))


class Clock:
    def __init__(self, store):
        self._store = store
        row = store.unit_now(lambda db: db.execute("SELECT value FROM settings WHERE name = 'offset'").fetchone())
        self._offset = 0.0 if row is None else float(row["value"])

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time() + self._offset

    async def set(self, moment) -> None:
        """Sets the clock to a moment in seconds since 1970; None gives it back to the host."""
        await self._keep(0.0 if moment is None else moment - time.time())

    async def advance(self, seconds: float) -> None:
        await self._keep(self._offset + seconds)

    async def _keep(self, offset: float) -> None:
        await self._store.unit(
            lambda db: db.execute("INSERT OR REPLACE INTO settings VALUES ('offset', ?)", (repr(offset),))
        )
        self._offset = offset


def told(moment: float) -> str:
    """A moment as the wire tells it: RFC 3339 with the offset of Shanghai."""
    return datetime.fromtimestamp(int(moment), SHANGHAI).isoformat(timespec="seconds")
