"""Faults on demand: any port, wrapped so that a chosen call fails, is lost, waits, or kills."""

from collections import Counter
from collections.abc import Awaitable, Callable
from enum import Enum
from functools import partial
from typing import Any, TypeVar

import attrs

from knative_lambda.adapters.wrapped import Operation, wrapped
from knative_lambda.domain.errors import TransientError

Port = TypeVar("Port")


class Crashed(BaseException):
    """The process was killed at this instruction: no error to be handled."""


class Kind(Enum):
    """What goes wrong with a call."""

    FAIL = "fails, and nothing is done"
    LOSE = "is done, but its answer is lost"
    CRASH = "is done, and then the process is killed"


@attrs.frozen
class Fault:
    """The *nth* call (from 1) of `port.method` goes wrong."""

    call: str
    nth: int
    kind: Kind


async def _go_on(_call: str) -> None:
    return


@attrs.define
class Faults:
    """What is to go wrong, and what was called.

    Attributes:
        plan: The faults to come.
        pause: Awaited before each call: where it may be held up.
        calls: How often each `port.method` was called.
    """

    plan: list[Fault] = attrs.field(factory=list)
    pause: Callable[[str], Awaitable[None]] = _go_on
    calls: "Counter[str]" = attrs.field(factory=Counter)

    def around(self, call: str, operation: Operation) -> Operation:
        """*operation* as the plan has it."""
        return partial(self.done, call, operation)

    async def done(self, call: str, operation: Operation, *given: Any, **named: Any) -> Any:
        """What comes of *operation*, as the plan has it."""
        await self.pause(call)
        self.calls[call] += 1
        due = [fault for fault in self.plan if (fault.call, fault.nth) == (call, self.calls[call])]
        kind = due[0].kind if due else None
        if kind is Kind.FAIL:
            message = f"{call} failed on demand"
            raise TransientError(message)
        result = await operation(*given, **named)
        if kind is Kind.LOSE:
            message = f"the answer of {call} was lost on demand"
            raise TransientError(message)
        if kind is Kind.CRASH:
            raise Crashed(call)
        return result


def with_faults(name: str, port: Port, faults: Faults) -> Port:
    """*port*, its calls named `{name}.{method}` and subject to *faults*."""
    return wrapped(name, port, faults.around)
