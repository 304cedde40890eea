"""From a request to what is served, with a real broker, a real registry and real sidecars."""

from typing import Any

import pytest
from contracts.contract import eventually
from support.kubernetes import histories
from support.kubernetes.cluster import BUILDS, FUNCTIONS
from support.kubernetes.own_pods import record_in
from support.whole import IDS, KEY, SERVICE, SERVICES, Whole
from support.wired import FUNCTION, build_of

from knative_lambda.domain import names
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.record import Phase
from knative_lambda.domain.signing import build_key, sign

pytestmark = pytest.mark.usefixtures("traces")


async def test_a_start_becomes_a_function_that_is_served_by_what_was_pushed(
    whole: Whole,
) -> None:
    image = await whole.build("1")
    assert whole.served() == whole.pushed[image] != histories.DIGEST
    assert whole.there("serviceaccounts", FUNCTIONS) == [SERVICE]
    assert await whole.outcomes("1") == ["complete"]
    await whole.nothing_is_left()
    (log,) = await whole.bucket.stored()  # a sidecar's last deed
    assert log == await whole.log_of("1")


async def test_a_build_that_is_cancelled_while_it_runs_ends_once_and_leaves_nothing(
    whole: Whole,
) -> None:
    whole.runs_on = True
    await whole.start("1")
    await whole.until(lambda: bool(whole.running()))
    await whole.send("build.cancel", "c", build_id=build_of("1"))
    await whole.until(lambda: whole.settled("1", Phase.CANCELLED))
    await whole.until(lambda: not whole.there("jobs", BUILDS) and not whole.there("pods", BUILDS))
    assert await whole.outcomes("1") == ["cancelled"]
    await whole.nothing_is_left()


async def test_a_build_that_takes_too_long_is_stopped_once_that_is_told_and_its_log_is_kept(
    whole: Whole,
) -> None:
    whole.runs_on = True
    whole.sidecar["BUILD_TIMEOUT"] = "1"
    await whole.start("1")
    await whole.until(lambda: bool(whole.running()))
    await whole.until(lambda: whole.settled("1", Phase.FAILED))
    await whole.until(lambda: not whole.there("jobs", BUILDS) and not whole.there("pods", BUILDS))
    ended = record_in(whole.cluster, FUNCTION).builds[build_of("1")].outcome
    assert ended is not None
    assert ended.reason is Reason.TIMEOUT
    assert await whole.outcomes("1") == ["failed"]
    await whole.nothing_is_left()
    assert list(await whole.bucket.stored()) == [await whole.log_of("1")]
    assert not whole.pushed


async def test_a_newer_start_supersedes_one_that_is_built(whole: Whole) -> None:
    whole.runs_on = True
    await whole.start("1")
    await whole.until(lambda: bool(whole.running()))
    whole.runs_on = False
    await whole.build("2")
    await whole.until(lambda: whole.settled("1", Phase.SUPERSEDED))
    assert await whole.outcomes("1") == ["superseded"]
    assert await whole.outcomes("2") == ["complete"]
    await whole.nothing_is_left()


async def test_a_rollback_serves_the_build_before_and_a_delete_none(whole: Whole) -> None:
    before = await whole.build("1")
    await whole.build("2")
    await whole.send("service.rollback", "r")
    await whole.until(lambda: whole.served() == whole.pushed[before])
    await whole.send("service.delete", "d")
    await whole.until(lambda: whole.there(SERVICES, FUNCTIONS) == [])
    for kind in ("triggers", "serviceaccounts"):
        await whole.until(lambda kind=kind: whole.there(kind, FUNCTIONS) == [])  # type: ignore[misc]  # it takes none


async def test_law_4_a_completion_that_comes_after_a_delete_brings_nothing_back(
    whole: Whole,
) -> None:
    await whole.unbind("build.complete")
    await whole.start("1")
    await whole.until(lambda: whole.phase("1") is Phase.COMPLETE)
    await whole.until(lambda: not whole.running())
    assert whole.pushed
    await whole.send("service.delete", "d")
    late = await whole.heard("build.complete")
    await whole.heard("service.deleted")
    await whole.service.client.send(late)
    await whole.heard("service.superseded")
    assert whole.settled("1", Phase.COMPLETE)
    assert await whole.outcomes("1") == ["complete"]
    for kind in (SERVICES, "triggers", "serviceaccounts"):
        assert whole.there(kind, FUNCTIONS) == []
    assert set(await whole.kinds()) == {
        "build.start", "build.started", "build.complete",
        "service.delete", "service.deleted", "service.superseded",
    }  # fmt: skip
    await whole.nothing_is_left()
    await whole.nothing_waits()


def _signed(event_id: str, **data: Any) -> dict[str, Any]:
    """*data* as somebody signs it who has the key of that start's build."""
    said = {"build_id": build_of(event_id), "status": "success", **data}
    key = build_key(KEY, FUNCTION, build_of(event_id))
    return {**said, "signature": sign(key, {**IDS, **said})}


@pytest.mark.parametrize(
    "forged",
    [
        pytest.param({"build_id": build_of("1"), "status": "success"}, id="unsigned"),
        pytest.param({**_signed("2"), "build_id": build_of("1")}, id="key of another build"),
        pytest.param(_signed("1", image_uri="evil.test/lambda/a:1"), id="foreign registry"),
        pytest.param(_signed("9", image_uri="evil.test/lambda/a:1"), id="unknown build"),
    ],
)
async def test_a_completion_that_is_forged_is_kept_and_deploys_nothing(
    whole: Whole, forged: dict[str, Any]
) -> None:
    await _is_kept(whole, forged)


async def test_a_completion_for_the_repository_of_another_function_is_kept(whole: Whole) -> None:
    others = names.repository("lambda/", FunctionId(FUNCTION.third_party_id, "another"))
    await _is_kept(whole, _signed("1", image_uri=f"{whole.registry.server.host}/{others}:1"))


async def _is_kept(whole: Whole, forged: dict[str, Any]) -> None:
    """While its build runs, *forged* becomes a dead letter, and deploys nothing."""
    whole.runs_on = True
    await whole.start("1")
    await whole.until(lambda: bool(whole.running()))
    await whole.send("build.complete", "forged", **forged)
    letters = whole.service.client.topology.dead_letters

    async def kept() -> bool:
        return await whole.service.client.depth(letters) == 1

    await eventually(kept)
    assert whole.there(SERVICES, FUNCTIONS) == []
    assert record_in(whole.cluster, FUNCTION).phase(build_of("1")) is Phase.OPEN
