"""What another process sees of the Services that this one serves."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from contracts.contract import eventually
from support.local import ECHO, SERVICE, image_of, spec_of

from knative_lambda.adapters.local.image_store import LocalImageRegistry
from knative_lambda.adapters.local.service_board import ServiceBoard
from knative_lambda.adapters.local.service_deployer import LocalServiceDeployer
from knative_lambda.domain.keys import Key
from knative_lambda.ports.service_deployer import Service

_SHOWS_AND_WAITS = """
import signal, sys
from pathlib import Path
from knative_lambda.adapters.local.service_board import ServiceBoard
from knative_lambda.ports.service_deployer import Service
board = ServiceBoard(Path(sys.argv[1]))
board.post(Service(name=sys.argv[2], uid="1", version="1", key=None))
print("shown", flush=True)
signal.pause()
"""


@pytest.fixture
def registry(tmp_path: Path) -> LocalImageRegistry:
    return LocalImageRegistry(tmp_path)


@pytest.fixture
async def deployer(registry: LocalImageRegistry) -> AsyncIterator[LocalServiceDeployer]:
    deployer = LocalServiceDeployer(registry)
    yield deployer
    await deployer.close()


@pytest.fixture
def other(registry: LocalImageRegistry) -> ServiceBoard:
    """That of another process."""
    return ServiceBoard(registry.state)


async def _await_ready(board: ServiceBoard, key: Key) -> Service:
    found: list[Service] = []

    async def ready() -> bool:
        seen = await board.look(SERVICE)
        found[:] = [seen] if seen is not None and seen.ready and seen.key == key else []
        return bool(found)

    await eventually(ready)
    return found[0]


async def test_a_service_is_shown_at_once_and_as_ready_when_it_answers(
    deployer: LocalServiceDeployer, registry: LocalImageRegistry, other: ServiceBoard
) -> None:
    created = await deployer.create(spec_of(1, await image_of(registry, "nodejs", ECHO["nodejs"])))
    seen = await other.look(SERVICE)
    assert seen == created
    assert not created.ready
    ready = await _await_ready(other, Key(1, "x"))
    assert ready == await deployer.look(SERVICE)
    assert ready.url is not None
    async with aiohttp.ClientSession() as client, client.post(ready.url, json=1) as response:
        assert response.ok


async def test_a_new_revision_is_shown_as_ready_only_when_it_serves(
    deployer: LocalServiceDeployer, registry: LocalImageRegistry, other: ServiceBoard
) -> None:
    image = await image_of(registry, "nodejs", ECHO["nodejs"])
    await deployer.create(spec_of(1, image))
    before = await _await_ready(other, Key(1, "x"))
    patched = await deployer.patch(spec_of(2, image), Key(1, "x"))
    assert await other.look(SERVICE) == patched
    assert not patched.ready
    after = await _await_ready(other, Key(2, "x"))
    assert after.url == before.url


async def test_it_is_shown_why_a_function_does_not_start(
    deployer: LocalServiceDeployer, registry: LocalImageRegistry, other: ServiceBoard
) -> None:
    broken = await image_of(registry, "nodejs", "exports.main = 1;\n")
    await deployer.create(spec_of(1, broken))

    async def told() -> bool:
        seen = await other.look(SERVICE)
        return seen is not None and "exports no 'handler'" in seen.message

    await eventually(told)


async def test_what_is_deleted_is_shown_no_more(
    deployer: LocalServiceDeployer, registry: LocalImageRegistry, other: ServiceBoard
) -> None:
    created = await deployer.create(spec_of(1, await image_of(registry, "nodejs", ECHO["nodejs"])))
    await deployer.delete(created)
    assert await other.look(SERVICE) is None
    await deployer.close()
    assert await other.look(SERVICE) is None


async def test_nothing_is_shown_of_a_process_that_has_ended(
    deployer: LocalServiceDeployer, registry: LocalImageRegistry, other: ServiceBoard
) -> None:
    await deployer.create(spec_of(1, await image_of(registry, "nodejs", ECHO["nodejs"])))
    await deployer.close()
    assert await other.look(SERVICE) is None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
async def test_nothing_is_shown_of_a_process_however_it_has_ended(
    other: ServiceBoard, number: signal.Signals
) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _SHOWS_AND_WAITS, other.state, SERVICE),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    await process.stdout.readline()
    seen = await other.look(SERVICE)
    assert seen is not None
    assert seen.uid == "1"
    process.send_signal(number)
    await process.communicate()
    assert await other.look(SERVICE) is None


async def test_a_service_of_another_process_is_not_ours_to_write_to(
    deployer: LocalServiceDeployer, other: ServiceBoard
) -> None:
    other.post(Service(name=SERVICE, uid="1", version="1", key=Key(1, "x")))
    assert await deployer.look(SERVICE) is None
    other.remove(SERVICE)
