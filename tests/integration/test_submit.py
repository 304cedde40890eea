"""`knative-lambda submit` beside a service that runs, with a broker between them."""

import asyncio
import json
import signal
import urllib.request
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from support.documented_json import statuses
from support.rabbitmq import RabbitMQServer, rabbitmq_server
from support.running import Command, Machine, Ran, machine
from support.screen import screen
from support.shell import COMMAND
from support.tcp_proxy import TcpProxy, free_port
from support.typing_shell import typing_into

from knative_lambda.adapters.uploads.address import url_of

PHASES = ["uploaded", "submitted", "build.started", "build.complete", "service.created", "ready"]
GREETING = "exports.handler = async (event) => ({ greeting: `Hello, ${event.data.name}` });\n"


@pytest.fixture(scope="module")
def broker() -> Iterator[RabbitMQServer]:
    with rabbitmq_server() as server:
        yield server


@pytest.fixture(scope="module")
def service(broker: RabbitMQServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """The machine of all these tests; each submits functions of its own."""
    with machine(tmp_path_factory.mktemp("machine"), broker) as one:
        yield one


def function(place: Path, name: str, gate: Path | None = None) -> Path:
    """A function of that name; its build waits for the file *gate*."""
    folder = place / name
    folder.mkdir()
    (folder / "index.js").write_text(GREETING, "utf-8")
    if gate is not None:
        waits = f"setInterval(() => fs.existsSync('{gate}') && process.exit(), 20)"
        package = {"scripts": {"build": f'node -e "{waits}"'}}
        (folder / "package.json").write_text(json.dumps(package), "utf-8")
    return folder


def ask(url: str) -> str:
    """What the function at *url* answers."""
    post = urllib.request.Request(  # noqa: S310 - our own address
        url, json.dumps({"name": "Ada"}).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(post, timeout=30) as answer:  # noqa: S310 - our own address
        return str(answer.read().decode())


def address(ran: Ran) -> str:
    """What the last line tells."""
    return ran.out.splitlines()[-1].split()[-1]


def test_a_folder_is_built_and_served_and_its_address_is_told(service: Machine) -> None:
    ran = service.submit("examples/hello-node", "--parser", "hello", "--wait")
    assert (ran.code, ran.err) == (0, ""), ran
    assert ran.kinds == PHASES
    assert "\x1b" not in ran.out
    assert "Hello, Ada, from Node.js" in ask(address(ran))


def test_the_same_again_is_built_already_unless_it_is_forced(
    service: Machine, tmp_path: Path
) -> None:
    folder = function(tmp_path, "twice")
    first, again = service.submit(folder, "--wait"), service.submit(folder, "--wait")
    assert (first.code, again.code) == (0, 0), again
    assert again.kinds == ["uploaded", "submitted", "build.complete", "service.updated", "ready"]
    assert "as before" in again.out
    assert "cached" in again.out
    assert address(again) == address(first)
    forced = service.submit(folder, "--wait", "--force")
    assert forced.kinds == [*PHASES[:4], "service.updated", "ready"]
    assert "cached" not in forced.out


def test_a_runtime_whose_support_has_ended_is_told(service: Machine, tmp_path: Path) -> None:
    ran = service.submit(function(tmp_path, "old"), "--wait", "--runtime", "nodejs20")
    assert (ran.code, ran.kinds) == (0, PHASES), ran
    (line,) = [line for line in ran.out.splitlines() if line[10:].startswith("warning ")]
    assert line.split(maxsplit=2)[2].startswith("nodejs20: its support ended 2026-04-30; move to")


def test_an_edit_is_served_as_soon_as_it_is_ready(service: Machine, tmp_path: Path) -> None:
    folder = function(tmp_path, "edited")
    assert "Hello, Ada" in ask(address(service.submit(folder, "--wait")))
    (folder / "index.js").write_text(GREETING.replace("Hello", "Goodbye"), "utf-8")
    assert "Goodbye, Ada" in ask(address(service.submit(folder, "--wait")))


def test_without_waiting_it_is_done_all_the_same(service: Machine, tmp_path: Path) -> None:
    ran = service.submit(function(tmp_path, "unwatched"), "--id", "unwatched-1")
    assert (ran.code, ran.err) == (0, "")
    assert ran.kinds == ["uploaded", "submitted"]
    again = service.submit(tmp_path / "unwatched", "--id", "unwatched-1", "--wait")
    assert again.code == 0, again
    assert again.kinds[-3:] == ["build.complete", "service.created", "ready"]


def test_a_build_that_fails_is_told_with_what_to_do(service: Machine) -> None:
    ran = service.submit("examples/broken", "--wait")
    assert ran.code == 1
    assert ran.kinds[-1] == "build.failed"
    assert "humanize==999.0.0" in ran.out
    advice = "mend what the function requires, and submit it again"
    assert ran.err == (f"knative-lambda: build.failed, dependency_install; what to do: {advice}\n")


def test_a_url_where_nothing_is_is_told(service: Machine, tmp_path: Path) -> None:
    url = (tmp_path / "nothing").as_uri()
    ran = service.submit(url, "--parser", "nothing", "--wait")
    assert ran.code == 1
    assert ran.kinds == ["submitted", "build.failed"]
    assert "source_not_found" in ran.out
    assert "check the source" in ran.err


def test_programs_get_a_json_object_a_line(service: Machine, tmp_path: Path) -> None:
    ran = service.submit(function(tmp_path, "told"), "--wait", "--output", "json")
    assert (ran.code, ran.err) == (0, ""), ran
    lines = [json.loads(line) for line in ran.out.splitlines()]
    types = [line["type"].rpartition("lambda.")[2] for line in lines if "type" in line]
    assert types == ["build.started", "build.complete", "service.created"]
    submitted = next(line for line in lines if line.get("status") == "submitted")
    assert {line["buildid"] for line in lines if "type" in line} == {submitted["build_id"]}
    assert lines[-1]["status"] == "ready"
    assert "Hello, Ada" in ask(lines[-1]["url"])
    for line in lines:
        assert "type" in line or set(line) - {"status"} <= statuses()[line["status"]]


def test_programs_get_the_reason_of_a_failure(service: Machine, tmp_path: Path) -> None:
    url = (tmp_path / "nothing").as_uri()
    ran = service.submit(url, "--parser", "nothing", "--wait", "--output", "json")
    assert ran.code == 1
    last = json.loads(ran.out.splitlines()[-1])
    assert (last["status"], last["reason"]) == ("failed", "source_not_found")
    assert set(last) - {"status"} == statuses()["failed"]


def test_nobody_gets_at_the_upload_of_another(service: Machine, tmp_path: Path) -> None:
    assert service.submit(function(tmp_path, "secret")).code == 0
    uploads = list((service.state / "contexts" / "uploads").glob("acme-secret-*/*"))
    (sha256,) = (path.name.removesuffix(".tar.gz") for path in uploads)
    words = ("submit", url_of(sha256), "--third-party", "other", "--parser", "secret", "--wait")
    ran = service.run(*words)
    assert ran.code == 1
    assert "was not uploaded for this function" in ran.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--runtime", "nodjs22"], "runtime: 'nodjs22': must be one of: nodejs22"),
        (["--timeout", "5"], "build_timeout: 5: must be a whole number from 60 to 3600"),
        (["--handler", "index"], "handler: 'index': must be"),
        (["--ref", "main"], "--ref: a folder has none"),
        (["--path", "lib"], "is no folder"),
    ],
)
def test_a_wrong_call_is_told_and_nothing_is_sent(
    service: Machine, words: list[str], message: str
) -> None:
    ran = service.submit("examples/hello-node", "--parser", "wrong", *words)
    assert ran.code == 2
    assert (ran.out, ran.err[:16]) == ("", "knative-lambda: ")
    assert message in ran.err
    assert not list(service.state.glob("contexts/uploads/acme-wrong-*"))


