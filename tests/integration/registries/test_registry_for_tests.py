"""The private registry lets in whom its mode says, and leaves nothing behind."""

import asyncio
import os
import sys
from pathlib import Path

import aiohttp
import pytest
from contracts.contract import eventually
from support.certificates import Certificates
from support.local import Marked
from support.registry import Mode, registry_server
from support.registry_setup import Registries

_TESTS = Path(__file__).parents[2]
_RUNS_A_REGISTRY = """
import signal, sys
from pathlib import Path
from support.certificates import Certificates
from support.registry import registry_server
folder = Path(sys.argv[1])
with registry_server(folder, signers=Certificates.make(folder)) as server:
    print(server.host, flush=True)
    signal.pause()
"""


@pytest.mark.parametrize("mode", Mode)
async def test_only_an_open_registry_lets_everybody_in(opener: Registries, mode: Mode) -> None:
    opened = await opener.open(mode)
    async with (
        aiohttp.ClientSession() as stranger,
        stranger.get(f"http://{opened.server.host}/v2/") as response,
    ):
        assert response.status == (200 if mode is Mode.OPEN else 401)
    assert await opened.pusher.takes("hello")


async def test_a_registry_outlives_no_tests_that_are_killed(tmp_path: Path) -> None:
    mark = str(tmp_path)
    command = [sys.executable, "-c", _RUNS_A_REGISTRY, mark]
    tests = await asyncio.create_subprocess_exec(
        *command, env={**os.environ, "PYTHONPATH": str(_TESTS)}, stdout=asyncio.subprocess.PIPE
    )
    assert tests.stdout is not None
    assert await tests.stdout.readline()
    assert len(Marked(mark).running()) > 1
    tests.kill()
    await tests.communicate()

    async def gone() -> bool:
        return not Marked(mark).running()

    await eventually(gone)


def test_a_machine_without_a_registry_is_told_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, signers: Certificates
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    running = registry_server(tmp_path, signers=signers)
    with pytest.raises(FileNotFoundError, match="make docker-registry"), running:
        pass
