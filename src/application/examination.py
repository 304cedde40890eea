"""All dependencies of the service, looked at together, each within a bounded time."""

import asyncio
from collections.abc import Sequence
from typing import Final

import attrs
import structlog

from knative_lambda.domain.errors import BuilderError
from knative_lambda.ports.check import Check, Finding, Severity, broken

_SLOW: Final = "see that it is there, that its name leads to it, and that no firewall is between"
_BUG: Final = "tell those who maintain this program, with the log above"

_log = structlog.get_logger()


@attrs.frozen
class Gated(Check):
    """What needs not be looked at while something else is broken.

    Attributes:
        first: That something.
        then: What depends on it.
        within: Seconds, for *first*, and again for each of *then*.
    """

    first: Check
    then: Sequence[Check]
    within: float

    @property
    def subject(self) -> str:
        """That of the first."""
        return self.first.subject

    async def findings(self) -> Sequence[Finding]:
        """Those of the first, and if it is not broken, those of all others."""
        found = await _bounded(self.first, self.within)
        if any(each.severity is Severity.FAIL for each in found):
            return found
        others = await asyncio.gather(*(_bounded(each, self.within) for each in self.then))
        return [*found, *(finding for each in others for finding in each)]


@attrs.frozen
class Examination:
    """Sees to it all at once.

    Attributes:
        within: Seconds that one check may take.
    """

    checks: Sequence[Check]
    within: float

    async def findings(self) -> Sequence[Finding]:
        """What all of them have found, in their order."""
        found = await asyncio.gather(*(self._of(check) for check in self.checks))
        return [finding for each in found for finding in each]

    async def _of(self, check: Check) -> Sequence[Finding]:
        # What is gated bounds each of its parts by itself.
        if isinstance(check, Gated):
            return await check.findings()
        return await _bounded(check, self.within)


async def _bounded(check: Check, within: float) -> Sequence[Finding]:
    try:
        async with asyncio.timeout(within):
            return await check.findings()
    except TimeoutError:
        return [broken(check.subject, f"no answer within {within:g} s", _SLOW)]
    except BuilderError as error:
        return [broken(check.subject, str(error), _SLOW)]
    except Exception as error:  # noqa: BLE001 - of what is broken, the others must still be told
        _log.error("check.bug", check=check.subject, exc_info=error)
        return [broken(check.subject, f"this check is broken: {type(error).__name__}", _BUG)]
