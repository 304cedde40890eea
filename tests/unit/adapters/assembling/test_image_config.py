"""The configuration of an image is what its Dockerfile says, on top of its base's."""

from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import base_images
from support.base_images import read as base

from knative_lambda.adapters.assembling.documents import (
    OCI_LAYER,
    Descriptor,
    Platform,
    encoded,
)
from knative_lambda.adapters.assembling.image_config import Added, configured, merged
from knative_lambda.domain.recipe import Recipe

DIFF_ID = f"sha256:{'d' * 64}"
LAYER = Descriptor(OCI_LAYER, f"sha256:{'e' * 64}", 10)
NAMES = st.text("ABC", min_size=1, max_size=2)
VALUES = st.text("ab=", max_size=3)
VARIABLES = st.lists(st.tuples(NAMES, VALUES), max_size=6)


def run_of(start: dict[str, Any], **said: Any) -> Any:
    """How an image runs whose base runs as *start* says, and whose Dockerfile has *said*."""
    recipe = Recipe(base="base", **said)
    return configured(base(start), recipe, (), ())["config"]


def as_docker_does(start: list[str], added: list[tuple[str, str]]) -> list[str]:
    """Each instruction in its turn, on a list of variables that names each once."""
    found = list(start)
    for name, value in added:
        places = [at for at, one in enumerate(found) if one.startswith(f"{name}=")]
        if places:
            found[places[0]] = f"{name}={value}"
        else:
            found.append(f"{name}={value}")
    return found


@given(st.dictionaries(NAMES, VALUES, max_size=4), VARIABLES)
def test_variables_are_set_as_docker_sets_them(
    start: dict[str, str], added: list[tuple[str, str]]
) -> None:
    there = [f"{name}={value}" for name, value in start.items()]
    assert merged(there, added) == as_docker_does(there, added)


@given(VARIABLES, VARIABLES)
def test_each_variable_is_there_once_and_as_it_was_said_last(
    start: list[tuple[str, str]], added: list[tuple[str, str]]
) -> None:
    found = merged([f"{name}={value}" for name, value in start], added)
    pairs = [one.partition("=")[::2] for one in found]
    assert dict(pairs) == {**dict(start), **dict(added)}
    assert len(pairs) == len(dict(pairs))


@pytest.mark.parametrize(
    ("start", "said", "expected"),
    [
        ({"Cmd": ["sh"]}, {}, {"Cmd": ["sh"]}),
        ({"Cmd": ["sh"]}, {"command": ("run",)}, {"Cmd": ["run"]}),
        (
            {"Entrypoint": ["init"], "Cmd": ["sh"]},
            {"command": ("run",)},
            {"Entrypoint": ["init"], "Cmd": ["run"]},
        ),
        (
            {"Entrypoint": ["init"], "Cmd": ["sh"]},
            {"entrypoint": ("run",)},
            {"Entrypoint": ["run"]},
        ),
        (
            {"Entrypoint": ["init"], "Cmd": ["sh"]},
            {"entrypoint": ("run",), "command": ("fast",)},
            {"Entrypoint": ["run"], "Cmd": ["fast"]},
        ),
        ({"Entrypoint": ["init"]}, {"entrypoint": (), "command": ("run",)}, {"Cmd": ["run"]}),
        ({"User": "node"}, {}, {"User": "node"}),
        ({"User": "node"}, {"user": "65532:65532"}, {"User": "65532:65532"}),
        ({"WorkingDir": "/base"}, {}, {"WorkingDir": "/base"}),
        ({"WorkingDir": "/base"}, {"folder": "/app"}, {"WorkingDir": "/app"}),
        ({}, {"ports": ("8080/tcp",)}, {"ExposedPorts": {"8080/tcp": {}}}),
        (
            {"ExposedPorts": {"80/tcp": {}}},
            {"ports": ("8080/tcp",)},
            {"ExposedPorts": {"80/tcp": {}, "8080/tcp": {}}},
        ),
        (
            {"Labels": {"a": "1", "b": "2"}},
            {"labels": (("b", "3"), ("c", "4"))},
            {"Labels": {"a": "1", "b": "3", "c": "4"}},
        ),
        (
            {"StopSignal": "SIGQUIT", "Volumes": {"/data": {}}, "Healthcheck": {"Test": ["NONE"]}},
            {},
            {"StopSignal": "SIGQUIT", "Volumes": {"/data": {}}, "Healthcheck": {"Test": ["NONE"]}},
        ),
        ({"Env": None, "Labels": None, "ExposedPorts": None, "Cmd": None}, {}, {}),
    ],
)
def test_what_is_said_changes_what_the_base_has(
    start: dict[str, Any], said: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert run_of(start, **said) == expected


def test_labels_besides_the_recipes_are_replaced_by_none_of_them() -> None:
    recipe = Recipe(base="base", labels=(("a", "recipe"), ("b", "recipe")))
    config = configured(base({"Labels": {"c": "base"}}), recipe, (("a", "spec"),), ())
    assert config["config"]["Labels"] == {"a": "spec", "b": "recipe", "c": "base"}


def test_each_step_is_told_and_each_layer_is_counted() -> None:
    start = base()
    steps = (Added("WORKDIR /app", LAYER, DIFF_ID), Added("ENV A=1"))
    config = configured(start, Recipe(base="base"), (), steps)
    assert config["rootfs"] == {"type": "layers", "diff_ids": [*start.diff_ids, DIFF_ID]}
    assert config["history"] == [
        {"created_by": "RUN 0"},
        {"created_by": "RUN 1"},
        {"created": base_images.CREATED, "created_by": "WORKDIR /app"},
        {"created": base_images.CREATED, "created_by": "ENV A=1", "empty_layer": True},
    ]


@pytest.mark.parametrize("history", [None, [], [{"created_by": "RUN 0"}]])
def test_a_history_that_does_not_tell_of_each_layer_is_made_to(history: Any) -> None:
    config = configured(base(history=history), Recipe(base="base"), (), ())
    assert len(config["history"]) == len(config["rootfs"]["diff_ids"]) == 2


def test_what_tells_how_the_base_was_made_is_left_out() -> None:
    start = base(container="c", container_config={}, docker_version="1", author="acme")
    config = configured(start, Recipe(base="base"), (), ())
    assert set(config) == {
        *("architecture", "os", "author", "created", "config", "rootfs", "history"),
    }


def test_the_variant_of_a_platform_is_told() -> None:
    start = attrs.evolve(base(), platform=Platform("linux", "arm", "v7"))
    config = configured(start, Recipe(base="base"), (), ())
    assert (config["os"], config["architecture"], config["variant"]) == ("linux", "arm", "v7")


@pytest.mark.parametrize("created", [None, "", 5])
def test_without_a_time_an_image_is_no_newer_for_it(created: Any) -> None:
    first, second = (
        configured(base(created=created), Recipe(base="base"), (), ()) for _ in range(2)
    )
    assert first["created"] == "1980-01-01T00:00:00Z"
    assert encoded(first) == encoded(second)


def test_the_time_is_the_bases() -> None:
    config = configured(base(), Recipe(base="base"), (), ())
    assert config["created"] == base_images.CREATED
