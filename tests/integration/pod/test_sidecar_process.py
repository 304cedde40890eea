"""The sidecar's own program, in a process of its own, with a real broker."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

from aiohttp import web
from contracts.contract import eventually
from support.accompanied import BUILD, FUNCTION, KEY, opened
from support.amqp import Client
from support.answering import answering
from support.kubernetes.cluster import BUILDS, Cluster
from support.kubernetes.own_pods import NAME, kept, planted, record_in
from support.pods import DIGEST
from support.sidecar_process import MODULE, ends, heard, sidecar_process, watched

from knative_lambda.domain import names
from knative_lambda.domain.pod import KANIKO
from knative_lambda.domain.record import Phase
from knative_lambda.domain.signing import is_signed


async def test_it_tells_how_the_build_ended(
    cluster: Cluster, variables: dict[str, str], broker: Client, tmp_path: Path
) -> None:
    kept(cluster, opened())
    async with sidecar_process(tmp_path / "tmp", variables) as sidecar:
        await watched(cluster)
        cluster.logs.say(cluster.object("pods", BUILDS, NAME), KANIKO, "INFO Pushed\n")
        sidecar.terminate()
        await asyncio.sleep(0)
        ends(cluster, 0, "Completed", DIGEST)
        assert await sidecar.end() == 0
    event = await heard(broker)
    assert event.type == "network.notifi.lambda.build.complete"
    assert event.id == names.event(BUILD, "outcome")
    assert isinstance(event.data, dict)
    assert event.data["image_digest"] == DIGEST
    assert is_signed(KEY, event.data)
    assert record_in(cluster, FUNCTION).phase(BUILD) is Phase.COMPLETE


async def test_sigterm_that_comes_before_its_imports_is_heard(
    cluster: Cluster, variables: dict[str, str], broker: Client, tmp_path: Path
) -> None:
    """The time is up, and Kaniko goes on: without SIGTERM it would wait for it."""
    kept(cluster, opened())
    planted(cluster, {"running": {"startedAt": "2020-01-01T00:00:00Z"}})
    async with sidecar_process(tmp_path / "tmp", variables) as sidecar:
        await sidecar.ready()
        sidecar.terminate()
        assert not cluster.calls
        assert await sidecar.end() == 0
    event = await heard(broker)
    assert isinstance(event.data, dict)
    assert event.data["reason"] == "timeout"


async def test_it_tells_the_same_after_it_was_killed(
    cluster: Cluster, variables: dict[str, str], broker: Client, tmp_path: Path
) -> None:
    """Between the record and the broker: the exchange is not there yet."""
    kept(cluster, opened())
    ends(cluster, 3, "Error", "")
    unknown = {**variables, "KLB_EXCHANGE": "not-there-yet"}
    async with sidecar_process(tmp_path / "tmp", unknown) as sidecar:

        async def decided() -> bool:
            return record_in(cluster, FUNCTION).phase(BUILD) is Phase.FAILED

        await eventually(decided)
        sidecar.process.kill()
        assert await sidecar.end() == -9
    before = record_in(cluster, FUNCTION)
    async with sidecar_process(tmp_path / "tmp", variables) as sidecar:
        assert await sidecar.end() == 0
    event = await heard(broker)
    assert event.id == names.event(BUILD, "outcome")
    assert record_in(cluster, FUNCTION) == before


async def test_its_log_has_a_line_for_each_thing_and_no_secret(
    cluster: Cluster, variables: dict[str, str], broker: Client, tmp_path: Path
) -> None:
    kept(cluster, opened())
    ends(cluster, 0, "Completed", DIGEST)
    async with sidecar_process(tmp_path / "tmp", variables) as sidecar:
        assert await sidecar.end() == 0
    await heard(broker)
    lines = [json.loads(line) for line in sidecar.told.splitlines()]
    assert [line["event"] for line in lines if line["level"] == "info"] == [
        "sidecar.began",
        "build.ended",
        "broker.connected",
        "build.decided",
        "sidecar.ended",
        "broker.disconnected",
    ]
    for secret in (KEY.hex(), "writer:writer", (tmp_path / "token").read_text("ascii").strip()):
        assert secret not in sidecar.told


async def test_variables_that_are_wrong_are_told_together_and_not_shown(
    variables: dict[str, str], tmp_path: Path
) -> None:
    wrong = {
        **variables,
        "BUILD_ID": "seven",
        "BUILD_TIMEOUT": "soon",
        "COMPLETION_KEY": "secret-1",
        "KLB_RABBITMQ_URL": "http://secret-2",
        "LOG_URL": "ftp://secret-3",
        "KLB_NONSENSE": "1",
    }
    del wrong["POD_NAME"]
    async with sidecar_process(tmp_path / "tmp", wrong) as sidecar:
        assert await sidecar.end() == 2
    told = sidecar.told
    assert "secret" not in told
    for name in (set(wrong) - set(variables)) | {"POD_NAME", "BUILD_ID", "COMPLETION_KEY"}:
        assert f"{name}: " in told
    assert len(told.splitlines()) == 7


async def test_outside_of_a_pod_it_says_what_is_missing(
    variables: dict[str, str], tmp_path: Path
) -> None:
    variables["KUBERNETES_SERVICE_HOST"] = ""
    async with sidecar_process(tmp_path / "tmp", variables) as sidecar:
        assert await sidecar.end() == 2
    assert "KUBERNETES_SERVICE_HOST" in sidecar.told


async def test_over_http_it_needs_no_broker(
    cluster: Cluster, variables: dict[str, str], tmp_path: Path
) -> None:
    taken: list[bytes] = []

    async def take(request: web.Request) -> web.StreamResponse:
        taken.append(await request.read())
        return web.Response(status=202)

    kept(cluster, opened())
    ends(cluster, 3, "Error", "")
    async with answering(take) as url:
        over_http = {**variables, "KLB_EVENT_PUBLISHER": "http", "K_SINK": url}
        del over_http["KLB_RABBITMQ_URL"], over_http["KLB_EXCHANGE"]
        async with sidecar_process(tmp_path / "tmp", over_http) as sidecar:
            assert await sidecar.end() == 0
    (event,) = map(json.loads, taken)
    assert event["type"] == "network.notifi.lambda.build.failed"
    assert is_signed(KEY, event["data"])


def test_the_handler_stands_before_anything_slow_is_imported() -> None:
    code = f"import {MODULE}, sys; print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True
    )
    bare = subprocess.run(
        [sys.executable, "-I", "-c", "import sys; print(*sorted(sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
    )
    own = set(done.stdout.split()) - set(bare.stdout.split())
    ours = {"knative_lambda", "knative_lambda.entrypoints", "knative_lambda.entrypoints.garbage"}
    assert own - ours - {MODULE} <= {
        "signal", "enum", "types", "operator", "_operator", "functools", "_functools",
        "collections", "_collections", "collections.abc", "itertools", "keyword", "reprlib", "gc",
    }  # fmt: skip


def test_its_help_lists_its_variables() -> None:
    done = subprocess.run(
        [sys.executable, "-m", MODULE, "--help"], capture_output=True, text=True, check=True
    )
    assert "BUILD_TIMEOUT" in done.stdout
