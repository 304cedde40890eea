"""What must stand in the broker: names, and what each queue is for."""

from typing import Final

import attrs

from knative_lambda.domain.announcement import PUBLISHED
from knative_lambda.domain.intake import CONSUMED
from knative_lambda.domain.settlement import ASIDES, Retry, SetAside

# Looking at a dead letter counts as a delivery too, and must never remove it.
_ENDLESS: Final = 1_000_000_000
_ANNOUNCEMENTS: Final = 10_000
_DAY: Final = 24 * 3600 * 1000  # milliseconds

Arguments = dict[str, str | int]


@attrs.frozen
class Queue:
    """A durable quorum queue.

    Attributes:
        arguments: Besides its type.
        bound_to: The exchange that feeds it; empty: none.
        keys: The routing keys that it is bound by.
    """

    name: str
    arguments: Arguments
    bound_to: str = ""
    keys: tuple[str, ...] = ("",)


@attrs.frozen
class Topology:
    """The names of all that is declared, made from three.

    Attributes:
        exchange: The topic exchange that events come and go by.
        queue: Where those wait that we consume.
        functions: Where the events are kept that a function would not take.
        retries: Seconds: one delay queue each, for waits within a fifth of it.
        asides: Seconds: one delay queue each, for waits from it up to the next.
        delivery_limit: How often a message that is never settled is delivered: more often than any
            number of killed consumers accounts for, and an end for one that kills them.
    """

    exchange: str
    queue: str
    functions: str
    retries: tuple[float, ...] = (1, 2, 4, 8, 16, 60)
    asides: tuple[float, ...] = ASIDES
    delivery_limit: int = 100

    @property
    def dead_letter_exchange(self) -> str:
        """Where the broker, and we, give up a message."""
        return f"{self.queue}.dlx"

    @property
    def dead_letters(self) -> str:
        """The queue of what was given up."""
        return f"{self.queue}.dlq"

    @property
    def announced(self) -> str:
        """The queue that makes every event of ours routable, whoever else listens."""
        return f"{self.queue}.announced"

    def waiting(self, settlement: Retry | SetAside) -> str:
        """The delay queue for *settlement*.

        Its waits differ little: a message expires only at the head of its queue, so a long wait
        would hold up the short ones behind it.
        """
        if isinstance(settlement, Retry):
            nearest = min(self.retries, key=lambda n: abs(n - settlement.delay) / n)
            return self._retry(nearest)
        below = [least for least in self.asides if least <= settlement.delay]
        return self._aside(max(below, default=min(self.asides)))

    def _retry(self, seconds: float) -> str:
        return f"{self.queue}.retry.{seconds:g}s"

    def _aside(self, seconds: float) -> str:
        return f"{self.queue}.aside.{seconds:g}s"

    def queues(self) -> list[Queue]:
        """All of them, in an order in which they can be declared."""
        consumed = Queue(
            self.queue,
            {"x-delivery-limit": self.delivery_limit, **_hands_on_to(self.dead_letter_exchange)},
            self.exchange,
            tuple(sorted(CONSUMED)),
        )
        announced = Queue(
            self.announced,
            {
                "x-max-length": _ANNOUNCEMENTS,
                "x-overflow": "drop-head",
                "x-message-ttl": _DAY,
            },
            self.exchange,
            tuple(sorted(PUBLISHED - CONSUMED)),
        )
        kept: Arguments = {"x-delivery-limit": _ENDLESS}
        # A wait that was not said with the message ends all the same.
        longest = [(self._retry(n), n * 2) for n in self.retries]
        longest += [(self._aside(n), n * 2) for n in self.asides]
        back = {"x-dead-letter-routing-key": self.queue, **_hands_on_to("")}
        return [
            Queue(self.dead_letters, kept, self.dead_letter_exchange),
            Queue(self.functions, kept),
            *(Queue(name, {"x-message-ttl": int(s * 1000), **back}) for name, s in longest),
            announced,
            consumed,
        ]


def _hands_on_to(exchange: str) -> Arguments:
    """Where a queue's dead letters go, of which none may be lost on the way."""
    return {
        "x-dead-letter-exchange": exchange,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }
