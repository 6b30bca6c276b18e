"""What a process remembers between requests, so that a phone's form costs no question to the database first.

Nothing here is believed when something is written: the statement that writes a submission checks again that
the phone was not revoked and that the form version is the one remembered. So revoking holds at once.
"""

import time
from dataclasses import dataclass
from typing import Generic, TypeVar

from opendtm_server.collect.models import Device, FormVersion

Key = TypeVar("Key")
Value = TypeVar("Value")


@dataclass
class Remembered(Generic[Key, Value]):
    """A few values, each for some seconds; everything is forgotten when there are too many."""

    seconds: float
    most: int = 1_000

    def __post_init__(self) -> None:
        """Begin empty."""
        self._held: dict[Key, tuple[float, Value]] = {}

    def get(self, key: Key) -> Value | None:
        """Give what is remembered; None where there is nothing or it is too old."""
        at, value = self._held.get(key, (0.0, None))
        return value if time.monotonic() - at < self.seconds else None

    def keep(self, key: Key, value: Value) -> None:
        """Remember a value from now on."""
        if len(self._held) >= self.most:
            self._held.clear()
        self._held[key] = (time.monotonic(), value)

    def forget(self, key: Key) -> None:
        """Forget one value."""
        self._held.pop(key, None)


devices: Remembered[str, Device] = Remembered(seconds=30)
passwords: Remembered[str, int] = Remembered(seconds=300)
versions: Remembered[tuple[int, str, str, str], FormVersion] = Remembered(seconds=300)
