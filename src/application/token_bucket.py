"""A bucket of tokens: so many at once, and so many a second from then on."""

from typing import Final

import attrs

_SECOND: Final = 1_000_000_000


@attrs.define
class TokenBucket:
    """Fills by itself; whoever takes a token may go on.

    Attributes:
        rate: Tokens a second.
        burst: The most it holds; it begins full.
        filled_at: Nanoseconds since 1970, up to when *tokens* are reckoned.
    """

    rate: float
    burst: float
    filled_at: int
    tokens: float = attrs.field()

    @tokens.default
    def _full(self) -> float:
        return self.burst

    def holds_one(self, now: int) -> bool:
        """Whether a token can be taken at *now*."""
        passed = max(0, now - self.filled_at) / _SECOND
        self.tokens = min(self.burst, self.tokens + passed * self.rate)
        self.filled_at = max(now, self.filled_at)
        return self.tokens >= 1

    def take(self) -> None:
        """Take the token that is there."""
        self.tokens -= 1

    def is_full(self, now: int) -> bool:
        """Whether it is as good as new at *now*."""
        return self.holds_one(now) and self.tokens >= self.burst
