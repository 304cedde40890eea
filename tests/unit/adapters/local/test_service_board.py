"""What one process shows of its Services, as another sees it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import attrs
import pytest
from aiohttp import web
from structlog.testing import capture_logs
from support.tcp_proxy import free_port

from knative_lambda.adapters.local.service_board import ServiceBoard
from knative_lambda.domain.errors import TransientError
from knative_lambda.domain.keys import Key
from knative_lambda.ports.service_deployer import Service

STARTING = Service(
    name="lambda-acme-hello-1a2b3c4d",
    uid="uid-1",
    version="1",
    key=Key(1_800_000_000_000_000_001, "a" * 32),
    url="http://127.0.0.1:1",
    message="größer wäre besser",
)
NAME = STARTING.name


@pytest.fixture
def board(tmp_path: Path) -> Iterator[ServiceBoard]:
    """That of the process that serves."""
    board = ServiceBoard(tmp_path / "state")
    yield board
    board.remove(NAME)


@pytest.fixture
def other(board: ServiceBoard) -> Iterator[ServiceBoard]:
    """That of another process."""
    other = ServiceBoard(board.state)
    yield other
    other.remove(NAME)


@attrs.define
class Function:
    """Answers its health check."""

    url: str = ""
    status: int = 200

    async def check(self, _request: web.Request) -> web.Response:
        return web.Response(status=self.status)


@pytest.fixture
async def function() -> AsyncIterator[Function]:
    function = Function()
    app = web.Application()
    app.router.add_get("/healthz", function.check)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    function.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield function
    await runner.cleanup()


def file_of(board: ServiceBoard) -> Path:
    return board.state / "services" / f"{NAME}.json"


async def test_what_is_posted_is_seen_by_others(board: ServiceBoard, other: ServiceBoard) -> None:
    assert await other.look(NAME) is None
    board.post(STARTING)
    assert await other.look(NAME) == STARTING
    assert await other.look("lambda-another") is None


async def test_what_was_posted_last_counts(board: ServiceBoard, other: ServiceBoard) -> None:
    board.post(STARTING)
    newer = attrs.evolve(STARTING, version="2", key=None, message="")
    board.post(newer)
    assert await other.look(NAME) == newer


async def test_what_is_removed_is_seen_no_more(board: ServiceBoard, other: ServiceBoard) -> None:
    board.post(STARTING)
    board.remove(NAME)
    assert await other.look(NAME) is None
    assert not list((board.state / "services").iterdir())


def test_removing_what_was_never_posted_is_no_error(board: ServiceBoard) -> None:
    board.remove(NAME)


def test_removing_what_somebody_has_deleted_is_no_error(board: ServiceBoard) -> None:
    board.post(STARTING)
    file_of(board).unlink()
    board.remove(NAME)


async def test_of_two_processes_the_one_that_posted_last_is_shown(
    board: ServiceBoard, other: ServiceBoard
) -> None:
    board.post(STARTING)
    theirs = attrs.evolve(STARTING, url="http://127.0.0.1:2")
    other.post(theirs)
    assert await board.look(NAME) == theirs
    board.remove(NAME)
    assert await board.look(NAME) == theirs


async def test_what_a_process_left_behind_is_not_there(
    board: ServiceBoard, other: ServiceBoard
) -> None:
    board.post(STARTING)
    board._posted.pop(NAME).close()  # as the system does when a process ends
    assert file_of(board).exists()
    assert await other.look(NAME) is None


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"name": 1}', "ü"])
async def test_what_cannot_be_read_is_not_there(
    board: ServiceBoard, other: ServiceBoard, text: str
) -> None:
    board.post(STARTING)
    file_of(board).write_text(text, encoding="latin-1")
    assert await other.look(NAME) is None


async def test_a_folder_that_cannot_be_read_may_be_looked_at_again(board: ServiceBoard) -> None:
    file_of(board).mkdir(parents=True)
    with pytest.raises(TransientError, match="cannot be looked at: Is a directory"):
        await board.look(NAME)


def test_a_service_is_served_also_if_it_cannot_be_shown(tmp_path: Path) -> None:
    (tmp_path / "services").touch()
    with capture_logs() as lines:
        ServiceBoard(tmp_path).post(STARTING)
    assert [line["event"] for line in lines] == ["service.not_shown"]


def test_nothing_half_written_is_left(board: ServiceBoard) -> None:
    file_of(board).mkdir(parents=True)
    with capture_logs():
        board.post(STARTING)
    assert list((board.state / "services").iterdir()) == [file_of(board)]


async def test_ready_is_what_answers_too(
    board: ServiceBoard, other: ServiceBoard, function: Function
) -> None:
    ready = attrs.evolve(STARTING, ready=True, url=function.url, message="")
    board.post(ready)
    assert await other.look(NAME) == ready
    function.status = 503
    seen = await other.look(NAME)
    assert seen is not None
    assert (seen.ready, seen.message) == (False, "the function does not answer GET /healthz")


async def test_an_address_where_nobody_listens_is_not_ready(
    board: ServiceBoard, other: ServiceBoard
) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    board.post(attrs.evolve(STARTING, ready=True, url=url, message=""))
    seen = await other.look(NAME)
    assert seen is not None
    assert not seen.ready
