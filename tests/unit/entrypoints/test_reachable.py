"""Settings that lead to no other process are told."""

from pathlib import Path

import attrs
import pytest

from knative_lambda.entrypoints.reachable import reachable, readable
from knative_lambda.settings import Settings, SettingsError

USUAL = Settings(context_bucket="contexts")
HTTP = attrs.evolve(USUAL, event_publisher="http", sink="http://sink.test")
MEMORY = Settings(
    context_store="memory", image_registry="memory", job_runner="memory", service_deployer="memory"
)

LOCAL = Settings(job_runner="local", service_deployer="local")


def check(settings: Settings, *wants: str) -> None:
    reachable(settings, uploads="uploads" in wants, listens="listens" in wants)


def test_settings_that_lead_to_a_service_are_taken() -> None:
    check(USUAL, "uploads", "listens")
    check(HTTP, "uploads")
    check(MEMORY, "listens")


@pytest.mark.parametrize(
    ("settings", "want", "variable"),
    [
        (attrs.evolve(USUAL, event_publisher="memory"), "", "KLB_EVENT_PUBLISHER"),
        (HTTP, "listens", "KLB_EVENT_PUBLISHER"),
        (attrs.evolve(HTTP, sink=""), "", "K_SINK"),
        (Settings(), "uploads", "KLB_CONTEXT_BUCKET"),
        (MEMORY, "uploads", "KLB_CONTEXT_STORE"),
    ],
)
def test_settings_that_lead_nowhere_are_told(settings: Settings, want: str, variable: str) -> None:
    with pytest.raises(SettingsError, match=variable):
        check(settings, want)


def test_records_must_be_where_others_see_them() -> None:
    readable(USUAL)
    with pytest.raises(SettingsError, match="KLB_SERVICE_DEPLOYER"):
        readable(MEMORY)


def test_records_of_this_machine_need_not_be_there_yet(tmp_path: Path) -> None:
    readable(attrs.evolve(LOCAL, state_dir=tmp_path))
    readable(attrs.evolve(LOCAL, state_dir=tmp_path / "new" / "state"))


@pytest.mark.parametrize("below", ["file", "file/state"])
def test_a_state_folder_that_can_be_none_is_told(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").touch()
    place = tmp_path / below
    with pytest.raises(SettingsError, match=f"KLB_STATE_DIR: {place}: must be a folder"):
        readable(attrs.evolve(LOCAL, state_dir=place))
    readable(attrs.evolve(USUAL, state_dir=place))  # a cluster has no use for it
