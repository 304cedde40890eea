"""Scenarios of a sidecar, in virtual time."""

from pathlib import Path

import pytest
from support.accompanied import Beside, Play, Scenario
from support.virtual_time import in_virtual_time


@pytest.fixture
def play(tmp_path: Path) -> Play:
    """Plays a scenario in virtual time, with an open build, and gives what came of it."""

    def played(scenario: Scenario) -> Beside:
        async def whole() -> Beside:
            beside = Beside(tmp_path)
            await beside.open()
            await scenario(beside)
            return beside

        return in_virtual_time(whole())

    return played
