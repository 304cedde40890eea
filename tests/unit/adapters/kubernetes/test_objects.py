"""What is refused of an object is an error of the ports, and absence is told from it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import attrs
import pytest
from structlog.testing import capture_logs

from knative_lambda.adapters.kubernetes.api import KubernetesApi, Refusal
from knative_lambda.adapters.kubernetes.kinds import JOBS
from knative_lambda.adapters.kubernetes.objects import Object, Objects
from knative_lambda.domain.errors import ConflictError, PermanentError, SetupError

MANIFEST: Object = {"metadata": {"name": "b"}}
ABSENT = Refusal(404, "NotFound", 'jobs.batch "b" not found')
UNKNOWN = Refusal(404, "NotFound", "the server could not find the requested resource")


@attrs.frozen
class Refusing(KubernetesApi):
    """Answers every call with the same refusal."""

    refusal: Refusal

    async def call(self, *_: Any, **__: Any) -> Mapping[str, Any]:
        """Refuse."""
        raise self.refusal


def refusing(refusal: Refusal) -> Objects:
    return Objects(Refusing(refusal), JOBS, "builds")


async def get(jobs: Objects) -> object:
    return await jobs.get("b")


async def replace(jobs: Objects) -> object:
    return await jobs.replace("b", MANIFEST)


async def patch(jobs: Objects) -> object:
    return await jobs.patch("b", [])


async def delete(jobs: Objects) -> object:
    return await jobs.delete("b", uid="1")


Act = Callable[[Objects], Awaitable[object]]


async def test_what_is_not_there_is_no_error_to_who_reads_or_deletes() -> None:
    assert await get(refusing(ABSENT)) is None
    assert await delete(refusing(ABSENT)) is False


@pytest.mark.parametrize("act", [replace, patch])
async def test_what_is_gone_is_another_world_to_who_writes_over_it(act: Act) -> None:
    with pytest.raises(ConflictError, match="b is gone"):
        await act(refusing(ABSENT))


@pytest.mark.parametrize("act", [get, replace, patch, delete])
async def test_a_kind_that_the_cluster_does_not_know_is_no_absence(act: Act) -> None:
    with pytest.raises(SetupError, match="make what is missing"):
        await act(refusing(UNKNOWN))


async def test_who_sent_what_is_denied_learns_nothing_of_the_cluster_and_the_log_does() -> None:
    denial = Refusal(400, "BadRequest", 'admission webhook "internal.host" denied the request')
    with capture_logs() as lines, pytest.raises(PermanentError) as caught:
        await refusing(denial).create(MANIFEST)
    assert "internal.host" not in str(caught.value)
    assert "builds" not in str(caught.value)
    assert caught.value.__cause__ is denial
    assert [(line["event"], line["asked"], line["answer"]) for line in lines] == [
        ("kubernetes.denied", "create jobs.batch b in the namespace builds", str(denial))
    ]
