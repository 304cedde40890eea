"""`knative-lambda cancel`, `delete` and `rollback` beside a service that runs."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.documented_json import statuses
from support.rabbitmq import rabbitmq_server
from support.running import Machine, machine
from support.tcp_proxy import free_port

GREETING = "exports.handler = async () => ({ greeting: 'Hello' });\n"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """The machine of all these tests; each has functions of its own."""
    with (
        rabbitmq_server() as broker,
        machine(tmp_path_factory.mktemp("machine"), broker) as one,
    ):
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


def served(service: Machine, folder: Path) -> str:
    """The id of the build by which the function is served now."""
    ran = service.submit(folder, "--wait", "--output", "json")
    assert ran.code == 0, ran
    return str(json.loads(ran.out.splitlines()[-1])["build_id"])


def status(service: Machine, name: str) -> dict[str, object]:
    ran = service.run("status", name, "--output", "json")
    known: dict[str, object] = json.loads(ran.out)
    return known


def desired(service: Machine, name: str) -> object:
    """The build that should be served."""
    known = status(service, name)["desired"]
    assert isinstance(known, dict)
    return known["build_id"]


def test_a_build_that_runs_is_cancelled(service: Machine, tmp_path: Path) -> None:
    folder = function(tmp_path, "slow", tmp_path / "gate")
    submitting = service.start_submit(folder, "--wait")
    submitting.until(lambda: "build.started" in submitting.text)
    ran = service.run("cancel", "acme/slow", "--wait")
    assert (ran.code, ran.err) == (0, ""), ran
    assert ran.kinds == ["requested", "build.cancelled"]
    assert "submit it again if it is still wanted" in submitting.end().err


def test_what_is_not_running_cannot_be_cancelled(service: Machine, tmp_path: Path) -> None:
    build = served(service, function(tmp_path, "over"))
    ran = service.run("cancel", "acme/over", "--wait")
    assert (ran.code, ran.out) == (1, "")
    assert "acme/over: nothing of it is being built" in ran.err
    named = service.run("cancel", build[:8])
    assert (named.code, named.out) == (1, "")
    assert f"{build}: is complete: there is nothing to cancel" in named.err
    forced = service.run("cancel", build, "--force", "--wait")
    assert forced.code == 1
    assert forced.kinds == ["requested", "build.complete"]
    assert "nothing is left to cancel; to serve what was served before" in forced.err


def test_a_function_is_deleted_and_again_and_may_come_back(
    service: Machine, tmp_path: Path
) -> None:
    folder = function(tmp_path, "gone")
    first = served(service, folder)
    for _ in range(2):
        ran = service.run("delete", "acme/gone", "--reason", "it is over", "--wait")
        assert (ran.code, ran.err) == (0, ""), ran
        assert ran.kinds == ["requested", "service.deleted"]
    assert desired(service, "acme/gone") is None
    text = service.run("status", "acme/gone").out
    assert text.count("delete: it is over") == 2
    back = service.run("rollback", "acme/gone", "--to", first[:8], "--wait")
    assert (back.code, back.err) == (0, ""), back
    assert desired(service, "acme/gone") == first


def test_a_rollback_serves_the_build_before_and_twice_is_undo(
    service: Machine, tmp_path: Path
) -> None:
    folder = function(tmp_path, "back")
    first = served(service, folder)
    (folder / "index.js").write_text(GREETING.replace("Hello", "Goodbye"), "utf-8")
    second = served(service, folder)
    ran = service.run("rollback", "acme/back", "--wait", "--output", "json")
    assert (ran.code, ran.err) == (0, ""), ran
    lines = [json.loads(line) for line in ran.out.splitlines()]
    assert [line.get("status") for line in lines] == ["requested", None, "rolled_back"]
    assert lines[1]["type"].endswith("service.rolled_back")
    assert lines[-1]["build_id"] == first
    for line in (lines[0], lines[-1]):
        assert set(line) - {"status"} <= statuses()[line["status"]]
    assert desired(service, "acme/back") == first
    assert service.run("rollback", "acme/back", "--wait").code == 0
    assert desired(service, "acme/back") == second


def test_the_same_id_again_does_nothing_more(service: Machine, tmp_path: Path) -> None:
    folder = function(tmp_path, "once")
    served(service, folder)
    (folder / "index.js").write_text(GREETING.replace("Hello", "Goodbye"), "utf-8")
    served(service, folder)
    words = ("rollback", "acme/once", "--id", "back-1", "--wait")
    first = service.run(*words)
    before = desired(service, "acme/once")
    again = service.run(*words)
    assert (first.code, again.code) == (0, 0), again
    assert desired(service, "acme/once") == before


def test_a_rollback_without_a_way_back_is_told_before_it_is_sent(
    service: Machine, tmp_path: Path
) -> None:
    served(service, function(tmp_path, "only"))
    ran = service.run("rollback", "acme/only", "--wait")
    assert (ran.code, ran.out) == (1, "")
    assert "there is no build to go back to" in ran.err


def test_what_the_service_gives_up_is_told_with_its_reason(
    service: Machine, tmp_path: Path
) -> None:
    served(service, function(tmp_path, "forced"))
    ran = service.run("rollback", "acme/forced", "--force", "--wait")
    assert ran.code == 1
    assert ran.kinds[0] == "requested"
    assert "no_target" in ran.err or "without effect" in ran.err


def test_what_nobody_takes_is_told_in_time_with_how_to_follow_it(service: Machine) -> None:
    # Exchange and queue are another service's, which has consumed there and is gone.
    elsewhere = {"KLB_QUEUE": "elsewhere", "KLB_EXCHANGE": "elsewhere"}
    words = ("delete", "acme/nobody", "--force", "--wait", "--within", "1s", "--id", "order-1")
    ran = service.run(*words, **elsewhere)
    assert ran.code == 1
    assert ran.kinds == ["requested"]
    assert "nothing came of it within 1 s" in ran.err
    assert "--id order-1" in ran.err


def test_who_stops_waiting_is_told_how_to_follow_it_again(service: Machine) -> None:
    elsewhere = {"KLB_QUEUE": "elsewhere", "KLB_EXCHANGE": "elsewhere"}
    words = ("delete", "acme/nobody", "--force", "--wait", "--id", "order-2")
    command = service.start(*words, **elsewhere)
    command.until(lambda: "requested" in command.text)
    command.process.send_signal(signal.SIGINT)
    ran = command.end()
    assert ran.code == 130
    assert ran.err == (
        "knative-lambda: what was asked for stands; it is followed again with --id order-2\n"
    )


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["delete", "acme/none"], 1, "acme/none: nothing is known of that function"),
        (["rollback", "acme/none"], 1, "--force sends it all the same"),
        (["cancel", "ffffffff"], 1, "ffffffff: no build of that id is known"),
        (["delete", "none"], 2, "'none': must be THIRD_PARTY/PARSER"),
        (["delete"], 2, "name a function as THIRD_PARTY/PARSER"),
        (["delete", "acme/x", "--force", "--reason", "x" * 2001], 2, "reason: "),
        (["delete", "acme/x", "--within", "soon"], 2, "must be a number and s, m or h"),
    ],
)
def test_a_wrong_call_is_told_and_nothing_is_sent(
    service: Machine, words: list[str], code: int, message: str
) -> None:
    ran = service.run(*words)
    assert (ran.code, ran.out) == (code, "")
    assert message in ran.err


def test_a_broker_that_is_away_is_told(service: Machine) -> None:
    url = f"amqp://someone:s3cret@127.0.0.1:{free_port()}/"
    ran = service.run("delete", "acme/any", "--force", "--id", "order-3", KLB_RABBITMQ_URL=url)
    assert ran.code == 1
    assert "try again with --id order-3" in ran.err
    assert "s3cret" not in ran.err


def test_over_http_nobody_can_wait(service: Machine) -> None:
    variables = {"KLB_EVENT_PUBLISHER": "http", "K_SINK": "http://127.0.0.1:1"}
    ran = service.run("delete", "acme/any", "--force", "--wait", **variables)
    assert ran.code == 2
    assert "KLB_EVENT_PUBLISHER: must be rabbitmq for --wait" in ran.err
