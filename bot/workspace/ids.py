"""Names of things as Slack gives them: drawn by chance, or always the same where a test wants that."""

import random
import string

_UPPER = string.ascii_uppercase + string.digits
_MIXED = string.ascii_letters + string.digits
_HEX = "0123456789abcdef"


class Ids:
    """Gives names. With a seed the same calls give the same names."""

    def __init__(self, seed: int | None = None) -> None:
        # Names are many and no secrets, so they are drawn quickly; what opens something cannot be guessed from them.
        self._chance = random.Random(seed)  # noqa: S311  names only
        self._secrets = random.SystemRandom() if seed is None else self._chance
        self._last = 0

    def new(self, kind: str) -> str:
        """An id with Slack's first letter: `C` and ten more, say."""
        return kind + self._draw(_UPPER, 10)

    def ts(self, now: float) -> str:
        """A message's name, which is its time: later than every one before it."""
        self._last = max(self._last + 1, int(now * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def block_id(self) -> str:
        """What a block is called that was not given a name."""
        return self._draw(_MIXED, 5)

    def view_hash(self, now: float) -> str:
        return f"{int(now)}.{self._draw(_MIXED, 8)}"

    def trigger(self) -> str:
        """A trigger id: good once, for three seconds."""
        return f"{self._draw(string.digits, 13)}.{self._draw(string.digits, 12)}.{self.secret(32)}"

    def secret(self, length: int) -> str:
        """What nobody guesses: in a token, an address, a ticket."""
        return "".join(self._secrets.choices(_HEX, k=length))

    def uuid(self) -> str:
        return "-".join(self.secret(length) for length in (8, 4, 4, 4, 12))

    def seen(self, ts: str) -> None:
        """Take note of a time that was given out before: nothing new comes before it."""
        seconds, _, rest = ts.partition(".")
        self._last = max(self._last, int(seconds) * 1_000_000 + int(rest or 0))

    def _draw(self, letters: str, length: int) -> str:
        return "".join(self._chance.choices(letters, k=length))