@pytest.mark.parametrize("words", [[], ["--wait"]])
def test_a_broker_that_is_away_is_told_without_its_password(
    service: Machine, words: list[str]
) -> None:
    port = free_port()
    url = f"amqp://someone:s3cret@127.0.0.1:{port}/"
    ran = service.submit("examples/hello-node", *words, KLB_RABBITMQ_URL=url)
    assert ran.code == 1
    assert f"RabbitMQ at 127.0.0.1:{port} cannot be reached" in ran.err
    assert "KLB_RABBITMQ_URL" in ran.err
    assert "s3cret" not in ran.err
    assert len(ran.err.splitlines()) == 1


def test_a_function_that_does_not_start_says_why(service: Machine, tmp_path: Path) -> None:
    folder = function(tmp_path, "mute")
    (folder / "index.js").write_text("exports.main = () => 1;\n", "utf-8")
    submitting = service.start_submit(folder, "--wait")
    submitting.until(lambda: "exports no 'handler'" in submitting.text)
    submitting.process.send_signal(signal.SIGINT)
    assert submitting.end().code == 130


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_who_stops_waiting_is_told_how_to_follow_it_again(
    service: Machine, tmp_path: Path, number: signal.Signals
) -> None:
    gate, name = tmp_path / "gate", f"stopped-{number.value}"
    folder = function(tmp_path, name, gate)
    submitting = service.start_submit(folder, "--wait", "--id", name)
    submitting.until(lambda: "build.started" in submitting.text)
    submitting.process.send_signal(number)
    ran = submitting.end()
    assert ran.code == 130
    goes_on = f"the build goes on; this command follows it again with --id {name}"
    assert ran.err == f"knative-lambda: {goes_on}\n"
    following = service.start_submit(folder, "--wait", "--id", name)
    following.until(lambda: "build.started" in following.text)
    gate.touch()
    assert following.end().kinds == PHASES


