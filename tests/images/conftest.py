"""The storage of these tests, and what is built and run in it."""

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from images.bases import Bases
from images.building import Builder
from images.functions import FUNCTIONS
from images.machine import MachineSettings
from images.serving import Function, serving
from images.storage import Storage

from knative_lambda.domain.runtimes import RUNTIMES


@pytest.fixture(scope="session")
def storage() -> Iterator[Storage]:
    """What earlier runs have left of bases, and nothing else; one run at a time."""
    root = Path(os.environ.get("KLB_TEST_IMAGES", "~/.cache/knative-lambda/test-images"))
    storage = Storage(root.expanduser())
    storage.root.mkdir(parents=True, exist_ok=True)
    with (storage.root / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield storage


@pytest.fixture(scope="session")
def bases(storage: Storage) -> Iterator[Bases]:
    """The bases of all runtimes that can be made here."""
    bases = Bases(storage)
    bases.clear()
    for name in FUNCTIONS:
        bases.provide(RUNTIMES[name])
    yield bases
    bases.clear()


@pytest.fixture(scope="session")
def builder(storage: Storage, bases: Bases) -> Iterator[Builder]:  # noqa: ARG001 - be there
    """Builds on those bases."""
    with storage.scratch() as scratch:
        settings = scratch / "settings"
        settings.mkdir()
        yield Builder(storage, MachineSettings.written(settings), scratch)


@pytest.fixture(scope="session", params=FUNCTIONS)
def function(request: pytest.FixtureRequest, builder: Builder) -> Iterator[Function]:
    """A function in each runtime, built with its dependencies, and running."""
    name = request.param
    with builder.built(name, FUNCTIONS[name], runtime=name) as build:
        assert build.exit_code == 0, build.log
        with serving(builder.storage, build) as function:
            yield function
