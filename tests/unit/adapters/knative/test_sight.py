"""A Knative Service as it is seen: whose it is, whether it serves, and why not."""

from typing import Any

import pytest
from support.knative_specs import key

from knative_lambda.adapters.knative.sight import owner_of, service_of, written
from knative_lambda.domain import labels
from knative_lambda.domain.errors import TransientError

STARTING = "the function is being started"


def found(
    *conditions: dict[str, Any], generation: int = 2, observed: int | None = 2, **metadata: Any
) -> dict[str, Any]:
    status = {"observedGeneration": observed, "url": "http://f.test", "conditions": [*conditions]}
    return {
        "metadata": {
            "name": "f",
            "uid": "u",
            "resourceVersion": "7",
            "generation": generation,
            "annotations": {labels.KEY: labels.dump_key(key(1))},
            **metadata,
        },
        "status": status,
    }


def ready(status: str, **more: str) -> dict[str, Any]:
    return {"type": "Ready", "status": status, **more}


def test_a_service_that_serves_what_it_was_last_told_to_is_ready() -> None:
    seen = service_of(found({"type": "RoutesReady", "status": "True"}, ready("True")))
    assert (seen.name, seen.uid, seen.version, seen.key) == ("f", "u", "7", key(1))
    assert (seen.ready, seen.url, seen.message) == (True, "http://f.test", "")


@pytest.mark.parametrize(
    ("object_", "why"),
    [
        (found(ready("True"), observed=1), STARTING),
        (found(ready("False", message="of the one before"), observed=1), STARTING),
        (found(ready("Unknown")), STARTING),
        (found({"type": "RoutesReady", "status": "True"}), STARTING),
        (found(ready("Unknown", reason="Deploying")), "Deploying"),
        (found(ready("False", reason="RevisionFailed", message="exit 1")), "exit 1"),
        (found(ready("False", message="no route to 10.0.0.1")), "no route to (an address)"),
    ],
)
def test_any_other_is_not_and_tells_why(object_: dict[str, Any], why: str) -> None:
    seen = service_of(object_)
    assert (seen.ready, seen.message) == (False, why)


def test_a_service_that_knative_has_not_seen_yet_is_being_started() -> None:
    fresh = found()
    del fresh["status"]
    seen = service_of(fresh)
    assert (seen.ready, seen.url, seen.message) == (False, None, STARTING)


@pytest.mark.parametrize("annotations", [None, {}, {labels.KEY: "x"}, {labels.KEY: "1"}])
def test_a_service_without_our_key_is_not_ours(annotations: dict[str, str] | None) -> None:
    assert service_of(found(ready("True"), annotations=annotations)).key is None


def test_a_service_that_is_being_deleted_is_not_written_to() -> None:
    leaving = found(ready("True"), deletionTimestamp="2026-11-28T14:00:00Z")
    for sight in (service_of, lambda object_: written(object_, None)):
        with pytest.raises(TransientError, match="the Service f is still being deleted"):
            sight(leaving)


def test_what_was_written_tells_what_it_was_written_over() -> None:
    after = written(found(ready("True")), over=key(0))
    assert (after.uid, after.key, after.over) == ("u", key(1), key(0))


@pytest.mark.parametrize(
    ("references", "owner"), [(None, None), ([], None), ([{"uid": "a"}, {"uid": "b"}], "a")]
)
def test_a_companion_tells_whom_it_belongs_to(
    references: list[dict[str, str]] | None, owner: str | None
) -> None:
    assert owner_of(found(ownerReferences=references)) == owner
