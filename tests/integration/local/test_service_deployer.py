"""Services as local processes keep the laws of the port, and their addresses stay."""

import asyncio
import itertools
import socket
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import aiohttp
import pytest
from contracts.contract import eventually
from contracts.service_deployer import Attributes, ServiceDeployerContract
from support.local import ECHO, SERVICE, Marked, image_of, spec_of

from knative_lambda.adapters.local.gateway import PortInUseError
from knative_lambda.adapters.local.image_store import LocalImageRegistry
from knative_lambda.adapters.local.service_deployer import LocalServiceDeployer
from knative_lambda.domain.errors import PermanentError
from knative_lambda.domain.keys import Key
from knative_lambda.ports.service_deployer import Service, ServiceDeployer

# Answers with its version, when it is told to: the file at $GATE is there.
_SLOW = """
const fs = require('node:fs');
exports.handler = async () => {
  fs.writeFileSync(`${process.env.GATE}.arrived`, '');
  while (!fs.existsSync(process.env.GATE)) await new Promise((done) => setTimeout(done, 5));
  return 'old';
};
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
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as client:
        yield client


class TestLocalServiceDeployer(ServiceDeployerContract):
    @pytest.fixture
    def deployer(self, deployer: LocalServiceDeployer) -> ServiceDeployer:
        self.local = deployer
        return deployer

    async def plant(self, name: str) -> None:
        self.local._book.plant(name)

    async def image(self, name: str) -> str | None:
        spec = self.local._book.specs.get(name)
        return spec.image if spec is not None else None

    async def triggers(self) -> Mapping[str, Attributes]:
        return {
            name: attributes
            for bound in self.local._book._triggers.values()
            for name, (attributes, _) in bound.items()
        }


def _says(answer: str) -> str:
    return f"exports.handler = () => '{answer}';\n"


async def _ready(deployer: LocalServiceDeployer) -> Service:
    seen = await deployer.wait_ready(SERVICE)
    assert seen is not None
    assert seen.ready, seen.message
    return seen


async def _ask(client: aiohttp.ClientSession, service: Service) -> str:
    assert service.url is not None
    async with client.post(service.url, json={}) as response:
        return await response.text()


@pytest.mark.parametrize("language", ["nodejs", "python"])
async def test_a_service_is_made_at_once_and_serves_when_it_is_ready(
    deployer: LocalServiceDeployer,
    registry: LocalImageRegistry,
    client: aiohttp.ClientSession,
    language: str,
) -> None:
    created = await deployer.create(spec_of(1, await image_of(registry, language, ECHO[language])))
    assert not created.ready
    assert created.message == "the function is being started"
    seen = await _ready(deployer)
    assert (seen.url, seen.uid, seen.message) == (created.url, created.uid, "")
    assert await _ask(client, seen) == '{"echo":{}}'


async def test_a_new_revision_takes_over_under_the_same_address(
    deployer: LocalServiceDeployer,
    registry: LocalImageRegistry,
    client: aiohttp.ClientSession,
    tmp_path: Path,
) -> None:
    marked, env = Marked(f"MARK={tmp_path}"), {"MARK": str(tmp_path)}
    old = spec_of(1, await image_of(registry, "nodejs", _says("old")), env=env)
    new = spec_of(2, await image_of(registry, "nodejs", _says("new")), env=env)
    await deployer.create(old)
    before = await _ready(deployer)
    assert await _ask(client, before) == "old"
    patched = await deployer.patch(new, Key(1, "x"))
    assert not patched.ready
    assert await _ask(client, before) in {"old", "new"}
    after = await _ready(deployer)
    assert after.url == before.url
    assert await _ask(client, after) == "new"

    async def one_is_left() -> bool:
        return len(marked.running()) == 1

    await eventually(one_is_left)


async def test_no_request_is_lost_when_a_new_revision_takes_over(
    deployer: LocalServiceDeployer,
    registry: LocalImageRegistry,
    client: aiohttp.ClientSession,
    tmp_path: Path,
) -> None:
    gate, mark = tmp_path / "gate", tmp_path / "gate.arrived"
    slow = spec_of(1, await image_of(registry, "nodejs", _SLOW), env={"GATE": str(gate)})
    await deployer.create(slow)
    serving = await _ready(deployer)
    asking = asyncio.create_task(_ask(client, serving))

    async def arrived() -> bool:
        return await asyncio.to_thread(mark.exists)

    await eventually(arrived)
    new = spec_of(2, await image_of(registry, "nodejs", _says("new")))
    await deployer.patch(new, Key(1, "x"))
    assert await _ask(client, await _ready(deployer)) == "new"
    assert not asking.done()
    await asyncio.to_thread(gate.touch)
    assert await asking == "old"


async def test_a_revision_that_never_gets_ready_leaves_the_old_one_serving(
    deployer: LocalServiceDeployer, registry: LocalImageRegistry, client: aiohttp.ClientSession
) -> None:
    await deployer.create(spec_of(1, await image_of(registry, "nodejs", _says("old"))))
    await _ready(deployer)
    broken = spec_of(2, await image_of(registry, "nodejs", "exports.main = 1;\n"))
    await deployer.patch(broken, Key(1, "x"))
    seen = await deployer.wait_ready(SERVICE)
    assert seen is not None
    assert not seen.ready
    assert "exports no 'handler'" in seen.message or "main" in seen.message
    assert await _ask(client, seen) == "old"
    mended = spec_of(3, await image_of(registry, "nodejs", _says("mended")))
    await deployer.patch(mended, Key(2, "x"))
    assert await _ask(client, await _ready(deployer)) == "mended"


async def test_of_several_revisions_at_once_the_last_one_serves(
    deployer: LocalServiceDeployer,
    registry: LocalImageRegistry,
    client: aiohttp.ClientSession,
    tmp_path: Path,
) -> None:
    specs = [
        spec_of(at, await image_of(registry, "nodejs", _says(str(at))), env={"MARK": str(tmp_path)})
        for at in range(1, 5)
    ]
    await deployer.create(specs[0])
    for earlier, spec in itertools.pairwise(specs):
        await asyncio.sleep(0)
        await deployer.patch(spec, earlier.key)
    assert await _ask(client, await _ready(deployer)) == "4"

    async def one_is_left() -> bool:
        return len(Marked(f"MARK={tmp_path}").running()) == 1

    await eventually(one_is_left)


async def test_an_image_that_is_not_there_is_said(deployer: LocalServiceDeployer) -> None:
    image = f"registry.test/lambda/x@sha256:{'0' * 64}"
    await deployer.create(spec_of(1, image))
    seen = await deployer.wait_ready(SERVICE)
    assert seen is not None
    assert not seen.ready
    assert seen.message == f"the image {image} is not on this machine; build it again"


async def test_a_service_whose_function_has_crashed_is_not_ready_for_a_while(
    deployer: LocalServiceDeployer, registry: LocalImageRegistry, client: aiohttp.ClientSession
) -> None:
    code = "exports.handler = () => process.exit(1);\n"
    await deployer.create(spec_of(1, await image_of(registry, "nodejs", code)))
    seen = await _ready(deployer)
    assert "ended before it answered" in await _ask(client, seen)

    async def told() -> bool:
        seen = await deployer.look(SERVICE)
        return seen is not None and not seen.ready and "started again" in seen.message

    async def back() -> bool:
        seen = await deployer.look(SERVICE)
        return seen is not None and seen.ready

    await eventually(told)
    await eventually(back)


async def test_a_service_that_was_deleted_answers_no_more_and_leaves_no_process(
    deployer: LocalServiceDeployer,
    registry: LocalImageRegistry,
    client: aiohttp.ClientSession,
    tmp_path: Path,
) -> None:
    image = await image_of(registry, "nodejs", _says("old"))
    await deployer.create(spec_of(1, image, env={"MARK": str(tmp_path)}))
    seen = await _ready(deployer)
    await deployer.delete(seen)
    assert Marked(f"MARK={tmp_path}").running() == []
    assert await deployer.wait_ready(SERVICE) is None
    with pytest.raises(aiohttp.ClientConnectorError):
        await _ask(client, seen)


async def test_a_deployer_that_is_closed_leaves_no_process(
    registry: LocalImageRegistry, tmp_path: Path
) -> None:
    deployer = LocalServiceDeployer(registry)
    old, new = [
        spec_of(at, await image_of(registry, "nodejs", _says("x")), env={"MARK": str(tmp_path)})
        for at in (1, 2)
    ]
    await deployer.create(old)
    await _ready(deployer)
    await deployer.patch(new, old.key)

    async def both_run() -> bool:
        return len(Marked(f"MARK={tmp_path}").running()) > 1

    await eventually(both_run)
    await deployer.close()
    assert Marked(f"MARK={tmp_path}").running() == []
    assert list(deployer.names()) == []


async def test_the_lines_of_a_function_are_heard_under_its_services_name(
    registry: LocalImageRegistry,
) -> None:
    heard: list[tuple[str, str]] = []
    deployer = LocalServiceDeployer(registry, listener=lambda *said: heard.append(said))
    code = "console.log('up'); exports.handler = () => 1;\n"
    await deployer.create(spec_of(1, await image_of(registry, "nodejs", code)))
    await _ready(deployer)
    await deployer.close()
    assert (SERVICE, "up") in heard


async def test_the_first_service_has_the_port_that_was_asked_for(
    registry: LocalImageRegistry,
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    deployer = LocalServiceDeployer(registry, port=port)
    created = await deployer.create(spec_of(1, f"registry.test/x@sha256:{'0' * 64}"))
    await deployer.close()
    assert created.url == f"http://127.0.0.1:{port}"


async def test_a_port_that_is_in_use_makes_no_service(registry: LocalImageRegistry) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        deployer = LocalServiceDeployer(registry, port=taken.getsockname()[1])
        with pytest.raises(PortInUseError, match="choose another with --port") as refusal:
            await deployer.create(spec_of(1, f"registry.test/x@sha256:{'0' * 64}"))
    assert isinstance(refusal.value, PermanentError)
    assert await deployer.look(SERVICE) is None
    await deployer.close()