@pytest.fixture
async def proxy(broker: RabbitMQServer) -> AsyncIterator[TcpProxy]:
    """Between the command and the broker."""
    async with TcpProxy("127.0.0.1", broker.port) as proxy:
        yield proxy


async def until(command: Command, text: str) -> None:
    await asyncio.to_thread(command.until, lambda: text in command.text)


async def test_a_lost_connection_is_made_again_and_followed_on(
    service: Machine, tmp_path: Path, proxy: TcpProxy
) -> None:
    gate = tmp_path / "gate"
    folder = function(tmp_path, "cut-off", gate)
    url = proxy.url(service.broker.url)
    submitting = service.start_submit(folder, "--wait", KLB_RABBITMQ_URL=url)
    await until(submitting, "build.started")
    proxy.cut()
    await until(submitting, " connected ")
    gate.touch()
    ran = await asyncio.to_thread(submitting.end)
    assert ran.code == 0, ran
    assert ran.kinds == [*PHASES[:3], "disconnected", "connected", *PHASES[3:]]


async def test_what_was_missed_while_the_connection_was_lost_is_told_afterwards(
    service: Machine, tmp_path: Path, proxy: TcpProxy
) -> None:
    gate = tmp_path / "gate"
    folder = function(tmp_path, "missed", gate)
    url = proxy.url(service.broker.url)
    submitting = service.start_submit(folder, "--wait", KLB_RABBITMQ_URL=url)
    await until(submitting, "build.started")
    proxy.refuse()
    proxy.cut()
    await until(submitting, "disconnected")
    gate.touch()
    await asyncio.to_thread(submitting.until, lambda: _is_served(service, "missed"))
    await proxy.accept()
    ran = await asyncio.to_thread(submitting.end)
    assert ran.code == 0, ran
    assert ran.kinds == [*PHASES[:3], "disconnected", "connected", *PHASES[3:]]


def _is_served(service: Machine, name: str) -> bool:
    return bool(list(service.state.glob(f"services/lambda-acme-{name}-*.json")))


def test_on_a_terminal_what_is_awaited_is_told_until_it_is_interrupted(
    service: Machine, tmp_path: Path
) -> None:
    folder = function(tmp_path, "watched", tmp_path / "gate")
    words = [str(COMMAND), "submit", str(folder), "--third-party", "acme", "--wait"]
    with typing_into(*words, variables=service.variables) as terminal:
        terminal.until("s  building")
        terminal.type("\x03")
        terminal.until("follows it again with --id")
        *above, _last = screen(terminal.seen.replace("^C", ""))
    assert [line for line in above if "building" in line] == []
    ran = service.run("cancel", "acme/watched", "--wait")
    assert ran.code == 0, ran
