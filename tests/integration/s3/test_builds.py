"""Never the same twice: what is stored and built when the same code is asked for again."""

import base64
import hashlib
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import attrs
import pytest
from support.git_repository import GitRepository
from support.s3_bucket import BackDoor
from support.s3_gate import S3Gate
from support.source_archives import tar_gz
from support.source_certificate import Certificate, make_certificate
from support.source_server import SourceServer
from support.wired import Wired, wired

from knative_lambda.adapters.s3.parts import PART
from knative_lambda.domain.cloudevent import PREFIX
from knative_lambda.domain.settlement import Ack, SetAside
from knative_lambda.settings import Settings

FILES = {"index.js": "exports.handler = async () => 1;\n", "lib/greet.js": "module.exports = 1;\n"}
ONE_BYTE_CHANGED = {**FILES, "lib/greet.js": "module.exports = 2;\n"}


@attrs.define
class Code(ABC):
    """A tenant's code, where the service can fetch it."""

    server: SourceServer
    states: int = 0

    @property
    @abstractmethod
    def url(self) -> str:
        """Where."""

    @abstractmethod
    def publish(self, files: Mapping[str, str]) -> None:
        """Let it be *files*, in other words than before if they are the same."""


class Repository(Code):
    """Each state is a commit of its own."""

    @property
    def url(self) -> str:
        return self.server.url("/hello.git", "127.0.0.1")

    def publish(self, files: Mapping[str, str]) -> None:
        folder = self.server.root / "hello.git"
        if not folder.exists():
            GitRepository.make(folder, files)
            return
        repository = GitRepository(folder)
        commit = repository.commit(repository.tree(files), repository.commit_of("main"))
        repository.branch("main", commit)


class Archive(Code):
    """Each state is packed below a folder of its own, with its files in another order."""

    @property
    def url(self) -> str:
        return self.server.url("/hello.tar.gz", "127.0.0.1")

    def publish(self, files: Mapping[str, str]) -> None:
        self.states += 1
        turned = dict(sorted(files.items(), reverse=self.states % 2 == 0))
        self.server.files["/hello.tar.gz"] = tar_gz(turned, f"hello-{self.states}/")


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
async def server(tmp_path: Path, certificate: Certificate) -> AsyncIterator[SourceServer]:
    async with SourceServer(tmp_path / "repositories", certificate) as server:
        yield server


@pytest.fixture(params=[Repository, Archive])
def code(request: pytest.FixtureRequest, server: SourceServer) -> Code:
    made = request.param(server)
    assert isinstance(made, Code)
    made.publish(FILES)
    return made


@pytest.fixture
def settings(bucket: BackDoor, server: SourceServer) -> Settings:
    return Settings(
        event_source="memory",
        event_publisher="memory",
        context_store="s3",
        context_bucket=bucket.name,
        job_runner="memory",
        service_deployer="memory",
        allow_private_sources=True,
        source_ca_file=server.certificate.public,
    )


@pytest.fixture
async def service(settings: Settings, gate: S3Gate) -> AsyncIterator[Wired]:  # noqa: ARG001 - it finds S3 there
    async with wired(settings) as service:
        yield service


async def test_law_2_the_event_of_an_open_build_stores_and_starts_nothing_again(
    service: Wired, code: Code, gate: S3Gate, bucket: BackDoor
) -> None:
    assert await service.start("1", code.url) == Ack()
    stored, asked = await bucket.stored(), len(code.server.asked)
    for _ in range(3):
        assert await service.start("1", code.url) == Ack()
    assert gate.names == ["PUT"]
    assert await bucket.stored() == stored
    assert len(stored) == len(service.jobs.started) == 1
    assert len(code.server.asked) == asked


async def test_law_5_an_equal_tree_is_stored_and_built_once_and_a_changed_byte_makes_it_another(
    service: Wired, code: Code, gate: S3Gate, bucket: BackDoor
) -> None:
    assert await service.start("1", code.url) == Ack()
    await service.succeed("1")
    code.publish(FILES)
    assert await service.start("2", code.url) == Ack()
    assert gate.names.count("PUT") == len(service.jobs.started) == 1
    last = service.told[-1]
    assert last.type == f"{PREFIX}build.complete"
    assert isinstance(last.data, dict)
    assert last.data["cached"] is True
    assert service.images("build.complete") == service.images("build.started") * 2
    assert await bucket.stored() == {}

    code.publish(ONE_BYTE_CHANGED)
    assert await service.start("3", code.url) == Ack()
    assert gate.names.count("PUT") == len(service.jobs.started) == 2
    assert len(await bucket.stored()) == 1
    assert len(set(service.images("build.started"))) == 2


async def test_law_5_an_equal_tree_that_is_asked_for_while_it_is_built_has_a_context_of_its_own(
    service: Wired, code: Code, gate: S3Gate, bucket: BackDoor
) -> None:
    assert await service.start("1", code.url) == Ack()
    code.publish(FILES)
    assert await service.start("2", code.url) == Ack()
    assert gate.names.count("PUT") == len(await bucket.stored()) == len(service.jobs.started) == 2
    assert len(set(service.images("build.started"))) == 1


async def test_a_start_takes_one_call_to_s3_and_three_to_kubernetes_besides_a_list_for_all(
    service: Wired, server: SourceServer, gate: S3Gate, bucket: BackDoor
) -> None:
    service.container.builds().now = lambda: 0  # all within one second
    large = base64.b64encode(hashlib.shake_128().digest(PART * 3 // 4)).decode()
    server.files["/hello.tar.gz"] = tar_gz({**FILES, "data.txt": large})
    url = server.url("/hello.tar.gz", "127.0.0.1")
    for number, parser in enumerate(("one", "two"), start=1):
        assert await service.start(str(number), url, parser_id=parser) == Ack()
        each = dict.fromkeys(("records.read", "records.write", "runner.start"), number)
        assert service.calls == {**each, "runner.list": 1}
        assert gate.names == ["PUT"] * number
    assert all(PART // 2 < len(context) <= PART for context in (await bucket.stored()).values())


async def test_the_event_of_an_open_build_takes_two_calls_to_kubernetes_and_none_to_s3(
    service: Wired, code: Code, gate: S3Gate
) -> None:
    service.container.builds().now = lambda: 0
    assert await service.start("1", code.url) == Ack()
    service.calls.clear()
    gate.calls.clear()
    assert await service.start("1", code.url) == Ack()
    assert (service.calls, gate.calls) == ({"records.read": 1, "runner.look": 1}, [])


async def test_law_10_what_is_set_aside_asks_nobody(
    settings: Settings, code: Code, gate: S3Gate
) -> None:
    async with wired(attrs.evolve(settings, max_active_builds_per_tenant=1)) as service:
        service.container.builds().now = lambda: 0
        assert await service.start("1", code.url) == Ack()
        code.publish(ONE_BYTE_CHANGED)
        service.calls.clear()
        gate.calls.clear()
        code.server.asked.clear()
        for _ in range(3):
            assert isinstance(await service.start("2", code.url), SetAside)
        assert (service.calls, gate.calls, code.server.asked) == ({}, [], [])
