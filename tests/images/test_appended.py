"""An image that was put together is the one that its Dockerfile would have given."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import attrs
import pytest
from images.appending import CONFIGURED, Appender
from images.building import Build, Builder
from images.files import files
from images.serving import serving
from support.certificates import Certificates
from support.registry import in_files, registry_server

from knative_lambda.domain.runtimes import RUNTIMES
from knative_lambda.ports.image_assembler import CannotAppendError

_EXAMPLES: Final = Path(__file__).resolve().parents[2] / "examples"
_PLAIN: Final = "exports.handler = async (event, context) => context.reply('a.b', event.data);\n"
_PLAIN_PYTHON: Final = "def handler(event, context):\n    return context.reply('a.b', event.data)\n"
_PINNED: Final = {"requirements.txt": "humanize==4.12.3\n"}


def example(name: str, **more: str) -> dict[str, str]:
    """The files of one of our examples, and *more*."""
    folder = _EXAMPLES / name
    return {each.name: each.read_text() for each in folder.iterdir() if each.is_file()} | more


@attrs.frozen
class Case:
    """A function that can be appended.

    Attributes:
        has_dependencies: Whether they are installed by a build before.
    """

    runtime: str
    files: Mapping[str, str]
    has_dependencies: bool = False


CASES: Final = {
    "plain-node": Case("nodejs22", {"index.js": _PLAIN, "lib/deep/er/é.js": "", "run.sh": "#!\n"}),
    "hello-node": Case("nodejs22", example("hello-node"), has_dependencies=True),
    "plain-python": Case("python311", {"index.py": _PLAIN_PYTHON, "a/b/__init__.py": ""}),
    "hello-python": Case(
        "python311", {**example("hello-python"), **_PINNED}, has_dependencies=True
    ),
}


@pytest.fixture(scope="module")
def appender(builder: Builder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Appender]:
    """With all bases in its registry, where their names say."""
    folder = tmp_path_factory.mktemp("registry")
    signers = Certificates.make(folder)
    with registry_server(folder, signers=signers, storage=in_files(folder / "kept")) as server:
        made = Appender(server, builder)
        for name in {case.runtime for case in CASES.values()} | {"go127"}:
            image = RUNTIMES[name].base_image
            made.push(image, image.partition("/")[2])
        yield made


@attrs.frozen
class Pair:
    """The same function, built and appended."""

    built: Build
    appended: Build


@pytest.fixture(scope="module", params=CASES)
def pair(request: pytest.FixtureRequest, appender: Appender, builder: Builder) -> Iterator[Pair]:
    name, case = request.param, CASES[request.param]
    with ExitStack() as stack:
        # What is to be kept must have a layer of its own.
        options = ("--layers",) if case.has_dependencies else ()
        by = attrs.evolve(builder, options=options)
        built = stack.enter_context(by.built(name, case.files, runtime=case.runtime))
        assert built.exit_code == 0, built.log
        if case.has_dependencies:
            assert appender.keep(built, name, case.files, runtime=case.runtime)
        appended = stack.enter_context(appender.appended(name, case.files, runtime=case.runtime))
        yield Pair(built, appended)


def test_both_have_the_same_files(pair: Pair, builder: Builder) -> None:
    with (
        builder.storage.container(pair.built.image) as built,
        builder.storage.container(pair.appended.image) as appended,
    ):
        expected, found = files(built.rootfs), files(appended.rootfs)
    assert found.keys() == expected.keys()
    assert {path: one for path, one in found.items() if one != expected[path]} == {}


def test_both_are_configured_alike(pair: Pair, builder: Builder) -> None:
    built, appended = (
        builder.storage.configuration(image) for image in (pair.built.image, pair.appended.image)
    )
    for each in (built, appended):
        del each["Labels"]["io.buildah.version"]  # the base has it, too
    for name in CONFIGURED:
        assert appended.get(name) == built.get(name), name


def test_both_answer_alike(pair: Pair, builder: Builder) -> None:
    answers = []
    for build in (pair.built, pair.appended):
        with serving(builder.storage, build) as function:
            answers.append(function.call({"name": "Ada"}))
    built, appended = answers
    assert appended.status == built.status == 200
    # The time that is left is another one.
    assert appended.json.get("greeting") == built.json.get("greeting")
    assert appended.headers["ce-type"] == built.headers["ce-type"]


def test_what_has_to_be_compiled_is_refused(appender: Appender) -> None:
    with (
        pytest.raises(CannotAppendError, match="Go is compiled"),
        appender.appended("hello-go", example("hello-go"), runtime="go127"),
    ):
        pass
